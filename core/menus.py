"""First things: who answers here, what can be done, and an honest line where nothing was asked. No personal fact is said."""

from sqlalchemy.orm import Session

from core import contacts
from core.models import Contact, Draft
from core.responses import Said, render
from core.sequences import Heard


def first(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The greeting: the office and the caseworker by name, and four big buttons."""
    return [render("utter_greet", turn.language, **contacts.values(s, contact, turn.language))]


def bound(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """After a slip's code: greeted by the office, for another may hold this phone."""
    return [render("utter_bound", turn.language, **contacts.values(s, contact, turn.language))]


def who(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Truly: a machine, whose, which person is behind it, and that it never asks for money or codes."""
    about = render("utter_bot_challenge", turn.language, **contacts.values(s, contact, turn.language))
    return [about, render("utter_never_asks", turn.language)]


def door(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """What stands behind one of the four buttons."""
    return [render("utter_ask_problem" if turn.entity("value") == "trouble" else "utter_ask_money", turn.language)]


def safe_done(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """They are safe and want nothing else."""
    return [render("utter_goodbye", turn.language)]


def unfinished(s: Session, contact: Contact, draft: Draft, language: str) -> Said:
    """A registration that was left half told."""
    return render("utter_unfinished", language)


def nothing_open(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Yes, no or a fact, and nothing was asked: said so, with what can be done."""
    name = {"affirm": "utter_nothing_open", "deny": "utter_nothing_wanted"}.get(turn.intent, "utter_nothing_kept")
    return [render(name, turn.language)]
