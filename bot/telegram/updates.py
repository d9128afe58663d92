"""What Telegram brings becomes rows of the inbox: each update once, nothing in clear that must be sealed."""

import datetime as dt
import logging
import re

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update

from bot.telegram import content
from core import clock, contacts, inbox, outbox, reach, sealing, states, turns
from core.config import settings
from core.models import Contact, InboundMessage, OutboundMessage

log = logging.getLogger(__name__)
TO_DELETE = "tg_delete:"  # state rows: messages that are to vanish from Telegram
# Update ids may begin anew after a quiet week; Telegram itself forgets an update after a day.
SAME_UPDATE = dt.timedelta(days=2)
EDIT_COUNTS = dt.timedelta(minutes=15)
_CODE = re.compile(r"[\w-]{1,64}", re.ASCII)
COMMANDS = {
    "start": "start",
    "help": "help",
    "privacy": "ask_privacy",
    "mydata": "show_profile",
    "delete": "delete_my_data",
    "stop": "stop_reminders",
    "language": "switch_language",
}


def store(s: Session, raws: list[dict]) -> list[Update]:
    """Store a batch; returns the updates in it that can be read. Needs a write transaction.

    Guarantee: an update that cannot be stored harms no other: it is a dead row of its chat where it has one, else a
    line in the log. Only a database that fails stops the batch (OperationalError).
    """
    return [update for raw in raws if (update := _safely(s, raw)) is not None]


def _safely(s: Session, raw: dict) -> Update | None:
    try:
        with s.begin_nested():
            update = Update.de_json(raw, None)
            _take(s, update)
        return update
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever a malformed update breaks, the next one must still be stored
        log.warning("update that cannot be stored: %s", type(error).__name__)
        _bury(s, raw, type(error).__name__)
        return None


def _bury(s: Session, raw: dict, error: str) -> None:
    """Keep that there was something, without a word of it."""
    place = next((part for part in raw.values() if isinstance(part, dict)), {})
    chat = place.get("chat") or place.get("from")
    number = chat.get("id") if isinstance(chat, dict) else None
    if not isinstance(number, int) or not isinstance(raw.get("update_id"), int):
        return
    with s.begin_nested():
        contact = contacts.of_channel(s, "telegram", str(number))
        row = _put(s, contact, source_key=f"tg:{raw['update_id']}", kind="other")
        if row is not None:
            turns.finish(row, "dead", error)


def _take(s: Session, update: Update) -> None:
    message = update.message or update.edited_message
    if message is not None and message.chat.type == "private":
        (_message if update.message else _edit)(s, update, message)
    elif update.message is not None:
        _group(s, update.message)
    elif update.callback_query is not None:
        _tap(s, update, update.callback_query)
    elif update.my_chat_member is not None and update.my_chat_member.chat.type == "private":
        _membership(s, update, update.my_chat_member)
    else:
        log.info("update of a kind that says nothing to us")


def _contact(s: Session, chat_id: int, user) -> Contact:
    language = "en" if user is not None and (user.language_code or "").startswith("en") else "zh"
    name = sealing.struck(content.clean(user.full_name))[:80] if user else None
    return contacts.of_channel(s, "telegram", str(chat_id), name=name, language=language)


def _source_key(s: Session, update: Update, mark: object) -> str:
    key = f"tg:{update.update_id}"
    known = s.scalar(sa.select(InboundMessage.received_at).where(InboundMessage.source_key == key))
    return f"{key}:{mark}" if known is not None and clock.now() - known > SAME_UPDATE else key


def _put(s: Session, contact: Contact, **row) -> InboundMessage | None:
    """Into the inbox; who writes faster than a person can is told so, once a minute, and not stored."""
    try:
        return inbox.put(s, contact, **row)
    except inbox.TooMany:
        outbox.say(s, contact, "utter_too_fast", dedupe=f"fast:{contact.id}:{clock.now():%Y%m%d%H%M}", kind="reply")
        return None


# -- messages --------------------------------------------------------------------------------------------------------


def _message(s: Session, update: Update, message: Message) -> None:
    contact = _contact(s, message.chat.id, message.from_user)
    key = _source_key(s, update, message.message_id)
    if s.scalar(sa.select(InboundMessage.id).where(InboundMessage.source_key == key)) is not None:
        return
    kind, text, payload = _command(message) or _choice(s, contact, message) or content.read(s, contact, message)
    payload |= {"message_id": message.message_id} | _reply_to(s, contact, message)
    row = _put(s, contact, source_key=key, kind=kind, text=text, payload=payload)
    if row is not None and kind == "other":
        turns.finish(row, "ignored")
    elif row is not None:
        _hide_number(s, contact, message, row)


def _command(message: Message) -> content.Read | None:
    """A command of ours; what only looks like one is text."""
    words = content.clean(message.text or "").split()
    if not words or not words[0].startswith("/"):
        return None
    name = words[0][1:].partition("@")[0].lower()
    if name not in COMMANDS:
        return None
    code = words[1] if len(words) == 2 and name == "start" and _CODE.fullmatch(words[1]) else None
    return "start", f"/{name}", {"intent": COMMANDS[name], "entities": {"value": code} if code else {}}


def _choice(s: Session, contact: Contact, message: Message) -> content.Read | None:
    """A key of the reply keyboard: its words are those of a button of the newest message that offered keys."""
    if not message.text:
        return None
    offered = sa.select(OutboundMessage.buttons).where(
        OutboundMessage.contact_id == contact.id, OutboundMessage.ask_for.is_not(None)
    )
    buttons = s.scalar(offered.order_by(OutboundMessage.n.desc()).limit(1)) or []
    token = next((button["token"] for button in buttons if button["title"] == message.text), None)
    return ("button", message.text, {"token": token}) if token else None


def _reply_to(s: Session, contact: Contact, message: Message) -> dict:
    if message.reply_to_message is None:
        return {}
    found = s.scalar(
        sa.select(OutboundMessage.id).where(
            OutboundMessage.contact_id == contact.id,
            OutboundMessage.provider_id == str(message.reply_to_message.message_id),
        )
    )
    return {"reply_to": found} if found is not None else {}


def _hide_number(s: Session, contact: Contact, message: Message, row: InboundMessage) -> None:
    """A personal number must not stay on Telegram's servers: the sender deletes the message, and that is told."""
    if sealing.PLACEHOLDER.search(row.text):
        states.put(s, f"{TO_DELETE}{message.chat.id}:{message.message_id}", row.source_key)
        outbox.say(s, contact, "utter_number_deleted", dedupe=f"{row.source_key}:deleted", kind="reply")


def _edit(s: Session, update: Update, message: Message) -> None:
    """Words put right count when they are the newest that this person said, and new ones; other edits are noted."""
    if not message.text:
        return
    contact = _contact(s, message.chat.id, message.from_user)
    mine = sa.select(InboundMessage).where(InboundMessage.contact_id == contact.id, InboundMessage.kind != "internal")
    newest = s.scalars(mine.order_by(InboundMessage.n.desc()).limit(1)).first()
    key = _source_key(s, update, f"{message.message_id}.{message.edit_date}")
    payload = {"message_id": message.message_id}
    row = _put(s, contact, source_key=key, kind="edit", text=content.clean(message.text), payload=payload)
    if row is None:
        return
    _hide_number(s, contact, message, row)
    same = newest is not None and (newest.payload or {}).get("message_id") == message.message_id
    fresh = newest is not None and clock.now() - newest.received_at < EDIT_COUNTS
    if row.state == "new" and not (same and fresh and newest.text != row.text):
        turns.finish(row, "ignored")


# -- taps, groups, who blocks us --------------------------------------------------------------------------------------


def _tap(s: Session, update: Update, query: CallbackQuery) -> None:
    chat = query.message.chat if query.message is not None else None
    if chat is not None and chat.type != "private":
        return
    contact = _contact(s, chat.id if chat else query.from_user.id, query.from_user)
    token = content.clean(query.data or "")[:64]
    _put(s, contact, source_key=_source_key(s, update, query.id), kind="button", payload={"token": token})


def _group(s: Session, message: Message) -> None:
    """Nothing that is said in a group is kept; once a day it hears where to write."""
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        moved(s, message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id)
        return
    if str(message.chat.id) == settings().telegram_caseworker_chat or not (message.text or message.caption):
        return
    contact = _contact(s, message.chat.id, None)
    day = f"{clock.local(clock.now()):%Y%m%d}"
    outbox.say(s, contact, "utter_write_in_private", dedupe=f"tg-group:{contact.id}:{day}", kind="reply")


def moved(s: Session, old: int, new: int) -> None:
    """A group has become a supergroup: its contact goes on under the new id, unless that one is there already."""
    there = sa.select(Contact).where(Contact.channel == "telegram")
    contact = s.scalar(there.where(Contact.external_id == str(old)))
    if contact is None:
        return
    if s.scalar(there.where(Contact.external_id == str(new))) is not None:
        outbox.stop(s, contact, "gone", "moved to another chat")
    else:
        contact.external_id = str(new)


def _membership(s: Session, update: Update, change: ChatMemberUpdated) -> None:
    contact = _contact(s, change.chat.id, change.from_user)
    status = change.new_chat_member.status
    key = _source_key(s, update, change.date)
    row = _put(s, contact, source_key=key, kind="other", payload={"membership": status})
    if row is None:
        return
    turns.finish(row, "ignored")
    if status in ("kicked", "left"):
        reach.unreachable(s, contact, "blocked", "the person blocked the bot")
