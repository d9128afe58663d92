"""What a worker tells of their job in free words: it answers the check-in that is open, else it stands for itself."""

import datetime as dt

from sqlalchemy.orm import Session

from core import (
    absences,
    checkin_answers,
    checkins,
    clock,
    contacts,
    placements,
    sequences,
    starts,
    statements,
    troubles,
)
from core.models import Checkin, Contact
from core.responses import Said, render
from core.sequences import Heard


def _open(s: Session, contact: Contact, turn: Heard) -> Checkin | None:
    """The check-in that this answers: asked or missed lately, or the one replied to, whatever its state."""
    return checkins.find(s, contact, None, turn.reply_to)


def well(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """All is well: an answer to the check-in, else the job is confirmed by the worker's own word."""
    draft = sequences.current(s, contact, "checkin")
    if draft is not None and (said := checkin_answers.answer_draft(s, contact, draft, turn)) is not None:
        return said
    if checkin := _open(s, contact, turn):
        return checkin_answers.answer(s, contact, checkin.id, "ok", turn) or []
    job = placements.active(s, contacts.active_worker(s, contact))
    if job is not None:
        placements.confirm(s, job)
        if job.away_until is not None and job.away_until >= clock.today():
            job.away_until = clock.today() - dt.timedelta(days=1)
    return [render("utter_job_ok", turn.language)]


def trouble(s: Session, contact: Contact, turn: Heard, kind: str) -> list[Said]:
    """A trouble of this kind: `wage`, `injury`, `change`, or a kind of policy/problems.yml."""
    if checkin := _open(s, contact, turn):
        return checkin_answers.answer(s, contact, checkin.id, kind, turn) or []
    return troubles.report(s, contact, kind, turn.text, key=turn.key("told"), language=turn.language)


def wage(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Pay that is late, short or withheld."""
    return trouble(s, contact, turn, "wage")


def injury(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Hurt or ill from work."""
    return trouble(s, contact, turn, "injury")


def change(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Still there and means to leave."""
    return trouble(s, contact, turn, "change")


def problem(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Any other trouble at work: its kind by button or by words; a bare button asks which."""
    kind = turn.entity("kind") or troubles.problem_of(turn.text)
    if kind not in troubles.problems():
        kind = "other"
    if kind == "other" and (turn.kind == "button" or not turn.text.strip()):
        return [render("utter_ask_problem", turn.language)]
    return trouble(s, contact, turn, kind)


def lost(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The job is over; 「I did not go」 is a job that never began, 「I am back at the factory」 one that goes on."""
    if statements.pattern("back_at_work").search(statements.plain(turn.text)):
        return well(s, contact, turn)
    job = placements.active(s, contacts.active_worker(s, contact))
    if job is not None and statements.pattern("never_went").search(statements.plain(turn.text)):
        placements.end(s, job, ended_on=clock.today(), reason="not_started", key=turn.key("not_started"))
        return [render("utter_start_never", turn.language)]
    if checkin := _open(s, contact, turn):
        return checkin_answers.answer(s, contact, checkin.id, "lost", turn) or []
    worker = contacts.active_worker(s, contact)
    return troubles.job_lost(s, contact, worker, turn.text, key=turn.key("told"), language=turn.language)


def absent(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Home for a while and going back; 「on Monday I begin at a new factory」 is a job begun, however it looks."""
    if statements.starts(turn.text) and (statements.new_job(turn.text) or not _has_job(s, contact)):
        return employed(s, contact, turn)
    if checkin := _open(s, contact, turn):
        return checkin_answers.answer(s, contact, checkin.id, "absent", turn) or []
    return absences.report(s, contact, contacts.active_worker(s, contact), turn)


def _has_job(s: Session, contact: Contact) -> bool:
    return placements.active(s, contacts.active_worker(s, contact)) is not None


def employed(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A job found or begun: 「I am there」 answers the check-in, anything else is a new job, which needs a record."""
    worker = contacts.active_worker(s, contact)
    if worker is None:
        starts.keep(s, contact, turn)
        contacts.go_on(s, contact, "register", {"value": "report_employed"}, key=turn.key("register"))
        return [render("utter_start_needs_record", turn.language)]
    checkin = _open(s, contact, turn)
    if checkin is not None and checkin.state in ("asked", "missed") and not turn.entity("employer"):
        return checkin_answers.answer(s, contact, checkin.id, "ok", turn) or []
    return starts.report(s, contact, worker, turn)
