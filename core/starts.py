"""「I started」: what is missing of a new job is asked, each fact once, and then it is on record with its check-ins."""

import datetime as dt
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import (
    applications,
    areas,
    checkins,
    clock,
    consents,
    contacts,
    placements,
    profile,
    sequences,
    statements,
    times,
    troubles,
)
from core.models import Checkin, Contact, Draft, Employer, Placement, Vacancy, Worker
from core.policies import load
from core.readers import dates, ordinals, wages
from core.registration_draft import consent_words
from core.responses import Said, render
from core.sequences import Heard, Question

MOST_BUTTONS = 5
_CALLED = re.compile(
    r"(?:厂|公司|工地|店|单位|老板)(?:名字?)?(?:叫做?|是)([^,，。；;\s]{2,20})|\bat ((?:[A-Z][\w&-]+ ?){1,4})|\b(?:company|factory) is (?:called )?([A-Z][\w &-]{1,30})"
)
_A_FIRM = re.compile(r"(?![^,，。]*[去到在进我])[\u4e00-\u9fffA-Za-z]{2,12}(?:厂|公司|集团|酒店|饭店|超市|合作社|车间)")
_A_MONTH = re.compile(r"月薪|(?:一个?|每个?)月|工资|底薪|\b(?:a|per) month\b|\bmonthly\b", re.IGNORECASE)
_JUST_APPLIED = re.compile(
    r"(?:刚|才|上回|前头|前面)[^,，。]{0,3}报的|报(?:名|了)?的那(?:个|家)|\b(?:just|i) applied\b", re.IGNORECASE
)


def kind_told(words: str) -> str | None:
    """The kind of job that is said in so many words (policy/placements.yml)."""
    told = troubles.plain(words)
    rows = load("placements")["kinds"]
    return next((row["kind"] for row in rows if troubles.pattern(row["words"]).search(told)), None)


def day_told(words: str) -> str | None:
    """The first day as an ISO date; a day without a year lies behind us unless the words look ahead."""
    table, today = load("placements"), clock.today()
    ahead = any(
        word in troubles.plain(words) for word in ("明天", "后天", "下周", "下个", "下星期", "next", "tomorrow")
    )
    span = dates.read(words, today, past=not ahead)
    if span is None:
        return None
    days = (span.start - today).days
    return span.start.isoformat() if -table["earliest_days_ago"] <= days <= table["latest_days_ahead"] else None


def _name_told(words: str) -> str | None:
    plain = words.strip(" 。.！!，,")
    return plain if 1 < len(plain) <= 40 and not plain.endswith(("?", "？", "吗", "呢")) else None


def pay_told(words: str) -> dict[str, Any] | None:
    """Yuan a month where it can be reckoned, and the words."""
    wage = wages.read(words)
    return None if wage is None else {"pay_month": wage.monthly_min and int(wage.monthly_min), "pay_said": words[:60]}


QUESTIONS = (
    Question("employer", "utter_start_ask_employer", _name_told),
    Question("started_on", "utter_start_ask_day", day_told, optional=False),
    Question("kind", "utter_start_ask_kind", kind_told, optional=False),
)
PAY = (Question("pay", "utter_start_ask_pay", pay_told),)


def _applied(s: Session, worker: Worker | None) -> list[tuple[Vacancy, Employer]]:
    if worker is None:
        return []
    return [(vacancy, employer) for _, vacancy, employer in applications.of_worker(s, worker, alive=True)]


def _one_applied(s: Session, worker: Worker | None, words: str, named: str | None) -> Vacancy | None:
    """The opening applied for that is meant: by its employer's name, by its place in the list."""
    applied = _applied(s, worker)
    for vacancy, employer in applied:
        if employer.name in words or (named and (named in employer.name or employer.name in named)):
            return vacancy
    if applied and _JUST_APPLIED.search(words):
        return applied[0][0]
    place = ordinals.read(words)
    if place and applied and not dates.read(words, clock.today()) and abs(place) <= len(applied):
        return applied[place - 1 if place > 0 else place][0]
    return None


def facts_told(s: Session, worker: Worker | None, turn: Heard) -> dict[str, Any]:
    """What one sentence says of a new job: several facts at once are all kept."""
    facts: dict[str, Any] = {}
    named = turn.entity("employer")
    if vacancy := _one_applied(s, worker, turn.text, named):
        facts["employer"] = f"vacancy:{vacancy.id}"
    elif named := named or employer_told(turn.text):
        facts["employer"] = named
    if day := day_told(turn.entity("date") or turn.text):
        facts["started_on"] = day
    region = turn.entity("region") or _place_told(turn.text)
    if kind := kind_told(turn.text) or _kind_of_region(worker, region):
        facts["kind"] = kind
    if pay := pay_told(turn.entity("wage") or "") or _month_pay(turn.text):
        facts["pay"] = pay
    if region:
        facts["place"] = region
    return facts


def employer_told(words: str) -> str | None:
    """An employer's name with words around it that say so, or a clause that is nothing but a name."""
    if match := _CALLED.search(words):
        return next(group for group in match.groups() if group).strip()
    return next((clause for clause in statements.clauses(words) if _A_FIRM.fullmatch(clause)), None)


def _place_told(words: str) -> str | None:
    found = areas.find(words)
    return areas.name(found[0].code, "zh") if len(found) == 1 else None


def _month_pay(words: str) -> dict[str, Any] | None:
    clause = next((c for c in statements.clauses(words) if _A_MONTH.search(c)), None)
    return pay_told(clause) if clause else None


def _kind_of_region(worker: Worker | None, region: str | None) -> str | None:
    if worker is None or not worker.county_code or not region:
        return None
    found = areas.find(region, near=worker.county_code)
    if not found:
        return None
    return "local" if areas.within(found[0].code, worker.county_code) else "away"


def keep(s: Session, contact: Contact, turn: Heard) -> None:
    """Told by somebody who is not on record yet: what the sentence said waits until they are."""
    sequences.open_(s, contact, "placement", {"facts": facts_told(s, None, turn), "worker": None})


def report(s: Session, contact: Contact, worker: Worker, turn: Heard) -> list[Said]:
    """Begin with what the sentence told, and what was told just before; ask the rest."""
    before = sequences.current(s, contact, "placement")
    going = before is not None and not sequences.stale(before) and not before.data.get("placement")
    told = before.data["facts"] if before is not None and going else {}
    facts = {**told, **facts_told(s, worker, turn)}
    if kind := None if "kind" in facts else _kind_of_region(worker, facts.get("place")):
        facts["kind"] = kind
    data = {"facts": facts, "worker": worker.id, "key": turn.key("started")}
    draft = sequences.open_(s, contact, "placement", data)
    return _go_on(s, contact, worker, draft, turn)


def answer_draft(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """The next answer about a new job; None when the turn belongs to something else."""
    if sequences.stale(draft) or draft.data["worker"] is None:
        return None
    worker = s.get(Worker, draft.data["worker"])
    if draft.data.get("placement"):
        return _pay_told(s, draft, turn)
    before = dict(draft.data["facts"])
    if not sequences.heard(draft, QUESTIONS, turn):
        return _ahead(s, contact, worker, draft, turn) or _not_read(s, contact, draft, turn)
    if turn.intent != "choose":
        told = facts_told(s, worker, turn)
        named = {"employer": told["employer"]} if "employer" not in before and "employer" in told else {}
        sequences.keep(draft, facts={**told, **before, **draft.data["facts"], **named})
    return _go_on(s, contact, worker, draft, turn)


def _ahead(s: Session, contact: Contact, worker: Worker, draft: Draft, turn: Heard) -> list[Said] | None:
    """What is told before it is asked is kept and said back, and the open question comes again."""
    if turn.intent == "choose" or not statements.news(turn.text):
        return None
    told = facts_told(s, worker, turn)
    if pay := pay_told(turn.text):
        told["pay"] = pay
    told = {name: value for name, value in told.items() if name not in draft.data["facts"]}
    noted = statements.said_back(turn.text)
    question = ask_again(s, contact, draft, turn.language) if told and noted else None
    if question is None:
        return None
    sequences.keep(draft, facts={**draft.data["facts"], **told})
    return [render("utter_noted_ahead", turn.language, told=noted), question]


def _not_read(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    asks = turn.intent not in ("choose", "nlu_fallback", "out_of_scope")
    again = ask_again(s, contact, draft, turn.language) if asks else None
    return [render("utter_start_not_read", turn.language), again] if again else None


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """The open question about the new job, once more."""
    question = sequences.ask_again(draft, (*QUESTIONS, *PAY), language)
    return question and _with_applied(s, s.get(Worker, draft.data["worker"]), draft, question, language)


def _go_on(s: Session, contact: Contact, worker: Worker, draft: Draft, turn: Heard) -> list[Said]:
    _kind_of_opening(s, worker, draft)
    question = sequences.next_question(draft, QUESTIONS, turn.language)
    if question is not None:
        return [_with_applied(s, worker, draft, question, turn.language)]
    placement = _start(s, contact, worker, draft, turn)
    told = [_noted(s, placement, turn.language)]
    pay = sequences.next_question(draft, PAY, turn.language)
    sequences.keep(draft, placement=placement.id)
    if pay is None:
        sequences.close(draft, "done")
        return [*told, _what_follows(s, contact, placement, turn.language)]
    return [*told, pay]


def _kind_of_opening(s: Session, worker: Worker, draft: Draft) -> None:
    facts = draft.data["facts"]
    if "kind" not in facts and (vacancy := _vacancy(s, facts)):
        sequences.keep(draft, facts={**facts, "kind": placements.kind_of(vacancy, worker)})


def _vacancy(s: Session, facts: dict[str, Any]) -> Vacancy | None:
    prefix, _, number = str(facts.get("employer") or "").partition(":")
    return s.get(Vacancy, int(number)) if prefix == "vacancy" and number.isdigit() else None


def _with_applied(s: Session, worker: Worker, draft: Draft, question: Said, language: str) -> Said:
    if draft.data["asking"] != "employer":
        return question
    offered = [
        {"title": employer.name[:16], "payload": f'/choose{{"field": "employer", "value": "vacancy:{vacancy.id}"}}'}
        for vacancy, employer in _applied(s, worker)[:MOST_BUTTONS]
    ]
    return Said(question.text, [*offered, *question.buttons])


def _start(s: Session, contact: Contact, worker: Worker, draft: Draft, turn: Heard) -> Placement:
    facts = draft.data["facts"]
    vacancy = _vacancy(s, facts)
    employer = s.get(Employer, vacancy.employer_id) if vacancy else None
    region = areas.find(facts["place"], near=worker.county_code)[:1] if facts.get("place") and not vacancy else []
    return placements.start(
        s,
        worker,
        contact,
        key=draft.data["key"],
        employer_name=employer.name if employer else facts["employer"] or None,
        started_on=dt.date.fromisoformat(_iso(facts["started_on"])),
        kind=facts["kind"],
        vacancy_id=vacancy and vacancy.id,
        employer_id=employer and employer.id,
        region_code=vacancy.region_code if vacancy else next((area.code for area in region), None),
        place=vacancy.place if vacancy else facts.get("place"),
        **(facts.get("pay") or {}),
    )


def _iso(told: str) -> str:
    """A day as told by button (`days:1` ago) or already as an ISO date."""
    prefix, _, days = told.partition(":")
    return (clock.today() - dt.timedelta(days=int(days))).isoformat() if prefix == "days" else told


def _pay_told(s: Session, draft: Draft, turn: Heard) -> list[Said] | None:
    if not sequences.heard(draft, PAY, turn):
        return None
    placement = s.get(Placement, draft.data["placement"])
    pay = draft.data["facts"]["pay"] or {}
    for field, value in pay.items():
        setattr(placement, field, value)
    sequences.close(draft, "done")
    contact = s.get(Contact, draft.contact_id)
    return [_what_follows(s, contact, placement, turn.language)]


def _noted(s: Session, placement: Placement, language: str) -> Said:
    day = times.day(placement.started_on, language)
    name = placement.employer_name
    if name:
        return render("utter_start_noted", language, employer=name, day=day)
    return render("utter_start_noted_day", language, day=day)


def _what_follows(s: Session, contact: Contact, placement: Placement, language: str) -> Said:
    """When the first question comes; whoever was never asked whether we may is asked now, and is promised nothing yet."""
    due = s.scalar(
        sa.select(sa.func.min(Checkin.due_at)).where(Checkin.placement_id == placement.id, Checkin.state == "due")
    )
    agreed = consents.newest(s, placement.worker_id).get("follow_up")
    if due and agreed is None and contact.reminders_stopped_at is None:
        sequences.open_(s, contact, "follow_up", {"placement": placement.id})
        return _ask_follow_up(s, contact, placement, language)
    if not due or contact.reminders_stopped_at is not None or agreed is None or not agreed.granted:
        return render("utter_start_no_questions", language)
    return render("utter_start_follow", language, day=times.day(clock.local(due).date(), language))


def _follow_up_words(s: Session, contact: Contact, placement: Placement) -> str:
    bonds = contacts.workers_of(s, contact)
    relation = next((bond.relation for bond, worker in bonds if worker.id == placement.worker_id), None)
    return consent_words("follow_up", relation)


def _ask_follow_up(s: Session, contact: Contact, placement: Placement, language: str) -> Said:
    return render(_follow_up_words(s, contact, placement), language)


def ask_follow_up_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """Whether we may ask how it goes, once more."""
    return _ask_follow_up(s, contact, s.get(Placement, draft.data["placement"]), language)


def answer_follow_up(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Yes or no to being asked how the new job goes. None: no answer to that."""
    agreed = sequences.yes_or_no(turn, "follow_up")
    if sequences.stale(draft) or agreed is None:
        return None
    placement = s.get(Placement, draft.data["placement"])
    shown = _follow_up_words(s, contact, placement)
    worker = s.get(Worker, placement.worker_id)
    consents.record(s, contact, worker, "follow_up", agreed, key=turn.key("follow_up"), shown=shown)
    sequences.close(draft, "done")
    return [_what_follows(s, contact, placement, turn.language)]


def rest(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The button after a job that is done: no other one for now."""
    worker = contacts.active_worker(s, contact)
    if worker is not None and turn.entity("value") == "not_now":
        author = f"contact:{contact.id}"
        profile.set_fact(s, worker, "wish", "not_now", source="worker", author=author, key=turn.key("wish"))
    return [render("utter_rest", turn.language)]


def shift(s: Session, placement: Placement, started_on: dt.date) -> None:
    """The first day lies elsewhere than was thought: what is still to be asked moves with it."""
    placement.started_on, placement.changed_at = started_on, clock.now()
    checkins.replan(s, placement)
