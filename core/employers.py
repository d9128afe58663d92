"""Employers: found by their name in what somebody says."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.models import Employer


def named(s: Session, words: str) -> Employer | None:
    """The one employer whose whole name stands in `words`, or of whose name these words are at least 4 characters."""
    said = words.strip()
    if len(said) < 4:
        return None
    whole = sa.literal(said).contains(Employer.name, autoescape=False)
    part = Employer.name.contains(said, autoescape=True)
    rows = s.scalars(sa.select(Employer).where(sa.or_(whole, part)).order_by(Employer.id).limit(2)).all()
    return rows[0] if len(rows) == 1 else None
