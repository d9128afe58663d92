"""Trouble at work: sorted by words, a case for a person, and at once what usually holds and who comes."""

import functools
import re

from sqlalchemy.orm import Session

from core import also, areas, clock, contacts, escalations, placements, sequences, statements
from core.models import Contact, Draft, Escalation, Placement, Worker
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard, Question

# kind told → (kind of the case, what is said at once)
CASES = {
    "wage": ("wage", "utter_wage_noted"),
    "injury": ("injury", "utter_injury_noted"),
    "lost": ("job_loss", "utter_job_loss_noted"),
    "change": ("change_job", "utter_change_noted"),
}
FIRST_DAYS = 25
_FILLING = re.compile(r"[在是有的了欠共约,，。.、!！ ]|大概|左右|差不多|一共")
WAGE = (
    Question("owed_by", "utter_wage_ask_owed_by"),
    Question("place", "utter_wage_ask_place"),
    Question("period", "utter_wage_ask_period"),
    Question("amount", "utter_wage_ask_amount"),
    Question("evidence", "utter_wage_ask_evidence"),
)


@functools.lru_cache
def _pattern(kind: str) -> re.Pattern[str]:
    (row,) = [row for row in load("problems")["kinds"] if row["kind"] == kind]
    return pattern(row["words"])


def pattern(words: list[str]) -> re.Pattern[str]:
    """Any of these words: whole words in Latin letters, anywhere in Chinese."""
    parts = [rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in sorted(words, key=len, reverse=True)]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def plain(words: str) -> str:
    """As people type it, made even: one width, simplified, small letters, one kind of apostrophe."""
    return statements.plain(words)


def problem_of(words: str) -> str:
    """Which of policy/problems.yml is told; `other` when none of their words is said."""
    told = plain(words)
    kinds = [row["kind"] for row in load("problems")["kinds"]]
    return next((kind for kind in kinds if _pattern(kind).search(told)), "other")


def problems() -> dict[str, dict]:
    """Kind of problem → its row of policy/problems.yml."""
    return {row["kind"]: row for row in load("problems")["kinds"]}


def report(s: Session, contact: Contact, kind: str, words: str, *, key: str, language: str) -> list[Said]:
    """Open the case that a trouble needs and answer at once: what usually holds, who comes, what may be asked next.

    `kind`: wage, injury, lost, change, or a kind of policy/problems.yml. The same `key` twice opens one case.
    """
    severity = None
    if kind in CASES:
        case_kind, response = CASES[kind]
    else:
        row = problems()[kind]
        case_kind, response, severity = "work_problem", row["says"], row["severity"]
    detail = f"[{kind}] {words}" if case_kind == "work_problem" else words
    case = escalations.open_case(s, contact, case_kind, key=f"{key}:{kind}", severity=severity, detail=detail)
    who = escalations.who_comes(s, case, language)
    escalations.answered_first(case, who)
    said = render(response, language)
    told = f"{said.text}\n{who}"
    again = contacts.said_lately(s, contact, told)
    bubbles = [Said(f"{text('utter_case_known', language)}\n{who}", [])] if again else [Said(told, said.buttons)]
    bubbles += also.told(words, kind, language)
    if kind == "wage":
        first_days = _first_days(s, contact, case) and not _told(words).get("period")
        bubbles += (
            [] if again else [render("utter_wage_first_days" if first_days else "utter_wage_green_channel", language)]
        )
        bubbles += _ask_wage(s, contact, case, words, language)
    return bubbles


# -- wages: what the caseworker needs to know, asked one by one, none of it needed for the case to go on ---------------


def _ask_wage(s: Session, contact: Contact, case: Escalation, words: str, language: str) -> list[Said]:
    draft = sequences.current(s, contact, "wage")
    if draft is None or draft.data["case"] != case.id:
        draft = sequences.open_(s, contact, "wage", {"case": case.id, "facts": {}})
    sequences.keep(draft, facts={**_known(s, contact, case), **_told(words), **draft.data["facts"]})
    question = sequences.next_question(draft, WAGE, language)
    return [question] if question else []


def _first_days(s: Session, contact: Contact, case: Escalation) -> bool:
    """Whether the job is so new that no pay day may have come yet."""
    job = placements.active(s, s.get(Worker, case.worker_id) if case.worker_id else None)
    return job is not None and (clock.today() - job.started_on).days < FIRST_DAYS


def _known(s: Session, contact: Contact, case: Escalation) -> dict[str, str]:
    worker = s.get(Worker, case.worker_id) if case.worker_id else None
    job: Placement | None = placements.active(s, worker)
    region = job.region_code if job is not None else None
    known = {
        "owed_by": job and job.employer_name,
        "place": job and (job.place or (region and areas.name(region, "zh"))),
    }
    return {field: value for field, value in known.items() if value}


def _told(words: str) -> dict[str, str]:
    """What a sentence tells beside the answer that was asked for: for how long, how much, where."""
    told = statements.plain(words)
    found = {name: statements.pattern("told", name).search(told) for name in ("period", "amount")}
    facts = {name: match.group() for name, match in found.items() if match is not None}
    places = areas.find(words)
    return facts | ({"place": areas.name(places[0].code, "zh")} if len(places) == 1 else {})


def answer_wage(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """The next answer about unpaid wages, added to the case; None when the turn is no answer to what was asked."""
    if sequences.stale(draft):
        return None
    asked, beside = draft.data.get("asking"), {} if turn.kind == "button" else _told(turn.text)
    if turn.kind != "button" and asked != "evidence" and statements.pattern("told", "evidence").search(turn.text):
        beside["evidence"] = turn.text
    if not sequences.heard(draft, WAGE, turn):
        return None
    another = _answers_another(asked, beside, turn)
    if another:
        sequences.keep(draft, facts={f: v for f, v in draft.data["facts"].items() if f != asked})
    sequences.keep(draft, facts={**beside, **draft.data["facts"]})
    case = s.get(Escalation, draft.data["case"])
    told = draft.data["facts"].get(asked)
    if case is not None and case.state != "closed" and (told or beside):
        note = text(f"utter_wage_note_{asked}", "zh", value=told) if told else turn.text
        escalations.open_case(s, contact, "wage", key=turn.key("wage_fact"), detail=note)
    if question := sequences.next_question(draft, WAGE, turn.language):
        noted = statements.said_back(turn.text) if another else ""
        return [*([render("utter_detail_noted", turn.language, told=noted)] if noted else []), question]
    return _all_told(s, draft, case, turn.language)


def _answers_another(asked: str, beside: dict[str, str], turn: Heard) -> bool:
    """Whether the words are the answer to another of the questions and not to this one."""
    rest = statements.plain(turn.text)
    for field, value in beside.items():
        if field == asked:
            return False
        rest = rest.replace(statements.plain(value), " ").replace(value.rstrip("省市县区镇乡"), " ")
    return bool(beside) and len(_FILLING.sub("", rest)) < 2


def _all_told(s: Session, draft: Draft, case: Escalation | None, language: str) -> list[Said]:
    sequences.close(draft, "done")
    done = text("utter_wage_all_told", language)
    who = escalations.who_comes(s, case, language) if case is not None else ""
    return [Said(f"{done}\n{who}".strip(), [])]


def evidence_came(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """A photo or a paper is the answer to what shows that the wages are owed; None where that was not asked."""
    draft = sequences.current(s, contact, "wage")
    if draft is None or draft.data.get("asking") != "evidence":
        return None
    return _all_told(s, draft, s.get(Escalation, draft.data["case"]), turn.language)


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """The open question about unpaid wages, once more."""
    return sequences.ask_again(draft, WAGE, language)


# -- the end of a job ------------------------------------------------------------------------------------------------


def job_lost(
    s: Session,
    contact: Contact,
    worker: Worker | None,
    words: str,
    *,
    key: str,
    language: str,
    job: Placement | None = None,
) -> list[Said]:
    """The job is over: the placement ends today, a person follows, the next steps are offered."""
    job = job or placements.active(s, worker)
    if job is not None:
        placements.end(s, job, ended_on=clock.today(), reason="lost", key=f"{key}:lost")
    return report(s, contact, "lost", words, key=key, language=language)
