"""Employers: found by number or name, added once."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotFound
from core.models import Employer, Vacancy


def get_or_add(s: Session, name: str, *, source: str, key: str | None = None, **values: object) -> Employer:
    """The employer of that number (`key`), else of that name and county; added if there is none."""
    row = s.scalar(sa.select(Employer).where(Employer.external_id == key)) if key else None
    if row is None:
        query = sa.select(Employer).where(Employer.name == name)
        if values.get("county_code"):
            query = query.where(sa.or_(Employer.county_code == values["county_code"], Employer.county_code.is_(None)))
        row = s.scalar(query.order_by(Employer.id).limit(1))
    if row is None:
        row = Employer(name=name, source=source, external_id=key, made_at=clock.now(), **values)
        s.add(row)
        s.flush()
    return row


def get(s: Session, employer_id: int) -> Employer:
    """An employer; NotFound."""
    row = s.get(Employer, employer_id)
    if row is None:
        raise NotFound(f"employer {employer_id}")
    return row


def named(s: Session, words: str) -> Employer | None:
    """The one employer whose whole name stands in `words`, or of whose name these words are at least 4 characters."""
    said = words.strip()
    if len(said) < 4:
        return None
    whole = sa.literal(said).contains(Employer.name, autoescape=False)
    part = Employer.name.contains(said, autoescape=True)
    rows = s.scalars(sa.select(Employer).where(sa.or_(whole, part)).order_by(Employer.id).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def openings(s: Session, employer_id: int, today: dt.date) -> list[Vacancy]:
    """The openings of an employer that can be applied for today, newest first."""
    return list(
        s.scalars(
            sa.select(Vacancy)
            .where(
                Vacancy.employer_id == employer_id,
                Vacancy.state == "open",
                Vacancy.places_left > 0,
                sa.or_(Vacancy.expires_on.is_(None), Vacancy.expires_on >= today),
            )
            .order_by(Vacancy.published_on.desc(), Vacancy.id)
        )
    )
