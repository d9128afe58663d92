"""Is this offer honest? What to watch for in general words, never a verdict; what has happened goes to a person."""

from sqlalchemy.orm import Session

from core import contacts, employers, escalations, times, vacancy_words
from core.models import Contact
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard

MOST = 2


def signs(words: str) -> list[str]:
    """The responses for the signs of policy/safety.yml that are told, at most two."""
    return [row["says"] for row in load("safety")["signs"] if vacancy_words.says(words, row["words"])][:MOST]


def answer(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """What usually holds and how to check; a swindle that is reported opens a case at once."""
    told = [text(response, turn.language) for response in signs(turn.text)]
    if turn.entity("value") == "report" or vacancy_words.says(turn.text, load("safety")["report_words"]):
        return [_reported(s, contact, turn)]
    advice = render("utter_safe_check", turn.language, **contacts.values(s, contact, turn.language))
    known = _on_our_list(s, turn)
    words = "\n".join([*(told or [text("utter_safe_general", turn.language)]), *known, advice.text])
    if contacts.said_lately(s, contact, words):
        return [render("utter_safe_again", turn.language)]
    return [Said(words, advice.buttons)]


def _on_our_list(s: Session, turn: Heard) -> list[str]:
    """That the firm named is on our list, and when it was last checked: a fact, no praise."""
    firm = employers.named(s, turn.entity("employer") or turn.text)
    if firm is None or firm.checked_on is None:
        return []
    day = times.day(firm.checked_on, turn.language)
    return [text("utter_safe_on_list", turn.language, employer=firm.name, day=day)]


def _reported(s: Session, contact: Contact, turn: Heard) -> Said:
    case = escalations.open_case(s, contact, "swindle", key=turn.key("swindle"), detail=turn.text or None)
    who = escalations.who_comes(s, case, turn.language)
    escalations.answered_first(case, who)
    said = render("utter_swindle_noted", turn.language)
    words = f"{said.text}\n{who}"
    if contacts.said_lately(s, contact, words):
        return Said(f"{text('utter_case_known', turn.language)}\n{who}", [])
    return Said(words, said.buttons)
