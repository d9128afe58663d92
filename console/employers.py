"""`/employers`: who hires, with how many openings and how many of our people."""

import sqlalchemy as sa
from starlette.responses import Response

from console import access
from console.routing import Visit, page
from core.errors import NotFound
from core.models import Employer, Placement, Vacancy, Worker

PER_PAGE = 50


def _counts(visit: Visit) -> tuple[sa.sql.Subquery, sa.sql.Subquery]:
    openings = (
        sa.select(Vacancy.employer_id, sa.func.sum(Vacancy.places_left).label("places"))
        .where(Vacancy.state == "open")
        .group_by(Vacancy.employer_id)
    )
    people = (
        sa.select(Placement.employer_id, sa.func.count().label("people"))
        .join(Worker, Worker.id == Placement.worker_id)
        .where(Placement.state == "active", access.workers(visit.user))
        .group_by(Placement.employer_id)
    )
    return openings.subquery(), people.subquery()


@page("/employers")
def employers(visit: Visit) -> Response:
    words, at = visit.query("q"), max(1, visit.number("page"))
    openings, people = _counts(visit)
    query = (
        sa.select(Employer, openings.c.places, people.c.people)
        .outerjoin(openings, openings.c.employer_id == Employer.id)
        .outerjoin(people, people.c.employer_id == Employer.id)
    )
    if words:
        named = (column.contains(words, autoescape=True) for column in (Employer.name, Employer.place))
        query = query.where(sa.or_(*named))
    total = visit.s.scalar(sa.select(sa.func.count()).select_from(query.with_only_columns(Employer.id).subquery()))
    query = query.order_by(people.c.people.desc().nulls_last(), Employer.name)
    rows = visit.s.execute(query.limit(PER_PAGE).offset((at - 1) * PER_PAGE)).all()
    return visit.show("employers.html", rows=rows, total=total, at=at, pages=-(-total // PER_PAGE), q=words)


@page("/employers/{employer_id:int}")
def employer(visit: Visit, employer_id: int) -> Response:
    found = visit.s.get(Employer, employer_id)
    if found is None:
        raise NotFound(f"employer {employer_id}")
    openings = sa.select(Vacancy).where(Vacancy.employer_id == found.id).order_by(Vacancy.state, Vacancy.id.desc())
    people = (
        sa.select(Placement, Worker)
        .join(Worker, Worker.id == Placement.worker_id)
        .where(Placement.employer_id == found.id, access.workers(visit.user))
        .order_by(Placement.state, Placement.started_on.desc())
    )
    return visit.show(
        "employer.html", employer=found, vacancies=list(visit.s.scalars(openings.limit(100))),
        people=visit.s.execute(people.limit(200)).all(),
    )  # fmt: skip
