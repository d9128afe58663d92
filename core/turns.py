"""Taking messages out of the inbox: one lease per contact, so that its messages are answered one by one, in order."""

import datetime as dt
import random
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from core import clock, languages, leases
from core.models import Contact, InboundMessage

LEASE = dt.timedelta(seconds=90)
TRIES = 5
LONGEST_WAIT = 30.0
WRITTEN = ("text", "edit")


class LeaseLost(Exception):
    """Another relay has this contact now: whatever this one was about to write must not be kept."""


def message_id(message: InboundMessage) -> str:
    """The key of a turn: its answers and all effects of its actions carry it."""
    return f"m{message.id}"


def language(contact: Contact, message: InboundMessage) -> str:
    """The language that a message is answered in: as written, unless the person has chosen one."""
    written = message.kind in WRITTEN and not contact.language_chosen
    return languages.detect(message.text, contact.language) if written else contact.language


def waiting(s: Session, limit: int) -> list[int]:
    """Contacts whose oldest unanswered message is due and whom nobody has in hand, the longest waiting first."""
    older, now = aliased(InboundMessage), clock.now()
    first = ~sa.exists().where(
        older.contact_id == InboundMessage.contact_id, older.state == "new", older.n < InboundMessage.n
    )
    query = (
        sa.select(InboundMessage.contact_id)
        .join(Contact, Contact.id == InboundMessage.contact_id)
        .where(
            InboundMessage.state == "new",
            sa.or_(InboundMessage.next_attempt_at.is_(None), InboundMessage.next_attempt_at <= now),
            sa.or_(Contact.lease_until.is_(None), Contact.lease_until <= now),
            first,
        )
        .order_by(InboundMessage.id)
        .limit(limit)
    )
    return list(s.scalars(query))


def take(s: Session, contact_id: int, owner: str) -> bool:
    """Lease a contact for 90 seconds; of two who try one gets True (conditional UPDATE)."""
    now = clock.now()
    free = sa.or_(Contact.lease_until.is_(None), Contact.lease_until <= now)
    return _set(s, Contact.id == contact_id, free, owner=owner, until=now + LEASE)


def keep(s: Session, contact_id: int, owner: str) -> None:
    """Begin the 90 seconds anew; raises LeaseLost. Whoever writes the outcome of a turn calls this first."""
    if not _set(s, Contact.id == contact_id, Contact.lease_owner == owner, owner=owner, until=clock.now() + LEASE):
        raise LeaseLost(f"contact {contact_id}")


def give_back(s: Session, contact_id: int, owner: str) -> None:
    """End the lease, if it is still this owner's."""
    _set(s, Contact.id == contact_id, Contact.lease_owner == owner, owner=None, until=None)


def free_dead(s: Session) -> int:
    """End the leases of dead processes of this machine; how many. The others run out by themselves."""
    held = s.execute(sa.select(Contact.id, Contact.lease_owner).where(Contact.lease_owner.is_not(None))).all()
    return sum(
        _set(s, Contact.id == contact_id, Contact.lease_owner == name, owner=None, until=None)
        for contact_id, name in held
        if leases.is_dead(name)
    )


def free_own(s: Session, owner: str, in_hand: Collection[int]) -> int:
    """End the leases of `owner` but those of the contacts `in_hand`; how many. It could not when the database was gone."""
    mine = sa.update(Contact).where(Contact.lease_owner == owner, Contact.id.not_in(in_hand))
    ended = mine.values(lease_owner=None, lease_until=None).execution_options(synchronize_session=False)
    return s.execute(ended).rowcount


def _set(s: Session, *where, owner: str | None, until: dt.datetime | None) -> bool:
    change = sa.update(Contact).where(*where).values(lease_owner=owner, lease_until=until)
    return s.execute(change.execution_options(synchronize_session=False)).rowcount == 1


def head(s: Session, contact_id: int) -> InboundMessage | None:
    """The oldest unanswered message of a contact, if it is due."""
    query = sa.select(InboundMessage).where(InboundMessage.contact_id == contact_id, InboundMessage.state == "new")
    message = s.scalar(query.order_by(InboundMessage.n).limit(1))
    if message is None or (message.next_attempt_at and message.next_attempt_at > clock.now()):
        return None
    return message


def finish(message: InboundMessage, state: str = "done", error: str | None = None) -> None:
    """Settle a message: `done`, `held`, `ignored` or `dead`."""
    message.state, message.done_at, message.next_attempt_at, message.error = state, clock.now(), None, error


def put_off(message: InboundMessage, error: str, *, counts: bool) -> bool:
    """Try again later; False when it `counts` as the message's own fault and the tries are used up."""
    message.error = error[:300]
    if not counts:
        message.next_attempt_at = clock.now() + dt.timedelta(seconds=random.uniform(1.0, 2.0))
        return True
    message.attempts += 1
    seconds = min(LONGEST_WAIT, 2.0 ** (message.attempts - 1)) * random.uniform(0.75, 1.25)
    message.next_attempt_at = clock.now() + dt.timedelta(seconds=seconds)
    return message.attempts < TRIES
