"""What kind of sentence it is, by its words: a question, a wish, news of something else, the answer to what was asked."""

import functools
import re
from typing import Any

from core import sealing, spelling
from core.policies import load

MOST_SAID_BACK = 40


def pattern(*path: str) -> re.Pattern[str]:
    """The words at a place of policy/statements.yml, as one pattern."""
    return _pattern(path)


@functools.lru_cache
def _pattern(path: tuple[str, ...]) -> re.Pattern[str]:
    node: Any = load("statements")
    for name in path:
        node = node[name]
    return re.compile("|".join(node) or r"(?!)", re.IGNORECASE)


def plain(words: str) -> str:
    """As people type it, made even: one width, simplified, small letters, one kind of apostrophe."""
    return spelling.plain(words).replace("’", "'").strip()


def asks(words: str) -> bool:
    """Whether it asks something."""
    return bool(pattern("asks").search(pattern("harmless").sub(" ", plain(words))))


def wishes(words: str) -> bool:
    """Whether it wants something done."""
    return bool(pattern("wishes").search(plain(words)))


def over(words: str) -> bool:
    """Whether it says that a trouble is over."""
    return bool(pattern("over").search(plain(words)))


def starts(words: str) -> str | None:
    """The clause that tells of a new job; None without one."""
    told = plain(words)
    found = pattern("starts").search(told)
    if found is None:
        return None
    return next(clause for clause in re.findall(r"[^,，。;；!！?？]+", told) if found.group()[:4] in clause).strip()


def new_job(words: str) -> bool:
    """Whether the job told of is said to be another than the one before."""
    return bool(pattern("new_job").search(plain(words)))


def news(words: str) -> bool:
    """Whether it asks nothing and wants nothing: it tells."""
    return not asks(words) and not wishes(words)


def fits(field: str, words: str, *, intent: str, language: str) -> bool | None:
    """Whether the words look like the answer to a question in free words; None: that field has a reader of its own.

    Few words do, but not where their intent has a meaning of its own.
    """
    table = load("statements")
    if field not in table["fits"]:
        return None
    told = plain(words)
    if starts(told):
        return False
    few = intent in table["vague"] and len(told) <= table["short"][language]
    return few or bool(pattern("fits", field).search(told))


def said_back(words: str) -> str:
    """What was told, short enough to be said back; empty where it holds a sealed number."""
    told = words.strip(" 。.！!，,\n")
    if sealing.PLACEHOLDER.search(told):
        return ""
    return told if len(told) <= MOST_SAID_BACK else f"{told[:MOST_SAID_BACK]}…"


NOT = re.compile(r"不是|不叫|没(?:有)?(?:说|欠)|\b(?:not|isn't|didn't|don't)\b")


def clauses(words: str) -> list[str]:
    """The parts of a sentence between its commas and stops."""
    return [part.strip() for part in re.findall(r"[^,，。;；!！?？]+", words) if part.strip()]
