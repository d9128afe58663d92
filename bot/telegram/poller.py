"""`python -m bot.telegram.poller`: the long poll. A batch is confirmed to Telegram only after it is stored."""

import asyncio
import logging
import random

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import process
from bot.telegram import courtesies, updates
from bot.telegram.client import Client, opened, seconds
from core import db, states

log = logging.getLogger(__name__)
OFFSET = "telegram_offset"
WAIT = 30  # seconds that one poll is held open; Telegram allows 50
LONGEST = 30.0
CONFLICT = 5.0


def _offset(s: Session) -> int:
    return int(states.get(s, OFFSET) or 0)


def _store(s: Session, raws: list[dict]) -> list[Update]:
    """The batch and the offset after it, in one transaction.

    The offset is that of the batch's last update, not of the highest known: ids may begin anew after a quiet week.
    """
    stored = updates.store(s, raws)
    ids = [raw["update_id"] for raw in raws if isinstance(raw.get("update_id"), int)]
    if ids:
        states.put(s, OFFSET, str(ids[-1] + 1))
    return stored


class Poller:
    """One long poll after another. Guarantee: what Telegram handed over is a row, or will be handed over again."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.failures = 0
        self.free = False  # no webhook stands in the way
        self._shown: set[asyncio.Task] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until told to stop; a poll that is under way is left, for nothing of it is confirmed."""
        told = asyncio.create_task(stopping.wait())
        while not stopping.is_set():
            step = asyncio.create_task(self._trying(self._poll() if self.free else self._free()))
            await asyncio.wait({step, told}, return_when=asyncio.FIRST_COMPLETED)
            if not step.done():
                step.cancel()
                break
            await process.pause(stopping, step.result())
        leaving = {told, *self._shown}
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)

    async def _free(self) -> None:
        await self.client.delete_webhook(drop_pending_updates=False)
        self.free = True

    async def _poll(self) -> None:
        offset = await db.read(_offset)
        raws = await self.client.raw_updates(offset, WAIT)
        if raws:
            # Shielded: a stop in the middle of a commit must not make us think that it failed.
            for update in await asyncio.shield(db.write(_store, raws)):
                self._show(update)

    def _show(self, update: Update) -> None:
        task = asyncio.create_task(courtesies.show(self.client, update))
        self._shown.add(task)
        task.add_done_callback(self._shown.discard)

    async def _trying(self, step) -> float:
        """Do it; returns the seconds to wait before the next try."""
        try:
            await step
        except Conflict:
            log.error("another process polls with this token, or a webhook is set")
            self.free = False
            return CONFLICT
        except InvalidToken:
            log.error("Telegram does not know TELEGRAM_TOKEN")
            return LONGEST
        except RetryAfter as error:
            return seconds(error)
        except (TelegramError, SQLAlchemyError) as error:
            self.failures += 1
            log.warning("cannot poll: %s", type(error).__name__)
            return min(LONGEST, 2.0 ** min(self.failures - 1, 8)) * random.uniform(0.75, 1.0)
        self.failures = 0
        return 0


async def main(stopping: asyncio.Event) -> None:
    """Poll until told to stop."""
    async with opened() as client:
        await Poller(client).run(stopping)


if __name__ == "__main__":
    process.run("telegram", main)
