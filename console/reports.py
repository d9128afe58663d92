"""`/reports`: the month's numbers, each of which opens into the persons behind it."""

import sqlalchemy as sa
from starlette.responses import Response

from console import access
from console.lists import area
from console.routing import Visit, page
from core import clock, reports
from core.errors import NotFound
from core.models import Placement, Worker


def _month(visit: Visit) -> str:
    try:
        first, _ = reports.month_of(visit.query("month") or None)
    except ValueError:
        first = clock.today().replace(day=1)
    return f"{first:%Y-%m}"


def _before(month: str) -> list[str]:
    """This programme's present month and the eleven before it."""
    year, number = clock.today().year, clock.today().month
    months = [(year * 12 + number - 1 - back) for back in range(12)]
    return sorted({f"{m // 12}-{m % 12 + 1:02d}" for m in months} | {month}, reverse=True)


@page("/reports")
def numbers(visit: Visit) -> Response:
    month = _month(visit)
    listed = reports.numbers(visit.s, area(visit), month, visit.user.id)
    return visit.show("reports.html", numbers=listed, month=month, months=_before(month), area=area(visit))


@page("/reports/{key}")
def persons(visit: Visit, key: str) -> Response:
    """The persons behind one number (`whole=1`: behind its denominator), with the job that counts."""
    month = _month(visit)
    number = next((n for n in reports.numbers(visit.s, area(visit), month, visit.user.id) if n.key == key), None)
    if number is None:
        raise NotFound(f"number {key}")
    whole = bool(visit.query("whole")) and number.whole_ids is not None
    ids = sorted(set(number.whole_ids if whole and number.whole_ids is not None else number.worker_ids))
    active = sa.and_(Placement.worker_id == Worker.id, Placement.state == "active")
    query = (
        sa.select(Worker, Placement)
        .outerjoin(Placement, active)
        .where(Worker.id.in_(ids), access.workers(visit.user))
        .order_by(Worker.county_code, Worker.township_code, Worker.village, Worker.name)
    )
    return visit.show(
        "persons.html", number=number, month=month, whole=whole, area=area(visit), rows=visit.s.execute(query).all()
    )
