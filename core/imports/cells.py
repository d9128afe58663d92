"""What stands in a cell: days, counts, pay, places, ages, yes and no. Each reader tells in plain words why it can't."""

import datetime as dt
import functools
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from core import areas
from core.imports.maps import Row
from core.readers import education, numbers, wages

NOTHING = re.compile(r"[-—–/\\.。、无暂]*|无|暂无|没有|不详|n/?a|null|none|nil|nan", re.IGNORECASE)
FORMULA = re.compile(r"[=@＝＠]|[+＋](?![\d\s])")
DAY = re.compile(
    r"(\d{4})\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2}))?\s?[日号月]?(?:[T ].*)?|(\d{4})(\d{2})(\d{2})"
)
EXCEL_BEGAN = dt.date(1899, 12, 30)
YEARS = range(1930, 2101)
MOST = 1_000_000
YES = {"是", "有", "y", "yes", "true", "1", "√", "对"}
NO = {"否", "无", "没有", "n", "no", "false", "0", "×", "不是"}
LONG = {"duties": 2000}


class BadCell(Exception):
    """A cell that can't be read: the column as the file calls it, and why."""

    def __init__(self, column: str, reason: str):
        super().__init__(f"{column}: {reason}")
        self.column, self.reason = column, reason


def bad(row: Row, field: str, reason: str) -> BadCell:
    """The error to raise about a field."""
    return BadCell(row.heading(field), reason)


def empty(told: str) -> bool:
    """Whether a cell says nothing: blank, a dash, 无, n/a."""
    return NOTHING.fullmatch(told) is not None


def text(row: Row, field: str, *, needed: bool = False) -> str | None:
    """Words as they stand; what a spreadsheet would run as a formula is refused."""
    told = row.text(field)
    if empty(told):
        if needed:
            raise bad(row, field, "is empty")
        return None
    if FORMULA.match(told):
        raise bad(row, field, "begins like a formula")
    if len(told) > LONG.get(field, 200):
        raise bad(row, field, f"is longer than {LONG.get(field, 200)} characters")
    return told


def day(row: Row, field: str) -> dt.date | None:
    """A day: 2026-11-24, 2026/11/24, 2026年11月, 20261124, or a spreadsheet's own number; a month is its first day."""
    told = unicodedata.normalize("NFKC", row.text(field))
    if empty(told):
        return None
    if re.fullmatch(r"[34]\d{4}", told):
        return EXCEL_BEGAN + dt.timedelta(days=int(told))
    match = DAY.fullmatch(told)
    try:
        parts = [int(part) for part in (match.groups() if match else ()) if part]
        found = dt.date(*([*parts, 1] if len(parts) == 2 else parts))
    except (ValueError, TypeError):
        raise bad(row, field, "is no day (write it like 2026-11-24)") from None
    if found.year not in YEARS:
        raise bad(row, field, f"the year {found.year} cannot be right")
    return found


def says_day(row: Row, field: str) -> bool:
    """Whether a cell names a day and not only a month."""
    match = DAY.fullmatch(unicodedata.normalize("NFKC", row.text(field)))
    return match is None or bool(match[3] or match[6])


def count(row: Row, field: str, *, most: int = MOST) -> int | None:
    """A whole number from 0 to `most`, with or without 人, 名, 元 behind it."""
    told = numbers.plain(row.text(field))
    if empty(told):
        return None
    match = re.fullmatch(r"(\d+)(?:\.0+)?\s?[人名个位口元岁年]*", told)
    if match is None:
        raise bad(row, field, "is no whole number")
    if int(match[1]) > most:
        raise bad(row, field, f"is more than {most:,}")
    return int(match[1])


def yes(row: Row, field: str) -> bool | None:
    """Yes or no."""
    told = unicodedata.normalize("NFKC", row.text(field)).casefold()
    if told in YES:
        return True
    if told in NO:
        return False
    if empty(told):
        return None
    raise bad(row, field, "is neither yes (是) nor no (否)")


def word(row: Row, field: str) -> str | None:
    """One of our words, by the map's table."""
    told = row.text(field)
    if empty(told):
        return None
    found = row.layout.map.word(field, told)
    if found is None:
        known = "、".join(listed[0] for listed in row.layout.map.words.get(field, {}).values() if listed)
        raise bad(row, field, f"is none of: {known}")
    return found


def ages(row: Row) -> tuple[int | None, int | None]:
    """From which age to which: two columns, or one like 18-50, 50岁以下, 18周岁以上."""
    least, most = count(row, "age_min", most=100), count(row, "age_max", most=100)
    told = numbers.plain(row.text("age"))
    found = [int(number) for number in re.findall(r"\d+", told)]
    if empty(told) or "不限" in told or least is not None or most is not None:
        return least, most
    if not found or any(age > 100 for age in found):
        raise bad(row, "age", "is no span of ages (write it like 18-50)")
    if len(found) > 1:
        return min(found[:2]), max(found[:2])
    older = re.search(r"以下|以内|不超过|最大|under|below|up to|max", told)
    return (None, found[0]) if older else (found[0], None)


def school(row: Row) -> int | None:
    """Years of school: a number, or 初中, high school."""
    told = row.text("school_years")
    if empty(told) or "不限" in told:
        return None
    told = row.layout.map.word("school_years", told) or told
    years = int(told) if re.fullmatch(r"\d{1,2}", told) else education.read(told)
    if years is None or years > 22:
        raise bad(row, "school_years", "is no schooling that is known (初中, 9, …)")
    return years


# -- pay ---------------------------------------------------------------------------------------------------------------


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _amount(row: Row, field: str) -> Decimal | None:
    told = re.sub(r"[$¥￥,\s元]", "", numbers.plain(row.text(field)))
    if empty(told):
        return None
    try:
        amount = _cents(Decimal(told))
    except InvalidOperation:
        raise bad(row, field, "is no amount") from None
    if not 0 < amount < 10_000_000:
        raise bad(row, field, "is no amount that anybody pays")
    return amount


def pay(row: Row) -> tuple[Decimal | None, Decimal | None, str | None]:
    """(least, most, unit): from columns of numbers with a unit, or from words like 4000-6000元/月; nothing for 面议.

    Without a unit there is no pay: what a number is paid for is not guessed (from 800 on a list means a month).
    """
    told = row.text("pay")
    if empty(told) or re.search("面议|面谈|协商|negotiable", told.casefold()):
        told = ""
    if told and not re.fullmatch(r"[$¥￥]?[\d.,]+元?", told.replace(" ", "")):
        return _told_pay(row, told)
    least, most = (_amount(row, "pay") if told else None) or _amount(row, "pay_min"), _amount(row, "pay_max")
    if least is not None and most is not None and most < least:
        raise bad(row, "pay_max", "is less than the least pay")
    if least is None and most is None:
        return None, None, None
    unit = _unit(row, least or most)
    if unit == "two_weeks":
        return least and _cents(least / 2), most and _cents(most / 2), "week"
    return (least, most, unit) if unit else (None, None, None)


def _unit(row: Row, amount: Decimal | None) -> str | None:
    if "pay_unit" in row.layout.places or "pay_unit" in row.layout.map.constants:
        unit = word(row, "pay_unit")
        return None if unit == "unsaid" else unit
    field = "pay" if row.text("pay") else "pay_min" if row.text("pay_min") else "pay_max"
    found = wages.read(f"{row.heading(field)} {amount}")
    if found is None:
        raise bad(row, field, "for what: a day, an hour, a month? (write it like 200元/天)")
    return found.unit


def _told_pay(row: Row, told: str) -> tuple[Decimal | None, Decimal | None, str | None]:
    says_unit = re.search("[月天日时周年件]|[a-z]{2}|/", told.casefold())
    found = wages.read(told) if says_unit else wages.read(f"{row.heading('pay')} {told}")
    if found is None:
        raise bad(row, "pay", "is no pay that can be read (write it like 4000-6000元/月)")
    unit = found.unit
    if not says_unit and "pay_unit" in row.layout.places:
        unit = word(row, "pay_unit") or unit
    return found.min and _cents(found.min), found.max and _cents(found.max), unit


# -- places ------------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=20_000)
def _found(told: str, near: str | None) -> tuple[areas.Area, ...]:
    return tuple(areas.find(told, near=near))


def area(row: Row, field: str, near: str | None) -> str | None:
    """The code of the area that a cell names, by code or by name; None for an empty one."""
    told = row.text(field)
    if empty(told):
        return None
    if re.fullmatch(r"\d{6}|\d{9}|\d{12}", told):
        if areas.get(told) is None:
            raise bad(row, field, "is no code of an area")
        return told
    found = _found(told, near)
    if not found:
        raise bad(row, field, "names no place that is known")
    if len(found) > 1:
        raise bad(row, field, f"may be {' or '.join(areas.label(a.code, 'zh') for a in found[:3])}")
    return found[0].code
