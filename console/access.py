"""Which rows a user may see and change: the one place that decides, for every page."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import escalations
from core.errors import NotFound
from core.models import Contact, ContactWorker, Escalation, Media, Office, OutboundMessage, User, Worker


def workers(user: User) -> sa.sql.ColumnElement[bool]:
    """The condition on `workers`: of the user's area, assigned to the user, or (no county yet) of the area's office."""
    homeless = sa.and_(Worker.county_code.is_(None), Worker.id.in_(_bound_in(user)))
    return sa.or_(Worker.county_code.startswith(user.area_code), Worker.caseworker_id == user.id, homeless)


def _bound_in(user: User) -> sa.sql.Select:
    return (
        sa.select(ContactWorker.worker_id)
        .join(Contact, Contact.id == ContactWorker.contact_id)
        .join(Office, Office.id == Contact.office_id)
        .where(Office.county_code.startswith(user.area_code))
    )


def contacts(user: User) -> sa.sql.ColumnElement[bool]:
    """The condition on `contacts`: its worker is visible, or it has none and its office is of the user's area."""
    seen = sa.select(Worker.id).where(workers(user))
    offices = sa.select(Office.id).where(Office.county_code.startswith(user.area_code))
    return sa.or_(Contact.worker_id.in_(seen), sa.and_(Contact.worker_id.is_(None), Contact.office_id.in_(offices)))


def cases(user: User) -> sa.sql.Select:
    """The cases that a user may see; never a complaint about that user."""
    return escalations.visible_to(user)


def not_of_a_complaint(user: User) -> sa.sql.ColumnElement[bool]:
    """The condition on `outbound_messages`: not part of a complaint about this user."""
    complaints = sa.select(Escalation.id).where(Escalation.about_user_id == user.id)
    return sa.or_(OutboundMessage.case_id.is_(None), OutboundMessage.case_id.not_in(complaints))


def complaints_about(s: Session, user: User, contact: Contact) -> list[Escalation]:
    """What this chat complained of this user: the chat's page leaves it out."""
    query = sa.select(Escalation).where(Escalation.contact_id == contact.id, Escalation.about_user_id == user.id)
    return list(s.scalars(query))


def worker(s: Session, user: User, worker_id: int) -> Worker:
    """A worker that the user may see; NotFound also for those of others, so that ids tell nothing."""
    return _one(s, sa.select(Worker).where(Worker.id == worker_id, workers(user)))


def case(s: Session, user: User, case_id: int) -> Escalation:
    """A case that the user may see; NotFound."""
    return _one(s, cases(user).where(Escalation.id == case_id))


def call(s: Session, user: User, outbound_id: int) -> OutboundMessage:
    """A message that must be phoned, to somebody whom the user may see; NotFound."""
    query = sa.select(OutboundMessage).join(Contact, Contact.id == OutboundMessage.contact_id)
    return _one(
        s,
        query.where(
            OutboundMessage.id == outbound_id, OutboundMessage.state == "call", contacts(user), not_of_a_complaint(user)
        ),
    )


def media(s: Session, user: User, media_id: int) -> Media:
    """A file of a chat that the user may see; NotFound, also where that chat has complained of the user."""
    row = _one(
        s, sa.select(Media).join(Contact, Contact.id == Media.contact_id).where(Media.id == media_id, contacts(user))
    )
    if complaints_about(s, user, s.get(Contact, row.contact_id)):
        raise NotFound("file")
    return row


def _one(s: Session, query: sa.sql.Select):
    row = s.scalar(query)
    if row is None:
        raise NotFound("no such row, or not for this user")
    return row
