"""Browsers: an opaque bearer token opens one web chat; only its keyed hash is kept."""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, contacts, demo, inbox, registration, sealing
from core.errors import NotFound
from core.models import Contact, ContactWorker, WebSession, Worker

# A token that nobody used for so long belongs to a phone that has moved on.
IDLE = dt.timedelta(days=180)
REFRESH = dt.timedelta(minutes=10)


def begin(s: Session, language: str = "zh") -> str:
    """A new chat and its token; the bot greets first. Needs a write transaction."""
    return _opened(s, _new_contact(s, language))


def begin_with_code(s: Session, code: str, language: str = "zh", current: Contact | None = None) -> str:
    """The token of the chat of the person whom a slip names; raises what `registration.bind_code` raises.

    A chat that speaks for that person alone comes back, and its other browsers are signed out: the old phone may be in
    other hands. Otherwise the `current` chat is bound, or a new one.
    """
    known = None if current is not None and current.worker_id else _chat_of(s, registration.holder(s, code))
    contact = known or current or _new_contact(s, language)
    registration.bind_code(s, contact, code, key=f"session:{secrets.token_hex(8)}")
    if known is not None:
        s.execute(sa.delete(WebSession).where(WebSession.contact_id == known.id))
    return _opened(s, contact, code)


def begin_as(s: Session, profile: str, language: str = "zh") -> str:
    """The token of a new chat of one of the demo's invented people; raises NotFound."""
    worker_id = {key: worker_id for key, _, _, worker_id in demo.profiles(s)}.get(profile)
    if worker_id is None:
        raise NotFound("profile")
    contact = _new_contact(s, language)
    registration.bind(s, contact, s.get(Worker, worker_id), by="demo")
    demo.agree(s, contact, profile)
    return _opened(s, contact)


def contact_of(s: Session, token: str) -> Contact | None:
    """Whose token this is; None for one that is unknown, ended or idle for 180 days."""
    row = _row(s, token)
    if row is None or clock.now() - row.last_seen_at > IDLE:
        return None
    return s.get(Contact, row.contact_id)


def is_due(s: Session, token: str) -> bool:
    """Whether it is time to call `refresh`: every ten minutes, so that polls do not write."""
    row = _row(s, token)
    return row is not None and clock.now() - row.last_seen_at > REFRESH


def refresh(s: Session, token: str) -> None:
    """The token was used now. Needs a write transaction."""
    row = _row(s, token)
    if row is not None:
        row.last_seen_at = clock.now()


def end(s: Session, token: str) -> None:
    """This browser forgets its chat; the chat stays. Needs a write transaction."""
    s.execute(sa.delete(WebSession).where(WebSession.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return sealing.keyed_hash("web-session", token)


def _row(s: Session, token: str) -> WebSession | None:
    return s.scalar(sa.select(WebSession).where(WebSession.token_hash == _hash(token)))


def _new_contact(s: Session, language: str) -> Contact:
    return contacts.of_channel(s, "web", secrets.token_hex(8), language=language)


def _opened(s: Session, contact: Contact, code: str | None = None) -> str:
    token, now = secrets.token_urlsafe(32), clock.now()
    row = WebSession(contact_id=contact.id, token_hash=_hash(token), created_at=now, last_seen_at=now)
    s.add(row)
    s.flush()
    payload = {"value": registration.figures(code)} if code else None
    inbox.put(s, contact, source_key=f"webstart:{row.token_hash[:24]}", kind="start", payload=payload)
    return token


def _chat_of(s: Session, worker: Worker | None) -> Contact | None:
    """The newest web chat that speaks for this worker and for nobody else."""
    if worker is None:
        return None
    others = sa.select(ContactWorker.contact_id).where(ContactWorker.worker_id != worker.id)
    query = (
        sa.select(Contact)
        .join(ContactWorker, ContactWorker.contact_id == Contact.id)
        .where(ContactWorker.worker_id == worker.id, Contact.channel == "web", Contact.id.not_in(others))
        .order_by(sa.func.coalesce(Contact.last_inbound_at, Contact.created_at).desc(), Contact.id.desc())
    )
    return s.scalars(query.limit(1)).first()
