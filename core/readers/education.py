"""Schooling in years, as people tell it. Left early counts as the school before and one year more (primary: three)."""

import re

from core.readers import numbers

_LEFT = re.compile(
    r"没毕业|没念完|没读完|没上完|辍学|肄业|半截|没读到头|dropped? out|didn'?t finish|did not finish|unfinished|part of|some (?=primary|middle|high)"
)
_GRADE = re.compile(r"([一二三四五六七八九\d])\s?年级|\bgrade (\d+)|\b(\d+)(?:st|nd|rd|th) grade")
_STAGE_GRADE = re.compile(r"(初|高)([一二三])")
_YEARS = re.compile(
    rf"({numbers.AMOUNT}|[a-z]+)\s?(?:年(?:的)?(?:书|学)|years? (?:of|at|in) school)|(?:念|读|上)了?\s?({numbers.AMOUNT})\s?年"
)
# Words, years when finished, years when left early.
_SCHOOLS: list[tuple[str, int, int]] = [
    (r"没上过学|没念过书|没读过书|不识字|文盲|没上学|没文化|never went to school|no school|can'?t read|illiterate", 0, 0),
    (r"研究生|硕士|博士|master'?s|phd|postgraduate", 19, 17),
    (r"大专|专科|高职|高专|junior college|associate|polytechnic|higher vocational", 15, 13),
    (r"本科|大学|学士|university|bachelor|undergraduate", 16, 13),
    (r"中专|职高|技校|职中|职业高中|职业学校|中师|vocational|technical (?:school|college)|trade school", 12, 10),
    (r"初中|初级中学|middle school|junior (?:high|middle|secondary)|lower secondary", 9, 7),
    (r"高中|高级中学|senior|high school|upper secondary", 12, 10),
    (r"初小", 4, 3),
    (r"小学|primary|elementary", 6, 3),
    (r"\bcollege\b", 15, 13),
]  # fmt: skip


def read(text: str) -> int | None:
    """Years of school (0 to 19), None when the text does not tell."""
    said = numbers.plain(text)
    if match := _STAGE_GRADE.search(said):
        return {"初": 6, "高": 9}[match[1]] + (numbers.whole(match[2]) or 0)
    if match := _YEARS.search(said):
        years = numbers.whole(next(g for g in match.groups() if g))
        if years is not None and years <= 19:
            return years
    if match := _GRADE.search(said):
        return numbers.whole(next(g for g in match.groups() if g))
    for pattern, finished, left in _SCHOOLS:
        if re.search(pattern, said):
            return left if _LEFT.search(said) else finished
    return None
