"""Amounts as people write them: 4500, 4千5, 四五千, 一万二, 5k, 两百, half."""

import re
import unicodedata
from decimal import Decimal

DIGITS = {c: Decimal(n) for n, c in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": Decimal(0), "两": Decimal(2), "俩": Decimal(2), "仨": Decimal(3), "半": Decimal("0.5")}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "k": 1000, "w": 10_000}
WORDS_EN = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "couple of": 2, "a couple of": 2}
NUMERAL = r"(?:\d+(?:\.\d+)?|[零〇一二两俩三四五六七八九半])"
AMOUNT = rf"(?:{NUMERAL}\s?[十百千万kw]|十[一二三四五六七八九]?|{NUMERAL})(?:零?{NUMERAL}?[十百千万]|零?[一二两三四五六七八九\d])*"
_PART = re.compile(rf"({NUMERAL})?\s?([十百千万kw]?)")
_BETWEEN = re.compile(r"([一二两三四五六七八])([两二三四五六七八九])([十百千万]+)")


def plain(text: str) -> str:
    """Half-width, lower case, no commas inside numbers."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text).lower())


def _single(numeral: str) -> Decimal:
    return DIGITS[numeral] if numeral in DIGITS else Decimal(numeral)


def value(said: str) -> Decimal | None:
    """One amount: 4千5 → 4500, 一万二 → 12000, 二十五 → 25, 1.5万 → 15000; None when it is none."""
    said = said.strip().replace(" ", "")
    if not re.fullmatch(AMOUNT, said):
        return None
    total, section, last = Decimal(0), Decimal(0), 0
    for match in _PART.finditer(said):
        numeral, unit = match.groups()
        if not numeral and not unit:
            continue
        number = _single(numeral) if numeral else Decimal(1)
        if unit in ("万", "w"):
            total, section, last = (total + section + (number if numeral else 0)) * 10_000, Decimal(0), 10_000
        elif unit:
            section, last = section + number * UNITS[unit], UNITS[unit]
        else:
            section, last = section + number * _trailing(number, last), 0
    return total + section


def _trailing(number: Decimal, last: int) -> int:
    """What a last digit without a unit counts: hundreds after 千 (4千5), ones after 十."""
    return last // 10 if last > 10 and number < 10 and number else 1


def between(said: str) -> tuple[Decimal, Decimal] | None:
    """Two neighbouring digits before a unit: 四五千 → (4000, 5000), 三四十 → (30, 40)."""
    match = _BETWEEN.fullmatch(said)
    if not match:
        return None
    low, high = (_single(match[i]) for i in (1, 2))
    times = 1
    for unit in match[3]:
        times *= UNITS[unit]
    return (low * times, high * times) if high == low + 1 else None


def whole(text: str) -> int | None:
    """A whole number that is all that is said (43, 四十三, twenty); else None."""
    said = plain(text).strip(" .。")
    if said in WORDS_EN:
        return WORDS_EN[said]
    number = value(said)
    return int(number) if number is not None and number == int(number) else None
