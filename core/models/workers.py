"""The people on record."""

import sqlalchemy as sa

from core.db import Base
from core.models import columns as c


class Worker(Base):
    """A person: the values in force. Where each came from is in `worker_facts`."""

    __tablename__ = "workers"
    id = c.key()
    external_id = c.text(unique=True)  # row id in the county's list
    name = c.text(null=False)
    sex = c.text()
    birth_on = sa.Column(sa.Date)
    birth_exact = c.flag(True)
    id_number_id = c.refers("sealed_numbers.id")
    id_number_reason = c.text()
    phone_id = c.refers("sealed_numbers.id")
    phone_whose = c.text()
    household_no = c.text(index=True)
    household_role = c.text()
    household_members = c.number()
    county_code = c.text(index=True)
    township_code = c.text()
    village = c.text()
    programme_status = c.text(null=False, default="unknown")
    relocated = sa.Column(sa.Boolean)
    labour_ability = c.text(null=False, default="unknown")
    limits = sa.Column(c.Json, nullable=False, default=list)
    trades = sa.Column(c.Json, nullable=False, default=list)
    certificates = sa.Column(c.Json, nullable=False, default=list)
    unpaid_work = sa.Column(c.Json, nullable=False, default=list)
    school_years = c.number()
    in_school = c.flag()
    wish = c.text(null=False, default="unknown")
    reach = c.text()
    hours = c.text()
    training_wish = c.text()
    wage_wish = c.number()
    work_state = c.text(null=False, default="unknown")
    caseworker_id = c.refers("users.id")
    source = c.text(null=False)
    confirmed_at = c.moment()
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)
    left_at = c.moment()
    left_reason = c.text()
    __table_args__ = (
        c.one_of("sex", "m", "f"),
        c.one_of(
            "id_number_reason",
            "later",
            "no_card",
            "does_not_want",
            "old_number",
            "not_asked",
        ),
        c.one_of("phone_whose", "own", "family", "neighbour", "none"),
        c.one_of(
            "programme_status",
            "unknown",
            "none",
            "lifted_out",
            "monitored",
            "risk_cleared",
            "low_income",
        ),
        c.one_of("labour_ability", "unknown", "ordinary", "skilled", "limited", "none"),
        c.one_of("wish", "unknown", "away", "local", "not_now"),
        c.one_of("reach", "village", "township", "county", "province", "anywhere"),
        c.one_of("hours", "full", "half_day", "school_hours", "flexible"),
        c.one_of("training_wish", "yes", "no", "later"),
        c.one_of(
            "work_state",
            "unknown",
            "in_work",
            "wants_work",
            "not_now",
            "away",
            "training",
            "unable",
        ),
        c.one_of("source", "list", "chat", "desk", "demo"),
    )


class WorkerFact(Base):
    """Append-only: one fact about a worker, its source, author and time."""

    __tablename__ = "worker_facts"
    id = c.key()
    worker_id = c.refers("workers.id", null=False)
    field = c.text(null=False)
    value = sa.Column(c.Json)
    source = c.text(null=False)
    author = c.text(null=False)
    dedupe = c.text(unique=True)
    at = c.moment(null=False)
    __table_args__ = (c.one_of("source", "list", "worker", "family", "caseworker", "document", "demo"),)


class Consent(Base):
    """Append-only: a yes or a no to one purpose; the newest counts."""

    __tablename__ = "consents"
    id = c.key()
    worker_id = c.refers("workers.id")
    contact_id = c.refers("contacts.id", null=False)
    purpose = c.text(null=False)
    granted = sa.Column(sa.Boolean, nullable=False)
    wording = c.text(null=False)  # version of the text that was shown
    dedupe = c.text(null=False, unique=True)
    at = c.moment(null=False)
    __table_args__ = (c.one_of("purpose", "matching", "follow_up", "sharing", "health"),)
