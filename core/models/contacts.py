"""Chat identities, what binds them to people, and what is under way in a chat."""

import sqlalchemy as sa

from core.db import Base
from core.models import columns as c


class Contact(Base):
    """One chat identity: channel + external id."""

    __tablename__ = "contacts"
    id = c.key()
    key = c.text(null=False, unique=True)  # opaque; Rasa's sender_id
    channel = c.text(null=False)
    external_id = c.text(null=False)
    display_name = c.text()
    language = c.text(null=False, default="zh")
    language_chosen = c.flag()
    state = c.text(null=False, default="active")
    state_reason = c.text()
    held_by = c.text(null=False, default="bot")
    held_case_id = sa.Column(sa.Integer)
    worker_id = c.refers("workers.id")  # the active one of those it speaks for
    office_id = c.refers("offices.id")
    phone_id = c.refers("sealed_numbers.id")  # how it is reached when the page is closed
    phone_is_own = c.flag()
    reminders_stopped_at = c.moment()
    last_n = c.number(0)
    last_inbound_at = c.moment()
    seen_n = c.number(0)
    lease_owner = c.text()
    lease_until = c.moment()
    created_at = c.moment(null=False)
    __table_args__ = (
        sa.UniqueConstraint("channel", "external_id"),
        c.one_of("channel", "web", "telegram", "sms"),
        c.one_of("state", "active", "blocked", "gone"),
        c.one_of("held_by", "bot", "caseworker"),
        c.one_of("language", "zh", "en"),
    )


class ContactWorker(Base):
    """A contact may speak for several workers of one family."""

    __tablename__ = "contact_workers"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    worker_id = c.refers("workers.id", null=False)
    relation = c.text(null=False, default="self")
    bound_by = c.text(null=False)
    bound_at = c.moment(null=False)
    __table_args__ = (
        sa.UniqueConstraint("contact_id", "worker_id"),
        c.one_of("bound_by", "code", "registration", "desk", "demo"),
    )


class WebSession(Base):
    """A browser that holds a bearer token of a web contact."""

    __tablename__ = "web_sessions"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    token_hash = c.text(null=False, unique=True)
    created_at = c.moment(null=False)
    last_seen_at = c.moment(null=False)


class CodeSlip(Base):
    """A six-figure code on a caseworker's slip; only its keyed hash is kept."""

    __tablename__ = "code_slips"
    id = c.key()
    code_hash = c.text(null=False, index=True)
    worker_id = c.refers("workers.id", null=False)
    made_by = c.refers("users.id")
    made_at = c.moment(null=False)
    expires_at = c.moment(null=False)
    used_at = c.moment()
    used_by = c.refers("contacts.id")


class SealedNumber(Base):
    """A personal number, encrypted, with a keyed blind index for look-up."""

    __tablename__ = "sealed_numbers"
    id = c.key()
    kind = c.text(null=False)
    sealed = c.text(null=False)
    blind_index = c.text(null=False, index=True)
    tail = c.text(null=False)
    made_at = c.moment(null=False)
    __table_args__ = (
        sa.UniqueConstraint("kind", "blind_index"),
        c.one_of("kind", "id_number", "phone", "bank_card"),
    )


class ButtonToken(Base):
    """What a button means; the chat carries only the token."""

    __tablename__ = "button_tokens"
    token = sa.Column(sa.Text, primary_key=True)
    contact_id = c.refers("contacts.id", null=False)
    intent = c.text(null=False)
    entities = sa.Column(c.Json, nullable=False)
    title = c.text(null=False)
    outbound_id = c.refers("outbound_messages.id")
    expires_at = c.moment(null=False)
    used_at = c.moment()


class Draft(Base):
    """What must survive of a step under way: a registration draft, an open question."""

    __tablename__ = "drafts"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    kind = c.text(null=False)
    data = sa.Column(c.Json, nullable=False)
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)
    closed_at = c.moment()
    outcome = c.text()


class Media(Base):
    """A file that a worker sent; kept under `var/media` with a random name."""

    __tablename__ = "media"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    kind = c.text(null=False)
    path = c.text(null=False)
    content_type = c.text(null=False)
    size = c.number(0)
    made_at = c.moment(null=False)
    __table_args__ = (c.one_of("kind", "photo", "voice", "document", "video"),)
