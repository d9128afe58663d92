"""Rows that two processes may want to make at once."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_new(s: Session, table: Any, **values: Any) -> bool:
    """Insert a row unless a unique key of it is there; whether it was made. Waits for another that is making it."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[s.get_bind().dialect.name]
    statement = dialect.insert(table.__table__).values(**values).on_conflict_do_nothing()
    return s.execute(statement).rowcount == 1
