"""Time: real UTC for leases and back-off; the demo's movable day for everything that falls due."""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core import db
from core.models import State

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Real time, aware, UTC: for leases, back-off, sessions, received_at."""
    return dt.datetime.now(dt.timezone.utc)


def offset() -> dt.timedelta:
    """By how much the demo clock is ahead of real time (zero outside demo mode)."""
    with db.reading() as s:
        seconds = s.scalar(sa.select(State.value).where(State.key == "clock_offset_seconds"))
    return dt.timedelta(seconds=float(seconds or 0))


def due_now() -> dt.datetime:
    """The programme's time, aware, UTC: for due dates, check-ins, expiry of vacancies, ages."""
    return now() + offset()


def today() -> dt.date:
    """The programme's day in China."""
    return due_now().astimezone(CHINA).date()


def local(moment: dt.datetime) -> dt.datetime:
    """A moment as China reads it off the wall."""
    return moment.astimezone(CHINA)
