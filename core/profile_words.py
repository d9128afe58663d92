"""What is on record, in a worker's own words: one short line a fact, and never a word of anybody's standing."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from core import profile
from core import registration_fields as fields
from core import registration_readers as readers
from core.models import SealedNumber, Worker
from core.responses import text

COLUMNS = (
    "name", "birth_on", "id_number_id", "phone_id", "county_code", "township_code", "village", "household_members",
    "trades", "certificates", "unpaid_work", "school_years", "limits", "wish", "reach", "hours", "training_wish",
    "work_state",
)  # fmt: skip


def lines(s: Session, values: dict[str, Any], language: str, sources: dict[str, str] | None = None) -> list[str]:
    """A line for each column that says something. Of a number the last four figures are shown.

    `sources` (column → list, worker, family …) adds who said it.
    """
    made = []
    for column in COLUMNS:
        words = _value(s, values, column, language)
        if words:
            told = text(f"utter_source_{sources[column]}", language) if sources else ""
            made.append(text(f"utter_fact_{column}", language, value=words) + told)
    return made


def record(s: Session, worker: Worker, language: str) -> list[str]:
    """The lines of a whole record, each with who said it: the newest fact's source, else where the record began."""
    facts = profile.newest(s, worker)
    began = {"chat": "worker", "desk": "caseworker"}.get(worker.source, worker.source)
    sources = {column: facts[column].source if column in facts else began for column in COLUMNS}
    return lines(s, {c: getattr(worker, c) for c in (*COLUMNS, "birth_exact")}, language, sources)


def _value(s: Session, values: dict[str, Any], column: str, language: str) -> str:
    value = values.get(column)
    if column in ("phone_id", "id_number_id"):
        row = s.get(SealedNumber, value) if value else None
        return row.tail if row else ""
    if column == "birth_on" and value:
        day = value.isoformat() if isinstance(value, dt.date) else value
        exact = values.get("birth_exact", True)
        return text("utter_age_exact" if exact else "utter_age_about", language, age=readers.age(day), day=day)
    return fields.shown(column, value, language)
