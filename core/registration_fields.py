"""What is asked of a person, in this order: each field fills columns of their record, and knows how it is read and shown."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from core import areas
from core import registration_readers as readers
from core.models import Worker
from core.policies import load
from core.readers import limits, numbers, trades
from core.registration_readers import Answer, Values

Facts = dict[str, Values]  # field → columns; an empty one was left out


def _always(_facts: Facts, _worker: Worker | None) -> bool:
    return True


def _value(facts: Facts, worker: Worker | None, column: str) -> Any:
    told = next((values[column] for values in facts.values() if column in values), None)
    return told if told is not None else worker and getattr(worker, column)


def _has_county(facts: Facts, worker: Worker | None) -> bool:
    return _value(facts, worker, "county_code") is not None


def _wants_work(facts: Facts, worker: Worker | None) -> bool:
    return _value(facts, worker, "wish") != "not_now"


def _stays_near(facts: Facts, worker: Worker | None) -> bool:
    return _value(facts, worker, "wish") == "local"


def _choice(field: str, column: str) -> Callable[[Answer], Values | None]:
    def read(answer: Answer) -> Values | None:
        value = readers.choice(field, answer.text)
        return {column: value} if value else None

    return read


def _several(field: str) -> Callable[[Answer], Values | None]:
    def read(answer: Answer) -> Values | None:
        found = readers.choices(field, answer.text)
        return {field: found} if found or readers.nothing(answer.text) else None

    return read


def _name(answer: Answer) -> Values | None:
    return readers.name_told(answer.text) or readers.name(answer.text, asked=answer.plain)


def _limits(answer: Answer) -> Values | None:
    return {"limits": []} if readers.nothing(answer.text) else readers.limits_told(answer.text)


def _trades(answer: Answer) -> Values | None:
    return {"trades": []} if readers.nothing(answer.text) else readers.trades_told(answer.text)


@dataclasses.dataclass(frozen=True)
class Field:
    """`columns[0]` tells whether it is known already; `needed` can't be left out; `few` belongs to the needed few."""

    name: str
    columns: tuple[str, ...]
    read: Callable[[Answer], Values | None]
    few: bool = False
    needed: bool = False
    wanted: Callable[[Facts, Worker | None], bool] = _always

    def known(self, worker: Worker | None) -> bool:
        """Whether it is on record, so that it is not asked again."""
        if worker is None:
            return False
        return any(getattr(worker, column) not in (None, [], "unknown") for column in self.columns)


FIELDS = (
    Field("name", ("name",), _name, few=True, needed=True),
    Field("home", ("county_code",), readers.home, few=True),
    Field("village", ("township_code", "village"), readers.village, few=True, wanted=_has_county),
    Field("birth", ("birth_on",), readers.birth, few=True),
    Field("phone", ("phone_id", "phone_whose"), readers.phone, few=True),
    Field("trades", ("trades",), _trades),
    Field("limits", ("limits",), _limits),
    Field("wish", ("wish",), _choice("wish", "wish")),
    Field("reach", ("reach",), _choice("reach", "reach"), wanted=_wants_work),
    Field("hours", ("hours",), _choice("hours", "hours"), wanted=_stays_near),
    Field("unpaid_work", ("unpaid_work",), _several("unpaid_work")),
    Field("school", ("school_years",), readers.school),
    Field("certificates", ("certificates",), _several("certificates")),
    Field("training_wish", ("training_wish",), _choice("training_wish", "training_wish"), wanted=_wants_work),
    Field("household", ("household_members",), readers.household),
    Field("id_number", ("id_number_id",), readers.id_number),
)
BY_NAME = {field.name: field for field in FIELDS}
LISTS = ("trades", "limits", "unpaid_work", "certificates")
NUMBERS = {"school": "school_years", "household": "household_members"}


def of_button(field: str, value: str) -> Values | None:
    """What a button of a field's question means; None for one that means nothing."""
    if value == "none" and field in LISTS:
        return {field: []}
    if field == "phone":
        return {"phone_id": None, "phone_whose": "none"} if value == "none" else None
    if field == "home":
        return readers.place(value) if areas.get(value) else None
    if field == "id_number":
        return {"id_number_reason": value} if value in ("later", "no_card", "does_not_want") else None
    if field in LISTS:
        return {field: [value]} if _listed(field, value) else None
    if field in NUMBERS:
        return {NUMBERS[field]: int(value)} if value.isdecimal() and int(value) <= 20 else None
    known = load("registration")["choices"].get(field, {})
    return {field: value} if value in known else None


def _listed(field: str, value: str) -> bool:
    if field == "trades":
        return trades.get(value) is not None
    return value in (limits.names() if field == "limits" else load("registration")["choices"][field])


def named(text: str) -> str | None:
    """The field that somebody means who says that something has changed; the longest word decides."""
    said = numbers.plain(text)
    found = [
        (len(word), field)
        for field, row in load("registration")["named"].items()
        for word in row
        if numbers.plain(word) in said
    ]
    return max(found)[1] if found else None


# -- for people's eyes -----------------------------------------------------------------------------------------------

_JOIN = {"zh": "、", "en": ", "}


def shown(column: str, value: Any, language: str) -> str:
    """A value of a column in words; empty for one that says nothing. Numbers are shown by their caller."""
    if value in (None, [], "", "unknown"):
        return ""
    if column == "trades":
        return _JOIN[language].join(trades.name(code, language) for code in value)
    if column == "limits":
        known = [limits.label(code, language) for code in value if code in limits.names()]
        return _JOIN[language].join(known)
    if column in ("county_code", "township_code"):
        return areas.label(value, language) if column == "county_code" else areas.name(value, language)
    rows = load("registration")["choices"].get(column)
    if rows:
        values = value if isinstance(value, list) else [value]
        return _JOIN[language].join(rows[v][language] if v in rows else str(v) for v in values)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
