"""The inbox: what workers sent, sealed at the door, exactly once, numbered in order."""

import datetime as dt
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import buttons, clock, contacts, danger, people, sealing
from core.errors import TryAgain
from core.models import Contact, InboundMessage, OutboundMessage

# More than a person can type, less than a script can: (window, messages of one contact in it).
LIMITS = ((dt.timedelta(minutes=1), 60), (dt.timedelta(days=1), 1000))
WAITING = 100
LONGEST_TEXT = 4096  # characters; more than one message of any app holds


class TooMany(TryAgain):
    """This contact writes faster than a person can; `after` in seconds."""


def put(
    s: Session, contact: Contact, *, source_key: str, kind: str, text: str = "", payload: dict | None = None
) -> InboundMessage | None:
    """Store a message; None if its `source_key` is known already. Raises TooMany. Needs a write transaction.

    Guarantee: exactly once by `source_key`; personal numbers in `text` and in the strings of `payload` are sealed
    before anything is stored (a `phone` becomes a `phone_id`); `n` follows the order of commit. A message of a chat
    that a person holds goes to the case and never to the bot. Sure danger and a
    complaint about a staff member are answered here and now.
    """
    contacts.lock(s, contact)
    if s.scalar(sa.select(InboundMessage.id).where(InboundMessage.source_key == source_key)) is not None:
        return None
    _check_rate(s, contact)
    if kind == "button":
        text = buttons.title_of(s, contact, str((payload or {}).get("token"))) or text
    held, now = contact.held_by == "caseworker", clock.now()
    message = InboundMessage(
        contact_id=contact.id, n=contacts.next_n(contact), source_key=source_key, kind=kind,
        text=_cut(sealing.seal_text(s, text)[0]), payload=_sealed(s, payload), state="held" if held else "new",
        case_id=contact.held_case_id, received_at=now, done_at=now if held else None,
    )  # fmt: skip
    s.add(message)
    contact.last_inbound_at, contact.state, contact.state_reason = now, "active", None
    s.flush()
    danger.at_the_door(s, contact, message)
    people.at_the_door(s, contact, message)
    return message


def _cut(text: str) -> str:
    """As much as is read of a message; after sealing, so that no number is cut in two, and no placeholder either."""
    return text if len(text) <= LONGEST_TEXT else re.sub(r"‹[^›]*$", "", text[:LONGEST_TEXT])


def _check_rate(s: Session, contact: Contact) -> None:
    now, mine = clock.now(), InboundMessage.contact_id == contact.id
    for window, most in LIMITS:
        recent = sa.select(InboundMessage.received_at).where(mine, InboundMessage.received_at > now - window)
        nth = s.scalar(recent.order_by(InboundMessage.received_at.desc()).offset(most - 1).limit(1))
        if nth is not None:
            raise TooMany(max(1.0, (nth + window - now).total_seconds()))
    waiting = sa.select(sa.func.count()).select_from(InboundMessage).where(mine, InboundMessage.state == "new")
    if s.scalar(waiting) >= WAITING:
        raise TooMany(30.0)


def _sealed(s: Session, value: Any) -> Any:
    if isinstance(value, str):
        return sealing.seal_text(s, value)[0]
    if isinstance(value, list):
        return [_sealed(s, item) for item in value]
    if isinstance(value, dict):
        plain = {k: _sealed(s, v) for k, v in value.items() if k != "phone"}
        return plain | ({"phone_id": sealing.seal(s, "phone", str(value["phone"])).id} if value.get("phone") else {})
    return value


def transcript(s: Session, contact: Contact, *, after_n: int = 0, limit: int | None = None) -> list[dict]:
    """Both directions in order of `n` from `after_n` on (not included), at most `limit`.

    Keys: n, id, from_ (worker, bot, caseworker), kind, text (numbers masked), buttons [{"title", "payload"}] with the
    token as payload, image, media_id, ask_for, source_key (None for what was sent), at (aware UTC), state. What the
    house tells itself has kind `internal`.
    """
    came = sa.select(InboundMessage).where(InboundMessage.contact_id == contact.id, InboundMessage.n > after_n)
    went = sa.select(OutboundMessage).where(OutboundMessage.contact_id == contact.id, OutboundMessage.n > after_n)
    lines = [_came(row) for row in s.scalars(came.order_by(InboundMessage.n).limit(limit))]
    lines += [_went(row) for row in s.scalars(went.order_by(OutboundMessage.n).limit(limit))]
    return sorted(lines, key=lambda line: line["n"])[:limit]


def _came(row: InboundMessage) -> dict:
    media = (row.payload or {}).get("media_id")
    return {
        "n": row.n, "id": row.id, "from_": "worker", "kind": row.kind, "text": sealing.masked(row.text), "buttons": [],
        "image": None, "media_id": media, "ask_for": None, "source_key": row.source_key, "at": row.received_at,
        "state": row.state,
    }  # fmt: skip


def _went(row: OutboundMessage) -> dict:
    tapped = [{"title": b["title"], "payload": b["token"]} for b in row.buttons or []]
    return {
        "n": row.n, "id": row.id, "from_": row.sender, "kind": row.kind, "text": sealing.masked(row.text),
        "buttons": tapped, "image": row.image, "media_id": None, "ask_for": row.ask_for, "source_key": None,
        "at": row.made_at, "state": row.state,
    }  # fmt: skip
