"""Six-figure codes on a caseworker's slip, and what binds a chat to a person on record."""

import datetime as dt
import re
import secrets
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, contacts, escalations, sealing
from core.errors import Invalid
from core.models import CodeSlip, Contact, ContactWorker, InboundMessage, Worker
from core.rows import insert_new

LIFE = dt.timedelta(days=30)
# A code is one of a million: this many tries a day give a stranger next to no chance.
TRIES_A_DAY = 10
# Chats cost nothing: those of all of them together are counted too.
TRIES_AN_HOUR = 300


def figures(text: str) -> str | None:
    """The six figures that are all that is said, spaces and dashes left out; None for anything else."""
    plain = re.sub(r"[\s\-—.。]", "", unicodedata.normalize("NFKC", text))
    return plain if re.fullmatch(r"[0-9]{6}", plain) else None


def make_slip(s: Session, worker: Worker, user_id: int | None, code: str | None = None) -> str:
    """A new code for a worker's slip: works once, for 30 days. Only its keyed hash is kept; older ones stop working.

    `code`: the one to use (the demo's); else a free one by chance.
    """
    now = clock.now()
    unused = sa.update(CodeSlip).where(CodeSlip.worker_id == worker.id, CodeSlip.used_at.is_(None))
    s.execute(unused.values(expires_at=now).execution_options(synchronize_session=False))
    code = code or _free_code(s)
    s.add(
        CodeSlip(code_hash=_hash(code), worker_id=worker.id, made_by=user_id, made_at=now, expires_at=now + LIFE)
    )  # fmt: skip
    s.flush()
    return code


def _free_code(s: Session) -> str:
    while True:
        code = f"{secrets.randbelow(1_000_000):06d}"
        if _live(s, code) is None:
            return code


def _hash(code: str) -> str:
    return sealing.keyed_hash("slip", code)


def _live(s: Session, code: str) -> CodeSlip | None:
    query = sa.select(CodeSlip).where(
        CodeSlip.code_hash == _hash(code), CodeSlip.used_at.is_(None), CodeSlip.expires_at > clock.now()
    )
    return s.scalar(query.limit(1))


def live_code(s: Session, text: str) -> bool:
    """Whether a message is nothing but the code of a slip that can still be used."""
    code = figures(text)
    return code is not None and _live(s, code) is not None


def known_code(s: Session, text: str) -> bool:
    """Whether a message is nothing but the code of a slip, also of one that was used or is too old."""
    code = figures(text)
    return (
        code is not None
        and s.scalar(sa.select(CodeSlip.id).where(CodeSlip.code_hash == _hash(code)).limit(1)) is not None
    )


def holder(s: Session, text: str) -> Worker | None:
    """Whose slip this code is, if it can still be used."""
    code = figures(text)
    slip = _live(s, code) if code else None
    return s.get(Worker, slip.worker_id) if slip else None


def bind_code(s: Session, contact: Contact, code: str, *, key: str) -> Worker:
    """Bind a chat to the worker of a slip and make them the active one. Needs a write transaction.

    Raises Invalid: `utter_code_unknown` (wrong, used or too old), `utter_code_tries` (too many codes from this chat
    today, or from all chats this hour). Guarantee: of two chats with one code one is bound; the same chat again gives the same worker.
    """
    code = figures(code) or ""
    if bound := _bound_before(s, contact, code):
        contact.worker_id = bound.id
        return bound
    if _tries(s, dt.timedelta(days=1), InboundMessage.contact_id == contact.id) > TRIES_A_DAY or (
        _tries(s, dt.timedelta(hours=1)) > TRIES_AN_HOUR
    ):
        raise Invalid("utter_code_tries", **contacts.values(s, contact, contact.language))
    slip = _live(s, code)
    if slip is None or not _use(s, slip, contact):
        raise Invalid("utter_code_unknown", **contacts.values(s, contact, contact.language))
    worker = s.get(Worker, slip.worker_id)
    bind(s, contact, worker, by="code")
    return worker


def _bound_before(s: Session, contact: Contact, code: str) -> Worker | None:
    mine = sa.select(CodeSlip.worker_id).where(CodeSlip.code_hash == _hash(code), CodeSlip.used_by == contact.id)
    worker_id = s.scalar(mine.order_by(CodeSlip.id.desc()).limit(1))
    return next((worker for _, worker in contacts.workers_of(s, contact) if worker.id == worker_id), None)


def _use(s: Session, slip: CodeSlip, contact: Contact) -> bool:
    used = sa.update(CodeSlip).where(CodeSlip.id == slip.id, CodeSlip.used_at.is_(None))
    used = used.values(used_at=clock.now(), used_by=contact.id).execution_options(synchronize_session=False)
    return s.execute(used).rowcount == 1


def _tries(s: Session, span: dt.timedelta, *whose: sa.sql.ColumnElement) -> int:
    said = sa.select(InboundMessage.text).where(
        InboundMessage.received_at > clock.now() - span, sa.func.length(InboundMessage.text).between(6, 12), *whose
    )
    return sum(figures(text) is not None for text in s.scalars(said))


def bind(s: Session, contact: Contact, worker: Worker, *, by: str, relation: str = "self") -> None:
    """Let a chat speak for a worker and make them the active one; a bond that is there stays as it is."""
    insert_new(
        s, ContactWorker, contact_id=contact.id, worker_id=worker.id, relation=relation, bound_by=by,
        bound_at=clock.now(),
    )  # fmt: skip
    contact.worker_id = worker.id
    s.flush()


def flagged(s: Session, contact: Contact, worker: Worker | None, number_id: int, *, key: str) -> bool:
    """Whether an ID number stands on another record; then a caseworker has to say who is who, and nothing is bound."""
    same = sa.select(Worker).where(Worker.id_number_id == number_id, Worker.left_at.is_(None))
    other = s.scalar(same.where(Worker.id != (worker.id if worker else 0)).limit(1))
    if other is None:
        return False
    escalations.open_case(s, contact, "registration", key=key, detail=f"id_number: worker {other.id}")
    return True
