"""The two lists of the programme: who is in work, and who wants work."""

import csv
import datetime as dt
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.models import Placement, User, Worker

IN_WORK, WANTS_WORK = "in_work", "wants_work"
LISTS = (IN_WORK, WANTS_WORK)
COLUMNS = (
    "worker_id", "name", "county_code", "township_code", "village", "work_state", "employer", "place", "kind",
    "started_on", "pay_month", "wish", "trades", "caseworker", "confirmed_on", "evidence",
)  # fmt: skip
FRESH = dt.timedelta(days=35)


def query(which: str, area_prefix: str = "") -> sa.sql.Select:
    """The workers of one list in an area: rows of (Worker, Placement or None), by township, village and name."""
    active = sa.and_(Placement.worker_id == Worker.id, Placement.state == "active")
    wanted = Placement.id.is_not(None) if which == IN_WORK else Placement.id.is_(None)
    states = (Worker.work_state.in_(["in_work", "away"])) if which == IN_WORK else Worker.work_state == "wants_work"
    return (
        sa.select(Worker, Placement)
        .outerjoin(Placement, active)
        .where(Worker.left_at.is_(None), Worker.county_code.startswith(area_prefix), states, wanted)
        .order_by(Worker.county_code, Worker.township_code, Worker.village, Worker.name, Worker.id)
    )


def evidence(placement: Placement | None, today: dt.date) -> str:
    """How well a job is proved: `confirmed` (by the worker in the last 35 days), `said` (by another) or `stale`."""
    if placement is None:
        return ""
    fresh = placement.confirmed_on is not None and today - placement.confirmed_on <= FRESH
    if not fresh:
        return "stale"
    return "confirmed" if placement.source == "worker" else "said"


def rows(s: Session, which: str, today: dt.date, area_prefix: str = "") -> list[dict]:
    """One list as dicts of `COLUMNS`, without any personal number."""
    caseworkers = dict(s.execute(sa.select(User.id, User.name)).all())
    return [
        {
            "worker_id": worker.id,
            "name": worker.name,
            "county_code": worker.county_code,
            "township_code": worker.township_code,
            "village": worker.village,
            "work_state": worker.work_state,
            "employer": placement and placement.employer_name,
            "place": placement and placement.place,
            "kind": placement and placement.kind,
            "started_on": placement and placement.started_on,
            "pay_month": placement and placement.pay_month,
            "wish": worker.wish,
            "trades": " ".join(worker.trades),
            "caseworker": caseworkers.get(worker.caseworker_id),
            "confirmed_on": placement and placement.confirmed_on,
            "evidence": evidence(placement, today),
        }
        for worker, placement in s.execute(query(which, area_prefix)).all()
    ]


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else value
    if isinstance(text, str) and text.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"):
        return "'" + text
    return text


def write(s: Session, out: Path, today: dt.date, area_prefix: str = "") -> list[tuple[Path, int]]:
    """Write both lists as CSV (UTF-8 with a mark, as spreadsheets want it); returns (file, rows) of each.

    Only this login may read the files, for they have names in them.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for which in LISTS:
        path, listed = out / f"{which}_{today:%Y%m%d}.csv", rows(s, which, today, area_prefix)
        path.touch(mode=0o600)
        path.chmod(0o600)
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows({key: harmless(value) for key, value in row.items()} for row in listed)
        written.append((path, len(listed)))
    return written
