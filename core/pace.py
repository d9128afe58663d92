"""How fast Telegram may be written to: read off the attempts in the database, so that all senders share it."""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, states
from core.config import settings
from core.models import Contact, OutboundMessage, SendAttempt

SECOND = dt.timedelta(seconds=1)
BURST, REST = 3, 3 * SECOND  # one message a second to a chat, three at once
GROUP, MINUTE = 20, 60 * SECOND  # messages to a group in any minute
HALT = "telegram_halt_until"


@dataclasses.dataclass(frozen=True)
class Pace:
    """`wait`: seconds in which nothing may go (0: go on). `without`: contacts that had their share for now."""

    wait: float
    without: frozenset[int] = frozenset()


def now(s: Session) -> Pace:
    """What may go now. Guarantee: at most SEND_RATE a second, 3 in 3 s to a chat, 20 a minute to a group.

    Ask in the transaction that claims; two senders on PostgreSQL may pass together, one message over at the most.
    """
    wait = max(_halted(s), _full(s))
    return Pace(wait) if wait > 0 else Pace(0, _resting(s))


def _halted(s: Session) -> float:
    until = states.get(s, HALT)
    return (dt.datetime.fromisoformat(until) - clock.now()).total_seconds() if until else 0


def _full(s: Session) -> float:
    rate = settings().send_rate
    most, window = (int(rate), SECOND) if rate >= 1 else (1, SECOND / rate)
    sent = sa.select(SendAttempt.at).where(SendAttempt.route == "telegram").order_by(SendAttempt.id.desc())
    nth = s.scalar(sent.offset(most - 1).limit(1))
    return (nth + window - clock.now()).total_seconds() if nth is not None else 0


def _resting(s: Session) -> frozenset[int]:
    return frozenset(_busy(s, REST, BURST)) | frozenset(_busy(s, MINUTE, GROUP, Contact.external_id.startswith("-")))


def _busy(s: Session, window: dt.timedelta, most: int, *where: sa.sql.ColumnElement) -> list[int]:
    query = (
        sa.select(OutboundMessage.contact_id)
        .join(SendAttempt, SendAttempt.outbound_id == OutboundMessage.id)
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .where(SendAttempt.route == "telegram", SendAttempt.at > clock.now() - window, *where)
        .group_by(OutboundMessage.contact_id)
        .having(sa.func.count() >= most)
    )
    return list(s.scalars(query))


def halt(s: Session, seconds: float) -> None:
    """Telegram says: nothing from this bot for so long. A longer halt that stands already stays."""
    until = clock.now() + dt.timedelta(seconds=seconds)
    known = states.get(s, HALT)
    if known is None or dt.datetime.fromisoformat(known) < until:
        states.put(s, HALT, until.isoformat())
