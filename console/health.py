"""`/health`: is everything running, is anything stuck, did the jobs run as often as they should."""

import datetime as dt

import sqlalchemy as sa
from starlette.responses import Response

from console import access
from console.routing import Visit, page
from core import clock
from core.models import Contact, Escalation, Heartbeat, InboundMessage, JobRun, OutboundMessage, State, Worker

SILENT = dt.timedelta(seconds=60)
TROUBLED = ("dead", "uncertain", "blocked")


@page("/health")
def health(visit: Visit) -> Response:
    s, now = visit.s, clock.now()
    return visit.show(
        "health.html",
        real_now=now,
        silent_after=SILENT,
        beats=list(s.scalars(sa.select(Heartbeat).order_by(Heartbeat.process))),
        queues=_queues(visit),
        jobs=list(s.scalars(sa.select(JobRun).where(JobRun.day >= clock.today() - dt.timedelta(days=7)).order_by(JobRun.day.desc(), JobRun.job))),
        outgoing=s.execute(_outgoing(visit)).all(),
        incoming=s.execute(_incoming(visit)).all(),
        unpushed=_unpushed(visit),
        every=_every(visit),
    )  # fmt: skip


def _every(visit: Visit) -> dict[str, float]:
    """Seconds between two runs of each job, as the scheduler announced them."""
    rows = visit.s.execute(sa.select(State.key, State.value).where(State.key.startswith("job_every:")))
    return {key.partition(":")[2]: float(value) for key, value in rows}


def _queues(visit: Visit) -> list[tuple[str, str, int, dt.datetime]]:
    """(queue, state, how many, the oldest) of what is not settled."""
    found = []
    for name, table, at, states in (
        ("inbox", InboundMessage, InboundMessage.received_at, ("new", "held", "dead")),
        ("outbox", OutboundMessage, OutboundMessage.made_at, ("ready", "sending", "uncertain", "dead", "blocked", "call")),
    ):  # fmt: skip
        counted = sa.select(table.state, sa.func.count(), sa.func.min(at)).where(table.state.in_(states))
        found += [(name, *row) for row in visit.s.execute(counted.group_by(table.state).order_by(table.state)).all()]
    return found


def _outgoing(visit: Visit) -> sa.sql.Select:
    """Messages to this user's people that did not arrive, or may not have; the newest first."""
    return (
        sa.select(OutboundMessage, Worker)
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .outerjoin(Worker, Worker.id == Contact.worker_id)
        .where(OutboundMessage.state.in_(TROUBLED), access.contacts(visit.user))
        .order_by(OutboundMessage.id.desc())
        .limit(50)
    )


def _incoming(visit: Visit) -> sa.sql.Select:
    """Messages of this user's people that nobody could answer."""
    stuck = sa.or_(InboundMessage.state == "dead", sa.and_(InboundMessage.state == "new", InboundMessage.attempts > 1))
    return (
        sa.select(InboundMessage, Worker)
        .join(Contact, Contact.id == InboundMessage.contact_id)
        .outerjoin(Worker, Worker.id == Contact.worker_id)
        .where(stuck, access.contacts(visit.user))
        .order_by(InboundMessage.id.desc())
        .limit(50)
    )


def _unpushed(visit: Visit) -> int:
    """Open cases of which the caseworkers' chat was not told."""
    query = access.cases(visit.user).where(Escalation.state == "open", Escalation.pushed_at.is_(None))
    return visit.s.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
