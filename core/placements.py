"""Jobs that workers have: begun, confirmed, interrupted, ended. The questions that follow are core/checkins.py's."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, checkins, clock, profile
from core.models import Application, Contact, Placement, Vacancy, Worker

# Held beside another job; any other new job ends the one before it.
BESIDE = ("short_term", "own_business")
KIND_OF_VACANCY = {
    "workshop": "workshop",
    "public_welfare": "public_welfare",
    "short_term": "short_term",
    "part_time": "short_term",
}


def active(s: Session, worker: Worker | None) -> Placement | None:
    """The job that a worker has now, the latest begun; None without one."""
    if worker is None:
        return None
    query = sa.select(Placement).where(Placement.worker_id == worker.id, Placement.state == "active")
    return s.scalars(query.order_by(Placement.started_on.desc(), Placement.id.desc()).limit(1)).first()


def kind_of(vacancy: Vacancy, worker: Worker) -> str:
    """What kind of placement an opening leads to: by its own kind, else near home or away."""
    if vacancy.kind in KIND_OF_VACANCY:
        return KIND_OF_VACANCY[vacancy.kind]
    near = bool(worker.county_code and vacancy.region_code and areas.within(vacancy.region_code, worker.county_code))
    return "local" if near else "away"


def start(
    s: Session,
    worker: Worker,
    contact: Contact | None,
    *,
    key: str,
    employer_name: str | None,
    started_on: dt.date,
    kind: str,
    source: str = "worker",
    **facts: object,
) -> Placement:
    """Put a job on record, with its check-ins. `facts`: vacancy_id, employer_id, region_code, place, pay_month, pay_said,
    organised, contract.

    Guarantee: the same `key`, or the same employer told again, gives the placement that is there, with what was still
    unknown filled in. Another job before it ends (but not beside a short-term job or an own business).
    """
    placement = s.scalar(sa.select(Placement).where(Placement.dedupe == key)) or _same(s, worker, employer_name, facts)
    if placement is None:
        _end_before(s, worker, started_on, kind, key)
        placement = Placement(
            worker_id=worker.id, employer_name=employer_name, started_on=started_on, kind=kind, source=source,
            dedupe=key, made_at=clock.now(),
        )  # fmt: skip
        s.add(placement)
    for field, value in facts.items():
        if getattr(placement, field) is None:
            setattr(placement, field, value)
    placement.changed_at = clock.now()
    if source == "worker":
        placement.confirmed_on = clock.today()
    s.flush()
    _applied(s, placement)
    if started_on <= clock.today():
        _work_state(s, worker, "in_work", source, key)
    checkins.plan(s, placement, clock.due_now())
    return placement


def _same(s: Session, worker: Worker, employer_name: str | None, facts: dict) -> Placement | None:
    query = sa.select(Placement).where(Placement.worker_id == worker.id, Placement.state == "active")
    if facts.get("vacancy_id"):
        same = Placement.vacancy_id == facts["vacancy_id"]
    else:
        same = Placement.employer_name == employer_name
    return s.scalars(query.where(same).limit(1)).first() if employer_name or facts.get("vacancy_id") else None


def _end_before(s: Session, worker: Worker, day: dt.date, kind: str, key: str) -> None:
    if kind in BESIDE:
        return
    query = sa.select(Placement).where(
        Placement.worker_id == worker.id, Placement.state == "active", Placement.kind.not_in(BESIDE)
    )
    for number, before in enumerate(s.scalars(query).all()):
        end(s, before, ended_on=max(day, before.started_on), reason="new_job", key=f"{key}:before:{number}")


def _applied(s: Session, placement: Placement) -> None:
    if placement.vacancy_id is None:
        return
    s.execute(
        sa.update(Application)
        .where(Application.worker_id == placement.worker_id, Application.vacancy_id == placement.vacancy_id)
        .values(state="started", changed_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def _work_state(s: Session, worker: Worker, state: str, source: str, key: str, author: str | None = None) -> None:
    if worker.work_state != state:
        author = author or f"worker:{worker.id}"
        profile.set_fact(s, worker, "work_state", state, source=source, author=author, key=f"{key}:work_state")


def end(
    s: Session,
    placement: Placement,
    *,
    ended_on: dt.date,
    reason: str,
    key: str,
    source: str = "worker",
    author: str | None = None,
) -> None:
    """The job is over: nothing more is asked of it. `reason` e.g. `lost`, `left`, `finished`, `not_started`, `new_job`.

    Whether the worker wants another is not known by that: their state becomes `unknown` until they say.
    """
    if placement.state == "ended":
        return
    placement.state, placement.ended_on, placement.end_reason = "ended", ended_on, reason
    placement.changed_at = clock.now()
    checkins.drop(s, placement.id, "the job has ended", "due", "asked", "missed", "call")
    s.flush()
    worker = s.get(Worker, placement.worker_id)
    if reason != "new_job" and active(s, worker) is None:
        _work_state(s, worker, "unknown", source, key, author)


def confirm(s: Session, placement: Placement) -> None:
    """The worker said that they still have it."""
    placement.confirmed_on, placement.changed_at = clock.today(), clock.now()


def away(s: Session, placement: Placement, until: dt.date, *, by_worker: bool = True) -> dt.date:
    """Home for a while, back on `until`; returns the day on which the next question comes.

    Only the worker's own word confirms the job.
    """
    placement.away_until, placement.changed_at = until, clock.now()
    if by_worker:
        placement.confirmed_on = clock.today()
    return checkins.move_on(s, placement, until)
