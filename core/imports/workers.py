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
        "name": cells.text(row, "name", needed=True),
        "birth_on": (id_number and sealing.birth_on(id_number)) or cells.day(row, "birth_on"),
        "birth_exact": bool(id_number) or cells.says_day(row, "birth_on"),
        "id_number": id_number,
        "phone": _number(row, "phone", "phone"),
        "household_no": cells.text(row, "household_no"),
        "household_members": cells.count(row, "household_members", most=50),
        "county_code": near and near[:6],
        "township_code": cells.area(row, "township", near),
        "village": cells.text(row, "village"),
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
    for external_id, values in rows.items():
        note_here = functools.partial(note, external_id)
        worker = _find(s, external_id, values)
        new = worker is None
        if worker is not None and worker.left_reason == privacy.DELETED:
            note_here("", "asked to have their data deleted: left out")
            continue
        facts = _facts(s, values, note_here)
        if worker is None:
            now = clock.now()
            worker = Worker(name=values["name"], source="list", made_at=now, changed_at=now, **EMPTY)
            s.add(worker)
            s.flush()
        differs = _tell(s, worker, facts)
        differs |= _take_job(s, worker, values["job"], note_here)
        worker.external_id = worker.external_id or external_id
        s.flush()
        tally["added" if new else "changed" if differs else "same"] += 1
    return tally


def _facts(s: Session, values: dict[str, Any], note: Callable[[str, str], None]) -> dict[str, Any]:
    told = {
        name: value
        for name, value in values.items()
        if name not in ("id_number", "phone", "caseworker", "caseworker_column", "job") and value not in (None, [])
    }
    for kind in ("id_number", "phone"):
        if values[kind]:
            told[f"{kind}_id"] = sealing.seal(s, kind, values[kind]).id
    if values["caseworker"]:
        helpers = _helpers(s, values["caseworker"], values["county_code"])
        if len(helpers) == 1:
            told["caseworker_id"] = helpers[0]
        else:
            note(
                values["caseworker_column"], "several log-ins have that name" if helpers else "no log-in has that name"
            )
    return told


def _helpers(s: Session, told: str, county: str) -> list[int]:
    query = sa.select(User.id).where(sa.or_(User.login == told, User.name == told), User.active)
    return list(s.scalars(query.where(sa.func.substr(county, 1, sa.func.length(User.area_code)) == User.area_code)))


def _find(s: Session, external_id: str, values: dict[str, Any]) -> Worker | None:
    found = s.scalar(sa.select(Worker).where(Worker.external_id == external_id))
    if found is None and values["id_number"]:
        number = sealing.find(s, "id_number", values["id_number"])
        found = s.scalar(sa.select(Worker).where(Worker.id_number_id == number.id)) if number else None
    if found is None and values["birth_on"] and values["village"]:
        same = {name: values[name] for name in ("name", "birth_on", "village", "county_code")}
        found = s.scalar(sa.select(Worker).filter_by(**same).order_by(Worker.id).limit(1))
        if found and found.id_number_id and values["id_number"]:
            return None  # two people of one name, told apart by their numbers
    return found


def _tell(s: Session, worker: Worker, told: dict[str, Any]) -> bool:
    """Keep what the list says now and did not say before; whether anything is new."""
    listed: dict[str, WorkerFact] = {}
    newest: dict[str, WorkerFact] = {}
    for fact in s.scalars(sa.select(WorkerFact).where(WorkerFact.worker_id == worker.id).order_by(WorkerFact.id)):
        newest[fact.field] = fact
        if fact.source == "list":
            listed[fact.field] = fact
    changed = False
    for field, value in told.items():
        plain = value.isoformat() if isinstance(value, dt.date) else value
        before = listed.get(field)
        if before is not None and before.value == plain:
            continue
        changed = True
        s.add(
            WorkerFact(
                worker_id=worker.id, field=field, value=plain, source="list", author="list",
                dedupe=f"list:{worker.id}:{field}:{before.id if before else 0}", at=clock.now(),
            )
        )  # fmt: skip
        if field in LISTS_OWN or field not in newest or newest[field].source in ("list", "demo"):
            setattr(worker, field, value)
            worker.changed_at = clock.now()
    return changed


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
