"""Small facts of the whole installation, by key: the poll's offset, a halt, how often a job runs."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.models import State
from core.rows import insert_new


def get(s: Session, key: str) -> str | None:
    """The value of `key`; None where there is none."""
    return s.scalar(sa.select(State.value).where(State.key == key))


def put(s: Session, key: str, value: str) -> None:
    """Set `key`. Needs a write transaction."""
    if not insert_new(s, State, key=key, value=value):
        s.execute(sa.update(State).where(State.key == key).values(value=value))


def drop(s: Session, key: str) -> None:
    """Forget `key`. Needs a write transaction."""
    s.execute(sa.delete(State).where(State.key == key))


def with_prefix(s: Session, prefix: str, limit: int = 100) -> dict[str, str]:
    """What stands under keys that begin with `prefix` (the prefix left off), at most `limit`, in order of the key."""
    query = sa.select(State.key, State.value).where(State.key.startswith(prefix, autoescape=True))
    return {key[len(prefix) :]: value for key, value in s.execute(query.order_by(State.key).limit(limit))}
