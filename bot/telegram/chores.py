"""What Telegram still has to be asked for: files that came, messages that must vanish. Rows, so that a death loses none."""

from sqlalchemy.orm import Session
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram.client import Client
from bot.telegram.updates import TO_DELETE
from core import contacts, db, media, outbox, states

READ = 60.0


async def run_once(client: Client) -> int:
    """Do what there is, a few at a time; returns how many things were done. What fails for now stays for later."""
    return await _delete(client) + await _fetch(client)


async def _delete(client: Client) -> int:
    done = 0
    for place in await db.read(states.with_prefix, TO_DELETE, 20):
        chat_id, message_id = place.split(":")
        deleted = True
        try:
            await client.delete_message(chat_id, int(message_id))
        except (BadRequest, Forbidden) as error:
            deleted = "not found" in str(error)
        except TelegramError:
            break
        await db.write(_deleted, place, deleted)
        done += 1
    return done


def _deleted(s: Session, place: str, deleted: bool) -> None:
    """Settled; what Telegram will not delete the person is asked to."""
    states.drop(s, TO_DELETE + place)
    if not deleted:
        contact = contacts.of_channel(s, "telegram", place.partition(":")[0])
        outbox.say(s, contact, "utter_delete_number_yourself", dedupe=f"tg:{place}:not-deleted", kind="reply")


async def _fetch(client: Client) -> int:
    done = 0
    for media_id, file_id in await db.read(media.expected):
        try:
            name, mime, size = await _one(client, file_id)
        except (BadRequest, Forbidden, ValueError) as error:
            await db.write(media.lost, media_id, type(error).__name__)
        except TelegramError:
            break
        else:
            await db.write(_keep, media_id, name, mime, size)
        done += 1
    return done


async def _one(client: Client, file_id: str) -> tuple[str, str, int]:
    file = await client.get_file(file_id)
    data = bytes(await file.download_as_bytearray(read_timeout=READ))
    return media.write(data), media.content_type(data), len(data)


def _keep(s: Session, media_id: int, name: str, mime: str, size: int) -> None:
    if not media.arrived(s, media_id, name, mime, size):
        # The person's data were deleted while the file was on its way.
        (media.folder() / name).unlink(missing_ok=True)
