"""What is told right after a case was opened here belongs to it: kept, said back, and never answered by the same text again."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, escalations, sealing, statements, troubles
from core.models import Contact, Escalation, EscalationEvent
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard


def case_told_here(s: Session, contact: Contact) -> Escalation | None:
    """The open case that this chat told of last, if that was just now."""
    since = clock.now() - dt.timedelta(minutes=load("statements")["joins"]["minutes"])
    query = (
        sa.select(Escalation)
        .join(EscalationEvent, EscalationEvent.escalation_id == Escalation.id)
        .where(
            Escalation.contact_id == contact.id,
            Escalation.state != "closed",
            EscalationEvent.verb.in_(("opened", "added")),
            EscalationEvent.at > since,
        )
    )
    return s.scalars(query.order_by(EscalationEvent.id.desc()).limit(1)).first()


def hear(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """A detail of the trouble told just now, or that it is over; None when the turn is neither."""
    case = case_told_here(s, contact)
    table = load("statements")["joins"]
    if case is None or case.kind not in (*table["kinds"], "emergency"):
        return None
    if statements.over(turn.text):
        return _over(s, case, turn)
    if sealing.PLACEHOLDER.search(turn.text):  # a number is left for whoever calls
        return add(s, case, turn)
    intents = (*load("statements")["plain"], *table["any"], *table["kinds"].get(case.kind, ()))
    detail = turn.intent in intents and statements.news(turn.text) and not statements.starts(turn.text)
    if not detail or case.kind == "emergency" or _other_trouble(case, turn):
        return None
    return add(s, case, turn)


def status(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """How a case stands that was opened here: it is on the list, who comes and by when. None: not asked, or no case."""
    words = statements.plain(turn.text)
    if not statements.pattern("status").search(words):
        return None
    wage = statements.pattern("pay").search(words) is not None
    case = (escalations.open_of(s, contact, "wage") if wage else None) or escalations.open_of(s, contact)
    if case is None or case.kind in ("application", "registration", "subsidy"):
        return None
    known = text("utter_case_known", turn.language)
    return [Said(f"{known}\n{escalations.who_comes(s, case, turn.language)}", [])]


def add(s: Session, case: Escalation, turn: Heard) -> list[Said]:
    """Keep the words with the case and say them back."""
    escalations.add(s, case, turn.text, turn.key("detail"))
    told = statements.said_back(turn.text)
    if not told:
        return [render("utter_detail_noted_plain", turn.language)]
    return [render("utter_detail_noted", turn.language, told=told)]


def _other_trouble(case: Escalation, turn: Heard) -> bool:
    """Another kind of trouble at work than the one told is answered by itself."""
    if case.kind == "injury" and turn.intent == "report_wage_problem":
        return bool(statements.pattern("put_right", "means", "wage").search(statements.plain(turn.text)))
    kind = troubles.problem_of(turn.text)
    if case.kind in ("swindle", "injury") and turn.intent == "report_work_problem":
        return kind != "other"
    return case.kind == "work_problem" and kind != "other" and f"[{kind}]" not in (case.detail or "")


def _over(s: Session, case: Escalation, turn: Heard) -> list[Said]:
    escalations.add(s, case, turn.text, turn.key("over"))
    if case.kind == "emergency":
        return [Said(escalations.still_comes(s, case, turn.language), [])]
    return [render("utter_trouble_over", turn.language, who=escalations.helper_name(s, case, turn.language))]
