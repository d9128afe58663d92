"""Days and spans as people say them, in the solar and the farmers' calendar. Lunar days are reckoned by `borax`."""

import calendar
import dataclasses
import datetime as dt
import re
from collections.abc import Callable

from borax.calendars.lunardate import LunarDate

from core.readers import numbers

DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Span:
    """From `start` to `end`, both included; one day where a day was told."""

    start: dt.date
    end: dt.date


@dataclasses.dataclass(frozen=True)
class _Said:
    """A sentence, the day it was said, and whether it looks back (我上周一开始的)."""

    text: str
    today: dt.date
    past: bool


_PAST = re.compile(
    r"了|过的|已经|刚|之前|以前|上个?(?:周|星期|礼拜|月)|\b(?:started|began|since|was|were|did|got|left|ago|last|went|came|been|have|had)\b"
)
_FUTURE = re.compile(
    r"要|就回|再|准备|打算|开始上|下个?(?:周|星期|礼拜|月)|\b(?:will|'ll|going to|next|until|till|back on|back in|be back)\b"
)

_DAYS = [
    (r"大前天|three days ago", -3), (r"前天|前日|day before yesterday", -2), (r"昨天|昨日|昨晚|\byesterday\b|last night", -1),
    (r"大后天", 3), (r"后天|后日|day after tomorrow", 2), (r"明天|明日|明儿|明早|明晚|\btomorrow\b", 1),
    (r"今天|今日|今儿|今晚|现在|刚刚|\btoday\b|\btonight\b|\bnow\b", 0),
]  # fmt: skip
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5} | {
    str(i + 1): i for i in range(6)
}
_WEEKDAYS_EN = {day.lower(): i for i, day in enumerate(calendar.day_name)} | {
    d.lower(): i for i, d in enumerate(calendar.day_abbr)
}
_MONTHS_EN = {m.lower(): i for i, m in enumerate(calendar.month_name) if m} | {
    m.lower(): i for i, m in enumerate(calendar.month_abbr) if m
}
_MONTH = "|".join(sorted(_MONTHS_EN, key=len, reverse=True))
_LENGTHS = {
    "天": 1,
    "日": 1,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "月": 30,
    "day": 1,
    "week": 7,
    "month": 30,
    "fortnight": 14,
}
_PARTS = [(r"初|头|beginning|start|early", 1, 10), (r"中旬|中|middle|mid", 11, 20), (r"底|末|尾|end|late", 21, 31)]
# Feasts of the farmers' calendar: month, day, and how long after them is meant by "after …" (days from, days to).
_FEASTS = [
    (r"除夕|大年三十|年三十", 12, 30), (r"元宵|正月十五", 1, 15), (r"端午", 5, 5), (r"中秋|mid-?autumn|moon festival", 8, 15), (r"重阳", 9, 9),
    (r"春节|大年初一|过年|过大年|年初一|spring festival|chinese new year|lunar new year", 1, 1),
]  # fmt: skip
_AFTER_NEW_YEAR = re.compile(
    r"过完年|过了年|年后|开年|过完春节|春节后|after (?:the )?(?:spring festival|(?:chinese|lunar) new year|new year)"
)
_BEFORE_NEW_YEAR = re.compile(
    r"年前(?!\d)|春节前|过年前|before (?:the )?(?:spring festival|(?:chinese|lunar) new year)"
)
_SOLAR_FEASTS = [(r"元旦", 1, 1), (r"五一|劳动节|labou?r day", 5, 1), (r"十一国庆|国庆|national day", 10, 1)]
_LUNAR = re.compile(
    r"(?:农历|阴历|旧历)?\s?(正|腊|冬|[二三四五六七八九十]{1,2}|十一|十二|\d{1,2})月\s?(初|廿|二十|三十|十)?([一二三四五六七八九十]?)"
)
_LENGTH = re.compile(
    rf"(?P<n>{numbers.AMOUNT}|[a-z]+)\s?(?:个多?(?P<half>半)?(?P<unit_month>月)(?!份|初|底|中|末)|个?多?(?P<half_week>半)?(?P<unit_zh>天|日|周|星期|礼拜)"
    r"|(?:more )?(?P<unit_en>months?|weeks?|days?|fortnight))(?!薪|结|\s?[\d一二两三四五六七八九])(?:\s?(?P<way>前|以前|之前|ago|后|以后|之后))?"
)
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}


def _one(day: dt.date) -> Span:
    return Span(day, day)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _nearest(said: _Said, made: Callable[[int], dt.date | None]) -> dt.date | None:
    """Of the days of the years around, the last one that has come, or the next one to come."""
    days = [d for year in range(said.today.year - 1, said.today.year + 3) if (d := made(year))]
    if said.past:
        return max((d for d in days if d <= said.today), default=None)
    return min((d for d in days if d >= said.today), default=None)


def _moved(day: dt.date, months: int) -> dt.date:
    """The first of the month that lies `months` away."""
    count = day.year * 12 + day.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def _last(first: dt.date) -> int:
    return calendar.monthrange(first.year, first.month)[1]


# -- readers of one kind each, tried in this order ---------------------------------------------------------------------


def _written(said: _Said) -> Span | None:
    match = re.search(r"(20\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})", said.text)
    day = _date(*map(int, match.groups())) if match else None
    return _one(day) if day else None


def _lunar(year: int, month: int, day: int) -> dt.date | None:
    """A lunar day; the 30th of a short month is its last."""
    for last in (day, day - 1):
        try:
            return LunarDate(year, month, last).to_solar_date()
        except ValueError:
            continue
    return None


def _new_year(said: _Said) -> Span | None:
    """过完年 (from the 6th to the 16th of the first month), 年前 (the ten days before New Year)."""
    looks_ahead = dataclasses.replace(said, past=False)
    if _AFTER_NEW_YEAR.search(said.text):
        start = _nearest(looks_ahead, lambda year: _lunar(year, 1, 16))
        return Span(start - 10 * DAY, start) if start else None
    if _BEFORE_NEW_YEAR.search(said.text) and not re.search(rf"{numbers.AMOUNT}年前", said.text):
        eve = _nearest(looks_ahead, lambda year: _lunar(year, 12, 30))
        return Span(max(said.today, eve - 10 * DAY), eve) if eve else None
    return None


def _feast(said: _Said) -> Span | None:
    for pattern, month, day in _FEASTS:
        if re.search(pattern, said.text):
            found = _nearest(said, lambda year, m=month, d=day: _lunar(year, m, d))  # type: ignore[misc]
            return _one(found) if found else None
    for pattern, month, day in _SOLAR_FEASTS:
        if re.search(pattern, said.text):
            found = _nearest(said, lambda year, m=month, d=day: _date(year, m, d))  # type: ignore[misc]
            return _one(found) if found else None
    return None


def _lunar_day(tens: str | None, ones: str) -> int:
    base = {"初": 0, "十": 10, "廿": 20, "二十": 20, "三十": 30, None: 0}[tens]
    return base + (10 if ones == "十" else int(numbers.value(ones) or 0) if ones else 0)


def _farmers(said: _Said) -> Span | None:
    """腊月二十, 正月初八, 农历八月十五; also a bare 初八 about New Year's time."""
    match = _LUNAR.search(said.text)
    if match and (match[1] in _LUNAR_MONTHS or match[2] == "初" or re.search("农历|阴历|旧历", said.text)):
        month = _LUNAR_MONTHS.get(match[1]) or int(numbers.whole(match[1]) or 0)
        day = _lunar_day(match[2], match[3])
        if not 1 <= month <= 12:
            return None
        start = _nearest(said, lambda year: _lunar(year, month, day or 1))
        return None if start is None else Span(start, start if day else start + 28 * DAY)
    match = re.search(r"(?<!月)初([一二三四五六七八九十])(?!中|期|级)", said.text)
    if match:
        start = _nearest(said, lambda year: _lunar(year, 1, _lunar_day("初", match[1])))
        return _one(start) if start else None
    return None


def _named_day(said: _Said) -> Span | None:
    return next((_one(said.today + n * DAY) for pattern, n in _DAYS if re.search(pattern, said.text)), None)


def _weekday(said: _Said) -> Span | None:
    match = re.search(
        r"(上上|上|下下|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天末1-6])(?!个|后|前|天|内)", said.text
    )
    english = re.search(rf"(?:(last|next|this)\s)?\b({'|'.join(_WEEKDAYS_EN)})\b", said.text)
    if match:
        weekday = _WEEKDAYS[match[2]]
        weeks = {"上上": -2, "上": -1, "下下": 2, "下": 1, "这": 0, "本": 0}.get(match[1])
    elif english:
        weekday, weeks = _WEEKDAYS_EN[english[2]], None
    else:
        return None
    ahead = (weekday - said.today.weekday()) % 7
    if weeks is not None:
        return _one(said.today + (weekday - said.today.weekday() + 7 * weeks) * DAY)
    if (english and english[1] == "last") or said.past:
        return _one(
            said.today - ((said.today.weekday() - weekday) % 7 or (7 if english and english[1] == "last" else 0)) * DAY
        )
    return _one(said.today + (ahead or (7 if english and english[1] == "next" else 0)) * DAY)


def _count(word: str) -> float | None:
    number = numbers.WORDS_EN.get(word, numbers.value(word))
    return None if number is None else float(number)


def _away(said: _Said) -> Span | None:
    """半个月后, 10天后, in two weeks, 三天前; a length alone (回家半个月) is counted from today."""
    match = _LENGTH.search(re.sub(r"a couple of", "two", said.text))
    count = _count(match["n"]) if match else None
    if match is None or count is None:
        return None
    unit = match["unit_month"] or match["unit_zh"] or match["unit_en"].rstrip("s")
    count += 0.5 if match["half"] or match["half_week"] else 0
    days = round(count * _LENGTHS[unit])
    back = match["way"] in ("前", "以前", "之前", "ago") or (said.past and not match["way"])
    return _one(said.today + (-days if back else days) * DAY) if days <= 1000 else None


def _part(first: dt.date, text: str) -> Span | None:
    for pattern, start, end in _PARTS:
        if re.search(rf"月(?:份)?(?:的)?(?:{pattern})|\b(?:{pattern})\b", text):
            last = _last(first)
            return Span(first.replace(day=start), first.replace(day=min(end, last)))
    return None


def _month_and_day(said: _Said) -> Span | None:
    """3月15号, 三月初, March 15, in March."""
    match = re.search(
        r"(\d{1,2}|[一二三四五六七八九十]{1,2})\s?月份?\s?(?:(\d{1,2}|[一二三四五六七八九十]{1,3})\s?[号日]?)?",
        said.text,
    )
    english = re.search(
        rf"\b({_MONTH})\b\.?\s?(\d{{1,2}})?|(\d{{1,2}})(?:st|nd|rd|th)?\s(?:of )?({_MONTH})\b", said.text
    )
    if match and not re.match(r"个", said.text[match.start() + len(match[1]) :]):
        month, day = numbers.whole(match[1]), numbers.whole(match[2]) if match[2] else None
    elif english:
        month = _MONTHS_EN[english[1] or english[4]]
        day = int(english[2] or english[3]) if english[2] or english[3] else None
    else:
        return None
    if not month or not 1 <= month <= 12:
        return None
    if day:
        found = _nearest(said, lambda year: _date(year, month, day))
        return _one(found) if found else None
    first = _nearest_month(said, month)
    return _part(first, said.text) or Span(first, first.replace(day=_last(first)))


def _nearest_month(said: _Said, month: int) -> dt.date:
    ahead = (month - said.today.month) % 12
    return _moved(said.today, ahead - 12 if said.past and ahead else ahead)


def _month_around(said: _Said) -> Span | None:
    """下个月初, 月底, this month, the end of next month."""
    match = re.search(
        r"(上上|下下|上|下|这|本)个?月|\b(next|last|this) month|月[初中底末头尾]|(?:end|beginning|start|middle) of (?:the|this) month",
        said.text,
    )
    if not match:
        return None
    word = match[1] or match[2]
    first = _moved(said.today, {"上上": -2, "上": -1, "last": -1, "下": 1, "next": 1, "下下": 2}.get(word or "", 0))
    part = _part(first, said.text)
    if word is None and part and part.end < said.today and not said.past:
        return _part(_moved(said.today, 1), said.text)
    day = re.search(r"月\s?(\d{1,2}|[一二三四五六七八九十]{1,3})\s?[号日]", said.text)
    if day and (number := numbers.whole(day[1])) and 1 <= number <= _last(first):
        return _one(first.replace(day=number))
    return part or Span(first, first.replace(day=_last(first)))


def _day_of_month(said: _Said) -> Span | None:
    match = re.search(
        r"(?<![\d第])(\d{1,2}|[一二三四五六七八九十]{1,3})\s?[号](?!楼|线|机|车|门|院)|\b(?:on |by |the )+(\d{1,2})(?:st|nd|rd|th)\b",
        said.text,
    )
    number = numbers.whole(match[1] or match[2]) if match else None
    if not number or not 1 <= number <= 31:
        return None
    months = range(0, -3, -1) if said.past else range(3)
    for first in (_moved(said.today, n) for n in months):
        day = _date(first.year, first.month, number)
        if day and (day <= said.today if said.past else day >= said.today):
            return _one(day)
    return None


def _week(said: _Said) -> Span | None:
    match = re.search(r"(上|下|这|本)个?(?:周|星期|礼拜)|\b(last|next|this) week", said.text)
    if not match:
        return None
    weeks = {"上": -1, "last": -1, "下": 1, "next": 1}.get(match[1] or match[2], 0)
    monday = said.today - said.today.weekday() * DAY + 7 * weeks * DAY
    return Span(monday, monday + 6 * DAY)


_READERS = (
    _written, _new_year, _farmers, _feast, _named_day, _weekday, _month_around, _month_and_day, _away, _day_of_month, _week,
)  # fmt: skip


def read(text: str, today: dt.date, *, past: bool | None = None) -> Span | None:
    """The day or span told in `text`, seen from `today`; None when none is told.

    A day without a year or week (周一, 8号) lies ahead unless the sentence looks back; `past` says which way beforehand.
    """
    plain = numbers.plain(text)
    if past is None:
        past = bool(_PAST.search(plain)) and not _FUTURE.search(plain)
    said = _Said(plain, today, past)
    return next((span for reader in _READERS if (span := reader(said))), None)
