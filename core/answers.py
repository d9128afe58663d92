"""What a bare answer belongs to: yes, no, a fact, a tapped choice, outside the registration form.

Asked in this order: the question that is named (a reply, a button's number), the check-in that was the last thing said
here, the newest run of questions that is open, where home is (a search waits for it), a wish told by the way; else an
honest line.
"""

import dataclasses
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import (
    absences,
    application_answers,
    checkin_answers,
    checkins,
    clock,
    danger,
    doors,
    eligibility,
    fairs,
    menus,
    people,
    privacy_answers,
    profile_changes,
    registration_record,
    reminders,
    sequences,
    starts,
    troubles,
    vacancies,
    vacancy_answers,
    vacancy_wishes,
)
from core.models import Checkin, Contact, Draft, InboundMessage, OutboundMessage, Placement
from core.policies import load
from core.responses import Said, render
from core.sequences import Heard

# Kind of draft → takes the turn as the answer to what it asked; None: it is no answer to that.
HANDLERS: dict[str, Callable[[Session, Contact, Draft, Heard], list[Said] | None]] = {
    "registration": registration_record.resume,
    "profile": profile_changes.answer_draft,
    "deletion": privacy_answers.answer_draft,
    "placement": starts.answer_draft,
    "absence": absences.answer_draft,
    "wage": troubles.answer_wage,
    "safe": danger.answer_safe,
    "complaint": people.answer_complaint,
    "checkin": checkin_answers.answer_draft,
    "not_started": checkin_answers.answer_not_started,
    "eligibility": eligibility.answer_draft,
    "sharing": application_answers.answer_sharing,
    "follow_up": starts.answer_follow_up,
}
# Kind of draft → its open question in other words or another language, for somebody who comes back to it.
ASKERS: dict[str, Callable[[Session, Contact, Draft, str], Said | None]] = {
    "registration": menus.unfinished,
    "profile": profile_changes.ask_again,
    "deletion": privacy_answers.ask_again,
    "placement": starts.ask_again,
    "absence": absences.ask_again,
    "wage": troubles.ask_again,
    "safe": danger.ask_again,
    "complaint": people.ask_whom_again,
    "checkin": checkin_answers.ask_again,
    "not_started": checkin_answers.ask_when_again,
    "eligibility": eligibility.ask_again,
    "sharing": application_answers.ask_sharing_again,
    "follow_up": starts.ask_follow_up_again,
}
# What of a fact told by the way is looked for.
WISHES = {"trades", "words", "wage_min", "kind", "benefits", "shift", "limits", "near", "away"}
# Field of a `choose` button that belongs to no draft → what it does.
CHOICES: dict[str, Callable[[Session, Contact, Heard], list[Said]]] = {
    "door": menus.door,
    "safe": menus.safe_done,
    "reminders": reminders.switch,
    "wish": starts.rest,
    "job_home": vacancy_answers.choose_home,
    "tell_later": vacancy_answers.tell_later,
    "fair_wish": fairs.wish,
    "not_gone": application_answers.not_gone,
}


def take(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Answer inform, affirm, deny, choose; always says something. The same turn twice changes nothing more."""
    return (
        to_open_question(s, contact, turn)
        or (_chosen(s, contact, turn) if turn.intent == "choose" else None)
        or _wish(s, contact, turn)
        or menus.nothing_open(s, contact, turn)
    )


def to_open_question(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """What follows if the turn answers something that was asked; None if nothing open takes it."""
    return (
        _named(s, contact, turn)
        or _of_checkin(s, contact, turn)
        or _of_drafts(s, contact, turn)
        or (vacancy_answers.answer_home(s, contact, turn) if turn.intent not in ("affirm", "deny", "choose") else None)
    )


def stray(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`out_of_scope`: the office that the words name, else the question that they answer, else what can be done here."""
    known = turn.entity("kind") or doors.kind_of(turn.text) != "other"
    return (None if known else to_open_question(s, contact, turn)) or doors.out_of_scope(s, contact, turn)


def open_drafts(s: Session, contact: Contact) -> list[Draft]:
    """The runs of questions under way in this chat, the newest first."""
    query = sa.select(Draft).where(Draft.contact_id == contact.id, Draft.closed_at.is_(None))
    return list(s.scalars(query.order_by(Draft.changed_at.desc(), Draft.id.desc())))


def ask_open(s: Session, contact: Contact, language: str) -> list[Said]:
    """The open question once more, in `language`; empty when nothing is open."""
    for draft in open_drafts(s, contact):
        if draft.kind in ASKERS and clock.now() - draft.changed_at <= sequences.FRESH:
            asked = ASKERS[draft.kind](s, contact, draft, language)
            if asked is not None:
                return [asked]
    checkin = checkins.find(s, contact, None)
    return [_question(s, contact, checkin, language)] if checkin is not None and checkin.state == "asked" else []


def _named(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    number = turn.entity("checkin_id") or checkins.number_of(s, turn.reply_to)
    checkin = checkins.find(s, contact, int(number)) if number else None
    return _answer(s, contact, checkin, turn) if checkin is not None else None


def _of_drafts(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    if (before := given(s, contact, turn)) is not None:
        return before
    meant = (draft for draft in open_drafts(s, contact) if _may_be_meant(s, draft, turn))
    return next((said for draft in meant if (said := give(s, contact, draft, turn)) is not None), None)


def give(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Take the turn as the answer to this run of questions; None if it is none."""
    handler = HANDLERS.get(draft.kind)
    said = handler(s, contact, draft, turn) if handler is not None else None
    if said is not None:
        sequences.keep(draft, answered=turn.key("answered"), said=[dataclasses.asdict(bubble) for bubble in said])
    return said


def _may_be_meant(s: Session, draft: Draft, turn: Heard) -> bool:
    """A bare yes or no belongs to what was asked just before; what was not understood never opens a form again."""
    if draft.kind == "registration" and turn.intent not in ("inform", "affirm", "deny", "choose"):
        return False
    if turn.intent not in ("affirm", "deny"):
        return True
    since = sa.select(sa.func.count()).select_from(InboundMessage)
    since = since.where(InboundMessage.contact_id == draft.contact_id, InboundMessage.received_at > draft.changed_at)
    return s.scalar(since.where(InboundMessage.kind != "internal")) <= 1


def given(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """What was said when this very turn was taken before: a turn that is tried again must not answer the next question."""
    key = turn.key("answered")
    query = sa.select(Draft).where(Draft.contact_id == contact.id, Draft.changed_at > clock.now() - sequences.FRESH)
    drafts = s.scalars(query.order_by(Draft.changed_at.desc()).limit(5))
    said = next((draft.data["said"] for draft in drafts if draft.data.get("answered") == key), None)
    return None if said is None else [Said(**bubble) for bubble in said]


def _wish(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """A wish or a limit told by the way is looked for at once, with what is being looked for already."""
    if turn.intent != "inform" or not WISHES & vacancy_wishes.read(turn.text, turn.entities).keys():
        return None
    row = vacancies.under_way(s, contact)
    fresh = row is not None and clock.now() - row.changed_at <= sequences.FRESH
    return (vacancy_answers.refine if fresh else vacancy_answers.search)(s, contact, turn)


def _chosen(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    does = CHOICES.get(turn.entity("field") or "")
    if does is not None:
        return does(s, contact, turn)
    open_ = ask_open(s, contact, turn.language)
    return (
        [render("utter_choice_old", turn.language), *open_] if open_ else [render("utter_choice_gone", turn.language)]
    )


# -- a check-in answered in free words -------------------------------------------------------------------------------


def _of_checkin(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """Only when the check-in is the last thing that was said here: a yes to something else is no answer to it."""
    said = sa.select(OutboundMessage.id).where(OutboundMessage.contact_id == contact.id)
    last = checkins.number_of(s, s.scalar(said.order_by(OutboundMessage.n.desc()).limit(1)))
    if turn.intent == "choose" or last is None:
        return None
    checkin = checkins.find(s, contact, last)
    return _answer(s, contact, checkin, turn) if checkin is not None and checkin.state == "asked" else None


def _answer(s: Session, contact: Contact, checkin: Checkin, turn: Heard) -> list[Said] | None:
    meant = _meant(s, checkin, turn)
    if meant is not None:
        return checkin_answers.answer(s, contact, checkin.id, meant, turn)
    if checkin.state != "asked":
        return None
    return [render("utter_checkin_tap_one", turn.language), _question(s, contact, checkin, turn.language)]


def _meant(s: Session, checkin: Checkin, turn: Heard) -> str | None:
    if turn.intent == "affirm":
        return "ok"
    if turn.intent == "deny":
        asked = checkins.question(checkin, s.get(Placement, checkin.placement_id))
        return load("checkins")["no_means"].get(asked)
    problem = troubles.problem_of(turn.text)
    return None if problem == "other" else problem


def _question(s: Session, contact: Contact, checkin: Checkin, language: str) -> Said:
    return checkins.asked(s, checkin, s.get(Placement, checkin.placement_id), contact, language)
