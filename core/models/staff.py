"""Staff, offices, and what the machine knows of itself."""

import sqlalchemy as sa

from core.db import Base
from core.models import columns as c


class Office(Base):
    """A labour office: what a worker is told when they want a person."""

    __tablename__ = "offices"
    id = c.key()
    county_code = c.text(null=False, unique=True)
    name = c.text(null=False)
    name_en = c.text(null=False)
    phone = c.text(null=False)
    address = c.text(null=False)
    hours = c.text(null=False)
    on_call_phone = c.text()
    is_default = c.flag()


class User(Base):
    """Someone who logs in to the desk."""

    __tablename__ = "users"
    id = c.key()
    login = c.text(null=False, unique=True)
    name = c.text(null=False)
    name_en = c.text(null=False)
    role = c.text(null=False)
    area_code = c.text(null=False)  # prefix of the counties that they see
    office_id = c.refers("offices.id")
    phone = c.text()
    password_hash = c.text(null=False)
    active = c.flag(True)
    failed_logins = c.number(0)
    locked_until = c.moment()
    __table_args__ = (c.one_of("role", "caseworker", "county_manager", "province_manager", "admin"),)


class AuditEntry(Base):
    """Append-only, chained by hash: who did what to which row."""

    __tablename__ = "audit_entries"
    id = c.key()
    at = c.moment(null=False)
    actor = c.text(null=False)
    action = c.text(null=False, index=True)
    object_type = c.text(null=False)
    object_id = c.text(null=False)
    detail = sa.Column(c.Json)
    previous_hash = c.text(null=False)
    hash = c.text(null=False)
    __table_args__ = (sa.Index("ix_audit_entries_object", "object_type", "object_id"),)


class Heartbeat(Base):
    """A process that says it is alive."""

    __tablename__ = "heartbeats"
    process = sa.Column(sa.Text, primary_key=True)
    pid = c.number(0)
    at = c.moment(null=False)
    detail = c.text()


class JobRun(Base):
    """How often a scheduled job ran on a day, to compare with how often it should."""

    __tablename__ = "job_runs"
    id = c.key()
    job = c.text(null=False)
    day = sa.Column(sa.Date, nullable=False)
    runs = c.number(0)
    failures = c.number(0)
    last_at = c.moment()
    last_error = c.text()
    __table_args__ = (sa.UniqueConstraint("job", "day"),)


class State(Base):
    """Small facts of the whole installation: clock offset, poll offset, halts."""

    __tablename__ = "state"
    key = sa.Column(sa.Text, primary_key=True)
    value = c.text(null=False)
