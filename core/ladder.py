"""Which question of the check-in ladder is asked when, and how: policy/checkins.yml. No database here."""

import calendar
import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator

from core import clock
from core.policies import load


@dataclasses.dataclass(frozen=True)
class Rung:
    """One step: `step` names it (`day3`, `month7`), `on` is its day, `asks` which question of the kind."""

    step: str
    on: dt.date
    asks: str
    stale_days: int
    by_phone: bool
    tries: int


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(started_on: dt.date, row: dict) -> dt.date:
    if "days" in row:
        return started_on + dt.timedelta(days=row["days"])
    return months_after(started_on, row["months"])


def _rung(row: dict, step: str, on: dt.date) -> Rung:
    return Rung(step, on, row["asks"], row["stale_days"], row["by_phone"], row["tries"])


def _fixed(started_on: dt.date) -> list[Rung]:
    return [_rung(row, row["step"], _day(started_on, row)) for row in load("checkins")["rungs"]]


def rungs(kind: str, started_on: dt.date) -> list[Rung]:
    """The fixed rungs of a job of this kind, in order."""
    skipped = load("checkins")["kinds"][kind].get("skip", [])
    return [rung for rung in _fixed(started_on) if rung.step not in skipped]


def taps(started_on: dt.date) -> Iterator[Rung]:
    """The monthly taps after the fixed rungs, without end."""
    table = load("checkins")
    month = max(row["months"] for row in table["rungs"] if "months" in row)
    while True:
        month += 1
        row = table["hard"] if month in table["hard_months"] else table["tap"]
        yield _rung(row, f"month{month}", months_after(started_on, month))


def rung(started_on: dt.date, step: str) -> Rung:
    """The rung of that name; KeyError if the ladder has none."""
    if step.startswith("month"):
        last = months_after(started_on, int(step.removeprefix("month")))
        ahead: Iterator[Rung] = itertools.takewhile(lambda tap: tap.on <= last, taps(started_on))
    else:
        ahead = iter(())
    return {found.step: found for found in itertools.chain(_fixed(started_on), ahead)}[step]


def question(kind: str, asks: str) -> str:
    """The response that asks it."""
    return load("checkins")["kinds"][kind][asks]


def ask_at(day: dt.date) -> dt.datetime:
    """The moment (UTC) at which a question of that day is due."""
    hour = dt.time.fromisoformat(load("checkins")["ask_at"])
    return dt.datetime.combine(day, hour, clock.CHINA).astimezone(dt.timezone.utc)


def is_quiet(moment: dt.datetime, hours: str) -> bool:
    """Whether China sleeps: `hours` as in QUIET_HOURS, e.g. 21:00-08:00 (the end itself is not quiet)."""
    start, end = (dt.time.fromisoformat(part) for part in hours.split("-"))
    time = clock.local(moment).time()
    return start <= time < end if start <= end else time >= start or time < end
