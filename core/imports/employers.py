"""Employers from a list of their own, or as they stand beside their openings."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.imports import cells
from core.imports.maps import Row
from core.models import Employer


def of_opening(row: Row, region_code: str | None) -> dict[str, Any]:
    """An opening's employer: name and what else the row tells; raises BadCell."""
    return {
        "name": cells.text(row, "employer", needed=True),
        "kind": cells.word(row, "employer_kind") or "company",
        "county_code": region_code and region_code[:6],
        "place": cells.text(row, "employer_place"),
        "contact_name": cells.text(row, "contact_name"),
        "phone": cells.text(row, "phone"),
        "headcount": None,
    }


def read(row: Row, county: str | None, today: dt.date) -> dict[str, Any]:
    """The values of one row of a list of employers; raises BadCell."""
    near = cells.area(row, "county", county) or county
    place = cells.text(row, "place")
    if near is None and place:
        near = cells.area(row, "place", None)
    return {
        "name": cells.text(row, "employer", needed=True),
        "kind": cells.word(row, "employer_kind") or "company",
        "county_code": near and near[:6],
        "place": place,
        "contact_name": cells.text(row, "contact_name"),
        "phone": cells.text(row, "phone"),
        "headcount": cells.count(row, "headcount"),
        "checked_on": today,
    }


def key(values: dict[str, Any]) -> tuple[str, str | None]:
    """What makes an employer one: name and county."""
    return values["name"], values["county_code"]


def ids(s: Session, source: str, told: Iterable[dict[str, Any]]) -> dict[tuple[str, str | None], int]:
    """The ids of employers by `key`, added where they are new. One of the same name without a county counts as the same."""
    wanted = {key(values): values for values in told}
    known = _known(s, {name for name, _ in wanted})
    missing = [values for found, values in wanted.items() if found not in known and (found[0], None) not in known]
    if missing:
        now = clock.now()
        s.execute(sa.insert(Employer), [{**values, "source": source, "made_at": now} for values in missing])
        known = _known(s, {name for name, _ in wanted})
    return {found: known.get(found) or known[found[0], None] for found in wanted}


def _known(s: Session, names: set[str]) -> dict[tuple[str, str | None], int]:
    query = sa.select(Employer.name, Employer.county_code, Employer.id).where(Employer.name.in_(names))
    return {(name, county): id_ for name, county, id_ in s.execute(query.order_by(Employer.id.desc()))}


def store(s: Session, source: str, rows: dict[str, dict[str, Any]], note: Callable[[str, str, str], None]) -> Counter:
    """Add or change the employers of one batch (external id → values); what a row leaves open stays as it is."""
    by_id = {row.external_id: row for row in s.scalars(sa.select(Employer).where(Employer.external_id.in_(rows)))}
    tally = Counter(added=0, changed=0, same=0)
    for external_id, values in rows.items():
        row = by_id.get(external_id) or _unnumbered(s, values)
        if row is None:
            s.add(Employer(**values, external_id=external_id, source=source, made_at=clock.now()))
            s.flush()
            tally["added"] += 1
            continue
        differ = {n: v for n, v in values.items() if n != "checked_on" and v is not None and getattr(row, n) != v}
        for name, value in differ.items():
            setattr(row, name, value)
        row.external_id = row.external_id or external_id
        tally["changed" if differ else "same"] += 1
    return tally


def _unnumbered(s: Session, values: dict[str, Any]) -> Employer | None:
    query = sa.select(Employer).where(Employer.name == values["name"], Employer.external_id.is_(None))
    return s.scalar(query.where(Employer.county_code == values["county_code"]).limit(1))
