"""`/cases`: who needs a person, the most urgent first; one case with its chat, and what can be done."""

import dataclasses
import secrets
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from console import access, decisions, rendering, transcripts
from console.routing import HELPERS, Visit, go, page
from core import escalations
from core.errors import NotAllowed
from core.models import Contact, Escalation, EscalationEvent, User, Worker

STATES = ("unsettled", "open", "taken", "closed", "all")
LONGEST_REPLY = 1000


@dataclasses.dataclass(frozen=True)
class Row:
    """A case in a list."""

    case: Escalation
    worker: Worker | None
    contact: Contact | None
    holder: User | None


def by_urgency(s: Session, query: sa.sql.Select) -> list[Row]:
    """The cases of a query with their people, the most urgent first.

    Danger that nobody has in hand, the newest first; the rest by severity, then what is due first, then who waits longest.
    """
    untaken_danger = sa.and_(Escalation.severity == 1, Escalation.state == "open")
    query = query.order_by(None).order_by(
        Escalation.state == "closed",
        sa.case((untaken_danger, 0), else_=1),
        sa.case((untaken_danger, Escalation.opened_at)).desc(),
        Escalation.severity,
        Escalation.due_at,
        Escalation.opened_at,
    )
    listed = list(s.scalars(query))
    workers = _by_id(s, Worker, (case.worker_id for case in listed))
    contacts = _by_id(s, Contact, (case.contact_id for case in listed))
    users = _by_id(s, User, (case.taken_by or case.assigned_to for case in listed))
    return [
        Row(
            case,
            workers.get(case.worker_id),
            contacts.get(case.contact_id),
            users.get(case.taken_by or case.assigned_to),
        )
        for case in listed
    ]


def _by_id(s: Session, table: Any, ids: Iterable[int | None]) -> dict:
    """Rows of a table by id, in one query."""
    return {row.id: row for row in s.scalars(sa.select(table).where(table.id.in_({i for i in ids if i})))}


@page("/cases")
def cases(visit: Visit) -> Response:
    state = visit.query("state") if visit.query("state") in STATES else "unsettled"
    query = access.cases(visit.user)
    if state == "unsettled":
        query = query.where(Escalation.state != "closed")
    elif state != "all":
        query = query.where(Escalation.state == state)
    if visit.query("kind"):
        query = query.where(Escalation.kind == visit.query("kind"))
    if visit.query("mine") == "held":
        query = query.where(Escalation.taken_by == visit.user.id, Escalation.state == "taken")
    elif visit.query("mine"):
        query = query.where(sa.or_(Escalation.taken_by == visit.user.id, Escalation.assigned_to == visit.user.id))
    return visit.show(
        "cases.html", rows=by_urgency(visit.s, query.limit(200)), state=state, states=STATES,
        kind=visit.query("kind"), mine=bool(visit.query("mine")), kinds=rendering.words()["kind"],
    )  # fmt: skip


def _contact(visit: Visit, case: Escalation) -> Contact | None:
    return visit.s.get(Contact, case.contact_id) if case.contact_id else None


def _chat(visit: Visit, case: Escalation, *, everything: bool = False) -> str:
    contact = _contact(visit, case)
    lines = transcripts.lines(visit.s, visit.user, contact, everything=everything) if contact else []
    return rendering.page(visit.request, visit.user, "_transcript.html", lines=lines, contact=contact, case=case)


@page("/cases/{case_id:int}")
def case(visit: Visit, case_id: int) -> Response:
    return _shown(visit, access.case(visit.s, visit.user, case_id))


def _shown(visit: Visit, found: Escalation, *, why: str = "", typed: str = "") -> Response:
    """The page of a case; `why` something could not be done, and what had been `typed` for it."""
    s = visit.s
    chat, contact = _chat(visit, found, everything=bool(visit.query("all"))), _contact(visit, found)
    events = (
        sa.select(EscalationEvent, User)
        .outerjoin(User, User.id == EscalationEvent.user_id)
        .where(EscalationEvent.escalation_id == found.id)
        .order_by(EscalationEvent.id)
    )
    spoken = contact.language if contact else "zh"
    worker = s.get(Worker, found.worker_id) if found.worker_id else None
    return visit.show(
        "case.html",
        409 if why else 200,
        why=why,
        typed=typed,
        may_take=escalations.may_take(s, found, visit.user),
        longest=LONGEST_REPLY,
        case=found,
        contact=contact,
        worker=worker,
        open=decisions.open_of(s, worker, visit.language),
        holder=s.get(User, found.taken_by) if found.taken_by else None,
        assigned=s.get(User, found.assigned_to) if found.assigned_to else None,
        events=s.execute(events).all(),
        chat=chat,
        version=transcripts.version(chat),
        first_words=rendering.word(spoken, "first_words", found.kind),
        outcomes=rendering.words()["outcome"],
        may_help=visit.user.role in HELPERS,
        mine=found.state == "taken" and found.taken_by == visit.user.id,
        key=secrets.token_hex(8),
    )


@page("/cases/{case_id:int}/chat", background=True)
def chat(visit: Visit, case_id: int) -> Response:
    """The chat as it stands now, for the page's own script; 204 while it is still the same."""
    html = _chat(visit, access.case(visit.s, visit.user, case_id))
    version = transcripts.version(html)
    if visit.query("version") == version:
        return Response(status_code=204)
    return JSONResponse({"version": version, "html": html})


@page("/cases/{case_id:int}/take", method="POST", roles=HELPERS)
def take(visit: Visit, case_id: int) -> Response:
    found = access.case(visit.s, visit.user, case_id)
    if not _take(visit, found):
        return _shown(visit, found, why="held")
    return go(f"/cases/{case_id}#reply")


def _take(visit: Visit, found: Escalation) -> bool:
    """False: another has it, and it may not be taken over."""
    try:
        escalations.take(visit.s, found, visit.user)
    except NotAllowed:
        visit.s.refresh(found)
        return False
    visit.record("case_taken", "case", found.id)
    return True


@page("/cases/{case_id:int}/reply", method="POST", roles=HELPERS)
def reply(visit: Visit, case_id: int) -> Response:
    # A phone may be what the worker needs; an ID or a bank number never goes out.
    found, typed = access.case(visit.s, visit.user, case_id), visit.field("text")
    text = visit.words("text", without=("phone",))
    if not text or len(text) > LONGEST_REPLY:
        return _shown(visit, found, why="long" if text else "empty", typed=typed)
    if visit.field("take") and not _take(visit, found):
        return _shown(visit, found, why="held", typed=typed)
    if found.state != "taken" or found.taken_by != visit.user.id:
        return _shown(visit, found, why="held" if found.state == "taken" else "not_taken", typed=typed)
    key = f"desk:{case_id}:{visit.user.id}:{visit.field('key')}"
    sent = escalations.reply(visit.s, found, visit.user, text, key=key)
    visit.record("case_replied", "case", case_id, message=sent.id)
    return go(f"/cases/{case_id}#reply")


@page("/cases/{case_id:int}/hand_back", method="POST", roles=HELPERS)
def hand_back(visit: Visit, case_id: int) -> Response:
    escalations.hand_back(visit.s, access.case(visit.s, visit.user, case_id), visit.user)
    visit.record("case_handed_back", "case", case_id)
    return go(f"/cases/{case_id}")


@page("/cases/{case_id:int}/reopen", method="POST", roles=HELPERS)
def reopen(visit: Visit, case_id: int) -> Response:
    escalations.reopen(visit.s, access.case(visit.s, visit.user, case_id), visit.user)
    visit.record("case_reopened", "case", case_id)
    return go(f"/cases/{case_id}")


@page("/cases/{case_id:int}/note", method="POST", roles=HELPERS)
def note(visit: Visit, case_id: int) -> Response:
    if text := visit.words("text")[:LONGEST_REPLY]:
        escalations.note(visit.s, access.case(visit.s, visit.user, case_id), visit.user, text)
        visit.record("case_noted", "case", case_id)
    return go(f"/cases/{case_id}")


@page("/cases/{case_id:int}/close", method="POST", roles=HELPERS)
def close(visit: Visit, case_id: int) -> Response:
    outcome = visit.field("outcome")
    if outcome not in rendering.words()["outcome"]:
        raise NotAllowed("an outcome that is not on the list")
    found, note = access.case(visit.s, visit.user, case_id), visit.words("note")[:LONGEST_REPLY]
    escalations.close(visit.s, found, visit.user, outcome, note)
    visit.record("case_closed", "case", case_id, outcome=outcome)
    return go("/cases")
