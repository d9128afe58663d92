"""The chat of a contact as the desk shows it: both directions, with what came of each outgoing message."""

import hashlib
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import inbox
from core.models import Contact, OutboundMessage, SendAttempt, User

SHOWN = 200


def lines(s: Session, contact: Contact, *, everything: bool = False) -> list[dict]:
    """The chat in order, the newest `SHOWN` unless everything is wanted; outgoing ones with writer and attempts."""
    after = 0 if everything else max(0, contact.last_n - SHOWN)
    told = [dict(line) for line in inbox.transcript(s, contact, after_n=after) if line["kind"] != "internal"]
    sent = [line["id"] for line in told if line["from_"] != "worker"]
    writers, attempts = _writers(s, sent), _attempts(s, sent)
    for line in told:
        own = line["from_"] != "worker"
        line["writer"] = writers.get(line["id"]) if own else None
        line["attempts"] = attempts[line["id"]] if own else []
    return told


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
