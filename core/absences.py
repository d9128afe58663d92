"""Away from the job for a while and going back: the next question waits for the return."""

import datetime as dt

from sqlalchemy.orm import Session

from core import clock, placements, sequences, times
from core.models import Contact, Draft, Placement, Worker
from core.policies import load
from core.readers import dates
from core.responses import Said, render
from core.sequences import Heard, Question

LONGEST = dt.timedelta(days=200)


def back_on(words: str) -> str | None:
    """The day of the return as an ISO date; None where none is told or it is not ahead of us."""
    today = clock.today()
    span = dates.read(words, today, past=False)
    told = span is not None and dt.timedelta(0) < span.end - today <= LONGEST
    return span.end.isoformat() if span is not None and told else None


BACK = (Question("back_on", "utter_absence_ask_back", back_on, optional=False),)


def report(s: Session, contact: Contact, worker: Worker | None, turn: Heard) -> list[Said]:
    """Home for the harvest: until when, and when we ask again."""
    job = placements.active(s, worker)
    if job is None:
        return [render("utter_absence_without_job", turn.language)]
    told = back_on(turn.entity("date") or "") or back_on(turn.text)
    if told is not None:
        return [_away(s, job, told, turn.language)]
    draft = sequences.open_(s, contact, "absence", {"facts": {}, "placement": job.id})
    question = sequences.next_question(draft, BACK, turn.language)
    return [question] if question else []


def answer_draft(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """When they go back: a day, or a button with a number of days."""
    if sequences.stale(draft) or not sequences.heard(draft, BACK, turn):
        return None
    sequences.close(draft, "done")
    job = s.get(Placement, draft.data["placement"])
    return [_away(s, job, draft.data["facts"]["back_on"], turn.language)]


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """When they go back, once more."""
    return sequences.ask_again(draft, BACK, language)


def _away(s: Session, job: Placement, told: str, language: str) -> Said:
    prefix, _, days = told.partition(":")
    today = clock.today()
    if told == "unknown":
        until = today + dt.timedelta(days=load("checkins")["away_unknown_days"])
    elif prefix == "days":
        until = today + dt.timedelta(days=int(days))
    else:
        until = dt.date.fromisoformat(told)
    asked = placements.away(s, job, until)
    return render("utter_absence_noted", language, day=times.day(asked, language))
