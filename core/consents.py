"""A yes or a no to one purpose: append-only, with the version of the words that were shown; the newest counts."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.models import Consent, Contact, Worker
from core.responses import raw
from core.rows import insert_new

# `health` is asked apart, and only when somebody tells what they can't do.
PURPOSES = ("matching", "follow_up", "sharing")


def wording(response: str, language: str) -> str:
    """The version of the words that ask for a consent: language and a hash, so that other words are another version."""
    shown = raw(response, language)["text"]
    return f"{language}:{hashlib.sha256(shown.encode()).hexdigest()[:12]}"


def record(
    s: Session,
    contact: Contact,
    worker: Worker | None,
    purpose: str,
    granted: bool,
    *,
    key: str,
    shown: str | None = None,
) -> None:
    """Keep an answer to what was asked in the contact's language; the same `key` twice is one row.

    `shown` is the response that asked, by default that of the purpose. Without a worker the answer waits for `belong`.
    """
    insert_new(
        s, Consent, worker_id=worker and worker.id, contact_id=contact.id, purpose=purpose, granted=granted,
        wording=wording(shown or f"utter_consent_{purpose}", contact.language), dedupe=key, at=clock.now(),
    )  # fmt: skip


def belong(s: Session, contact: Contact, worker: Worker, *, keys: str) -> None:
    """Give the answers of this chat whose key begins with `keys` to the worker who was put on record after them."""
    waiting = sa.update(Consent).where(
        Consent.contact_id == contact.id, Consent.worker_id.is_(None), Consent.dedupe.startswith(keys, autoescape=True)
    )
    s.execute(waiting.values(worker_id=worker.id).execution_options(synchronize_session="fetch"))


def newest(s: Session, worker_id: int | None) -> dict[str, Consent]:
    """Purpose → the answer that counts; a purpose that was never asked about is not in it."""
    query = sa.select(Consent).where(Consent.worker_id == worker_id).order_by(Consent.id)
    return {consent.purpose: consent for consent in s.scalars(query)}


def granted(s: Session, worker_id: int | None, purpose: str) -> bool:
    """Whether the newest answer to a purpose is a yes; never asked is no."""
    answer = newest(s, worker_id).get(purpose)
    return answer is not None and answer.granted
