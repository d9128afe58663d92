"""「That is not what I meant」: what was taken wrongly is taken back, what is meant is answered, and sorry is said."""

import datetime as dt

from sqlalchemy.orm import Session

from core import clock, details, escalations, sequences, statements, troubles
from core.models import Contact, Draft, Escalation
from core.policies import load
from core.responses import Said, render
from core.sequences import Heard

# What a case opened by mistake may be sorted again from.
SORTED = ("wage", "injury", "work_problem", "swindle", "job_loss", "change_job")


def hear(s: Session, contact: Contact, turn: Heard, draft: Draft | None) -> list[Said] | None:
    """`draft`: the run of questions that was said last. None when nothing was taken wrongly, or it is unclear what."""
    case = details.case_told_here(s, contact)
    wrong = [draft.kind] if draft is not None else []
    wrong += [case.kind] if case is not None else []
    meant = _meant(turn)
    if not _put_right(turn.text, wrong or list(load("statements")["put_right"]["denies"])):
        return None
    if not (wrong or meant):
        return _sorry_only(turn)
    if draft is not None:
        sequences.close(draft, "left")
    if case is not None:
        escalations.add(s, case, turn.text, turn.key("put_right"))
    sorry = render("utter_sorry_wrong", turn.language)
    if case is not None and case.kind == "emergency":
        return [sorry, Said(escalations.still_comes(s, case, turn.language), [])]
    if meant is None:
        return [sorry, render("utter_ask_problem", turn.language)]
    _sort_again(s, case, meant)
    return [
        sorry,
        *troubles.report(s, contact, meant, turn.text, key=turn.key("meant"), language=turn.language),
    ]


def _sorry_only(turn: Heard) -> list[Said] | None:
    """Nothing was opened and nothing is said instead: sorry, and what can be done here."""
    told = statements.plain(turn.text)
    bare = len(told) <= load("statements")["short"][turn.language] and statements.pattern("put_right", "bare").search(
        told
    )
    return [render("utter_sorry_wrong", turn.language), render("utter_help", turn.language)] if bare else None


def _put_right(words: str, wrong: list[str]) -> bool:
    told = statements.plain(words)
    return bool(statements.pattern("put_right", "says").search(told)) or any(
        _denied(told, kind) != told for kind in wrong if kind in load("statements")["put_right"]["denies"]
    )


def _denied(told: str, kind: str) -> str:
    """The words without the clause in which this kind of trouble is denied."""
    denied = statements.pattern("put_right", "denies", kind)
    clauses = statements.clauses(told)
    kept = [c for c in clauses if not (statements.NOT.search(c) and denied.search(c))]
    return told if len(kept) == len(clauses) else "，".join(kept)


def _meant(turn: Heard) -> str | None:
    """The kind of trouble that is told once what is denied is left out."""
    told = statements.plain(turn.text)
    for kind in load("statements")["put_right"]["denies"]:
        told = _denied(told, kind)
    if (problem := troubles.problem_of(told)) != "other":
        return problem
    means = load("statements")["put_right"]["means"]
    return next((kind for kind in means if statements.pattern("put_right", "means", kind).search(told)), None)


def _sort_again(s: Session, case: Escalation | None, meant: str) -> None:
    """Only a case that this very talk opened; one that is older stays what it was."""
    if case is None or case.kind not in SORTED:
        return
    if clock.now() - case.opened_at > dt.timedelta(minutes=load("statements")["joins"]["minutes"]):
        return
    kind = troubles.CASES[meant][0] if meant in troubles.CASES else "work_problem"
    escalations.resort(s, case.dedupe, kind)
