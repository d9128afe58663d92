"""What was just asked wins: news that fits the question said last is its answer, whatever intent it looks like.

Asked before every action (`before`) and after it (`after`): a question that was left for another is asked once more.
"""

import dataclasses
import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import (
    absences,
    answers,
    areas,
    checkin_answers,
    checkins,
    clock,
    corrections,
    details,
    sequences,
    starts,
    statements,
    told,
    troubles,
    vacancies,
    vacancy_answers,
)
from core.models import Contact, Draft, OutboundMessage
from core.policies import load
from core.responses import Said
from core.sequences import Heard, Question

# Runs whose questions are answered in words, and the questions.
QUESTIONS: dict[str, Sequence[Question]] = {
    "wage": troubles.WAGE,
    "placement": (*starts.QUESTIONS, *starts.PAY),
    "absence": absences.BACK,
    "not_started": checkin_answers.WHEN,
}
# Runs whose own reader knows an answer when it sees one.
SURE = ("complaint", "eligibility", "sharing", "follow_up")


@dataclasses.dataclass(frozen=True)
class Before:
    """`said`: the whole answer, where the turn belongs to what was talked about. `draft`: else the question left open."""

    said: list[Said] | None
    draft: int | None = None


def before(s: Session, contact: Contact, turn: Heard) -> Before:
    """What the turn means by what was said just before it, in this order: put right, answered, told in addition."""
    if turn.kind != "text" or not turn.text.strip() or turn.intent in load("statements")["never"]:
        return Before(None)
    if (said := answers.given(s, contact, turn)) is not None:
        return Before(said)
    last = _last(s, contact)
    if last is None:
        return Before(_begun(s, contact, turn))
    if checkins.number_of(s, last.id) is not None:
        return Before(None)
    draft = open_question(s, contact, last)
    said = (
        corrections.hear(s, contact, turn, draft)
        or (_answer(s, contact, draft, turn) if draft is not None else None)
        or _home(s, contact, turn, last)
        or _begun(s, contact, turn)
        or details.status(s, contact, turn)
    )
    if said is None and not (turn.intent in load("statements")["plain"] and _run_open(s, contact)):
        said = details.hear(s, contact, turn)
        if said is not None and draft is not None and draft.closed_at is None:
            said = [*said, *_again(s, contact, draft, turn)]
    return Before(said, None if said is not None else draft and draft.id)


def after(s: Session, contact: Contact, turn: Heard, draft_id: int, last_words: str) -> list[Said]:
    """The question that was open before a digression, asked again once, unless that ended in a question of its own."""
    draft = s.get(Draft, draft_id)
    newest = next((d for d in answers.open_drafts(s, contact) if d.kind in (*QUESTIONS, *SURE)), None)
    asks = re.search("[?？]", last_words)
    if draft is None or newest is None or newest.id != draft.id or asks or answers.given(s, contact, turn) is not None:
        return []
    return _again(s, contact, draft, turn)


def _run_open(s: Session, contact: Contact) -> bool:
    """Whether a run of questions takes plain facts, also where something else was talked about meanwhile."""
    drafts = [draft for draft in answers.open_drafts(s, contact) if draft.kind in QUESTIONS]
    return any(clock.now() - draft.changed_at <= sequences.FRESH for draft in drafts)


def _again(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said]:
    asking, key = draft.data.get("asking"), turn.key("asked_again")
    before = draft.data.get("again") or [None, None]
    if before[0] == asking and before[1] != key:
        return []
    question = answers.ASKERS[draft.kind](s, contact, draft, turn.language)
    sequences.keep(draft, again=[asking, key])
    return [question] if question else []


def _last(s: Session, contact: Contact) -> OutboundMessage | None:
    said = sa.select(OutboundMessage).where(OutboundMessage.contact_id == contact.id, OutboundMessage.sender == "bot")
    return s.scalars(said.order_by(OutboundMessage.n.desc()).limit(1)).first()


def open_question(s: Session, contact: Contact, last: OutboundMessage) -> Draft | None:
    """The run of questions whose open one was the last thing said here."""
    for draft in answers.open_drafts(s, contact):
        asker = answers.ASKERS.get(draft.kind) if draft.kind in (*QUESTIONS, *SURE) else None
        question = asker(s, contact, draft, last.language) if asker is not None else None
        if question is not None and last.text.endswith(question.text):
            return draft
    return None


def _answer(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Plain facts, yes and no find their question by themselves (core/answers.py)."""
    if turn.intent in (*load("statements")["plain"], "affirm", "deny") or not statements.news(turn.text):
        return None
    if draft.kind not in SURE and not _fits(draft, turn):
        return None
    return answers.give(s, contact, draft, turn)


def _fits(draft: Draft, turn: Heard) -> bool:
    question = next((q for q in QUESTIONS[draft.kind] if q.field == draft.data.get("asking")), None)
    if question is None:
        return False
    looks = statements.fits(question.field, turn.text, intent=turn.intent, language=turn.language)
    return question.read(turn.text) is not None if looks is None else looks


def _begun(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """「Tomorrow I start at the factory in Yiwu, 5200 a month」 is a job begun, though place and pay look like a search."""
    like = turn.intent in load("statements")["like_a_start"] and statements.news(turn.text)
    if not like or not statements.pattern("begins").search(statements.plain(turn.text)):
        return None
    return told.employed(s, contact, turn)


def _home(s: Session, contact: Contact, turn: Heard, last: OutboundMessage) -> list[Said] | None:
    """A place after 「where is home?」, whatever else it looks like."""
    if not vacancies.waits_for_home(s, contact) or not last.text.endswith(("?", "？")):
        return None
    place = turn.entity("region") or turn.text
    if not statements.news(turn.text) or statements.starts(turn.text) or not areas.find(place):
        return None
    return vacancy_answers.answer_home(s, contact, turn)
