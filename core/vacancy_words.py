"""Words for openings (policy/vacancies.yml): what they are called, how people say them; pay reckoned per month."""

import functools
import re
import unicodedata
from decimal import Decimal

from core.policies import load

DAYS_A_MONTH = 26
HOURS_A_DAY = 8
_MONTHS = {
    "month": Decimal(1),
    "day": Decimal(DAYS_A_MONTH),
    "hour": Decimal(DAYS_A_MONTH * HOURS_A_DAY),
    "week": Decimal(52) / 12,
    "year": Decimal(1) / 12,
}


def words() -> dict:
    """The whole table of policy/vacancies.yml."""
    return load("vacancies")


def label(group: str, word: str, language: str) -> str:
    """What we call one of `kinds`, `benefits`, `shifts` or `demands` in zh or en."""
    return words()[group][word][language]


def plain(text: str) -> str:
    """Text for comparing: full-width forms and case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


@functools.lru_cache(maxsize=2048)
def _pattern(word: str) -> re.Pattern:
    # An English word counts only as a whole one: "food" is not in "seafood".
    edge = r"\b" if word.isascii() else ""
    return re.compile(edge + re.escape(plain(word)) + edge)


def says(text: str, listed: list[str]) -> bool:
    """Whether the text holds one of the words."""
    folded = plain(text)
    return any(_pattern(word).search(folded) for word in listed)


def found(group: str, text: str) -> list[str]:
    """Our words of a group (`kinds`, `benefits`, `shifts`, `demands`, `aspects`) that the text speaks of, in table order."""
    return [word for word, entry in words()[group].items() if says(text, entry["words"])]


def ruled_out(limits: list[str]) -> list[str]:
    """The demands of openings that somebody with these limits is not shown."""
    table = words()["limits"]
    return sorted({demand for limit in limits for demand in table.get(limit, ())})


def led_by_caseworker(kind: str) -> bool:
    """Whether village and county choose, so that nothing goes to an employer (public-welfare, work-for-relief)."""
    return kind in words()["led_by_caseworker"]


def per_month(
    least: Decimal | float | None, most: Decimal | float | None, unit: str | None, kind: str = "", currency: str = "CNY"
) -> tuple[int | None, int | None]:
    """Pay as whole yuan a month, (least, most): a day × 26, an hour × 8 × 26, a week × 52/12, a year / 12.

    (None, None) where it can't be reckoned: piece work, no unit, part-time work, another currency. Never a guess.
    """
    if unit not in _MONTHS or currency != "CNY" or (kind == "part_time" and unit != "month"):
        return None, None
    times = _MONTHS[unit]
    return (
        None if least is None else round(Decimal(str(least)) * times),
        None if most is None else round(Decimal(str(most)) * times),
    )
