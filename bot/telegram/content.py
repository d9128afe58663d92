"""What a message on Telegram holds: (kind, text, payload) for the inbox."""

from typing import Any

from sqlalchemy.orm import Session
from telegram import Message

from core import media
from core.models import Contact

Read = tuple[str, str, dict[str, Any]]


def clean(text: str) -> str:
    """Text that both databases take: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def read(s: Session, contact: Contact, message: Message) -> Read:
    """Kind, text and payload; a file becomes a row that is fetched later. `other` is what we can do nothing with."""
    text = clean(message.text or message.caption or "")
    if message.text:
        return "text", text, {}
    if message.contact is not None:
        shared = message.contact
        own = message.from_user is not None and shared.user_id == message.from_user.id
        return "contact", "", {"phone": shared.phone_number, "own": own}
    if message.location is not None:
        return "location", "", {"latitude": message.location.latitude, "longitude": message.location.longitude}
    if message.sticker is not None:
        return "sticker", clean(message.sticker.emoji or ""), {}
    for kind, found in _files(message):
        return kind, text, {"media_id": _expect(s, contact, kind, found)}
    return "other", "", {}


def _files(message: Message) -> list[tuple[str, Any]]:
    found = [
        ("photo", message.photo[-1] if message.photo else None),
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("document", message.document),
    ]
    return [(kind, file) for kind, file in found if file is not None]


def _expect(s: Session, contact: Contact, kind: str, file: Any) -> int:
    row = media.expect(s, contact, kind, file.file_id, file.file_size or 0)
    if (file.file_size or 0) > media.MOST:
        media.lost(s, row.id, "TooBig")
    return row.id
