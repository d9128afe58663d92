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
LEAST = 0.2  # below that, what is grave or can't be undone is no guess to offer


def offer(s: Session, contact: Contact, turn: Heard, ranking: list[tuple[str, float]], *, again: bool) -> list[Said]:
    """`ranking`: intents with how sure the model is (0 to 1), the likeliest first. A second miss in a row (`again`) ends in a person, not in a third try."""
    buttons = [] if again else [_button(turn, intent) for intent in _likely(ranking)]
    if not buttons:
        return [render("utter_fallback_person", turn.language, **contacts.values(s, contact, turn.language))]
    asked = render("utter_fallback", turn.language)
    return [Said(asked.text, [*buttons, *asked.buttons])]


def _likely(ranking: list[tuple[str, float]]) -> list[str]:
    table, grave = load("meanings")["intents"], load("meanings")["only_if_likely"]
    meant = [(intent, sure) for intent, sure in ranking if intent != "nlu_fallback"]
    first = [intent for intent, sure in meant[:OFFERED] if sure >= LEAST]
    offered = [intent for intent, _ in meant if intent in table and (intent not in grave or intent in first)]
    return list(dict.fromkeys(offered))[:OFFERED]


def _button(turn: Heard, intent: str) -> dict[str, str]:
    entities: dict[str, Any] = {}
    for found in turn.entities:
        entities.setdefault(found["entity"], found["value"])
    title = load("meanings")["intents"][intent][turn.language]
    return {"title": title, "payload": payload_of(intent, entities)}
