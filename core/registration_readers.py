"""What an answer to a question of the registration says: plain functions from words to columns of a worker's record."""

import dataclasses
import datetime as dt
import re
from typing import Any

from sqlalchemy.orm import Session

from core import areas, clock, sealing
from core.models import SealedNumber
from core.policies import load
from core.readers import ages, education, limits, numbers, trades, words

Values = dict[str, Any]  # column of `workers` → JSON value

YEAR = dt.timedelta(days=365.25)
CHOICES = "home_choices"  # instead of a column: area codes, one of which is meant
_HAN_NAME = re.compile(r"[\u4e00-\u9fff·•]{2,10}")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z'\-]*(?: [A-Za-z][A-Za-z'\-]*){0,3}")
_NAMED = re.compile(
    r"(?i:我的?名字(?:叫|是)?|姓名[:：是]?|名字[:：叫是]*|我叫|[她他]叫|叫做?|i am called|my name(?:'s| is)|name is|i'm|i am)\s*"
    r"([\u4e00-\u9fff·•]{2,10}|[A-Z][a-z'\-]+(?: [A-Z][a-z'\-]+){0,3})"
)
_AM = re.compile(r"我是([\u4e00-\u9fff]{2,3})(?=$|[，,。.！! ])")
# What follows a name without a pause.
_AFTER = re.compile(r"今年|家在|家住|住在|老家|来自|电话|手机|身份证|要登记|想|是[男女]")
_DAY = re.compile(r"((?:19|20)\d\d)\s?[年./-]\s?(\d{1,2})\s?[月./-]\s?(\d{1,2})")
_VILLAGE = re.compile(r"([\u4e00-\u9fff]{1,8}?村|[A-Z][A-Za-z' -]+ village)", re.I)
_NONE = re.compile(
    r"^(?:我?都?没有?(?:啥|什么)?(?:的|手机|电话|证)?|没|无|不能干的没有|都能干|no(?:ne|thing)?|i don't have (?:one|any)|no phone)[。.!]?$",
    re.I,
)


@dataclasses.dataclass(frozen=True)
class Answer:
    """Words to be read (numbers in them are sealed), and what helps: the home's county, a session for sealed numbers.

    `plain`: whether they were understood as an answer, and not as something else that may be one.
    """

    s: Session
    text: str
    near: str | None = None
    plain: bool = True


def choice(field: str, text: str) -> str | None:
    """The value of a field with a few values that is said in these words; the longest word decides."""
    said = numbers.plain(text)
    found = [
        (len(word), value)
        for value, row in load("registration")["choices"][field].items()
        for word in _words(row)
        if word in said
    ]
    return max(found)[1] if found else None


def choices(field: str, text: str) -> list[str]:
    """All values of a field that are said."""
    said = numbers.plain(text)
    rows = load("registration")["choices"][field].items()
    return [value for value, row in rows if any(word in said for word in _words(row))]


def _words(row: dict) -> list[str]:
    return [numbers.plain(word) for word in (row["zh"], row["en"], *row["words"])]


def nothing(text: str) -> bool:
    """Whether the answer is "none": no phone, no certificate, nothing that one can't do."""
    return bool(_NONE.match(text.strip()))


# -- name ------------------------------------------------------------------------------------------------------------


def name_told(text: str) -> Values | None:
    """A name with words around it that say so: 我叫王秀禾, "my name is …"."""
    match = _NAMED.search(text) or _AM.search(text)
    return name(_AFTER.split(match[1])[0]) if match else None


def name(text: str, *, asked: bool = False) -> Values | None:
    """A name that is all that is said. Where it was `asked` for, one with a rare family name too."""
    said = re.sub(r"[\s。.!！,，]+$", "", text.strip())
    said = re.sub(r"^(?:我叫|我是|叫|姓名|名字[叫是]?)[:：\s]*", "", said)
    if _LATIN_NAME.fullmatch(said):
        written = said[0].isupper() or (asked and not trades.read(said) and not areas.find(said))
        return {"name": said} if len(said) > 1 and written and words.read(said) is None else None
    if not _HAN_NAME.fullmatch(said) or words.read(said) or said.endswith(("县", "镇", "村", "省", "市", "的", "人")):
        return None
    if (len(said) > 4 and not re.search("[·•]", said)) or trades.read(said) or education.read(said) is not None:
        return None
    common = said[0] in load("registration")["surnames"]
    return {"name": said} if common or (asked and not areas.find(said)) else None


# -- home ------------------------------------------------------------------------------------------------------------


def home(answer: Answer) -> Values | None:
    """County, township and village; what may be several places, or is wider than a county, is left to be chosen."""
    found = areas.find(answer.text, near=answer.near)
    if not found:
        return None
    if len(found) == 1 and found[0].level in ("county", "township"):
        return {**place(found[0].code), **_village(answer.text)}
    if len(found) == 1:
        return {CHOICES: [], "inside": found[0].code}
    return {CHOICES: [area.code for area in found[:6]]}


def place(code: str) -> Values:
    """The columns of a county or township code."""
    county = {"county_code": code[:6]}
    return county | ({"township_code": code} if len(code) == 12 else {})


def counties(code: str, most: int = 8) -> list[str]:
    """The counties of a prefecture where they fit on buttons; else none."""
    head = areas.digits(code)
    inside = [c for c in areas.divisions() if c.startswith(head) and len(areas.digits(c)) == 6]
    return inside if len(inside) <= most else []


def _village(text: str) -> Values:
    tail = re.split(r"[省市县区旗镇乡]|街道", text)[-1]
    match = _VILLAGE.search(re.sub(r"^的", "", tail))
    return {"village": match[1]} if match else {}


def village(answer: Answer) -> Values | None:
    """Township and village inside the home's county."""
    found = [area for part in re.split("[,，]", answer.text) for area in areas.find(part, near=answer.near)]
    town = next((a for a in found if a.level == "township" and answer.near and areas.within(a.code, answer.near)), None)
    told = _village(answer.text)
    if not told and not town and answer.plain and 2 <= len(answer.text.strip()) <= 20 and not words.read(answer.text):
        told = {"village": answer.text.strip(" 。.")}
    return {**({"township_code": town.code} if town else {}), **told} or None


# -- birth, numbers --------------------------------------------------------------------------------------------------


def birth_told(text: str) -> Values | None:
    """An age or a birth date with words around it that say so."""
    return _born_on(text) or _aged(ages.read(text, None) if not numbers.whole(text) else None) or _year(text)


def birth(answer: Answer) -> Values | None:
    """The day of birth: of an ID number or a date exactly, of a year or an age the middle of what it may be."""
    return id_number(answer) or _born_on(answer.text) or _year(answer.text) or _aged(_age(answer.text))


def _age(text: str) -> int | None:
    alone = numbers.whole(text)
    if alone is not None and 67 <= alone <= 99:  # "83" is a year, nobody of 83 looks for work
        return clock.today().year - 1900 - alone
    return ages.read(text, clock.today())


def _aged(age: int | None) -> Values | None:
    if age is None:
        return None
    return {"birth_on": (clock.today() - age * YEAR - YEAR / 2).isoformat(), "birth_exact": False}


def _year(text: str) -> Values | None:
    alone = numbers.whole(text)
    year = alone if alone is not None and 1920 <= alone <= clock.today().year else ages.born_in(text, clock.today())
    return {"birth_on": f"{year}-07-01", "birth_exact": False} if year else None


def _born_on(text: str) -> Values | None:
    match = _DAY.search(numbers.plain(text))
    if match is None:
        return None
    try:
        day = dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return {"birth_on": day.isoformat(), "birth_exact": True} if day < clock.today() else None


def age(born: str) -> int:
    """Whole years since an ISO date."""
    day, today = dt.date.fromisoformat(born), clock.today()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def sealed(answer: Answer, kind: str) -> SealedNumber | None:
    """The first number of a kind in the text."""
    found = next((number for k, number in sealing.PLACEHOLDER.findall(answer.text) if k == kind), None)
    return answer.s.get(SealedNumber, int(found)) if found else None


def id_number(answer: Answer) -> Values | None:
    """A sealed ID number with the birth date and the sex that it says; an old one of 15 figures only tells the birth date."""
    row = sealed(answer, "id_number")
    return id_values(row) if row is not None else None


def id_values(row: SealedNumber) -> Values:
    """The columns that an ID number fills."""
    number = sealing.unseal(row)
    born = sealing.birth_on(number)
    told = {"birth_on": born and born.isoformat(), "birth_exact": True}
    if len(number) == 15:
        return {**told, "sex": "m" if int(number[14]) % 2 else "f", "id_number_reason": "old_number"}
    return {**told, "sex": "m" if int(number[16]) % 2 else "f", "id_number_id": row.id, "id_number_reason": None}


def looks_like_id(text: str) -> bool:
    """A run of figures as long as an ID number that is none."""
    return bool(re.search(r"(?<!\d)\d{14,20}[\dXx]?(?!\d)", re.sub(r"[ \-]", "", text)))


def looks_like_phone(text: str) -> bool:
    """A run of figures that may be meant as a phone and is no mobile number."""
    return bool(re.search(r"(?<!\d)\d{7,13}(?!\d)", re.sub(r"[ \-]", "", text)))


def phone(answer: Answer) -> Values | None:
    """A sealed phone and whose it is; or that there is none."""
    row = sealed(answer, "phone")
    if row is not None:
        rest = sealing.masked(answer.text, "")
        return {"phone_id": row.id, "phone_whose": choice("phone_whose", rest) or "own"}
    return {"phone_id": None, "phone_whose": "none"} if nothing(answer.text) else None


# -- work ------------------------------------------------------------------------------------------------------------


def trades_told(text: str) -> Values | None:
    codes = [trade.code for trade in trades.read(text)]
    return {"trades": codes} if codes else None


def limits_told(text: str) -> Values | None:
    found = limits.read(text)
    return {"limits": found} if found else None


def school_told(text: str) -> Values | None:
    years = education.read(text)
    return None if years is None else {"school_years": years}


def school(answer: Answer) -> Values | None:
    years = numbers.whole(answer.text)
    return {"school_years": years} if years is not None and years <= 19 else school_told(answer.text)


def household(answer: Answer) -> Values | None:
    """Persons in the household: 5, 五口人, "four of us"."""
    match = re.search(
        rf"({numbers.AMOUNT}|[a-z]+)\s?(?:口|个|of us|people|persons)?", numbers.plain(answer.text).strip()
    )
    count = numbers.whole(match[1]) if match else None
    return {"household_members": count} if count is not None and 1 <= count <= 20 else None
