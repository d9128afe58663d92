"""The outbox: what is to be sent, each message one row; claimed, tried and settled by the senders.

Promise: at least once out, or a state that staff see (dead, blocked, uncertain, call). After the death of a sender the
one message that it had in hand may come twice; a message marked `once_only` is then `uncertain` instead.
"""

import datetime as dt
import random
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from core import buttons as tokens
from core import clock, contacts, leases
from core.models import Contact, OutboundMessage, SendAttempt
from core.responses import render

PRIORITY = {"reply": 10, "apology": 10, "caseworker": 20}
LEASE = dt.timedelta(seconds=60)
GIVE_UP = dt.timedelta(hours=48)
FIRST_WAIT, LONGEST_WAIT = 2.0, 600.0
OPEN = ("ready", "sending")
LONGEST_TEXT = 2000  # characters, each of them two UTF-16 units at most


def put(
    s: Session,
    contact: Contact,
    *,
    dedupe: str,
    text: str,
    buttons: Iterable[dict] = (),
    kind: str = "reply",
    sender: str = "bot",
    user_id: int | None = None,
    case_id: int | None = None,
    language: str | None = None,
    priority: int | None = None,
    not_before: dt.datetime | None = None,
    once_only: bool = False,
    ask_for: str | None = None,
    image: str | None = None,
) -> OutboundMessage:
    """Write a message to be sent; the row that is there already if `dedupe` is known. Needs a write transaction.

    `buttons` are `[{"title", "payload": "/intent{json}"}]` and become tokens; `n` follows the order of commit.
    A long text becomes several rows, so that a crash repeats one part and not all; the last one has the buttons and is
    returned. Whatever must go out at another hour is put then: a web page shows a row as soon as it is there.
    """
    contacts.lock(s, contact)
    known = s.scalar(sa.select(OutboundMessage).where(OutboundMessage.dedupe == dedupe))
    if known is not None:
        return known
    *first, text = parts(text)
    for number, part in enumerate(first, 1):
        put(
            s, contact, dedupe=f"{dedupe}:part{number}", text=part, kind=kind, sender=sender, user_id=user_id,
            case_id=case_id, language=language, priority=priority, not_before=not_before, once_only=once_only,
        )  # fmt: skip
    message = OutboundMessage(
        contact_id=contact.id, n=contacts.next_n(contact), dedupe=dedupe, sender=sender, user_id=user_id, kind=kind,
        priority=PRIORITY.get(kind, 0) if priority is None else priority, text=text, ask_for=ask_for, image=image,
        language=language or contact.language, once_only=once_only, case_id=case_id, not_before=not_before,
        made_at=clock.now(),
    )  # fmt: skip
    s.add(message)
    s.flush()
    message.buttons = [
        {"title": b["title"], "token": tokens.make(s, contact, b["payload"], b["title"], message)} for b in buttons
    ]
    s.flush()
    return message


def parts(text: str) -> list[str]:
    """The text in pieces that Telegram takes (4,096 UTF-16 units), cut at a line or a sentence where there is one."""
    found = []
    while len(text) > LONGEST_TEXT:
        head = text[:LONGEST_TEXT]
        ends = [
            head.rfind(mark) + len(mark) for mark in ("\n", "。", ". ", " ") if head.rfind(mark) > LONGEST_TEXT // 2
        ]
        cut = ends[0] if ends else LONGEST_TEXT
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*found, text]


def say(s: Session, contact: Contact, response: str, *, dedupe: str, kind: str = "notice", **values) -> OutboundMessage:
    """Write the utterance `response` in the contact's language; the same `dedupe` twice is one message."""
    said = render(response, contact.language, **values)
    return put(s, contact, dedupe=dedupe, text=said.text, buttons=said.buttons, kind=kind, ask_for=said.ask_for)


def answer(s: Session, contact: Contact, turn: str, bubbles: Iterable[dict], language: str) -> None:
    """The bubbles `{"text", "buttons", "ask_for"[, "image"]}` that answer a turn (`turns.message_id`); those written before stay."""
    for number, said in enumerate(bubbles):
        put(
            s, contact, dedupe=f"{turn}:{number}", text=said["text"], buttons=said["buttons"], kind="reply",
            language=language, ask_for=said["ask_for"], image=said.get("image"),
        )  # fmt: skip


def any_ready(s: Session, routes: Collection[str]) -> bool:
    """Whether `claim` may find something: asked by reading only, so that an idle sender takes no lock."""
    query = sa.select(OutboundMessage.id).join(Contact, Contact.id == OutboundMessage.contact_id)
    due = sa.or_(OutboundMessage.not_before.is_(None), OutboundMessage.not_before <= clock.now())
    way = sa.func.coalesce(OutboundMessage.route, Contact.channel).in_(routes)
    return s.scalar(query.where(OutboundMessage.state == "ready", due, way).limit(1)) is not None


def claim(s: Session, owner: str, routes: Collection[str], *, without: Collection[int] = ()) -> OutboundMessage | None:
    """Take the next message that may go by one of `routes`, most urgent first; commit before sending it.

    A row goes by its own route, else by its contact's channel. Per contact one is in flight, and no row overtakes an
    older one of the same way and the same or a higher priority, also when that one waits for its next try. `without`: contacts to be
    left alone for now (a chat that had its message this second). `owner`: `leases.owner(process)`.
    """
    older = aliased(OutboundMessage)
    way, its_way = (sa.func.coalesce(row.route, Contact.channel) for row in (OutboundMessage, older))
    ahead = sa.and_(
        older.n < OutboundMessage.n, older.priority >= OutboundMessage.priority, older.state == "ready", way == its_way
    )
    blocked = sa.exists().where(older.contact_id == OutboundMessage.contact_id, sa.or_(older.state == "sending", ahead))
    now = clock.now()
    query = (
        sa.select(OutboundMessage.id)
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .where(
            OutboundMessage.state == "ready",
            sa.or_(OutboundMessage.not_before.is_(None), OutboundMessage.not_before <= now),
            way.in_(routes),
            OutboundMessage.contact_id.not_in(without),
            ~blocked,
        )
        .order_by(OutboundMessage.priority.desc(), OutboundMessage.id)
        .limit(20)
    )
    for message_id in s.scalars(query).all():
        if taken := _take(s, message_id, owner, now):
            return taken
    return None


def _take(s: Session, message_id: int, owner: str, now: dt.datetime) -> OutboundMessage | None:
    # On PostgreSQL two senders may want two messages of one contact: its row decides who goes first.
    contact_id = s.scalar(sa.select(OutboundMessage.contact_id).where(OutboundMessage.id == message_id))
    free = sa.select(Contact.id).where(Contact.id == contact_id).with_for_update(skip_locked=True)
    if s.scalar(free) is None:
        return None
    flying = sa.select(OutboundMessage.id).where(
        OutboundMessage.contact_id == contact_id, OutboundMessage.state == "sending"
    )
    if s.scalar(flying.limit(1)) is not None:
        return None
    won = s.execute(
        sa.update(OutboundMessage)
        .where(OutboundMessage.id == message_id, OutboundMessage.state == "ready")
        .values(state="sending", lease_owner=owner, lease_until=now + LEASE, attempts=OutboundMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:
        return None
    message = s.get(OutboundMessage, message_id, populate_existing=True)
    route = message.route or s.scalar(sa.select(Contact.channel).where(Contact.id == contact_id))
    s.add(SendAttempt(outbound_id=message_id, route=route, at=now, result="begun"))
    s.flush()
    return message


def keys_are_up(s: Session, message: OutboundMessage) -> bool:
    """Whether the keys that an earlier message offered (`ask_for`) may still stand in place of the letters.

    The next message that has no buttons takes them away.
    """
    earlier = sa.select(OutboundMessage.ask_for, OutboundMessage.buttons).where(
        OutboundMessage.contact_id == message.contact_id, OutboundMessage.n < message.n, OutboundMessage.state == "sent"
    )
    for ask_for, shown in s.execute(earlier.order_by(OutboundMessage.n.desc()).limit(10)):
        if ask_for or not shown:
            return bool(ask_for)
    return False


def settle(
    s: Session,
    message_id: int,
    owner: str,
    result: str,
    *,
    provider_id: str | None = None,
    error: str | None = None,
    after: float | None = None,
) -> bool:
    """What came of a try: `sent`, `later`, `never` or `unknown`; False if the row is no longer this owner's.

    `later` waits `after` seconds exactly, else ever longer, and ends as `dead` after 48 hours. `unknown` (a time-out
    after the request went out) is sent again, but a `once_only` message, and one of 48 hours, becomes `uncertain`. `never` is `dead`.
    """
    message = s.get(OutboundMessage, message_id, populate_existing=True, with_for_update=True)
    mine = message is not None and message.state == "sending" and message.lease_owner == owner
    # A "sent" that comes late spares the worker a second copy, if nobody has taken the row again.
    if message is None or not (mine or (result == "sent" and message.state == "ready")):
        return False
    message.state = _state_after(message, result)
    message.lease_owner = message.lease_until = None
    message.error = error and error[:300]
    message.provider_id = provider_id or message.provider_id
    now = clock.now()
    if message.state == "sent":
        message.sent_at = now
    if message.state == "ready":
        message.not_before = now + dt.timedelta(seconds=wait(message.attempts) if after is None else after)
    _note(s, message_id, result, error)
    return True


def _state_after(message: OutboundMessage, result: str) -> str:
    old = clock.now() - message.made_at > GIVE_UP
    if result == "later":
        return "dead" if old else "ready"
    if result == "unknown":
        return "uncertain" if message.once_only or old else "ready"
    return {"sent": "sent", "never": "dead"}[result]


def wait(attempts: int) -> float:
    """Seconds until the next try: 2, 4, 8 … 600, a quarter more or less."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 12)) * random.uniform(0.75, 1.25)


def _note(s: Session, message_id: int, result: str, error: str | None) -> None:
    query = sa.select(SendAttempt).where(SendAttempt.outbound_id == message_id).order_by(SendAttempt.id.desc()).limit(1)
    attempt = s.scalar(query)
    if attempt is not None:
        attempt.result, attempt.error = result, error and error[:300]


def recover(s: Session) -> int:
    """Free what senders left behind: their lease ran out, or their process on this machine is dead. How many."""
    flying = s.scalars(sa.select(OutboundMessage).where(OutboundMessage.state == "sending")).all()
    left = [m for m in flying if m.lease_until <= clock.now() or leases.is_dead(m.lease_owner)]
    return sum(settle(s, m.id, m.lease_owner, "unknown", error="the sender died", after=0) for m in left)


def stop(s: Session, contact: Contact, state: str, reason: str) -> int:
    """The channel says never again (`blocked`, `gone`): nothing waits for this contact any more. How many rows."""
    contact.state, contact.state_reason = state, reason[:200]
    waiting = sa.update(OutboundMessage).where(
        OutboundMessage.contact_id == contact.id, OutboundMessage.state.in_(OPEN), OutboundMessage.route.is_(None)
    )
    return s.execute(waiting.values(state="blocked", error=reason[:300], lease_owner=None, lease_until=None)).rowcount


def seen(s: Session, contact: Contact, n: int) -> int:
    """The web page has everything up to `n`: those rows are sent. How many."""
    if n <= contact.seen_n:
        return 0
    contact.seen_n, now = min(n, contact.last_n), clock.now()
    shown = sa.update(OutboundMessage).where(
        OutboundMessage.contact_id == contact.id, OutboundMessage.n <= n, OutboundMessage.seen_at.is_(None)
    )
    fetched = sa.case((OutboundMessage.state.in_((*OPEN, "uncertain", "call")), "sent"), else_=OutboundMessage.state)
    first = sa.func.coalesce(OutboundMessage.sent_at, sa.bindparam("now", now, type_=OutboundMessage.sent_at.type))
    return s.execute(
        shown.values(state=fetched, seen_at=now, sent_at=first).execution_options(synchronize_session=False)
    ).rowcount
