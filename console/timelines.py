"""What happened to a person, from every table that knows, the newest first."""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from console import access
from core import clock
from core.models import (
    Application,
    Checkin,
    Consent,
    Employer,
    Escalation,
    Placement,
    User,
    Vacancy,
    Worker,
    WorkerFact,
)


@dataclasses.dataclass(frozen=True)
class Entry:
    """One thing that happened: `what` names the template's words, `row` and `more` fill them."""

    at: dt.datetime
    what: str
    row: object
    more: object = None


def of(s: Session, user: User, worker: Worker) -> list[Entry]:
    """The timeline of a worker, as this user may see it (cases that are hidden from the user are not in it)."""
    entries = [*_placements(s, worker), *_checkins(s, worker), *_applications(s, worker), *_said(s, worker)]
    cases = s.scalars(access.cases(user).where(Escalation.worker_id == worker.id))
    entries += [Entry(case.opened_at, "case", case) for case in cases]
    entries.append(Entry(worker.made_at, "record", worker))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _day(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), clock.CHINA)


def _placements(s: Session, worker: Worker) -> list[Entry]:
    entries = []
    for placement in s.scalars(sa.select(Placement).where(Placement.worker_id == worker.id)):
        entries.append(Entry(_day(placement.started_on), "started", placement))
        if placement.ended_on:
            entries.append(Entry(_day(placement.ended_on), "ended", placement))
    return entries


def _checkins(s: Session, worker: Worker) -> list[Entry]:
    rows = s.scalars(sa.select(Checkin).where(Checkin.worker_id == worker.id, Checkin.state != "due"))
    return [Entry(row.answered_at or row.asked_at or row.due_at, "checkin", row) for row in rows]


def _applications(s: Session, worker: Worker) -> list[Entry]:
    query = (
        sa.select(Application, Vacancy.title, Employer.name)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Application.worker_id == worker.id)
    )
    return [
        Entry(row.changed_at, "application", row, f"{employer} · {title}") for row, title, employer in s.execute(query)
    ]


def _said(s: Session, worker: Worker) -> list[Entry]:
    facts = s.scalars(sa.select(WorkerFact).where(WorkerFact.worker_id == worker.id))
    consents = s.scalars(sa.select(Consent).where(Consent.worker_id == worker.id))
    return [*(Entry(f.at, "fact", f) for f in facts), *(Entry(c.at, "consent", c) for c in consents)]
