"""Not understood: the likeliest meanings as buttons in the worker's own words, then a person by name and number."""

from typing import Any

from sqlalchemy.orm import Session

from core import contacts
from core.buttons import payload_of
from core.models import Contact
from core.policies import load
from core.responses import Said, render
from core.sequences import Heard

OFFERED = 2


def offer(s: Session, contact: Contact, turn: Heard, ranking: list[str], *, again: bool) -> list[Said]:
    """`ranking`: intents, the likeliest first. A second miss in a row (`again`) ends in a person, not in a third try."""
    buttons = [] if again else [_button(turn, intent) for intent in _likely(ranking)]
    if not buttons:
        return [render("utter_fallback_person", turn.language, **contacts.values(s, contact, turn.language))]
    asked = render("utter_fallback", turn.language)
    return [Said(asked.text, [*buttons, *asked.buttons])]


def _likely(ranking: list[str]) -> list[str]:
    table = load("meanings")["intents"]
    return [intent for intent in dict.fromkeys(ranking) if intent in table][:OFFERED]


def _button(turn: Heard, intent: str) -> dict[str, str]:
    entities: dict[str, Any] = {}
    for found in turn.entities:
        entities.setdefault(found["entity"], found["value"])
    title = load("meanings")["intents"][intent][turn.language]
    return {"title": title, "payload": payload_of(intent, entities)}
