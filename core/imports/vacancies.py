"""Openings from a list: rows read into values, then stored many at a time."""

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, sealing, vacancy_words
from core.imports import cells, employers
from core.imports.maps import Row
from core.models import Vacancy
from core.readers import trades

DEMANDS_IN = ("demands", "duties")
# Set when a row is new; a later import of the same row leaves them alone.
FIRST_ONLY = ("published_on", "checked_on")


@functools.lru_cache(maxsize=20_000)
def _trade(told: str) -> str | None:
    if trades.get(told):
        return told
    found = trades.read(told)
    return found[0].code if found else None


@functools.lru_cache(maxsize=20_000)
def _words(group: str, told: str) -> tuple[str, ...]:
    return tuple(vacancy_words.found(group, told))


def read(row: Row, county: str | None, today: dt.date) -> dict[str, Any]:
    """The values of one row, its employer's under `employer`; raises BadCell."""
    title = cells.text(row, "title", needed=True) or ""
    told = " ".join(row.text(field) for field in ("kind", "title"))
    kind = (row.text("kind") and row.layout.map.word("kind", row.text("kind"))) or next(
        iter(_words("kinds", told)), "other"
    )
    places = _places(row)
    values = {
        "title": title,
        "occupation_code": row.layout.map.word("trade", row.text("trade"))
        or _trade(row.text("trade"))
        or _trade(title),
        "kind": kind,
        **_where(row, county),
        **_pay(row, kind),
        "currency": row.text("currency") or "CNY",
        "places_total": places,
        "benefits": list(_words("benefits", row.text("benefits"))),
        "hours": cells.text(row, "hours"),
        "shift": next(iter(_words("shifts", " ".join([row.text("shift"), row.text("hours")]))), None),
        "duties": cells.text(row, "duties"),
        "demands": list(_words("demands", " ".join(row.text(field) for field in DEMANDS_IN))),
        **dict(zip(("age_min", "age_max"), cells.ages(row), strict=True)),
        "school_years_min": cells.school(row),
        "certificate": cells.text(row, "certificate"),
        **_days(row),
        "state": cells.word(row, "state") or "open",
        "published_on": cells.day(row, "published_on") or today,
        "checked_on": today,
    }
    return values | {"employer": employers.of_opening(row, values["region_code"])}


def _places(row: Row) -> int:
    if row.text("places") in ("若干", "多名", "数名", "不限", "several"):
        return 1
    places = cells.count(row, "places", most=100_000)
    return 1 if places is None else places


def _where(row: Row, county: str | None) -> dict[str, Any]:
    place = cells.text(row, "place")
    if row.layout.map.foreign:
        return {"region_code": None, "place": place or "?"}
    named = cells.area(row, "county", county)
    code = cells.area(row, "region_code", named or county) or cells.area(row, "township", named or county)
    code = code or _by_place(row, named or county) or named or county
    if code is None:
        raise cells.bad(row, "place", "is empty, and no --county was given")
    return {"region_code": code, "place": place or row.text("township") or row.text("county") or code}


def _by_place(row: Row, near: str | None) -> str | None:
    try:
        return cells.area(row, "place", near)
    except cells.BadCell:
        if near is None:
            raise
        return None  # a street or a village inside the county that is known


def _pay(row: Row, kind: str) -> dict[str, Any]:
    least, most, unit = cells.pay(row)
    month = vacancy_words.per_month(least, most, unit, kind, row.text("currency") or "CNY")
    return {"wage_min": least, "wage_max": most, "wage_unit": unit, "month_min": month[0], "month_max": month[1]}


def _days(row: Row) -> dict[str, dt.date | None]:
    starts, ends, expires = (cells.day(row, field) for field in ("starts_on", "ends_on", "expires_on"))
    if starts and ends and ends < starts:
        raise cells.bad(row, "ends_on", "is before the first day")
    return {"starts_on": starts, "ends_on": ends, "expires_on": expires}


# -- storing -----------------------------------------------------------------------------------------------------------


def store(s: Session, source: str, rows: dict[str, dict[str, Any]], note: Callable[[str, str, str], None]) -> Counter:
    """Add or change the openings of one batch (external id → values); returns how many are added, changed, same.

    Places already given away stay so when the number of places changes. Needs a write transaction.
    """
    firms = employers.ids(s, source, [values["employer"] for values in rows.values()])
    known = {
        row.external_id: row
        for row in s.scalars(sa.select(Vacancy).where(Vacancy.source == source, Vacancy.external_id.in_(rows)))
    }
    tally, new, now = Counter(added=0, changed=0, same=0), [], clock.now()
    for key, told in rows.items():
        values = {name: value for name, value in told.items() if name != "employer"}
        values["employer_id"] = firms[employers.key(told["employer"])]
        for field in ("duties", "title", "place", "hours"):
            values[field] = values[field] and sealing.seal_text(s, values[field])[0]
        if key not in known:
            new.append(
                {**values, "source": source, "external_id": key, "places_left": values["places_total"], "made_at": now,
                 "changed_at": now}
            )  # fmt: skip
            continue
        tally["changed" if _change(known[key], values, now) else "same"] += 1
    if new:
        s.execute(sa.insert(Vacancy), new)
    tally["added"] += len(new)
    return tally


def _change(row: Vacancy, values: dict[str, Any], now: dt.datetime) -> bool:
    differ = {name: value for name, value in values.items() if name not in FIRST_ONLY and getattr(row, name) != value}
    if not differ:
        return False
    row.places_left = max(0, row.places_left + values["places_total"] - row.places_total)
    for name, value in differ.items():
        setattr(row, name, value)
    row.changed_at = now
    return True
