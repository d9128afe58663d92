"""People from the county's list: found again by number, ID number, or name with birth and village; facts of source "list"."""

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, placements, privacy, sealing
from core.imports import cells
from core.imports.maps import Row
from core.models import Placement, User, Worker, WorkerFact
from core.readers import limits, trades

YOUNGEST = 16
WORDS = (
    "sex", "programme_status", "labour_ability", "wish", "reach", "training_wish", "work_state", "household_role",
)  # fmt: skip
# What only the list or the desk may say: its word stands, whoever said what before.
LISTS_OWN = {
    "external_id", "programme_status", "relocated", "household_no", "household_role", "caseworker_id", "id_number_id",
}  # fmt: skip
EMPTY: dict[str, Any] = {"limits": [], "trades": [], "certificates": [], "unpaid_work": [], "in_school": False}
Note = Callable[[str, str, str], None]


def read(row: Row, county: str | None, today: dt.date) -> dict[str, Any]:
    """The values of one row; numbers still in clear under `id_number` and `phone`, the job under `job`; raises BadCell."""
    id_number = _number(row, "id_number", "id_number")
    near = cells.area(row, "county", county) or county
    values = {
        "name": sealing.struck(cells.text(row, "name", needed=True) or ""),
        "birth_on": (id_number and sealing.birth_on(id_number)) or cells.day(row, "birth_on"),
        "birth_exact": bool(id_number) or cells.says_day(row, "birth_on"),
        "id_number": id_number,
        "phone": _number(row, "phone", "phone"),
        "household_no": cells.text(row, "household_no"),
        "household_members": cells.count(row, "household_members", most=50),
        "county_code": near and near[:6],
        "township_code": cells.area(row, "township", near),
        "village": sealing.struck(cells.text(row, "village") or "") or None,
        "relocated": cells.yes(row, "relocated"),
        "school_years": cells.school(row),
        "wage_wish": cells.count(row, "wage_wish"),
        "trades": [trade.code for trade in trades.read(row.text("trades"))],
        "certificates": _listed(cells.text(row, "certificates")),
        "limits": limits.read(row.text("limits")),
        "caseworker": cells.text(row, "caseworker"),
        "caseworker_column": row.heading("caseworker"),
        "job": _job(row, near),
        **{field: _word(row, field) for field in WORDS},
    }
    _check(row, values, today)
    return values


def _word(row: Row, field: str) -> str | None:
    return cells.text(row, field) if field == "household_role" else cells.word(row, field)


def _check(row: Row, values: dict[str, Any], today: dt.date) -> None:
    if values["county_code"] is None:
        raise cells.bad(row, "county", "is empty, and no --county was given")
    born, id_number = values["birth_on"], values["id_number"]
    if not born:
        values["birth_exact"] = None
    told = cells.day(row, "birth_on")
    if id_number and told and cells.says_day(row, "birth_on") and born != told:
        raise cells.bad(row, "birth_on", "does not fit the ID number")
    if id_number and len(id_number) == 18:
        values["sex"] = values["sex"] or ("m" if int(id_number[16]) % 2 else "f")
    if born and born.replace(year=born.year + YOUNGEST, day=min(born.day, 28)) > today:
        raise cells.bad(row, "birth_on", "under 16: nobody of that age is put on record for work")


def _number(row: Row, field: str, kind: str) -> str | None:
    told = row.text(field)
    if cells.empty(told):
        return None
    if "e+" in told.casefold():
        raise cells.bad(row, field, "the spreadsheet has rounded it: make the column text and fill it in again")
    number = sealing.bare(told)
    if sealing.kind_of(number) != kind:
        what = "ID number (length, date or last figure)" if kind == "id_number" else "mobile number"
        raise cells.bad(row, field, f"is no {what}")
    return number


def _listed(told: str | None) -> list[str]:
    separated = told.replace("，", "、").replace(",", "、").replace("；", "、").replace(";", "、") if told else ""
    return [item.strip() for item in separated.split("、") if item.strip()]


def _job(row: Row, near: str | None) -> dict[str, Any] | None:
    employer, place = cells.text(row, "employer"), cells.text(row, "work_place")
    if employer is None and place is None:
        return None
    return {
        "employer_name": employer,
        "place": place,
        "region_code": _work_region(row, near),
        "started_on": cells.day(row, "started_on"),
        "kind": cells.word(row, "job_kind"),
        "pay_month": cells.count(row, "pay_month"),
        "organised": cells.yes(row, "organised"),
        "contract": cells.yes(row, "contract"),
        "column": row.heading("started_on"),
    }


def _work_region(row: Row, near: str | None) -> str | None:
    try:
        return cells.area(row, "work_place", near)
    except cells.BadCell:
        return None  # kept as text


# -- storing -----------------------------------------------------------------------------------------------------------


def store(s: Session, source: str, rows: dict[str, dict[str, Any]], note: Note) -> Counter:
    """Add or change the people of one batch (id in the list → values). Needs a write transaction.

    What the list says is a fact of source "list"; it comes into force unless the person, the family or a caseworker
    has said otherwise since, except for what only the list can say (status, resettlement, household, caseworker).
    """
    tally = Counter(added=0, changed=0, same=0)
    known = {w.external_id: w for w in s.scalars(sa.select(Worker).where(Worker.external_id.in_(rows)))}
    before = _facts_before(s, [worker.id for worker in known.values()])
    helpers, facts = _Helpers(s), []
    for external_id, values in rows.items():
        note_here = functools.partial(note, external_id)
        worker = known.get(external_id) or _find(s, values)
        if worker is not None and worker.left_reason == privacy.DELETED:
            note_here("", "asked to have their data deleted: left out")
            continue
        told = {"external_id": external_id, **_told(s, values, helpers, note_here)}
        if worker is not None and worker.id not in before:
            before |= _facts_before(s, [worker.id])
        changes = _changes(worker, told, before)
        new = worker is None
        worker = worker or _new(told)
        _put(s, worker, changes)
        facts += [_fact(worker, *change) for change in changes]
        differs = _take_job(s, worker, values["job"], note_here) or bool(changes)
        tally["added" if new else "changed" if differs else "same"] += 1
    if facts:
        s.execute(sa.insert(WorkerFact), facts)
    return tally


class _Helpers:
    """Caseworkers by log-in or name, looked up once a batch."""

    def __init__(self, s: Session) -> None:
        self.users = s.execute(sa.select(User.id, User.login, User.name, User.area_code).where(User.active)).all()

    def named(self, told: str, county: str) -> list[int]:
        return [u.id for u in self.users if told in (u.login, u.name) and county.startswith(u.area_code)]


def _told(s: Session, values: dict[str, Any], helpers: _Helpers, note: Callable[[str, str], None]) -> dict[str, Any]:
    told = {
        name: value
        for name, value in values.items()
        if name not in ("id_number", "phone", "caseworker", "caseworker_column", "job") and value not in (None, [])
    }
    for kind in ("id_number", "phone"):
        if values[kind]:
            told[f"{kind}_id"] = sealing.seal(s, kind, values[kind]).id
    if values["caseworker"]:
        named = helpers.named(values["caseworker"], values["county_code"])
        if len(named) == 1:
            told["caseworker_id"] = named[0]
        else:
            note(values["caseworker_column"], "several log-ins have that name" if named else "no log-in has that name")
    return told


def _find(s: Session, values: dict[str, Any]) -> Worker | None:
    found = None
    if values["id_number"]:
        number = sealing.find(s, "id_number", values["id_number"])
        found = s.scalar(sa.select(Worker).where(Worker.id_number_id == number.id)) if number else None
    if found is None and values["birth_on"] and values["village"]:
        same = {name: values[name] for name in ("name", "birth_on", "village", "county_code")}
        found = s.scalar(sa.select(Worker).filter_by(**same).order_by(Worker.id).limit(1))
        if found and found.id_number_id and values["id_number"]:
            return None  # two people of one name, told apart by their numbers
    return found


Before = dict[int, tuple[dict[str, WorkerFact], dict[str, WorkerFact]]]
Change = tuple[str, Any, bool, int]


def _facts_before(s: Session, worker_ids: list[int]) -> Before:
    """By person: the newest fact of each field, and the newest that the list told."""
    found: Before = {worker_id: ({}, {}) for worker_id in worker_ids}
    query = sa.select(WorkerFact).where(WorkerFact.worker_id.in_(worker_ids)).order_by(WorkerFact.id)
    for fact in s.scalars(query) if worker_ids else ():
        newest, listed = found[fact.worker_id]
        newest[fact.field] = fact
        if fact.source == "list":
            listed[fact.field] = fact
    return found


def _changes(worker: Worker | None, told: dict[str, Any], before: Before) -> list[Change]:
    """What the list says now and did not say before: (field, value, whether it comes into force, fact before)."""
    newest, listed = before[worker.id] if worker else ({}, {})
    changes = []
    for field, value in told.items():
        if field == "external_id":
            if worker is None or worker.external_id is None:
                changes.append((field, value, True, 0))
            continue
        last = listed.get(field)
        if last is None or last.value != _plain(value):
            spoken = field in newest and newest[field].source not in ("list", "demo")
            changes.append((field, value, field in LISTS_OWN or not spoken, last.id if last else 0))
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _new(told: dict[str, Any]) -> Worker:
    now = clock.now()
    return Worker(name=told["name"], source="list", made_at=now, changed_at=now, **EMPTY)


def _put(s: Session, worker: Worker, changes: list[Change]) -> None:
    for field, value, in_force, _ in changes:
        if in_force:
            setattr(worker, field, value)
            worker.changed_at = clock.now()
    s.add(worker)
    s.flush()


def _fact(worker: Worker, field: str, value: Any, _in_force: bool, before: int) -> dict[str, Any]:
    return dict(
        worker_id=worker.id, field=field, value=_plain(value), source="list", author="list",
        dedupe=f"list:{worker.id}:{field}:{before}", at=clock.now(),
    )  # fmt: skip


def _take_job(s: Session, worker: Worker, job: dict[str, Any] | None, note: Callable[[str, str], None]) -> bool:
    if job is None:
        return False
    if job["started_on"] is None:
        note(job["column"], "without the first day the job is not put on record")
        return False
    facts = {name: job[name] for name in ("place", "region_code", "pay_month", "organised", "contract")}
    key = f"list:{worker.id}:{job['employer_name'] or job['place']}:{job['started_on']}"
    if _known(s, key):
        return False
    placements.start(
        s, worker, None, key=key, employer_name=job["employer_name"], started_on=job["started_on"], source="list",
        kind=job["kind"] or _kind(worker.county_code, job["region_code"]), **facts,
    )  # fmt: skip
    return True


def _known(s: Session, key: str) -> bool:
    return s.scalar(sa.select(Placement.id).where(Placement.dedupe == key)) is not None


def _kind(county: str, region: str | None) -> str:
    return "local" if region and region[:6] == county else "away"
