"""The chat of a contact as the desk shows it: both directions, with what came of each outgoing message."""

import datetime as dt
import hashlib
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from console import access
from core import inbox
from core.models import Contact, Escalation, InboundMessage, OutboundMessage, SendAttempt, User

SHOWN = 200
# A complaint is told in the turns just before and after its case is opened.
ROUND_A_COMPLAINT = dt.timedelta(minutes=10)


def lines(s: Session, user: User, contact: Contact, *, everything: bool = False) -> list[dict]:
    """The chat in order, the newest `SHOWN` unless everything is wanted; outgoing ones with writer and attempts.

    What the chat said in a complaint about this user is left out.
    """
    after = 0 if everything else max(0, contact.last_n - SHOWN)
    told = [dict(line) for line in inbox.transcript(s, contact, after_n=after) if line["kind"] != "internal"]
    told = _without(s, user, told, access.complaints_about(s, user, contact))
    sent = [line["id"] for line in told if line["from_"] != "worker"]
    writers, attempts = _writers(s, sent), _attempts(s, sent)
    for line in told:
        own = line["from_"] != "worker"
        line["writer"] = writers.get(line["id"]) if own else None
        line["attempts"] = attempts[line["id"]] if own else []
    return told


def _without(s: Session, user: User, told: list[dict], complaints: list[Escalation]) -> list[dict]:
    """The lines that are neither tied to one of the complaints nor close to its opening, and the user's own."""
    if not complaints:
        return told
    keys = [case.id for case in complaints]
    tied = {
        (table is InboundMessage, key)
        for table in (InboundMessage, OutboundMessage)
        for key in s.scalars(sa.select(table.id).where(table.case_id.in_(keys)))
    }
    own = set(s.scalars(sa.select(OutboundMessage.id).where(OutboundMessage.user_id == user.id)))

    def shown(line: dict) -> bool:
        worker = line["from_"] == "worker"
        if not worker and line["id"] in own:
            return True
        near = any(abs(line["at"] - case.opened_at) <= ROUND_A_COMPLAINT for case in complaints)
        return not near and (worker, line["id"]) not in tied

    return [line for line in told if shown(line)]


def _writers(s: Session, ids: list[int]) -> dict[int, tuple[str, str]]:
    query = sa.select(OutboundMessage.id, User.name, User.name_en).join(User, User.id == OutboundMessage.user_id)
    return {key: (zh, en) for key, zh, en in s.execute(query.where(OutboundMessage.id.in_(ids))).all()}


def _attempts(s: Session, ids: list[int]) -> dict[int, list[SendAttempt]]:
    tried = defaultdict(list)
    for attempt in s.scalars(sa.select(SendAttempt).where(SendAttempt.outbound_id.in_(ids)).order_by(SendAttempt.id)):
        tried[attempt.outbound_id].append(attempt)
    return tried


def version(html: str) -> str:
    """Changes whenever the shown chat does."""
    return hashlib.sha256(html.encode()).hexdigest()[:16]
