""" "Which could I get": the likely ones from what is on record, what is still open, one question. Never a verdict."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, clock, contacts, placements, profile, sequences, subsidies
from core.models import Contact, Draft, Escalation, Placement, Worker
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard
from core.subsidy_files import Instrument, catalogue

Facts = dict[str, Any]  # fact of policy/eligibility.yml → what is known; a missing one is not known
YES = {"yes": True, "no": False}
WORKS = {1: "same_county", 2: "other_county", 3: "other_prefecture"}
YEAR = 12
SHORT = 4  # a bare yes or no
PATIENCE = dt.timedelta(minutes=30)  # a later yes answers something else


# -- what is on record -------------------------------------------------------------------------------------------------


def on_record(s: Session, worker: Worker) -> Facts:
    """What the record says of the things that subsidies depend on."""
    job = placements.active(s, worker)
    facts: Facts = {
        "standing": None if worker.programme_status == "unknown" else worker.programme_status,
        "age": _age(worker),
        "working": _working(worker, job),
        "goes_away": _goes_away(worker, job),
        "wants_training": {"yes": True, "no": False}.get(worker.training_wish or ""),
        "in_training": worker.work_state == "training" or None,
        "relocated": worker.relocated,
        "certificate": bool(worker.certificates) or None,
        "can_lift": False if "no_lifting" in worker.limits else None if worker.labour_ability == "unknown" else True,
        "left_by_wish": _left_by_wish(s, worker, job),
        "wages_owed": _wages_owed(s, worker),
        **_of_job(worker, job),
    }
    return {fact: value for fact, value in facts.items() if value is not None}


def _age(worker: Worker) -> int | None:
    born, today = worker.birth_on, clock.today()
    return born and today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _working(worker: Worker, job: Placement | None) -> bool | None:
    if job is not None:
        return True
    return {"in_work": True, "wants_work": False, "not_now": False, "training": False}.get(worker.work_state)


def _goes_away(worker: Worker, job: Placement | None) -> bool | None:
    if job is not None and job.kind in ("away", "local", "workshop", "public_welfare"):
        return job.kind == "away"
    return {"away": True, "local": False, "not_now": False}.get(worker.wish)


def _of_job(worker: Worker, job: Placement | None) -> Facts:
    if job is None:
        return {}
    months = _months(job.started_on)
    return {
        "organised": job.organised,
        "months": months,
        "works": _works(worker, job),
        "own_business_months": months if job.kind == "own_business" else None,
    }


def _months(since: dt.date) -> int:
    today = clock.today()
    return max(0, (today.year - since.year) * YEAR + today.month - since.month - (today.day < since.day))


def _works(worker: Worker, job: Placement) -> str | None:
    if job.region_code and worker.county_code:
        return WORKS.get(max(1, areas.distance_rank(worker.county_code, job.region_code)), "other_province")
    return "same_county" if job.kind in ("local", "workshop", "public_welfare") else None


def _left_by_wish(s: Session, worker: Worker, job: Placement | None) -> bool | None:
    if job is not None:
        return None
    query = sa.select(Placement.end_reason).where(Placement.worker_id == worker.id, Placement.state == "ended")
    last = s.scalar(query.order_by(Placement.ended_on.desc(), Placement.id.desc()).limit(1))
    return {"lost": False, "finished": False, "left": True}.get(last or "")


def _wages_owed(s: Session, worker: Worker) -> bool | None:
    query = sa.select(Escalation.id).where(
        Escalation.worker_id == worker.id, Escalation.kind == "wage", Escalation.state != "closed"
    )
    return True if s.scalar(query.limit(1)) is not None else None


# -- against what a rule asks for ----------------------------------------------------------------------------------------


def met(condition: Any, value: Any) -> bool | None:
    """Whether a known value fits a condition of `when`; None for an unknown one, and for a time that is still running."""
    if value is None:
        return None
    if isinstance(condition, list):
        return value in condition
    if "max" in condition and value > condition["max"]:
        return False
    return value >= condition.get("min", 0)


def _checked(instrument: Instrument, facts: Facts) -> dict[str, bool | None]:
    checked = {fact: met(condition, facts.get(fact)) for fact, condition in instrument.when.items()}
    for running in ("months", "own_business_months"):  # too short a time is not yet, not never
        if checked.get(running) is False:
            checked[running] = None
    return checked


def possible(facts: Facts, code: str | None) -> list[tuple[Instrument, dict[str, bool | None]]]:
    """Instruments for persons that nothing known speaks against and that have not ended there, most valuable first."""
    open_ = []
    for subsidy in load("eligibility")["order"]:
        instrument = catalogue()[subsidy]
        checked = _checked(instrument, facts)
        ended = all(rule.state() == "expired" for rule in subsidies.rules_for(instrument, code))
        if not ended and False not in checked.values():
            open_.append((instrument, checked))
    return open_


def likely(found: list[tuple[Instrument, dict[str, bool | None]]]) -> list[tuple[Instrument, dict[str, bool | None]]]:
    """Of the possible ones those that the record speaks for: most of what they ask is known to fit.

    Details say too little to count, and a standing that is not on record is for the caseworker to know.
    """
    chosen, details = [], load("eligibility")["details"]
    for instrument, checked in found:
        telling = [fits for fact, fits in checked.items() if fact not in details and (fact, fits) != ("standing", None)]
        if telling.count(True) * 2 > len(telling):
            chosen.append((instrument, checked))
    return chosen[: load("eligibility")["most"]]


# -- the answer ----------------------------------------------------------------------------------------------------------


def answer(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`check_eligibility`, also with the answer of a button (`field`, `value`): the likely ones, what is open, one question.

    Without a record: what it depends on, the commonest ones, registration and the caseworker.
    """
    worker = contacts.active_worker(s, contact)
    if worker is None:
        return [_without_record(s, contact, turn.language)]
    draft = _draft(s, contact, worker)
    if turn.entity("field"):
        told(s, worker, draft, str(turn.entity("field")), str(turn.entity("value")), turn.key("eligibility"))
    return _say(s, contact, worker, draft, turn.language)


def _draft(s: Session, contact: Contact, worker: Worker) -> Draft:
    draft = sequences.current(s, contact, "eligibility")
    if draft is None or draft.data["worker"] != worker.id or sequences.stale(draft):
        draft = sequences.open_(s, contact, "eligibility", {"worker": worker.id, "told": {}, "asking": None})
    return draft


def told(s: Session, worker: Worker, draft: Draft, fact: str, value: str, key: str) -> None:
    """Keep an answer: for this run, and on record where the record has a place for it. The same `key` twice is once."""
    if value not in YES or fact not in {row["fact"] for row in load("eligibility")["facts"] if row.get("ask")}:
        return
    sequences.keep(draft, told={**draft.data["told"], fact: value}, asking=None)
    if fact == "wants_training":
        profile.set_fact(
            s, worker, "training_wish", value, source="worker", author=f"worker:{worker.id}", key=f"{key}:training"
        )
    if fact == "organised" and (job := placements.active(s, worker)) is not None:
        job.organised, job.changed_at = YES[value], clock.now()


def answer_draft(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """A yes or no in words to the question that is open; None when nothing is open or the turn says neither."""
    asking, worker = draft.data.get("asking"), s.get(Worker, draft.data["worker"])
    value = {"affirm": "yes", "deny": "no"}.get(turn.intent) or _yes_or_no(turn.text)
    late = clock.now() - draft.changed_at > PATIENCE
    if asking in (None, "organised") or value is None or worker is None or late:
        return None
    told(s, worker, draft, str(asking), value, turn.key("eligibility"))
    return _say(s, contact, worker, draft, turn.language)


def _yes_or_no(words: str) -> str | None:
    said = words.strip(" 。，！!.了").lower()
    if len(said) > SHORT:
        return None
    return (
        "no" if said.startswith(("没", "不", "no")) else "yes" if said.startswith(("有", "想", "满", "yes")) else None
    )


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """The open question once more; None when none is open."""
    ask = {row["fact"]: row.get("ask") for row in load("eligibility")["facts"]}.get(draft.data.get("asking"))
    return render(ask, language) if ask else None


def _known(s: Session, worker: Worker, draft: Draft) -> Facts:
    facts = on_record(s, worker)
    for fact, value in draft.data["told"].items():
        facts[fact] = (YEAR if YES[value] else 0) if fact == "insured_months" else YES[value]
    return facts


def _say(s: Session, contact: Contact, worker: Worker, draft: Draft, language: str) -> list[Said]:
    found = possible(_known(s, worker, draft), subsidies.area_of(s, contact, None))
    chosen = likely(found)
    question = _question(found, draft, language)
    if not chosen:
        none = render("utter_eligibility_none", language, **contacts.values(s, contact, language))
        return [none, *question]
    return [_list(chosen, language), *question]


def _list(chosen: list[tuple[Instrument, dict[str, bool | None]]], language: str) -> Said:
    lines = [
        text("utter_eligibility_line", language, n=n, name=instrument.title(language))
        for n, (instrument, _) in enumerate(chosen, 1)
    ]
    said = text("utter_eligibility_likely", language, list="\n".join(lines))
    return Said(
        f"{said}\n{_still_open(chosen, language)}",
        [subsidies.choice(instrument, "ask_subsidy", language) for instrument, _ in chosen],
    )


def _still_open(chosen: list[tuple[Instrument, dict[str, bool | None]]], language: str) -> str:
    open_ = {fact for _, checked in chosen for fact, fits in checked.items() if fits is None}
    named = [row[language] for row in load("eligibility")["facts"] if row["fact"] in open_][
        : load("eligibility")["most"]
    ]
    if not named:
        return text("utter_eligibility_decides", language)
    return text("utter_eligibility_still", language, facts=("、" if language == "zh" else ", ").join(named))


def _question(found: list[tuple[Instrument, dict[str, bool | None]]], draft: Draft, language: str) -> list[Said]:
    """What the most valuable of those that lack least hangs on, if it may be asked; a list of one or none."""
    ask = {row["fact"]: row["ask"] for row in load("eligibility")["facts"] if row.get("ask")}
    missing = [[fact for fact, fits in checked.items() if fits is None] for _, checked in found]
    facts = [fact for lacks in sorted(missing, key=len) for fact in lacks if fact in ask]
    asking = next((fact for fact in facts if fact not in draft.data["told"]), None)
    sequences.keep(draft, asking=asking)
    return [render(ask[asking], language)] if asking else []


def _without_record(s: Session, contact: Contact, language: str) -> Said:
    said = render("utter_eligibility_no_record", language, **contacts.values(s, contact, language))
    common = [
        subsidies.choice(catalogue()[subsidy], "ask_subsidy", language) for subsidy in load("eligibility")["common"]
    ]
    return Said(said.text, [*common, *said.buttons])
