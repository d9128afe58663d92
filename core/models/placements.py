"""Work found, how it goes, and what needs a person."""

import sqlalchemy as sa

from core.db import Base
from core.models import columns as c


class Placement(Base):
    """A job that a worker has."""

    __tablename__ = "placements"
    id = c.key()
    worker_id = c.refers("workers.id", null=False)
    vacancy_id = c.refers("vacancies.id")
    employer_id = c.refers("employers.id")
    employer_name = c.text()
    kind = c.text(null=False)
    region_code = c.text()
    place = c.text()
    started_on = sa.Column(sa.Date, nullable=False)
    ended_on = sa.Column(sa.Date)
    end_reason = c.text()
    pay_month = c.number()
    pay_said = c.text()
    organised = sa.Column(sa.Boolean)
    contract = sa.Column(sa.Boolean)
    state = c.text(null=False, default="active")
    away_until = sa.Column(sa.Date)
    source = c.text(null=False)
    confirmed_on = sa.Column(sa.Date)
    dedupe = c.text(null=False, unique=True)
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)
    __table_args__ = (
        c.one_of(
            "kind",
            "away",
            "local",
            "workshop",
            "public_welfare",
            "own_business",
            "short_term",
        ),
        c.one_of("state", "active", "ended"),
        c.one_of("source", "worker", "caseworker", "list", "demo"),
    )


class Checkin(Base):
    """One question of the ladder to one worker."""

    __tablename__ = "checkins"
    id = c.key()
    placement_id = c.refers("placements.id", null=False)
    worker_id = c.refers("workers.id", null=False)
    contact_id = c.refers("contacts.id")
    step = c.text(null=False)
    due_at = c.moment(null=False, index=True)
    state = c.text(null=False, default="due", index=True)
    outbound_id = c.refers("outbound_messages.id")
    asked_at = c.moment()
    answered_at = c.moment()
    answer = c.text()
    answer_text = c.text()
    drop_reason = c.text()
    tries = c.number(0)
    dedupe = c.text(null=False, unique=True)
    __table_args__ = (
        c.one_of("state", "due", "asked", "answered", "missed", "dropped", "call"),
        c.one_of(
            "answer",
            "ok",
            "problem",
            "wage",
            "lost",
            "absent",
            "injury",
            "change",
            "later",
            "not_started",
        ),
    )


class Escalation(Base):
    """A case that needs a person."""

    __tablename__ = "escalations"
    id = c.key()
    contact_id = c.refers("contacts.id")
    worker_id = c.refers("workers.id")
    county_code = c.text(index=True)
    kind = c.text(null=False)
    detail = c.text()
    severity = c.number(3)
    state = c.text(null=False, default="open", index=True)
    assigned_to = c.refers("users.id")
    taken_by = c.refers("users.id")
    about_user_id = c.refers("users.id")  # whom a complaint is about; hidden from that desk
    outcome = c.text()
    first_answer = c.text()
    due_at = c.moment(null=False)
    dedupe = c.text(null=False, unique=True)
    opened_at = c.moment(null=False)
    taken_at = c.moment()
    closed_at = c.moment()
    pushed_at = c.moment()
    push_after = c.moment()
    push_tries = c.number(0)
    push_error = c.text()
    __table_args__ = (
        c.one_of("state", "open", "taken", "closed"),
        c.one_of(
            "kind",
            "emergency",
            "wage",
            "injury",
            "job_loss",
            "work_problem",
            "change_job",
            "person_wanted",
            "complaint",
            "swindle",
            "application",
            "subsidy",
            "registration",
            "data_request",
            "call",
            "stuck",
            "other",
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name="severity_range"),
    )


class EscalationEvent(Base):
    """Append-only: what happened to a case."""

    __tablename__ = "escalation_events"
    id = c.key()
    escalation_id = c.refers("escalations.id", null=False)
    user_id = c.refers("users.id")
    verb = c.text(null=False)
    note = c.text()
    at = c.moment(null=False)
    dedupe = c.text(unique=True)
    __table_args__ = (
        c.one_of(
            "verb",
            "opened",
            "added",
            "taken",
            "replied",
            "handed_back",
            "noted",
            "closed",
            "reopened",
        ),
    )


class Claim(Base):
    """A worker's wish for a subsidy, until an office settles it."""

    __tablename__ = "claims"
    id = c.key()
    worker_id = c.refers("workers.id", null=False)
    contact_id = c.refers("contacts.id")
    subsidy = c.text(null=False)
    state = c.text(null=False, default="asked")
    amount = sa.Column(sa.Numeric(12, 2))
    facts = sa.Column(c.Json)
    seen_by_worker = c.flag()
    dedupe = c.text(null=False, unique=True)
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)
    __table_args__ = (c.one_of("state", "asked", "with_office", "granted", "refused", "paid", "withdrawn"),)
