"""Processes that say they are alive."""

import datetime as dt
import os

from sqlalchemy.orm import Session

from core import clock
from core.models import Heartbeat

EVERY = dt.timedelta(seconds=5)


def beat(s: Session, process: str, detail: str | None = None) -> None:
    """`process` is alive now. Needs a write transaction."""
    row = s.get(Heartbeat, process) or Heartbeat(process=process)
    row.pid, row.at, row.detail = os.getpid(), clock.now(), detail
    s.add(row)
