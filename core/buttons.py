"""Buttons: the chat carries an opaque token, the row says what it means and whose it is."""

import datetime as dt
import json
import re
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotAllowed, NotFound
from core.models import ButtonToken, Contact, OutboundMessage

LIFE = dt.timedelta(days=30)
_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?", re.DOTALL)


def parse(payload: str) -> tuple[str, dict]:
    """Intent and entities of `/intent{json}`; ValueError for anything else."""
    match = _PAYLOAD.fullmatch(payload.strip())
    if match is None:
        raise ValueError(f"no button payload: {payload[:40]}")
    return match["intent"], json.loads(match["entities"] or "{}")


def payload_of(intent: str, entities: dict) -> str:
    """`/intent{json}` as Rasa reads it."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


def make(s: Session, contact: Contact, payload: str, title: str, outbound: OutboundMessage | None) -> str:
    """A token of 18 bytes (Telegram takes 64) for one button of one contact; it works for 30 days."""
    intent, entities = parse(payload)
    token = f"b:{secrets.token_urlsafe(12)}"
    s.add(
        ButtonToken(
            token=token, contact_id=contact.id, intent=intent, entities=entities, title=title,
            outbound_id=outbound and outbound.id, expires_at=clock.now() + LIFE,
        )
    )  # fmt: skip
    return token


def resolve(s: Session, contact: Contact, token: str) -> ButtonToken:
    """What a tapped button means. NotFound: unknown or older than 30 days; NotAllowed: of another contact.

    A button may be tapped again (the same card twice); what it does is keyed by the message that tapped it.
    """
    row = s.get(ButtonToken, token)
    if row is None or row.expires_at <= clock.now():
        raise NotFound("button")
    if row.contact_id != contact.id:
        raise NotAllowed(f"button of another contact than {contact.id}")
    row.used_at = row.used_at or clock.now()
    return row


def title_of(s: Session, contact: Contact, token: str) -> str:
    """What the button said; empty for one that is not this contact's."""
    query = sa.select(ButtonToken.title).where(ButtonToken.token == token, ButtonToken.contact_id == contact.id)
    return s.scalar(query) or ""


def drop_expired(s: Session) -> int:
    """Delete the tokens that no longer work; how many."""
    return s.execute(sa.delete(ButtonToken).where(ButtonToken.expires_at <= clock.now())).rowcount
