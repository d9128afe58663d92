"""`/vacancies`: the openings, with who applied."""

import sqlalchemy as sa
from starlette.responses import Response

from console import access, rendering
from console.routing import Visit, page
from core import clock
from core.errors import NotFound
from core.models import Application, Employer, Vacancy, Worker

PER_PAGE = 50


@page("/vacancies")
def vacancies(visit: Visit) -> Response:
    words, at = visit.query("q"), max(1, visit.number("page"))
    query = sa.select(Vacancy, Employer).join(Employer, Employer.id == Vacancy.employer_id)
    for word in words.split()[:5]:
        columns = (Vacancy.title, Vacancy.place, Employer.name)
        query = query.where(sa.or_(*(column.contains(word, autoescape=True) for column in columns)))
    for column, value in ((Vacancy.kind, visit.query("kind")), (Vacancy.state, visit.query("state") or "open")):
        query = query.where(column == value) if value and value != "all" else query
    total = visit.s.scalar(sa.select(sa.func.count()).select_from(query.with_only_columns(Vacancy.id).subquery()))
    query = query.order_by(Vacancy.published_on.desc(), Vacancy.id).limit(PER_PAGE).offset((at - 1) * PER_PAGE)
    return visit.show(
        "vacancies.html",
        rows=visit.s.execute(query).all(), total=total, at=at, pages=-(-total // PER_PAGE), q=words,
        kind=visit.query("kind"), state=visit.query("state") or "open", today=clock.today(),
        kinds=rendering.words()["vacancy_kind"], states=rendering.words()["vacancy_state"],
    )  # fmt: skip


@page("/vacancies/{vacancy_id:int}")
def vacancy(visit: Visit, vacancy_id: int) -> Response:
    """One opening as its source says it, and those of this user's people who applied."""
    found = visit.s.get(Vacancy, vacancy_id)
    if found is None:
        raise NotFound(f"vacancy {vacancy_id}")
    applied = (
        sa.select(Application, Worker)
        .join(Worker, Worker.id == Application.worker_id)
        .where(Application.vacancy_id == found.id, access.workers(visit.user))
        .order_by(Application.made_at)
    )
    return visit.show(
        "vacancy.html", vacancy=found, employer=visit.s.get(Employer, found.employer_id),
        applied=visit.s.execute(applied).all(), today=clock.today(),
    )  # fmt: skip
