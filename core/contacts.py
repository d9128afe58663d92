"""Chat identities: who writes, for whom, which office answers, and whether the bot or a person speaks."""

import re
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotAllowed
from core.models import Contact, ContactWorker, InboundMessage, Office, OutboundMessage, User, Worker
from core.rows import insert_new

LATELY = 8  # messages
GOVERNMENT_LINE = "12345"  # the line that every county has, for an installation without an office
_DAYS = {
    "周一": "Monday", "周二": "Tuesday", "周三": "Wednesday", "周四": "Thursday", "周五": "Friday", "周六": "Saturday",
    "周日": "Sunday", "每天": "every day", "至": " to ", "、": ", ", "，": ", ",
}  # fmt: skip


def of_channel(
    s: Session, channel: str, external_id: str, *, name: str | None = None, language: str | None = None
) -> Contact:
    """The contact of a chat, made when it is new; `name` is kept up to date. Needs a write transaction."""
    here = sa.select(Contact).where(Contact.channel == channel, Contact.external_id == external_id)
    contact = s.scalar(here)
    if contact is None:
        insert_new(
            s, Contact, key=secrets.token_hex(16), channel=channel, external_id=external_id, display_name=name,
            language=language or "zh", office_id=_default_office(s), created_at=clock.now(),
        )  # fmt: skip
        contact = s.execute(here).scalar_one()
    if name and contact.display_name != name:
        contact.display_name = name
    return contact


def _default_office(s: Session) -> int | None:
    return s.scalar(sa.select(Office.id).order_by(Office.is_default.desc(), Office.id).limit(1))


def lock(s: Session, contact: Contact) -> None:
    """Read the contact afresh; nobody else numbers its messages or holds it until this transaction ends."""
    s.flush()
    s.refresh(contact, with_for_update=True)


def next_n(contact: Contact) -> int:
    """The next number of a message, both directions; call it under `lock`."""
    contact.last_n += 1
    return contact.last_n


def workers_of(s: Session, contact: Contact) -> list[tuple[ContactWorker, Worker]]:
    """For whom this chat speaks, in the order in which they were bound."""
    query = sa.select(ContactWorker, Worker).join(Worker, Worker.id == ContactWorker.worker_id)
    rows = s.execute(query.where(ContactWorker.contact_id == contact.id).order_by(ContactWorker.id))
    return [(bond, worker) for bond, worker in rows]


def speaks_for(s: Session, contact_id: int | None, worker_id: int) -> Contact | None:
    """That chat, if it speaks for this worker (still); what is theirs is said nowhere else."""
    bond = sa.select(ContactWorker.id).where(
        ContactWorker.contact_id == contact_id, ContactWorker.worker_id == worker_id
    )
    return s.get(Contact, contact_id) if contact_id and s.scalar(bond.limit(1)) is not None else None


def active_worker(s: Session, contact: Contact) -> Worker | None:
    """The worker whose turn it is in this chat."""
    return s.get(Worker, contact.worker_id) if contact.worker_id else None


def switch_worker(s: Session, contact: Contact, worker_id: int) -> Worker:
    """Make another of the chat's workers the active one; NotAllowed when the chat does not speak for them."""
    for _, worker in workers_of(s, contact):
        if worker.id == worker_id:
            contact.worker_id = worker_id
            return worker
    raise NotAllowed(f"contact {contact.id} does not speak for worker {worker_id}")


def office_of(s: Session, contact: Contact) -> dict[str, Any]:
    """Whom this chat can turn to: the active worker's caseworker and office, else those of the default office.

    Keys: office, office_en, phone, address, hours, on_call, caseworker, caseworker_en, caseworker_phone,
    caseworker_id (None where there is nobody).
    """
    worker = active_worker(s, contact)
    helper = s.get(User, worker.caseworker_id) if worker is not None and worker.caseworker_id else None
    helper = helper if helper is not None and helper.active else None
    office = _office(s, contact, worker, helper)
    helper = helper or _first_caseworker(s, office)
    return {
        "office": office.name if office else GOVERNMENT_LINE,
        "office_en": office.name_en if office else GOVERNMENT_LINE,
        "phone": office.phone if office else GOVERNMENT_LINE,
        "address": office.address if office else "",
        "hours": office.hours if office else "",
        "on_call": (office.on_call_phone if office else None) or (office.phone if office else GOVERNMENT_LINE),
        "caseworker": helper.name if helper else None,
        "caseworker_en": helper.name_en if helper else None,
        "caseworker_phone": helper.phone if helper else None,
        "caseworker_id": helper.id if helper else None,
    }


def _office(s: Session, contact: Contact, worker: Worker | None, helper: User | None) -> Office | None:
    if helper is not None and helper.office_id:
        return s.get(Office, helper.office_id)
    if worker is not None and worker.county_code:
        office = s.scalar(sa.select(Office).where(Office.county_code == worker.county_code))
        if office is not None:
            return office
    chosen = contact.office_id or _default_office(s)
    return s.get(Office, chosen) if chosen else None


def _first_caseworker(s: Session, office: Office | None) -> User | None:
    query = sa.select(User).where(
        User.office_id == (office.id if office else 0), User.role == "caseworker", User.active
    )
    return s.scalar(query.order_by(User.id).limit(1))


def values(s: Session, contact: Contact, language: str) -> dict[str, str]:
    """What responses are filled with: office, caseworker, phone, address, hours, in that language.

    `caseworker` is the office where nobody is named; `phone` is the caseworker's, else the office's.
    """
    known, english = office_of(s, contact), language == "en"
    office = known["office_en"] if english else known["office"]
    return {
        "office": office,
        "caseworker": (known["caseworker_en"] if english else known["caseworker"]) or office,
        "phone": known["caseworker_phone"] or known["phone"],
        "address": known["address"],
        "hours": _english_hours(known["hours"]) if english else known["hours"],
    }


def _english_hours(hours: str) -> str:
    for zh, en in _DAYS.items():
        hours = hours.replace(zh, en)
    return re.sub(r"(?<=y)(?=\d)", " ", hours)


def said_lately(s: Session, contact: Contact, words: str) -> bool:
    """Whether this very text is among the last few things said in this chat, before the turn under way."""
    query = sa.select(OutboundMessage.text).where(OutboundMessage.contact_id == contact.id)
    return words in s.scalars(query.order_by(OutboundMessage.n.desc()).limit(LATELY)).all()


def hold(s: Session, contact: Contact, case_id: int) -> None:
    """A person speaks now: the bot is silent, messages go to the case."""
    lock(s, contact)
    contact.held_by, contact.held_case_id = "caseworker", case_id


def release(s: Session, contact: Contact) -> None:
    """The bot speaks again, and says so: a `resume` goes through the inbox like any message. Twice is once."""
    lock(s, contact)
    if contact.held_by == "bot":
        return
    case_id, n = contact.held_case_id, contact.last_n + 1
    contact.held_by, contact.held_case_id = "bot", None
    go_on(s, contact, "resume", {}, key=f"resume:{contact.id}:{n}", case_id=case_id)


def go_on(
    s: Session,
    contact: Contact,
    intent: str,
    entities: dict[str, Any],
    *,
    key: str,
    case_id: int | None = None,
    words: str = "",
) -> None:
    """The house tells itself what comes next in this chat: a row of the inbox, answered like any message, in its turn.

    `words`: what the worker had said, where it is done only now. Guarantee: the same `key` twice is one row. Needs a
    write transaction.
    """
    lock(s, contact)
    if s.scalar(sa.select(InboundMessage.id).where(InboundMessage.source_key == key)) is not None:
        return
    s.add(
        InboundMessage(
            contact_id=contact.id, n=next_n(contact), source_key=key, kind="internal", text=words,
            payload={"intent": intent, "entities": entities}, case_id=case_id, received_at=clock.now(),
        )
    )  # fmt: skip
    s.flush()
