"""What this assistant does not do: sorted by words, each with the office and the number that does it. Never a verdict."""

import functools
import re

from sqlalchemy.orm import Session

from core import contacts, troubles
from core.models import Contact
from core.policies import load
from core.responses import Said, render
from core.sequences import Heard

SAYS = {
    "pension": "utter_door_pension",
    "medical_insurance": "utter_door_medical_insurance",
    "school": "utter_door_school",
    "low_allowance": "utter_door_low_allowance",
    "land_or_house": "utter_door_land_or_house",
    "debt_or_fraud": "utter_door_debt_or_fraud",
    "employer_writes": "utter_door_employer_writes",
    "caseworker_writes": "utter_door_caseworker_writes",
    "other": "utter_door_other",
}


def kind_of(words: str) -> str:
    """Which door is meant, by words of policy/doors.yml; `other` when none is said."""
    if employer_speaks(words):
        return "employer_writes"
    told = troubles.plain(words)
    rows = load("doors")["kinds"]
    return next((row["kind"] for row in rows if troubles.pattern(row["words"]).search(told)), "other")


@functools.lru_cache
def _employer() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = load("doors")
    return re.compile("|".join(table["employer_speaks"])), re.compile(table["employer_asks"])


def employer_speaks(words: str) -> bool:
    """Whether the writer looks for workers, not for work."""
    told = troubles.plain(words)
    speaks, asks = _employer()
    return bool(speaks.search(told)) and not asks.search(told)


def answer(s: Session, contact: Contact, kind: str, language: str) -> Said:
    """Which office does it, and its number."""
    return render(SAYS[kind], language, **contacts.values(s, contact, language))


def out_of_scope(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`out_of_scope`: the door that the words name, else what can be done here."""
    kind = turn.entity("kind") or kind_of(turn.text)
    return [answer(s, contact, kind if kind in SAYS else "other", turn.language)]
