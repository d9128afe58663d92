"""What a caseworker hears or says on the phone: it counts as said by another, never as confirmed by the person."""

import datetime as dt

from sqlalchemy.orm import Session

from core import clock, escalations, placements
from core.models import Checkin, Contact, OutboundMessage, Placement, SendAttempt, User, Worker
from core.policies import load

NOBODY = "nobody"
CASE_OF_ANSWER = {
    "wage": "wage",
    "injury": "injury",
    "lost": "job_loss",
    "problem": "work_problem",
    "change": "change_job",
}


def checkin_called(s: Session, checkin: Checkin, user: User, answer: str) -> None:
    """Settle a check-in with what was heard; `nobody` counts a try and leaves it on the list.

    A trouble opens a case for the user's office, a lost job ends, who is away is asked again after the usual days. Doing it twice changes nothing: a check-in is answered once. The
    placement's `confirmed_on` stays: only the worker's own word confirms.
    """
    if checkin.state == "answered":
        return
    if answer == NOBODY:
        checkin.state, checkin.tries = "call", checkin.tries + 1
        return
    checkin.state, checkin.answer, checkin.answered_at = "answered", answer, clock.now()
    checkin.answer_text = f"☎ {user.name}"
    s.flush()
    _job(s, checkin, user, answer)
    contact = s.get(Contact, checkin.contact_id) if checkin.contact_id else None
    if answer in CASE_OF_ANSWER:
        escalations.open_case(
            s,
            contact,
            CASE_OF_ANSWER[answer],
            key=f"checkin:{checkin.id}:called",
            detail=checkin.answer_text,
            worker=s.get(Worker, checkin.worker_id),
        )


def _job(s: Session, checkin: Checkin, user: User, answer: str) -> None:
    """What it means for the job, as said by another."""
    job, today = s.get(Placement, checkin.placement_id), clock.today()
    if answer == "lost":
        placements.end(
            s, job, ended_on=today, reason="lost", key=f"checkin:{checkin.id}:called", source="caseworker",
            author=f"user:{user.login}",
        )  # fmt: skip
    elif answer == "absent":
        placements.away(s, job, today + dt.timedelta(days=load("checkins")["away_unknown_days"]), by_worker=False)


def message_called(s: Session, message: OutboundMessage, *, reached: bool) -> None:
    """Keep a try to tell a message by phone; once told it is sent."""
    result = "sent" if reached else "later"
    s.add(SendAttempt(outbound_id=message.id, route="call", at=clock.now(), result=result))
    message.attempts += 1
    if reached:
        message.state, message.route, message.sent_at = "sent", "call", clock.now()
