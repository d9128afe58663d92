"""A person's data as a whole: a copy of it, and its deletion."""

import datetime as dt
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import applications, audit, clock, consents, contacts, db, inbox, sealing, states
from core.config import settings
from core.models import (
    Application,
    ButtonToken,
    Checkin,
    Claim,
    CodeSlip,
    Consent,
    Contact,
    ContactWorker,
    Draft,
    Escalation,
    EscalationEvent,
    InboundMessage,
    Media,
    OutboundMessage,
    Placement,
    SealedNumber,
    Search,
    Worker,
    WorkerFact,
)
from core.rows import insert_new

NAMELESS = "—"
DELETED = "deleted"  # why they left: an import of the list does not bring them back
EMPTY: dict[str, Any] = {
    "name": NAMELESS, "sex": None, "birth_on": None, "id_number_id": None, "id_number_reason": None, "phone_id": None,
    "phone_whose": None, "household_no": None, "household_role": None, "household_members": None, "village": None,
    "limits": [], "trades": [], "certificates": [], "unpaid_work": [], "school_years": None, "reach": None,
    "hours": None, "training_wish": None, "wage_wish": None, "wish": "unknown", "work_state": "unknown",
    "confirmed_at": None,
}  # fmt: skip
TRACKER = "drop_tracker:"
GRAVE = ("emergency", "wage", "injury")  # cases that need the words of the person while they are open
# A turn under way may still write to its tracker; the relay's lease is 90 seconds.
SETTLED = dt.timedelta(minutes=3)


# -- a copy ----------------------------------------------------------------------------------------------------------


def export(s: Session, worker: Worker) -> dict[str, Any]:
    """All that is on record about a worker, for JSON (dates as ISO). Numbers show their last four figures only.

    Messages are in it where the chat speaks for nobody else.
    """
    of = {table.__tablename__: _rows(s, table, worker) for table in (WorkerFact, Consent, Placement, Checkin, Claim)}
    record = _plain(worker) | {
        "id_number": _tail(s, worker.id_number_id),
        "phone": _tail(s, worker.phone_id),
    }
    return {
        "made_at": clock.now().isoformat(timespec="seconds"),
        "worker": record,
        **of,
        "applications": _rows(s, Application, worker),
        "cases": _rows(s, Escalation, worker, without=("about_user_id", "push_error")),
        "messages": [line for contact in _only_for(s, worker) for line in _lines(s, contact)],
    }


def _rows(s: Session, table: Any, worker: Worker, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    rows = s.scalars(sa.select(table).where(table.worker_id == worker.id).order_by(table.id))
    return [{name: value for name, value in _plain(row).items() if name not in without} for row in rows]


def _plain(row: Any) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name != "dedupe"}
    return {name: v.isoformat() if isinstance(v, dt.date) else v for name, v in values.items()}


def _tail(s: Session, number_id: int | None) -> str | None:
    row = s.get(SealedNumber, number_id) if number_id else None
    return f"****{row.tail}" if row else None


def _lines(s: Session, contact: Contact) -> list[dict[str, Any]]:
    shown = [line for line in inbox.transcript(s, contact) if line["kind"] != "internal"]
    return [{"at": line["at"].isoformat(), "from": line["from_"], "text": line["text"]} for line in shown]


def _contacts(s: Session, worker: Worker) -> list[Contact]:
    query = sa.select(Contact).join(ContactWorker, ContactWorker.contact_id == Contact.id)
    return list(s.scalars(query.where(ContactWorker.worker_id == worker.id).order_by(Contact.id)))


def _only_for(s: Session, worker: Worker) -> list[Contact]:
    """The chats that speak for this worker and for nobody else."""
    others = sa.select(ContactWorker.contact_id).where(ContactWorker.worker_id != worker.id)
    shared = set(s.scalars(others))
    return [contact for contact in _contacts(s, worker) if contact.id not in shared]


# -- deletion --------------------------------------------------------------------------------------------------------


def must_stay(s: Session, worker: Worker) -> list[str]:
    """What is still under way and needs the person's data: `claim` (money asked for), `case` (pay or injury); mostly empty."""
    claims = sa.select(Claim.id).where(
        Claim.worker_id == worker.id, Claim.state.in_(["asked", "with_office", "granted"])
    )
    cases = sa.select(Escalation.id).where(
        Escalation.worker_id == worker.id, Escalation.state != "closed", Escalation.kind.in_(GRAVE)
    )  # fmt: skip
    return [word for word, query in (("claim", claims), ("case", cases)) if s.scalar(query.limit(1)) is not None]


def delete(s: Session, worker: Worker, *, by: str) -> dict[str, int]:
    """Delete a person's data; rows that are counted stay without a name, place or words. What and how many.

    Chats that speak for nobody else lose their words, files and their conversation with Rasa (`trackers_to_drop`).
    Numbers that nobody else has are deleted. The answers to consents stay, as the law's proof, and are withdrawn.
    Files go when the transaction is committed by the caller; a deletion that fails can be run again.
    """
    alone, numbers = _only_for(s, worker), _numbers_of(s, worker)
    done = {
        "facts": _gone(s, WorkerFact, WorkerFact.worker_id == worker.id),
        "code slips": _gone(s, CodeSlip, CodeSlip.worker_id == worker.id),
        "case notes": _silence_cases(s, Escalation.worker_id == worker.id),
        "check-in words": _set(s, Checkin, Checkin.worker_id == worker.id, answer_text=None),
    }
    for application, _, _ in applications.of_worker(s, worker, alive=True):
        applications.withdraw(s, application)
    _set(s, Application, Application.worker_id == worker.id, note=None)
    _set(s, Claim, Claim.worker_id == worker.id, facts=None)
    _set(s, Placement, Placement.worker_id == worker.id, employer_name=None, place=None, pay_said=None)
    done["messages"] = sum(forget_chat(s, contact) for contact in alone)
    done["chats"] = _unbind(s, worker)
    for field, value in EMPTY.items():
        setattr(worker, field, value)
    worker.left_at, worker.left_reason, worker.changed_at = clock.now(), DELETED, clock.now()
    s.flush()
    done["numbers"] = sum(_drop_number(s, number) for number in numbers)
    audit.record(s, by, "data_deleted", "worker", worker.id, done)
    return done


def _gone(s: Session, table: Any, *where: Any) -> int:
    return s.execute(sa.delete(table).where(*where).execution_options(synchronize_session="fetch")).rowcount


def _set(s: Session, table: Any, *where: Any, **values: Any) -> int:
    change = sa.update(table).where(*where).values(**values)
    return s.execute(change.execution_options(synchronize_session="fetch")).rowcount


def _silence_cases(s: Session, *which: Any) -> int:
    cases = list(s.scalars(sa.select(Escalation.id).where(*which)))
    _set(s, EscalationEvent, EscalationEvent.escalation_id.in_(cases), note=None)
    return _set(s, Escalation, Escalation.id.in_(cases), detail=None, first_answer=None)


def forget_chat(s: Session, contact: Contact) -> int:
    """Take the words and files out of a chat, but not out of what is on its way in or out at this moment; how many.

    Of its cases those that were opened for nobody on record lose their words too; a grave one that is open keeps them.
    """
    mine = contact.id
    settled_or_light = sa.or_(Escalation.state == "closed", Escalation.kind.not_in(GRAVE))
    _silence_cases(s, Escalation.contact_id == mine, Escalation.worker_id.is_(None), settled_or_light)
    came = _set(
        s, InboundMessage, InboundMessage.contact_id == mine, InboundMessage.state != "new", text="", payload=None
    )
    settled = OutboundMessage.state.not_in(["ready", "sending"])
    went = _set(
        s, OutboundMessage, OutboundMessage.contact_id == mine, settled, text=NAMELESS, buttons=None, image=None
    )
    files = list(s.scalars(sa.select(Media.path).where(Media.contact_id == mine)))
    sa.event.listen(s, "after_commit", lambda _session: _drop_files(files), once=True)
    for table in (Draft, Search, ButtonToken, Media):
        _gone(s, table, table.contact_id == mine)
    states.put(s, TRACKER + contact.key, clock.now().isoformat())
    contact.key, contact.display_name, contact.phone_id = secrets.token_hex(16), None, None
    contact.phone_is_own = False
    return came + went


def _drop_files(paths: list[str]) -> None:
    for path in paths:
        (settings().var_dir / "media" / Path(path)).unlink(missing_ok=True)


def _unbind(s: Session, worker: Worker) -> int:
    for purpose, answer in consents.newest(s, worker.id).items():
        if answer.granted:
            insert_new(
                s, Consent, worker_id=worker.id, contact_id=answer.contact_id, purpose=purpose, granted=False,
                wording=answer.wording, dedupe=f"deleted:{worker.id}:{purpose}", at=clock.now(),
            )  # fmt: skip
    bound = _contacts(s, worker)
    _gone(s, ContactWorker, ContactWorker.worker_id == worker.id)
    for contact in bound:
        if contact.worker_id == worker.id:
            others = contacts.workers_of(s, contact)
            contact.worker_id = others[0][1].id if others else None
    return len(bound)


def _numbers_of(s: Session, worker: Worker) -> set[int]:
    told = sa.select(WorkerFact.value).where(
        WorkerFact.worker_id == worker.id, WorkerFact.field.in_(["id_number_id", "phone_id"])
    )
    notes = sa.select(EscalationEvent.note).join(Escalation, Escalation.id == EscalationEvent.escalation_id)
    written = [note or "" for note in s.scalars(notes.where(Escalation.worker_id == worker.id))]
    found = {worker.id_number_id, worker.phone_id, *s.scalars(told), *(c.phone_id for c in _only_for(s, worker))}
    for contact in _only_for(s, worker):
        written += s.scalars(sa.select(InboundMessage.text).where(InboundMessage.contact_id == contact.id))
    found |= {int(number) for text in written for _, number in sealing.PLACEHOLDER.findall(text)}
    return {number for number in found if number}


def _drop_number(s: Session, number: int) -> int:
    """Delete a number unless it is somebody else's too."""
    used = sa.select(Worker.id).where(sa.or_(Worker.id_number_id == number, Worker.phone_id == number))
    held = sa.select(Contact.id).where(Contact.phone_id == number)
    if s.scalar(used.limit(1)) is not None or s.scalar(held.limit(1)) is not None:
        return 0
    return _gone(s, SealedNumber, SealedNumber.id == number)


def trackers_to_drop(s: Session) -> list[str]:
    """Rasa's sender ids whose conversation is to be deleted and no turn of which can be under way any more."""
    waiting = states.with_prefix(s, TRACKER)
    return [key for key, at in waiting.items() if clock.now() - dt.datetime.fromisoformat(at) > SETTLED]


def drop_trackers(s: Session) -> int:
    """Delete those conversations from Rasa's own database (one row an event, table `events`); how many."""
    senders = trackers_to_drop(s)
    if not senders:
        return 0
    engine = db.make_engine(settings().tracker_url)
    events = sa.table("events", sa.column("sender_id"))
    if sa.inspect(engine).has_table("events"):
        with engine.execution_options(wengang_write=True).begin() as rasa:
            rasa.execute(sa.delete(events).where(events.c.sender_id.in_(senders)))
    engine.dispose()
    for sender in senders:
        states.drop(s, TRACKER + sender)
    return len(senders)
