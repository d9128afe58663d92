"""The draft of a registration: what was told, what is asked next, and how it ended. It is the truth; Rasa keeps the turn."""

import dataclasses
import datetime as dt
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, consents, sequences
from core.models import Contact, Draft, Office, Worker
from core.registration_fields import BY_NAME, FIELDS
from core.registration_readers import Answer
from core.responses import Said, render
from core.sequences import Heard

KIND = "registration"
LIFE = dt.timedelta(days=14)


def worker_of(s: Session, data: dict[str, Any]) -> Worker | None:
    """The person on record whom a draft is about; None for a new one."""
    return s.get(Worker, data["worker"]) if data.get("worker") else None


def near(s: Session, contact: Contact, data: dict[str, Any]) -> str | None:
    """The area that settles names which several places share: home as told or on record, else the office's county."""
    worker = worker_of(s, data)
    told = data["facts"].get("home", {}).get("county_code") or data.get("inside") or (worker and worker.county_code)
    if told:
        return told
    office = s.get(Office, contact.office_id) if contact.office_id else None
    return office and office.county_code


def latest(s: Session, contact: Contact) -> Draft | None:
    """The newest registration of this chat, also one that is over."""
    query = sa.select(Draft).where(Draft.contact_id == contact.id, Draft.kind == KIND)
    return s.scalars(query.order_by(Draft.id.desc()).limit(1)).first()


def under_way(s: Session, contact: Contact) -> Draft | None:
    """The registration that can still be gone on with; one older than two weeks is left and its facts are forgotten."""
    draft = sequences.current(s, contact, KIND)
    if draft is not None and clock.now() - draft.changed_at > LIFE:
        forget(draft, "left")
        return None
    return draft


def forget(draft: Draft, outcome: str) -> None:
    """End a registration; what was told is not kept here any longer."""
    sequences.keep(draft, facts={}, choices=[], outcome=outcome)
    sequences.close(draft, outcome if outcome in ("done", "left") else "left")


def sweep(s: Session) -> int:
    """Forget what was told in registrations that nobody went on with for two weeks; how many."""
    old = sa.select(Draft).where(Draft.kind == KIND, Draft.closed_at.is_(None), Draft.changed_at < clock.now() - LIFE)
    drafts = s.scalars(old.limit(100)).all()
    for draft in drafts:
        forget(draft, "left")
    return len(drafts)


def open_(s: Session, contact: Contact, worker: Worker | None, relation: str | None) -> Draft:
    """A new draft about a person on record or (None) a new one; one that is under way is left and forgotten."""
    if (old := sequences.current(s, contact, KIND)) is not None:
        forget(old, "left")
    agreed = {p: True for p, c in consents.newest(s, worker.id).items() if c.granted} if worker else {}
    data: dict[str, Any] = {
        "facts": {},
        "order": [],
        "agreed": agreed,
        "relation": relation,
        "more": None,
        "then": None,
    }
    return sequences.open_(s, contact, KIND, {**data, "worker": worker and worker.id, "asking": None, "outcome": None})


def consent_words(purpose: str, relation: str | None) -> str:
    """The response that asks for a yes: of the person, or through the one who holds the phone."""
    other = purpose != "health" and relation not in (None, "self")
    return f"utter_consent_{purpose}{'_other' if other else ''}"


def who(relation: str | None, language: str) -> str:
    """How the person is called in a question: 你, 你婆婆, 这位; in English "you" or "they"."""
    if relation in (None, "self"):
        return {"zh": "你", "en": "you"}[language]
    if language == "en" or relation == "family" or relation.isascii():
        return {"zh": "这位", "en": "they"}[language]
    return "你" + re.sub(r"^(?:我们?|俺们?|咱们?|你)(?:的|家)?", "", relation)


def next_step(data: dict[str, Any], worker: Worker | None) -> str | None:
    """What is asked next: a yes first, the needed few, the other yeses, then more for better jobs; None when all is said."""
    facts, agreed = data["facts"], data["agreed"]
    if data.get("changing"):
        return "change"
    if data["relation"] is None:
        return "who"
    if "matching" not in agreed:
        return "matching"
    if facts.get("limits", {}).get("limits") and "health" not in agreed:
        return "health"
    missing = [f.name for f in FIELDS if f.name not in facts and not f.known(worker) and f.wanted(facts, worker)]
    few = [name for name in missing if BY_NAME[name].few]
    open_ = [purpose for purpose in consents.PURPOSES if purpose not in agreed]
    if few or open_:
        return (few or open_)[0]
    if missing and not data["then"] and data["more"] is not False:
        return missing[0] if data["more"] else "more"
    told = any(facts.values()) and not data.get("confirmed")
    return "confirm" if told else None


@dataclasses.dataclass(frozen=True)
class Run:
    """One turn at work on a draft."""

    s: Session
    contact: Contact
    draft: Draft
    turn: Heard

    @property
    def data(self) -> dict[str, Any]:
        """What the draft knows."""
        return self.draft.data

    def keep(self, **values: Any) -> None:
        """Change what the draft knows."""
        sequences.keep(self.draft, **values)

    def answer(self) -> Answer:
        """The turn's words, ready for a reader."""
        plain = self.turn.intent in ("inform", "nlu_fallback")
        return Answer(self.s, self.turn.text, near(self.s, self.contact, self.data), plain)

    def say(self, response: str, **values: Any) -> Said:
        """A bubble in the language of the turn."""
        return render(response, self.turn.language, **values)
