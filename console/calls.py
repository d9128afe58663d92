"""What is done by phone: check-ins without an answer, messages that no channel can carry."""

import sqlalchemy as sa
from starlette.responses import Response

from console import access, rendering
from console.routing import HELPERS, Visit, go, page
from core import calls
from core.errors import NotAllowed, NotFound
from core.models import Checkin, Worker


@page("/checkins/{checkin_id:int}/called", method="POST", roles=HELPERS)
def checkin_called(visit: Visit, checkin_id: int) -> Response:
    """What was heard on the phone: "said by another", or nobody picked up."""
    query = sa.select(Checkin).join(Worker, Worker.id == Checkin.worker_id)
    checkin = visit.s.scalar(query.where(Checkin.id == checkin_id, access.workers(visit.user)))
    if checkin is None:
        raise NotFound(f"check-in {checkin_id}")
    answer = visit.field("answer")
    if answer != "nobody" and answer not in rendering.words()["answer"]:
        raise NotAllowed("an answer that is not on the list")
    calls.checkin_called(visit.s, checkin, visit.user, answer)
    visit.record("checkin_called", "checkin", checkin_id, answer=answer)
    return go("/")


@page("/calls/{outbound_id:int}/called", method="POST", roles=HELPERS)
def message_called(visit: Visit, outbound_id: int) -> Response:
    message = access.call(visit.s, visit.user, outbound_id)
    reached = visit.field("reached") == "yes"
    calls.message_called(visit.s, message, reached=reached)
    visit.record("message_called", "outbound", outbound_id, reached=reached)
    return go("/")
