"""Reaching a person when the page is closed or the messenger refuses: by SMS, else by a call from the desk."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, escalations, inbox, ladder, outbox, sealing
from core.config import settings
from core.models import Contact, InboundMessage, OutboundMessage, SealedNumber
from core.policies import load
from core.responses import text

_LINK = re.compile(r"[ \t]*(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_CHOICE = re.compile(r"(?:回复?|reply)?\s*([1-9])\s*[.。、)）]?", re.IGNORECASE)
MOST = 100


# -- which way a message goes ----------------------------------------------------------------------------------------


def run(s: Session) -> int:
    """Send on what waits for closed pages: by SMS where there is a phone and a gateway, else to the desk's calls.

    What is sent out of turn waits `page_closed_minutes` first, and until China is awake; what answers an SMS goes back
    as an SMS at once. Returns how many rows changed their way. Doing it twice changes nothing.
    """
    awake = not ladder.is_quiet(clock.due_now(), settings().quiet_hours)
    moved = 0
    for message, contact in [*_unseen(s), *_answers(s)]:
        if awake or message.kind == "caseworker" or message.kind not in load("reach")["kinds"]:
            _send_on(message, contact)
            moved += 1
    return moved


def _waiting(s: Session, *where: sa.sql.ColumnElement) -> Iterator[tuple[OutboundMessage, Contact]]:
    query = (
        sa.select(OutboundMessage, Contact)
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .where(OutboundMessage.state == "ready", OutboundMessage.route.is_(None), Contact.channel == "web", *where)
        .order_by(OutboundMessage.id)
        .limit(MOST)
    )
    yield from s.execute(query).all()


def _unseen(s: Session) -> Iterator[tuple[OutboundMessage, Contact]]:
    closed = clock.now() - dt.timedelta(minutes=load("reach")["page_closed_minutes"])
    due = sa.or_(OutboundMessage.not_before.is_(None), OutboundMessage.not_before <= closed)
    yield from _waiting(s, OutboundMessage.kind.in_(load("reach")["kinds"]), OutboundMessage.made_at <= closed, due)


def _answers(s: Session) -> Iterator[tuple[OutboundMessage, Contact]]:
    """What answers somebody who wrote by SMS last."""
    since = clock.now() - dt.timedelta(hours=load("reach")["reply_hours"])
    newest = (
        sa.select(InboundMessage.source_key)
        .where(InboundMessage.contact_id == OutboundMessage.contact_id, InboundMessage.n < OutboundMessage.n)
        .where(InboundMessage.kind != "internal")
        .order_by(InboundMessage.n.desc())
        .limit(1)
        .scalar_subquery()
    )
    kinds = OutboundMessage.kind.not_in(load("reach")["kinds"])
    yield from _waiting(s, kinds, OutboundMessage.made_at > since, newest.startswith("sms:"))


def _send_on(message: OutboundMessage, contact: Contact) -> None:
    if settings().sms_gateway_url and contact.phone_id is not None:
        message.route = "sms"
    else:
        message.route, message.state = "call", "call"


# -- a messenger that refuses ----------------------------------------------------------------------------------------


def refused(s: Session, message_id: int, owner: str, state: str, reason: str) -> None:
    """The channel will never take this message nor any other of its contact (`blocked`, `gone`)."""
    if not outbox.settle(s, message_id, owner, "never", error=reason):
        return
    message = s.get(OutboundMessage, message_id)
    # It waits with the others for what is decided about all of them.
    message.state = "ready"
    s.flush()
    unreachable(s, s.get(Contact, message.contact_id), state, reason)


def unreachable(s: Session, contact: Contact, state: str, reason: str) -> None:
    """Nothing goes to this chat any more: what was sent out of turn goes by SMS or to the desk, which is told once a day.

    The next message of the person opens the chat again (`inbox.put`).
    """
    waiting = s.scalars(
        sa.select(OutboundMessage).where(
            OutboundMessage.contact_id == contact.id,
            OutboundMessage.state.in_(outbox.OPEN),
            OutboundMessage.route.is_(None),
            OutboundMessage.kind.in_(load("reach")["kinds"]),
        )
    ).all()
    for message in waiting:
        message.state, message.lease_owner, message.lease_until = "ready", None, None
        _send_on(message, contact)
    s.flush()
    outbox.stop(s, contact, state, reason)
    if contact.worker_id is not None:
        key = f"unreachable:{contact.id}:{clock.local(clock.now()):%Y%m%d}"
        escalations.open_case(s, contact, "call", key=key, detail=f"{contact.channel}: {state}")


# -- SMS -------------------------------------------------------------------------------------------------------------


def sms_secret() -> str:
    """The last part of the address `/sms/<secret>` that the gateway is given for incoming messages."""
    return sealing.keyed_hash("sms", "")[:32]


def sms(s: Session, message: OutboundMessage) -> tuple[str, str]:
    """(phone, text) of a message that goes by SMS: no links, no personal numbers, the choices as digits.

    The phone is in clear: hand it to the gateway and to nobody else. LookupError where the contact has no phone.
    """
    contact = s.get(Contact, message.contact_id)
    number = s.get(SealedNumber, contact.phone_id) if contact.phone_id else None
    if number is None:
        raise LookupError("no phone")
    lines = [_LINK.sub("", sealing.masked(message.text)).strip()]
    if message.buttons:
        choices = " ".join(f"{n} {button['title']}" for n, button in enumerate(message.buttons, 1))
        lines.append(text("utter_sms_choices", message.language, choices=choices))
    return sealing.unseal(number), "\n".join(lines)


def no_sms(s: Session, message_id: int, owner: str, reason: str) -> None:
    """The gateway will not take it: the desk calls."""
    if outbox.settle(s, message_id, owner, "never", error=reason):
        message = s.get(OutboundMessage, message_id)
        message.state, message.route = "call", "call"


def sms_came(s: Session, phone: str, words: str, source_key: str) -> InboundMessage | None:
    """Keep an SMS of a person: a digit is the button of the newest question, anything else is text.

    None for a phone that no chat is reached at, and for a `source_key` (begins with `sms:`) known already.
    """
    number = sealing.find(s, "phone", phone)
    contact = _contact_of(s, number.id) if number is not None else None
    if contact is None:
        return None
    asked = _last_asked(s, contact)
    payload: dict = {"reply_to": asked.id} if asked is not None else {}
    choice = _CHOICE.fullmatch(unicodedata.normalize("NFKC", words).strip())
    buttons = asked.buttons if asked is not None and asked.buttons else []
    if choice and int(choice[1]) <= len(buttons):
        token = buttons[int(choice[1]) - 1]["token"]
        return inbox.put(s, contact, source_key=source_key, kind="button", payload={"token": token, **payload})
    return inbox.put(s, contact, source_key=source_key, kind="text", text=words, payload=payload)


def _contact_of(s: Session, phone_id: int) -> Contact | None:
    """Of several chats with one phone the one that had an SMS last."""
    last = (
        sa.select(sa.func.max(OutboundMessage.id))
        .where(OutboundMessage.contact_id == Contact.id, OutboundMessage.route == "sms")
        .scalar_subquery()
    )
    query = sa.select(Contact).where(Contact.phone_id == phone_id)
    return s.scalars(query.order_by(sa.func.coalesce(last, 0).desc(), Contact.id.desc()).limit(1)).first()


def _last_asked(s: Session, contact: Contact) -> OutboundMessage | None:
    since = clock.now() - dt.timedelta(days=load("reach")["sms_answers_for_days"])
    query = sa.select(OutboundMessage).where(
        OutboundMessage.contact_id == contact.id,
        OutboundMessage.route == "sms",
        OutboundMessage.made_at > since,
        OutboundMessage.buttons.is_not(None),
    )
    asked = s.scalars(query.order_by(OutboundMessage.id.desc()).limit(10)).all()
    return next((message for message in asked if message.buttons), None)
