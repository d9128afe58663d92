"""Applications: a place is held, given back, and never counted below zero."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, contacts, outbox, vacancies, vacancy_words
from core.errors import Invalid, NotFound
from core.models import Application, Contact, Employer, Vacancy, Worker

ALIVE = ("asked", "put_forward", "accepted")
DECISIONS = {
    "put_forward": "utter_application_put_forward",
    "accepted": "utter_application_accepted",
    "refused": "utter_application_refused",
}


def take_place(s: Session, vacancy_id: int) -> bool:
    """Hold one place. Guarantee: one conditional UPDATE, so places never fall below zero, on SQLite and PostgreSQL."""
    taken = s.execute(
        sa.update(Vacancy)
        .where(Vacancy.id == vacancy_id, Vacancy.places_left > 0, Vacancy.state == "open")
        .values(
            places_left=Vacancy.places_left - 1,
            state=sa.case((Vacancy.places_left == 1, "filled"), else_=Vacancy.state),
            changed_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1


def give_back(s: Session, vacancy_id: int) -> None:
    """Give one held place back; a filled opening is open again."""
    s.execute(
        sa.update(Vacancy)
        .where(Vacancy.id == vacancy_id, Vacancy.places_left < Vacancy.places_total)
        .values(
            places_left=Vacancy.places_left + 1,
            state=sa.case((Vacancy.state == "filled", "open"), else_=Vacancy.state),
            changed_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )


def find(s: Session, worker: Worker, vacancy: Vacancy) -> Application | None:
    """The application of a worker for an opening, in whatever state."""
    return s.scalar(
        sa.select(Application).where(Application.worker_id == worker.id, Application.vacancy_id == vacancy.id)
    )


def apply(s: Session, worker: Worker, vacancy: Vacancy, contact: Contact | None, *, key: str) -> Application:
    """Put a worker forward: holds a place, or none where village and county choose.

    Raises Invalid for an opening that is closed, expired or filled. Applying again changes nothing.
    """
    row = find(s, worker, vacancy)
    if row is not None and (row.state not in ("withdrawn", "refused") or row.dedupe == key):
        return row
    check_open(vacancy)
    holds = not vacancy_words.led_by_caseworker(vacancy.kind)
    if holds and not take_place(s, vacancy.id):
        raise Invalid("utter_job_filled", title=vacancy.title)
    if row is None:
        row = Application(worker_id=worker.id, vacancy_id=vacancy.id, dedupe=key, made_at=clock.now())
        s.add(row)
    row.contact_id, row.dedupe = contact and contact.id, key
    row.state, row.holds_place, row.changed_at = "asked", holds, clock.now()
    s.flush()
    s.refresh(vacancy)
    return row


def check_open(vacancy: Vacancy) -> None:
    """Raises Invalid, with the words for it, for an opening that is closed, expired or filled."""
    if vacancy.state == "filled" or vacancy.places_left <= 0:
        raise Invalid("utter_job_filled", title=vacancy.title)
    if not vacancies.is_open(vacancy, clock.today()):
        raise Invalid("utter_job_closed", title=vacancy.title)


def withdraw(s: Session, application: Application, *, note: str | None = None, never_went: bool = False) -> bool:
    """Take an application back and give its place back; False if it was not alive any more (nothing changes then).

    `never_went`: also one that led to a job which, as is told now, never began.
    """
    held, alive = application.holds_place, (*ALIVE, "started") if never_went else ALIVE
    done = s.execute(
        sa.update(Application)
        .where(Application.id == application.id, Application.state.in_(alive))
        .values(state="withdrawn", holds_place=False, note=note, changed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 1 and held:
        give_back(s, application.vacancy_id)
    s.refresh(application)
    return done.rowcount == 1


def of_worker(s: Session, worker: Worker, *, alive: bool = False) -> list[tuple[Application, Vacancy, Employer]]:
    """A worker's applications, newest first; `alive` leaves out those withdrawn, refused and done."""
    query = (
        sa.select(Application, Vacancy, Employer)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Application.worker_id == worker.id)
        .order_by(Application.changed_at.desc(), Application.id.desc())
    )
    if alive:
        query = query.where(Application.state.in_(ALIVE))
    return [(a, v, e) for a, v, e in s.execute(query).all()]


def decide(s: Session, application_id: int, state: str, *, note: str | None = None) -> Application:
    """What the caseworker heard (`put_forward`, `accepted`, `refused`): kept, and told to the worker once.

    A refusal gives the place back. A chat that speaks for the worker no more is not told. Raises NotFound, or ValueError
    for another state.
    """
    if state not in DECISIONS:
        raise ValueError(f"{state} is no decision")
    row = s.get(Application, application_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in ALIVE:
        raise NotFound(f"application {application_id}")
    if row.state == state:
        return row
    if state == "refused" and row.holds_place:
        give_back(s, row.vacancy_id)
        row.holds_place = False
    row.state, row.note, row.changed_at = state, note or row.note, clock.now()
    contact = contacts.speaks_for(s, row.contact_id, row.worker_id)
    if contact is not None:
        vacancy, employer = vacancies.get(s, row.vacancy_id)
        outbox.say(
            s,
            contact,
            DECISIONS[state],
            dedupe=f"application:{row.id}:{state}",
            title=vacancy.title,
            employer=employer.name,
        )
    return row
