"""Pay as people and job sites write it. Yuan; a month is 26 days of 8 hours where a month must be reckoned."""

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal

from core.readers import numbers

# A number that was sealed (a phone, an ID) stands in the text under a number of its own, which is no pay.
SEALED = re.compile(r"‹[^›]*›|(?<!\d)1\d{10}(?!\d)")
MONTHLY = {
    "month": Decimal(1),
    "day": Decimal(26),
    "hour": Decimal(26 * 8),
    "week": Decimal(52) / 12,
    "year": Decimal(1) / 12,
}
UNITS = {
    "hour": r"(?:一|每)?个?(?:小时|钟头)|时薪|小时工|/\s?(?:时|h\b|hr\b)|(?:an|per|a|each|every|/)\s?hour\b|hourly",
    "day": r"(?:一|每)天|日薪|日结|天结|/\s?[天日]|(?<=[元块\d])\s?[天日](?!后|前)|(?:a|per|each|every|/)\s?day\b|daily",
    "week": r"(?:一|每)周|(?:一|每)个?(?:星期|礼拜)|周薪|周结|/\s?周|(?:a|per|each|every|/)\s?week\b|weekly",
    "year": r"(?:一|每)年|年薪|年收入|/\s?年|(?:a|per|each|every|/)\s?year\b|annual(?:ly)?",
    "piece": r"计件|(?:一|每)[件双条套只个](?!月|星期|礼拜|小时|钟头)|/\s?件|piece[ -]?(?:rate|work)?|per piece",
    "month": r"(?:一|每|(?<![两二三四五六七八九十几\d半]))个月(?!后|前)|(?:一|每)月|月薪|月工资|月收入|/\s?月|(?:a|per|each|every|/)\s?month\b|monthly|/\s?mo\b",
}
MONEY = r"块钱?|元|圆|yuan|rmb|¥|大洋"
CUES = re.compile(
    rf"工资|工钱|薪|底薪|保底|挣|拿到|到手|待遇|收入|{MONEY}|以上|以下|至少|不低于|起步|"
    r"pay|wage|salary|earn|at least|minimum|more than|less than|above|over|under"
)
LEAST = re.compile(
    r"以上|至少|不低于|不少于|最低|起步|打底|保底|底薪|往上|多(?=[块元]|$|的)|起$|at least|minimum|more than|above|over|\bfrom\b|\+|or more"
)
MOST = re.compile(r"以下|不到|以内|最多|不超过|at most|less than|under|below|up to")
# Less than that is no pay: a count, a date, an age.
SMALLEST: dict[str, Decimal | int] = {
    "month": 300,
    "day": 20,
    "hour": 3,
    "week": 100,
    "year": 3000,
    "piece": Decimal("0.01"),
}
SPAN = re.compile(rf"({numbers.AMOUNT})\s?(?:{MONEY})?\s?(?:-|~|—|–|到|至|to)\s?({numbers.AMOUNT})")
NEIGHBOURS = re.compile(r"[一二两三四五六七八][两二三四五六七八九][百千万]")
ONE = re.compile(numbers.AMOUNT)
# What follows a number that is no pay.
NOT_PAY = re.compile(
    r"\s?(?:岁|周岁|号|日|点|人|名|位|个|年|月|天|小时|公里|里地|楼|期|级|次|班|%|years?|months?|days?|hours?|people|km|st|nd|rd|th)"
)
ENGLISH_NUMBER = re.compile(r"\b(\w+) (hundred|thousand)\b")


@dataclasses.dataclass(frozen=True)
class Wage:
    """Pay in yuan per `unit` (month, day, hour, week, year, piece); `monthly_min` None where no month can be reckoned."""

    min: Decimal | None
    max: Decimal | None
    unit: str
    monthly_min: Decimal | None


def _unit(text: str) -> tuple[str | None, str]:
    """The unit said, and the text without it."""
    for unit, pattern in UNITS.items():
        if re.search(pattern, text):
            return unit, re.sub(pattern, " ", text)
    return None, text


def _digits(match: re.Match) -> str:
    number = numbers.WORDS_EN.get(match[1])
    return match[0] if number is None else str(number * (100 if match[2] == "hundred" else 1000))


def _shared(low: str, high: str) -> Decimal | None:
    """4-6千: the first takes the unit of the second."""
    first = numbers.value(low)
    unit = high[-1] if high[-1] in "千万kw百" else ""
    if first is None or not unit or low[-1] in "千万kw百":
        return first
    return first * numbers.UNITS[unit] if first < 100 else first


def _found(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Amounts as (low, high), spans first."""
    for match in SPAN.finditer(text):
        low, high = _shared(match[1], match[2]), numbers.value(match[2])
        if low is not None and high is not None and low <= high and not NOT_PAY.match(text, match.end()):
            yield low, high
    for match in NEIGHBOURS.finditer(text):
        if pair := numbers.between(match[0]):
            yield pair
    for match in ONE.finditer(text):
        amount = numbers.value(match[0])
        if amount and not NOT_PAY.match(text, match.end()):
            yield amount, amount


def _likely(amount: Decimal, unit: str | None, cued: bool) -> bool:
    """Whether a bare number can be pay: with its unit any, by itself only what nobody would take for an age or a date."""
    if unit is not None:
        return amount >= SMALLEST[unit]
    return 800 <= amount < 1_000_000 and (cued or amount >= 1000)


def read(text: str) -> Wage | None:
    """The pay told in `text`, None when there is none or it is 面议; a number without a unit counts as a month's from 800 on."""
    plain = ENGLISH_NUMBER.sub(_digits, numbers.plain(SEALED.sub(" ", text)))
    unit, rest = _unit(plain)
    cued = bool(CUES.search(plain))
    for low, high in _found(rest):
        if not _likely(high, unit, cued):
            continue
        unit = unit or "month"
        least: Decimal | None = low
        most: Decimal | None = high
        if low == high and MOST.search(rest):
            least = None
        elif low == high and LEAST.search(rest):
            most = None
        times = MONTHLY.get(unit)
        return Wage(least, most, unit, None if least is None or times is None else least * times)
    return None
