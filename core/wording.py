"""What a sentence to a worker may be: no word of standing, no officialese, short, known phone numbers only."""

import re

from core import troubles
from core.policies import load

_ENDS = re.compile(r"[。！？!?；\n]|(?<=[a-z%)])\.\s")
_PHONE = re.compile(r"(?<![\d,.])(?:1[12]\d|12\d{3}|9\d{4})(?![\d,年月日天元]|\s*(?:yuan|%))")


def sentences(text: str) -> list[str]:
    """The sentences of a text, ends left off."""
    return [part.strip() for part in _ENDS.split(text) if part.strip()]


def faults(text: str, language: str) -> list[str]:
    """What is wrong with a text in `language` (zh or en) for a worker's eyes, a few words each; empty when nothing is."""
    rules = load("wording")
    wrong = []
    for kind in ("banned", "officialese"):
        wrong += [f"{kind} word {said!r}" for said in troubles.pattern(rules[kind][language]).findall(text)]
    longest = rules["longest"][language]
    wrong += [f"{len(s)} characters in {s[:12]!r}…, {longest} at most" for s in sentences(text) if len(s) > longest]
    wrong += [f"phone number {n} is not on the list" for n in _PHONE.findall(text) if n not in rules["numbers"]]
    return wrong
