"""Who did what to which row: append-only, each entry sealed with the one before it."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, sealing
from core.errors import NotAllowed
from core.models import AuditEntry

FIRST = "0" * 64
# One writer at a time on PostgreSQL; SQLite's write transactions are that already.
_LOCK = sa.text("SELECT pg_advisory_xact_lock(7761001)")


def record(
    s: Session, actor: str, action: str, object_type: str, object_id: object, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Append an entry. `actor` is `user:<login>`, `contact:<id>` or a process; `detail` holds no personal number.

    Guarantee: entries form one chain in the order of their ids; a changed or missing one shows in `verify`.
    """
    if s.get_bind().dialect.name == "postgresql":
        s.execute(_LOCK)
    previous = s.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=clock.now().replace(microsecond=0),
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        detail=detail or {},
        previous_hash=previous or FIRST,
    )
    entry.hash = _hash(entry)
    s.add(entry)
    s.flush()
    return entry


def _hash(entry: AuditEntry) -> str:
    told = [entry.previous_hash, entry.at.isoformat(), entry.actor, entry.action, entry.object_type, entry.object_id]
    return sealing.keyed_hash("audit", json.dumps([*told, entry.detail], ensure_ascii=False, sort_keys=True))


def verify(s: Session) -> int | None:
    """The id of the first entry that does not fit the chain; None if all fit."""
    previous = FIRST
    for entry in s.scalars(sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return entry.id
        previous = entry.hash
    return None


def _refuse(_mapper, _connection, entry: AuditEntry) -> None:
    raise NotAllowed(f"audit entry {entry.id} stays as it is")


sa.event.listen(AuditEntry, "before_update", _refuse)
sa.event.listen(AuditEntry, "before_delete", _refuse)
