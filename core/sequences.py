"""Short runs of questions in the chat: each step is a row, each answer a button or free words, none of them blocks."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.models import Contact, Draft
from core.readers import words
from core.responses import Said, render

LONGEST = 120
SKIP = "skip"  # the value of a button that leaves a question out
FRESH = dt.timedelta(days=2)


class Heard(Protocol):
    """What a turn says, as the actions hand it over."""

    @property
    def language(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def intent(self) -> str: ...

    @property
    def entities(self) -> list[dict]: ...

    @property
    def kind(self) -> str: ...

    @property
    def reply_to(self) -> int | None: ...

    def entity(self, name: str) -> str | None: ...

    def key(self, verb: str, n: int = 0) -> str: ...


_ASKS = re.compile(r"[?？]\s*$|(?:吗|呢|咋办|怎么办)[。.!！]?\s*$")


def told(words: str) -> str | None:
    """Any words that are not a question of their own, at most 120 characters of them."""
    return None if _ASKS.search(words) else words.strip()[:LONGEST] or None


@dataclasses.dataclass(frozen=True)
class Question:
    """One step: `ask` is the response, `read` makes a value of free words (None: not an answer)."""

    field: str
    ask: str
    read: Callable[[str], Any] = told
    optional: bool = True


def open_(s: Session, contact: Contact, kind: str, data: dict[str, Any]) -> Draft:
    """Begin a run; an older one of the same kind in this chat is left."""
    for old in s.scalars(_open(contact, kind)).all():
        close(old, "left")
    now = clock.now()
    draft = Draft(contact_id=contact.id, kind=kind, data=data, made_at=now, changed_at=now)
    s.add(draft)
    s.flush()
    return draft


def _open(contact: Contact, kind: str) -> sa.sql.Select:
    query = sa.select(Draft).where(Draft.contact_id == contact.id, Draft.kind == kind, Draft.closed_at.is_(None))
    return query.order_by(Draft.id.desc())


def current(s: Session, contact: Contact, kind: str) -> Draft | None:
    """The run of this kind under way."""
    return s.scalars(_open(contact, kind).limit(1)).first()


def close(draft: Draft, outcome: str) -> None:
    """End a run: `done` or `left`."""
    draft.closed_at, draft.outcome = clock.now(), outcome


def keep(draft: Draft, **values: Any) -> None:
    """Change what a run knows (a new dict, so that the change is seen)."""
    draft.data, draft.changed_at = {**draft.data, **values}, clock.now()


def stale(draft: Draft) -> bool:
    """Whether so much time went by that the next words belong to something else; such a run is ended."""
    old = clock.now() - draft.changed_at > FRESH
    if old:
        close(draft, "left")
    return old


def heard(draft: Draft, questions: Sequence[Question], turn: Heard) -> bool:
    """Take the turn as the answer to the question that is open; False if it is none."""
    question = next((q for q in questions if q.field == draft.data.get("asking")), None)
    if question is None:
        return False
    value = _value(question, turn)
    if value is None:
        return False
    keep(draft, facts={**draft.data["facts"], question.field: value})
    return True


def _value(question: Question, turn: Heard) -> Any:
    if turn.intent == "choose":
        value = turn.entity("value") if turn.entity("field") == question.field else None
        return "" if value == SKIP and question.optional else value
    if words.read(turn.text) in ("skip", "dont_know"):
        return "" if question.optional else None
    if turn.intent == "affirm":
        return None
    return question.read(turn.text)


def next_question(draft: Draft, questions: Sequence[Question], language: str) -> Said | None:
    """Ask the first thing that is not known yet; None when all is."""
    missing = next((q for q in questions if q.field not in draft.data["facts"]), None)
    keep(draft, asking=missing and missing.field)
    return render(missing.ask, language) if missing else None


def ask_again(draft: Draft, questions: Sequence[Question], language: str) -> Said | None:
    """The question that is open, once more; None where it is not one of these."""
    open_ = next((q for q in questions if q.field == draft.data.get("asking")), None)
    return render(open_.ask, language) if open_ else None


def yes_or_no(turn: Heard, field: str) -> bool | None:
    """A tapped or spoken yes or no to the question `field`; None for anything else."""
    if turn.intent == "choose":
        return {"yes": True, "no": False}.get(turn.entity("value") or "") if turn.entity("field") == field else None
    return {"affirm": True, "deny": False}.get(turn.intent)
