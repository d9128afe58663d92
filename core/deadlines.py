"""Until when a person must act: working days and hours of the labour office, as data in policy/escalations.yml."""

import datetime as dt

from core import clock
from core.policies import load


def works(day: dt.date) -> bool:
    """Whether the office is open on that day."""
    office = load("escalations")["office"]
    off = {f"{day:%m-%d}", day.isoformat()} & set(office["days_off"])
    return day.isoweekday() in office["weekdays"] and not off


def working_day(day: dt.date, ahead: int) -> dt.date:
    """The working day that is `ahead` working days after `day` (0: the next open day, `day` itself if it is open)."""
    while ahead or not works(day):
        day += dt.timedelta(days=1)
        ahead -= bool(ahead and works(day))
    return day


def _at(day: dt.date, hour: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(hour), clock.CHINA).astimezone(dt.timezone.utc)


def due(severity: int, opened: dt.datetime) -> dt.datetime:
    """The moment (UTC) by which a person must have acted on a case of severity 1-4 opened at `opened`."""
    rule, office = load("escalations")["severities"][severity], load("escalations")["office"]
    if "minutes" in rule:
        return opened + dt.timedelta(minutes=rule["minutes"])
    day = clock.local(opened).date()
    if rule["working_days"]:
        return _at(working_day(day, rule["working_days"]), office["closes"])
    if works(day) and opened <= _at(day, office["same_day_until"]):
        return _at(day, office["closes"])
    return _at(working_day(day, 1), office["noon"])
