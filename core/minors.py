"""Who is too young to work, and what age means for the openings shown: said kindly, never a verdict on a person."""

import datetime as dt

from sqlalchemy.orm import Session

from core import clock, contacts, searching, sequences, vacancy_words
from core.models import Contact
from core.readers import ages, minors
from core.responses import Said, render, text
from core.sequences import Heard
from core.vacancies import Found

KIND = "minor"
HOLDS = dt.timedelta(minutes=60)
OLDER, POSTS_END = 55, 60
# What a child is answered whatever it looks like; trouble, rights, school and training keep their own answers.
ASKS = (
    "search_jobs", "refine_search", "more_jobs", "ask_job_detail", "apply_job", "register", "inform", "update_profile",
    "affirm", "deny", "out_of_scope", "nlu_fallback", "ask_rights", "ask_job_fair", "ask_transport", "check_job_safe",
    "report_employed", "greet", "help", "check_eligibility",
)  # fmt: skip
# What would lead a child to an employer, for an hour after the age was told.
LEADS = ("search_jobs", "refine_search", "more_jobs", "apply_job", "register")


def concerns(turn: Heard) -> bool:
    """Whether `hear` has anything to look at, without the database."""
    return turn.intent in LEADS or (turn.intent in ASKS and turn.kind != "button" and minors.under_age(turn.text))


def hear(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """The answer to somebody under 16 who wants work (from 16 by law); None: nothing here says so."""
    told = turn.kind != "button" and minors.under_age(turn.text)
    if not told and not _told_lately(s, contact, turn):
        return None
    if told:
        sequences.open_(s, contact, KIND, {})
    return [render("utter_jobs_too_young", turn.language, **contacts.values(s, contact, turn.language))]


def _told_lately(s: Session, contact: Contact, turn: Heard) -> bool:
    """A phone is often the family's: whoever tells a grown-up's age, or asks for a relative, is somebody else."""
    draft = sequences.current(s, contact, KIND)
    if draft is None or clock.now() - draft.changed_at > HOLDS:
        return False
    age = ages.read(turn.text, clock.today()) if turn.text and turn.kind != "button" else None
    if (age is not None and age >= minors.LEAST_AGE) or turn.entity("relation"):
        sequences.close(draft, "left")
        return False
    return True


def notes(s: Session, contact: Contact, found: Found, turn: Heard) -> list[Said]:
    """What age means for these openings, where it matters: under 18, or told just now and near a usual limit."""
    wishes, language = found.search.wishes, turn.language
    worker = None if wishes.get("other") else contacts.active_worker(s, contact)
    age = searching.age_of(wishes, worker, clock.today())
    if age is None:
        return []
    if age < minors.GROWN:
        first = len(found.search.seen) == len(found.search.shown)
        return [Said(text("utter_jobs_under_18", language), [])] if first else []
    if age < OLDER or ages.read(minors.without_children(turn.text), clock.today()) != age:
        return []
    values = {"age": age, **contacts.values(s, contact, language)}
    if age >= POSTS_END and any(vacancy_words.led_by_caseworker(card.vacancy.kind) for card in found.cards):
        return [Said(text("utter_jobs_age_post", language, **values), [])]
    if any(card.vacancy.age_max is None for card in found.cards):
        return [Said(text("utter_jobs_age_ask", language, **values), [])]
    return []
