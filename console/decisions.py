"""What an office decided about a worker's applications and claims: kept here, and told to the worker once."""

import dataclasses
import re

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.responses import Response

from console import access
from console.routing import HELPERS, Visit, go, page
from core import applications, claims
from core.errors import NotAllowed, NotFound
from core.models import Application, Claim, Employer, Vacancy, Worker
from core.subsidy_files import catalogue

BACK = re.compile(r"/(?:cases|workers|vacancies)/\d{1,9}")


@dataclasses.dataclass(frozen=True)
class Open:
    """The applications and claims of one person that an office has still to decide."""

    applications: list[tuple[Application, Vacancy, Employer]]
    claims: list[tuple[Claim, str]]


def open_of(s: Session, worker: Worker | None, language: str) -> Open:
    """What is open for this person; nothing for somebody who is not on record."""
    if worker is None:
        return Open([], [])
    query = sa.select(Claim).where(Claim.worker_id == worker.id, Claim.state.in_(claims.ALIVE)).order_by(Claim.id)
    named = [(claim, catalogue()[claim.subsidy].name.in_(language)) for claim in s.scalars(query)]
    return Open(applications.of_worker(s, worker, alive=True), named)


def _of_my_people(visit: Visit, table: type[Application] | type[Claim], row_id: int) -> None:
    query = sa.select(table.id).join(Worker, Worker.id == table.worker_id)
    if visit.s.scalar(query.where(table.id == row_id, access.workers(visit.user))) is None:
        raise NotFound(f"{table.__tablename__} {row_id}")


def _back(visit: Visit) -> Response:
    return go(visit.field("back") if BACK.fullmatch(visit.field("back")) else "/")


@page("/applications/{application_id:int}/decide", method="POST", roles=HELPERS)
def application(visit: Visit, application_id: int) -> Response:
    """Put forward, accepted or refused."""
    _of_my_people(visit, Application, application_id)
    decision = visit.field("decision")
    if decision not in applications.DECISIONS:
        raise NotAllowed("a decision that is not on the list")
    applications.decide(visit.s, application_id, decision, note=visit.words("note")[:200] or None)
    visit.record("application_decided", "application", application_id, state=decision)
    return _back(visit)


@page("/claims/{claim_id:int}/decide", method="POST", roles=HELPERS)
def claim(visit: Visit, claim_id: int) -> Response:
    """With the office, granted, refused or paid."""
    _of_my_people(visit, Claim, claim_id)
    decision = visit.field("decision")
    if decision not in claims.DECISIONS:
        raise NotAllowed("a decision that is not on the list")
    claims.decide(visit.s, claim_id, decision)
    visit.record("claim_decided", "claim", claim_id, state=decision)
    return _back(visit)
