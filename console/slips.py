"""Code slips to print: each binds a worker's chat to their record."""

import sqlalchemy as sa
from starlette.responses import Response

from console import access
from console.routing import HELPERS, Visit, page
from core import printing, registration
from core.errors import NotFound
from core.models import ContactWorker, Office, User, Worker

ON_A_PAGE = 8


@page("/workers/{worker_id:int}/slip", method="POST", roles=HELPERS)
def slip(visit: Visit, worker_id: int) -> Response:
    """One slip; a POST, for it makes a code (only the hash is kept: a slip that is lost is made anew)."""
    return _printed(visit, [access.worker(visit.s, visit.user, worker_id)])


@page("/workers/slips", method="POST", roles=HELPERS)
def slips(visit: Visit) -> Response:
    """A page of slips for those of a village who have no chat yet."""
    township, split, village = visit.field("village").rpartition("|")
    bound = sa.select(ContactWorker.worker_id)
    query = (
        sa.select(Worker)
        .where(access.workers(visit.user), Worker.left_at.is_(None), Worker.id.not_in(bound))
        .where(Worker.village == village)
        .order_by(Worker.name, Worker.id)
    )
    # Villages of one name lie in different townships.
    if split:
        query = query.where(sa.func.coalesce(Worker.township_code, "") == township)
    total = visit.s.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    sheets = -(-total // ON_A_PAGE)
    at = min(max(1, _sheet(visit)), max(1, sheets))
    people = list(visit.s.scalars(query.offset((at - 1) * ON_A_PAGE).limit(ON_A_PAGE)))
    return _printed(visit, people, at=at, sheets=sheets)


def _sheet(visit: Visit) -> int:
    told = visit.field("sheet")
    return int(told) if told.isdecimal() and len(told) < 4 else 1


def _printed(visit: Visit, people: list[Worker], *, at: int = 1, sheets: int = 1) -> Response:
    if not people:
        raise NotFound("nobody to print a slip for")
    made = []
    for worker in people:
        code = registration.make_slip(visit.s, worker, visit.user.id)
        visit.record("slip_made", "worker", worker.id)
        made.append((worker, code, _caseworker(visit, worker), _office(visit, worker)))
    return visit.show(
        "slips.html", slips=made, address=printing.chat_address(), qr=printing.qr_svg(), at=at, sheets=sheets
    )


def _caseworker(visit: Visit, worker: Worker) -> User:
    return visit.s.get(User, worker.caseworker_id) if worker.caseworker_id else visit.user


def _office(visit: Visit, worker: Worker) -> Office | None:
    of_county = visit.s.scalar(sa.select(Office).where(Office.county_code == worker.county_code))
    return of_county or visit.s.scalar(sa.select(Office).where(Office.is_default))
