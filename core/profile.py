"""What is known of a worker: the values in force and, append-only, where each of them came from."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.models import Worker, WorkerFact
from core.rows import insert_new


def set_fact(s: Session, worker: Worker, field: str, value: Any, *, source: str, author: str, key: str) -> bool:
    """Put a value in force and keep where it came from; whether it was new. Needs a write transaction.

    `source`: list, worker, family, caseworker, document, demo; `author`: `worker:<id>`, `contact:<id>`, `user:<login>`.
    Guarantee: the same `key` twice is one fact, and the value of the first stays in force.
    """
    told = value.isoformat() if isinstance(value, dt.date) else value
    new = insert_new(
        s, WorkerFact, worker_id=worker.id, field=field, value=told, source=source, author=author, dedupe=key,
        at=clock.now(),
    )  # fmt: skip
    if new:
        setattr(worker, field, value)
        worker.changed_at = clock.now()
        s.flush()
    return new


def newest(s: Session, worker: Worker) -> dict[str, WorkerFact]:
    """Field → the fact that was told last."""
    facts = s.scalars(sa.select(WorkerFact).where(WorkerFact.worker_id == worker.id).order_by(WorkerFact.id))
    return {fact.field: fact for fact in facts}


def set_all(s: Session, worker: Worker, values: dict[str, Any], *, source: str, author: str, key: str) -> None:
    """Put several columns in force; dates may be ISO texts. Each is a fact of its own, by `key` and column."""
    for column, value in values.items():
        if isinstance(value, str) and isinstance(Worker.__table__.c[column].type, sa.Date):
            value = dt.date.fromisoformat(value)
        set_fact(s, worker, column, value, source=source, author=author, key=f"{key}:{column}")
