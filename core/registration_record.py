"""How a registration ends: the record is made or filled in, the yeses belong to it, and what was meant comes next."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, consents, contacts, escalations, profile, registration, registration_form, sequences
from core.models import Contact, Draft, Escalation, Worker
from core.registration_draft import forget, latest, worker_of
from core.registration_fields import LISTS
from core.registration_form import Outcome
from core.responses import Said, render
from core.sequences import Heard


def begin(s: Session, contact: Contact, turn: Heard) -> Outcome:
    """Open a registration; where there is nothing to ask, end it at once, with what is to be said."""
    outcome = registration_form.begin(s, contact, turn)
    if not outcome.ended:
        return outcome
    return Outcome(True, [*outcome.bubbles, *finish(s, contact, turn)], True)


def resume(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """An answer that comes when Rasa's form is no longer open: keep it, and open the form again for the rest."""
    outcome = registration_form.hear(s, contact, turn)
    if not outcome.understood:
        return None
    if outcome.ended:
        return [*outcome.bubbles, *finish(s, contact, turn)]
    contacts.go_on(s, contact, "register", {}, key=turn.key("register"))
    return outcome.bubbles or [render("utter_registration_noted", turn.language)]


def finish(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Act on how the registration of this chat ended, and say it. Needs a write transaction.

    Guarantee: the same draft twice makes one record, with each fact once.
    """
    draft = latest(s, contact)
    outcome = draft.data["outcome"] if draft is not None else None
    if draft is None or outcome not in _ENDS:
        return [render("utter_registration_cancelled", turn.language)]
    said = _ENDS[outcome](s, contact, draft, turn)
    if draft.closed_at is None:
        forget(draft, outcome)
    return said


def cancel(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The worker gives it up: what was told is forgotten."""
    draft = sequences.current(s, contact, "registration")
    if draft is not None:
        forget(draft, "left")
    return [render("utter_registration_cancelled", turn.language)]


# -- done ------------------------------------------------------------------------------------------------------------


def _done(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said]:
    facts = {column: value for values in draft.data["facts"].values() for column, value in values.items()}
    worker = worker_of(s, draft.data)
    new = worker is None
    if worker is None:
        worker = _made(s, contact, draft, facts)
    _fill(s, contact, worker, draft, facts)
    consents.belong(s, contact, worker, keys=f"draft:{draft.id}:")
    if new:
        _placed(s, contact, worker)
        _twin(s, contact, worker, draft)
    return _what_next(s, contact, worker, draft, turn, told=bool(facts) or draft.closed_at is not None)


def _made(s: Session, contact: Contact, draft: Draft, facts: dict) -> Worker:
    now = clock.now()
    worker = Worker(name=facts["name"], source="chat", made_at=now, changed_at=now)
    s.add(worker)
    s.flush()
    relation = draft.data["relation"] or "self"
    registration.bind(s, contact, worker, by="registration", relation=relation)
    sequences.keep(draft, worker=worker.id)
    return worker


def _fill(s: Session, contact: Contact, worker: Worker, draft: Draft, facts: dict) -> None:
    own = draft.data["relation"] in (None, "self")
    if facts:
        known = {column: _added(worker, column, value) for column, value in facts.items() if value is not None}
        profile.set_all(
            s,
            worker,
            known,
            source="worker" if own else "family",
            author=f"contact:{contact.id}",
            key=f"draft:{draft.id}",
        )
        worker.confirmed_at = clock.now() if own else worker.confirmed_at
    if own and facts.get("phone_id"):
        contact.phone_id, contact.phone_is_own = facts["phone_id"], facts.get("phone_whose") == "own"
    if worker.work_state == "unknown" and (draft.data["then"] or {}).get("intent") != "report_employed":
        state = "not_now" if worker.wish == "not_now" else "wants_work"
        key = f"draft:{draft.id}:work_state"
        profile.set_fact(
            s,
            worker,
            "work_state",
            state,
            source="worker" if own else "family",
            author=f"contact:{contact.id}",
            key=key,
        )
    s.flush()


def _added(worker: Worker, column: str, value: Any) -> Any:
    """Trades, limits and the like are added to those on record."""
    return list(dict.fromkeys([*getattr(worker, column), *value])) if column in LISTS else value


def _placed(s: Session, contact: Contact, worker: Worker) -> None:
    """Whose list a new person is on: the caseworker of the office of their home."""
    worker.caseworker_id = contacts.office_of(s, contact)["caseworker_id"]
    if worker.id_number_id is None:
        worker.id_number_reason = worker.id_number_reason or "not_asked"
    s.flush()


def _twin(s: Session, contact: Contact, worker: Worker, draft: Draft) -> None:
    """One of the same name in the same county may be the same person: a caseworker looks, the worker is not bothered."""
    same = sa.select(Worker.id).where(
        Worker.name == worker.name, Worker.county_code == worker.county_code, Worker.id != worker.id, Worker.left_at.is_(None)
    )  # fmt: skip
    if worker.birth_on is not None:
        year = sa.extract("year", Worker.birth_on)
        same = same.where(
            sa.or_(Worker.birth_on.is_(None), year.between(worker.birth_on.year - 1, worker.birth_on.year + 1))
        )
    twin = s.scalar(same.limit(1))
    if twin is not None:
        key = f"draft:{draft.id}:twin"
        escalations.open_case(s, contact, "registration", key=key, detail=f"twin: worker {twin}", worker=worker)


def _what_next(s: Session, contact: Contact, worker: Worker, draft: Draft, turn: Heard, *, told: bool) -> list[Said]:
    then = draft.data["then"]
    if then:
        contacts.go_on(s, contact, then["intent"], then["entities"], key=f"draft:{draft.id}:then")
        return [render("utter_registration_going_on", turn.language, person=worker.name)]
    if told:
        return [render("utter_registration_saved", turn.language, person=worker.name)]
    return [render("utter_registration_known", turn.language, person=worker.name)]


# -- other ends ------------------------------------------------------------------------------------------------------


def _refused(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said]:
    return [render("utter_registration_refused", turn.language)]


def _too_young(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said]:
    return [render("utter_registration_too_young", turn.language, **contacts.values(s, contact, turn.language))]


def _same_number(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said]:
    query = sa.select(Escalation).where(Escalation.contact_id == contact.id, Escalation.kind == "registration")
    case = s.scalars(query.order_by(Escalation.id.desc()).limit(1)).one()
    said = render("utter_registration_same_number", turn.language)
    return [said, Said(escalations.who_comes(s, case, turn.language), [])]


def _left(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said]:
    return [render("utter_registration_cancelled", turn.language)]


_ENDS: dict[str, Callable[[Session, Contact, Draft, Heard], list[Said]]] = {
    "done": _done,
    "refused": _refused,
    "too_young": _too_young,
    "same_number": _same_number,
    "left": _left,
}
