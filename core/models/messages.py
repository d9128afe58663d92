"""The inbox and the outbox."""

import sqlalchemy as sa

from core.db import Base
from core.models import columns as c


class InboundMessage(Base):
    """Something a worker sent, sealed at the door, exactly once by `source_key`."""

    __tablename__ = "inbound_messages"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    n = c.number(0)
    source_key = c.text(null=False, unique=True)
    kind = c.text(null=False)
    text = c.text(null=False, default="")
    payload = sa.Column(c.Json)
    state = c.text(null=False, default="new", index=True)
    attempts = c.number(0)
    next_attempt_at = c.moment()
    error = c.text()
    case_id = c.refers("escalations.id")
    received_at = c.moment(null=False)
    done_at = c.moment()
    __table_args__ = (
        sa.UniqueConstraint("contact_id", "n"),
        c.one_of("state", "new", "done", "held", "dead", "ignored"),
        c.one_of(
            "kind",
            "text",
            "button",
            "location",
            "contact",
            "photo",
            "voice",
            "document",
            "video",
            "sticker",
            "edit",
            "start",
            "internal",
            "other",
        ),
    )


class OutboundMessage(Base):
    """Something to be sent; `dedupe` makes each of them one row."""

    __tablename__ = "outbound_messages"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    n = c.number(0)
    dedupe = c.text(null=False, unique=True)
    sender = c.text(null=False, default="bot")
    user_id = c.refers("users.id")
    kind = c.text(null=False, default="reply")
    priority = c.number(0)
    text = c.text(null=False)
    buttons = sa.Column(c.Json)  # [{"title": …, "token": …}]
    ask_for = c.text()
    image = c.text()
    language = c.text(null=False, default="zh")
    route = c.text()  # how it went or must go
    state = c.text(null=False, default="ready", index=True)
    once_only = c.flag()
    attempts = c.number(0)
    not_before = c.moment()
    lease_owner = c.text()
    lease_until = c.moment()
    provider_id = c.text(index=True)
    error = c.text()
    case_id = c.refers("escalations.id")
    made_at = c.moment(null=False)
    sent_at = c.moment()
    seen_at = c.moment()
    __table_args__ = (
        sa.UniqueConstraint("contact_id", "n"),
        c.one_of("sender", "bot", "caseworker"),
        c.one_of("kind", "reply", "notice", "checkin", "caseworker", "apology"),
        c.one_of(
            "state",
            "ready",
            "sending",
            "sent",
            "uncertain",
            "dead",
            "blocked",
            "dropped",
            "call",
        ),
        c.one_of("ask_for", "phone", "location"),
        c.one_of("route", "web", "telegram", "sms", "call"),
    )


class SendAttempt(Base):
    """One try at sending one message, and what came of it."""

    __tablename__ = "send_attempts"
    id = c.key()
    outbound_id = c.refers("outbound_messages.id", null=False)
    route = c.text(null=False)
    at = c.moment(null=False, index=True)
    result = c.text(null=False)
    error = c.text()
    __table_args__ = (c.one_of("result", "begun", "sent", "later", "never", "unknown"),)
