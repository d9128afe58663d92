"""`/`: what this user does next."""

import sqlalchemy as sa
from starlette.responses import JSONResponse, Response

from console import access, rendering, transcripts
from console.cases import Row, by_urgency
from console.routing import Visit, page
from core import clock
from core.models import AuditEntry, Checkin, Contact, Escalation, OutboundMessage, Placement, SealedNumber, Worker

SHOWN = 12
MOST_DANGER = 50


def _first(visit: Visit) -> list[Row]:
    """Danger, then what this user has in hand, then the rest by urgency."""
    unsettled = access.cases(visit.user).where(Escalation.state != "closed")
    danger, held = Escalation.severity == 1, Escalation.taken_by == visit.user.id
    listed = [
        *by_urgency(visit.s, unsettled.where(danger).limit(MOST_DANGER)),
        *by_urgency(visit.s, unsettled.where(held, ~danger)),
    ]
    others = unsettled.where(~danger, sa.or_(Escalation.taken_by.is_(None), ~held))
    return [*listed, *by_urgency(visit.s, others.limit(max(3, SHOWN - len(listed))))]


def _list(visit: Visit) -> str:
    return rendering.page(visit.request, visit.user, "_day_cases.html", cases=_first(visit), all=_unsettled(visit))


def _unsettled(visit: Visit) -> int:
    return _count(visit, access.cases(visit.user).where(Escalation.state != "closed"))


@page("/day/cases", background=True)
def news(visit: Visit) -> Response:
    """The list as it stands now, for the page's own script; 204 while it is still the same."""
    html = _list(visit)
    if visit.query("version") == transcripts.version(html):
        return Response(status_code=204)
    untaken = access.cases(visit.user).where(Escalation.severity == 1, Escalation.state == "open")
    return JSONResponse({"version": transcripts.version(html), "html": html, "danger": _count(visit, untaken)})


@page("/")
def day(visit: Visit) -> Response:
    s, user = visit.s, visit.user
    unsettled = access.cases(user).where(Escalation.state != "closed")
    listed = _list(visit)
    checkins = _checkins(visit)
    calls = _calls(visit)
    return visit.show(
        "day.html",
        cases=listed,
        version=transcripts.version(listed),
        checkins=s.execute(checkins.limit(SHOWN)).all(),
        tried=_tried(visit),
        calls=s.execute(calls.limit(SHOWN)).all(),
        counts={
            "cases": _count(visit, unsettled),
            "late": _count(visit, unsettled.where(Escalation.due_at < clock.due_now())),
            "mine": _count(visit, unsettled.where(Escalation.taken_by == user.id)),
            "checkins": _count(visit, checkins),
            "calls": _count(visit, calls),
        },
    )


def _count(visit: Visit, query: sa.sql.Select) -> int:
    return visit.s.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def _checkins(visit: Visit) -> sa.sql.Select:
    """Check-ins that a person must follow up: unanswered ones and those that cannot be sent."""
    return (
        sa.select(Checkin.id, Checkin.step, Checkin.state.label("checkin_state"), Checkin.due_at)
        .add_columns(Worker.id.label("worker_id"), Worker.name, Worker.village, Placement.place)
        .add_columns(Placement.employer_name, Placement.started_on, SealedNumber.tail)
        .join(Worker, Worker.id == Checkin.worker_id)
        .join(Placement, Placement.id == Checkin.placement_id)
        .outerjoin(SealedNumber, SealedNumber.id == Worker.phone_id)
        .where(Checkin.state.in_(["call", "missed"]), Worker.left_at.is_(None), access.workers(visit.user))
        .order_by(Checkin.due_at, Checkin.id)
    )


def _tried(visit: Visit) -> set[int]:
    """The check-ins that were phoned today; those still on the list without an answer."""
    today = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    query = sa.select(AuditEntry.object_id).where(AuditEntry.action == "checkin_called", AuditEntry.at >= today)
    return {int(key) for key in visit.s.scalars(query)}


def _calls(visit: Visit) -> sa.sql.Select:
    """Messages that no channel can carry, to those who have a number; not what only makes sense in the chat."""
    only_there = sa.or_(OutboundMessage.kind == "apology", OutboundMessage.dedupe.like("case:%:taken:%"))
    return (
        sa.select(OutboundMessage.id, OutboundMessage.text, OutboundMessage.made_at)
        .add_columns(Contact.display_name, Worker.id.label("worker_id"), Worker.name)
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .outerjoin(Worker, Worker.id == Contact.worker_id)
        .where(OutboundMessage.state == "call", access.contacts(visit.user), access.not_of_a_complaint(visit.user))
        .where(~only_there, sa.or_(Contact.phone_id.is_not(None), Worker.phone_id.is_not(None)))
        .order_by(OutboundMessage.made_at, OutboundMessage.id)
    )
