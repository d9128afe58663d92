"""Danger to life or freedom: read by words, answered at once with the right number, a case for the person on call."""

import dataclasses
import functools
import re

from sqlalchemy.orm import Session

from core import escalations, troubles
from core.models import Contact
from core.policies import load
from core.responses import Said, render

ANY = "any"


@dataclasses.dataclass(frozen=True)
class Danger:
    """`kind`: held, violence, trafficking, self_harm, accident_now, or any; `sure` False: ask whether they are safe."""

    kind: str
    sure: bool


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


@functools.lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], list[tuple[str, re.Pattern[str], re.Pattern[str]]], re.Pattern[str]]:
    table = load("danger")
    kinds = [(row["kind"], _any_of(row["sure"]), _any_of(row.get("maybe", []))) for row in table["kinds"]]
    return _any_of(table["not"]), kinds, _any_of(table["maybe"])


def read(text: str) -> Danger | None:
    """The danger that the words of `text` tell of (zh or en); None for none. Words, not a verdict: policy/danger.yml."""
    harmless, kinds, idioms = _table()
    told = harmless.sub(" ", troubles.plain(text))
    for kind, sure, _ in kinds:
        if sure.search(told):
            return Danger(kind, True)
    for kind, _, maybe in kinds:
        if maybe.search(told):
            return Danger(kind, False)
    return Danger(ANY, False) if idioms.search(told) else None


def answer(s: Session, contact: Contact, kind: str, words: str, *, key: str, language: str) -> list[Said]:
    """Open (or join) the case of severity 1 and answer: first whom to call now, then truly who comes and by when."""
    kind = kind if kind in load("danger")["says"] else ANY
    case = escalations.open_case(s, contact, "emergency", key=f"{key}:danger", detail=f"[{kind}] {words}")
    who = escalations.who_comes(s, case, language)
    numbers = render(load("danger")["says"][kind], language)
    escalations.answered_first(case, f"{numbers.text}\n{who}")
    return [numbers, Said(who, []), render("utter_danger_where", language)]


def ask(language: str, kind: str = ANY) -> Said:
    """「Are you safe now?」, with buttons that keep what was feared."""
    asked = render("utter_ask_safe", language)
    return Said(asked.text, [{**b, "payload": b["payload"].replace("any", kind)} for b in asked.buttons])
