"""Applications in the chat: put forward, how they stand, taken back."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import (
    applications,
    cards,
    clock,
    consents,
    contacts,
    escalations,
    placements,
    sequences,
    vacancies,
    vacancy_answers,
    vacancy_words,
)
from core.errors import Invalid
from core.models import Application, Contact, Draft, Employer, Escalation, EscalationEvent, Placement, Vacancy, Worker
from core.readers import ordinals
from core.responses import Said, render, text
from core.sequences import Heard

SHOWN = 3
NOT_GONE = dt.timedelta(days=31)  # a job that began longer ago was begun, whatever is said of it


# -- put forward -----------------------------------------------------------------------------------------------------


def apply(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Put the worker forward for the opening that is meant. First what is missing: which one, a record, a consent.

    Raises Invalid for an opening that is filled or closed. Guarantee: the same turn twice is one application.
    """
    options = vacancies.meant(s, contact, turn.text, turn.entity("vacancy_id"))
    if not options:
        return [render("utter_no_job_in_view", turn.language)]
    if len(options) > 1:
        return [vacancy_answers.which(options, "apply_job", turn.language)]
    vacancy = options[0].vacancy
    if turn.entity("relation"):
        return [_for_another(vacancy, turn.language)]
    worker = contacts.active_worker(s, contact)
    if worker is None:
        applications.check_open(vacancy)
        entities = {"value": "apply_job", "vacancy_id": str(vacancy.id)}
        contacts.go_on(s, contact, "register", entities, key=turn.key("register"))
        return [render("utter_apply_needs_record", turn.language, title=vacancy.title)]
    return _forward(s, contact, worker, vacancy, turn)


def _for_another(vacancy: Vacancy, language: str) -> Said:
    asked = render("utter_apply_for_another", language)
    for_me = cards.button(text("utter_button_for_me", language), "apply_job", vacancy)
    return Said(asked.text, [*asked.buttons, for_me])


def _forward(s: Session, contact: Contact, worker: Worker, vacancy: Vacancy, turn: Heard) -> list[Said]:
    known = applications.find(s, worker, vacancy)
    if known is not None and known.state not in ("withdrawn", "refused") and known.dedupe != turn.key("apply"):
        return [_already(s, known, turn.language)]
    led = vacancy_words.led_by_caseworker(vacancy.kind)
    if not led and not consents.granted(s, worker.id, "sharing"):
        applications.check_open(vacancy)
        sequences.open_(s, contact, "sharing", {"vacancy": vacancy.id, "worker": worker.id})
        return [render("utter_consent_sharing", turn.language)]
    return _put_forward(s, contact, worker, vacancy, turn)


def _already(s: Session, application: Application, language: str) -> Said:
    vacancy, employer = vacancies.get(s, application.vacancy_id)
    line = _line(application, vacancy, employer, language)
    said = render("utter_apply_already", language)
    return Said(f"{said.text}\n{line}", said.buttons)


def _put_forward(s: Session, contact: Contact, worker: Worker, vacancy: Vacancy, turn: Heard) -> list[Said]:
    application = applications.apply(s, worker, vacancy, contact, key=turn.key("apply"))
    _, employer = vacancies.get(s, vacancy.id)
    case = _tell_desk(s, contact, "asked", vacancy, employer, turn, worker)
    name = "utter_applied" if application.holds_place else "utter_applied_led"
    lines = [
        text(name, turn.language, title=vacancy.title, employer=employer.name, person=worker.name),
        escalations.who_comes(s, case, turn.language),
    ]
    if vacancy.certificate and vacancy.certificate not in worker.certificates:
        lines.append(text("utter_apply_certificate", turn.language, certificate=vacancy.certificate))
    return [Said("\n".join(lines), render("utter_applied_next", turn.language).buttons)]


def _tell_desk(
    s: Session, contact: Contact, verb: str, vacancy: Vacancy, employer: Employer, turn: Heard, worker: Worker
) -> Escalation:
    detail = text(
        f"utter_application_note_{verb}", "zh", title=vacancy.title, employer=employer.name, number=vacancy.id
    )
    return escalations.open_case(
        s, contact, "application", key=_case_key(turn, vacancy, verb), detail=detail, worker=worker
    )


def _case_key(turn: Heard, vacancy: Vacancy, verb: str) -> str:
    return turn.key(f"application:{vacancy.id}:{verb}")


# -- the consent that an employer may know who applies ------------------------------------------------------------------


def answer_sharing(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Yes or no to handing name and phone to the employer; yes goes on with the application. None: no answer to that."""
    if sequences.stale(draft):
        return None
    agreed = sequences.yes_or_no(turn, "sharing")
    worker, vacancy = s.get(Worker, draft.data["worker"]), s.get(Vacancy, draft.data["vacancy"])
    if agreed is None or worker is None or vacancy is None:
        return None
    consents.record(s, contact, worker, "sharing", agreed, key=turn.key("sharing"))
    sequences.close(draft, "done" if agreed else "left")
    if agreed:
        return _go_on(s, contact, worker, vacancy, turn)
    return [render("utter_apply_not_shared", turn.language, **contacts.values(s, contact, turn.language))]


def _go_on(s: Session, contact: Contact, worker: Worker, vacancy: Vacancy, turn: Heard) -> list[Said]:
    """The opening may have been filled while the question was open: the consent is kept all the same."""
    try:
        return _put_forward(s, contact, worker, vacancy, turn)
    except Invalid as error:
        return [render(error.response, turn.language, **error.values)]


def ask_sharing_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """The open question about the employer, once more."""
    return render("utter_consent_sharing", language)


# -- how they stand --------------------------------------------------------------------------------------------------


def _line(application: Application, vacancy: Vacancy, employer: Employer, language: str) -> str:
    return text(f"utter_status_{application.state}", language, title=vacancy.title, employer=employer.name)


def status(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The newest applications, each with how it stands, and who says when it goes on."""
    worker = contacts.active_worker(s, contact)
    rows = applications.of_worker(s, worker)[:SHOWN] if worker is not None else []
    if not rows:
        return [render("utter_no_application", turn.language)]
    lines = [_line(*row, turn.language) for row in rows]
    alive = any(application.state in applications.ALIVE for application, _, _ in rows)
    case = _open_case(s, worker) if alive else None
    if case is not None:
        lines.append(escalations.who_comes(s, case, turn.language))
    elif alive:
        lines.append(text("utter_status_ask", turn.language, **contacts.values(s, contact, turn.language)))
    buttons = render("utter_status_buttons" if alive else "utter_no_application", turn.language).buttons
    return [Said("\n".join(lines), buttons)]


def _open_case(s: Session, worker: Worker | None) -> Escalation | None:
    query = sa.select(Escalation).where(
        Escalation.worker_id == (worker and worker.id), Escalation.kind == "application", Escalation.state != "closed"
    )
    return s.scalar(query.order_by(Escalation.id.desc()).limit(1))


# -- taken back ------------------------------------------------------------------------------------------------------


def withdraw(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Take back the application that is meant; asked which when several are alive. Its place is free again."""
    worker = contacts.active_worker(s, contact)
    if worker is None:
        return [render("utter_no_application", turn.language)]
    every = applications.of_worker(s, worker)
    alive = [row for row in every if row[0].state in applications.ALIVE]
    meant = [row for row in every if _taken_back_by(s, row[1], turn)] or _meant(alive, turn)
    if len(meant) == 1:
        return _taken_back(s, contact, worker, meant[0], turn)
    if meant:
        return [_which(meant, turn.language)]
    return _never_went(s, worker, turn)


def _taken_back_by(s: Session, vacancy: Vacancy, turn: Heard) -> bool:
    """Whether this very turn took it back before: a turn that is tried again says the same."""
    query = sa.select(EscalationEvent.id).where(EscalationEvent.dedupe == _case_key(turn, vacancy, "withdrawn"))
    return s.scalar(query) is not None


def _meant(alive: list, turn: Heard) -> list:
    pointed = turn.entity("vacancy_id")
    if pointed:
        return [row for row in alive if str(row[1].id) == str(pointed)]
    named = [row for row in alive if row[2].name in turn.text or row[1].title in turn.text]
    n = ordinals.read(turn.text) if len(alive) > 1 else None
    if n is not None and 1 <= abs(n) <= len(alive):
        return [alive[n - 1 if n > 0 else n]]
    return named or alive


def _which(rows: list, language: str) -> Said:
    asked = render("utter_withdraw_which", language)
    buttons = [cards.button(vacancy.title[:14], "withdraw_application", vacancy) for _, vacancy, _ in rows[:6]]
    return Said(asked.text, buttons)


def _taken_back(s: Session, contact: Contact, worker: Worker, row: tuple, turn: Heard) -> list[Said]:
    application, vacancy, employer = row
    applications.withdraw(s, application)
    _tell_desk(s, contact, "withdrawn", vacancy, employer, turn, worker)
    said = render("utter_withdrawn", turn.language, title=vacancy.title, employer=employer.name)
    again = cards.button(text("utter_button_apply_again", turn.language), "apply_job", vacancy)
    return [Said(said.text, [*said.buttons, again])]


def _never_went(s: Session, worker: Worker, turn: Heard) -> list[Said]:
    """No application is alive: perhaps a job is on record that they never began. Asked, for it would end it."""
    job = placements.active(s, worker)
    if job is None or job.started_on < clock.today() - NOT_GONE:
        return [render("utter_no_application", turn.language)]
    name = job.employer_name or text("utter_this_job", turn.language)
    asked = render("utter_ask_not_gone", turn.language, employer=name)
    yes = {"title": text("utter_button_not_gone", turn.language), "payload": _not_gone(job)}
    return [Said(asked.text, [yes, *asked.buttons])]


def _not_gone(job: Placement) -> str:
    return f'/choose{{"field": "not_gone", "value": "{job.id}"}}'


def not_gone(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """They never began the job: it is over without having been one, and its place is free again."""
    worker, number = contacts.active_worker(s, contact), turn.entity("value") or ""
    job = s.get(Placement, int(number)) if number.isdigit() else None
    if worker is None or job is None or job.worker_id != worker.id:
        return [render("utter_choice_gone", turn.language)]
    placements.end(s, job, ended_on=clock.today(), reason="not_started", key=turn.key("not_gone"))
    vacancy = s.get(Vacancy, job.vacancy_id) if job.vacancy_id else None
    application = applications.find(s, worker, vacancy) if vacancy is not None else None
    if application is not None:
        applications.withdraw(s, application, never_went=True)
    return [render("utter_not_gone_noted", turn.language)]
