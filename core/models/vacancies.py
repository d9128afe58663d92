"""Employers, openings, what was searched and applied for."""

import sqlalchemy as sa

from core.db import Base
from core.models import columns as c


class Employer(Base):
    __tablename__ = "employers"
    id = c.key()
    external_id = c.text(unique=True)
    name = c.text(null=False, index=True)
    kind = c.text(null=False, default="company")
    county_code = c.text(index=True)
    place = c.text()
    contact_name = c.text()
    phone = c.text()
    headcount = c.number()
    source = c.text(null=False)
    checked_on = sa.Column(sa.Date)
    made_at = c.moment(null=False)
    __table_args__ = (
        c.one_of(
            "kind",
            "company",
            "workshop",
            "cooperative",
            "village",
            "project",
            "agency",
            "household",
        ),
    )


class Vacancy(Base):
    """An opening. Pay as the source says it, and as yuan a month where it can be reckoned."""

    __tablename__ = "vacancies"
    id = c.key()
    external_id = c.text(null=False)
    source = c.text(null=False)
    employer_id = c.refers("employers.id", null=False)
    title = c.text(null=False)
    occupation_code = c.text(index=True)
    kind = c.text(null=False, default="factory")
    region_code = c.text(index=True)
    place = c.text(null=False)
    wage_min = sa.Column(sa.Numeric(12, 2))
    wage_max = sa.Column(sa.Numeric(12, 2))
    wage_unit = c.text()
    currency = c.text(null=False, default="CNY")
    month_min = c.number()
    month_max = c.number()
    places_total = c.number(1)
    places_left = c.number(1)
    benefits = sa.Column(c.Json, nullable=False, default=list)
    hours = c.text()
    shift = c.text()
    duties = c.text()
    demands = sa.Column(c.Json, nullable=False, default=list)  # what the body must do: lifting, standing, heights …
    age_min = c.number()
    age_max = c.number()
    school_years_min = c.number()
    certificate = c.text()
    starts_on = sa.Column(sa.Date)
    ends_on = sa.Column(sa.Date)
    published_on = sa.Column(sa.Date, nullable=False)
    expires_on = sa.Column(sa.Date)
    state = c.text(null=False, default="open", index=True)
    checked_on = sa.Column(sa.Date)
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id"),
        sa.CheckConstraint("places_left >= 0", name="places_left_not_negative"),
        sa.Index("ix_vacancies_open", "state", "region_code", "occupation_code"),
        c.one_of(
            "kind",
            "factory",
            "service",
            "construction",
            "farm",
            "workshop",
            "public_welfare",
            "work_for_relief",
            "short_term",
            "part_time",
            "other",
        ),
        c.one_of("wage_unit", "month", "day", "hour", "piece", "week", "year"),
        c.one_of("state", "open", "filled", "closed"),
    )


class Search(Base):
    """The search of a contact that is under way, with the openings seen."""

    __tablename__ = "searches"
    id = c.key()
    contact_id = c.refers("contacts.id", null=False)
    wishes = sa.Column(c.Json, nullable=False)
    seen = sa.Column(c.Json, nullable=False, default=list)
    shown = sa.Column(c.Json, nullable=False, default=list)
    in_view = sa.Column(sa.Integer)
    dedupe = c.text(null=False, unique=True)
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)


class Application(Base):
    __tablename__ = "applications"
    id = c.key()
    worker_id = c.refers("workers.id", null=False)
    vacancy_id = c.refers("vacancies.id", null=False)
    contact_id = c.refers("contacts.id")
    state = c.text(null=False, default="asked")
    holds_place = c.flag()
    note = c.text()
    dedupe = c.text(null=False, unique=True)
    made_at = c.moment(null=False)
    changed_at = c.moment(null=False)
    __table_args__ = (
        sa.UniqueConstraint("worker_id", "vacancy_id"),
        c.one_of(
            "state",
            "asked",
            "put_forward",
            "accepted",
            "refused",
            "withdrawn",
            "started",
        ),
    )
