"""What a check-in's answer changes, whether tapped or written: the job, the next question, a case for a person."""

import dataclasses
import datetime as dt

from sqlalchemy.orm import Session

from core import absences, checkins, clock, escalations, ladder, placements, sequences, starts, times, troubles
from core.errors import Invalid
from core.models import Checkin, Contact, Draft, Placement, Worker
from core.policies import load
from core.readers import dates
from core.responses import Said, render
from core.sequences import Heard, Question

# What is tapped or meant → what stands in the row. A kind of problem (policy/problems.yml) stands as `problem`.
KEPT = {
    "ok": "ok", "still": "ok", "finished": "ok", "wage": "wage", "injury": "injury", "lost": "lost", "change": "change",
    "absent": "absent", "later": "later", "not_due": "later", "not_started": "not_started", "problem": "problem",
}  # fmt: skip
FOLLOW_UPS = ("paid", "paid_untold", "contract_yes", "contract_no", "contract_unknown")
WHEN = (Question("starts_on", "utter_start_ask_when", lambda text: _ahead(text), optional=False),)


@dataclasses.dataclass(frozen=True)
class Answered:
    """An answer being taken: the question, its job, and the turn."""

    s: Session
    contact: Contact
    checkin: Checkin
    job: Placement
    answer: str
    turn: Heard

    @property
    def worker(self) -> Worker:
        return self.s.get(Worker, self.job.worker_id)

    def say(self, response: str, **values: str) -> Said:
        return render(response, self.turn.language, **values)


def answer(
    s: Session, contact: Contact, checkin_id: int | None, answer: str, turn: Heard, *, reply_to: int | None = None
) -> list[Said] | None:
    """Take an answer, early, late or twice; returns what is said, or None where no question is open for free words.

    `answer` is one of KEPT, FOLLOW_UPS or a kind of policy/problems.yml. Raises Invalid for a question that is not this
    chat's. Guarantee: the same turn twice changes nothing more (cases and facts are keyed by the turn).
    """
    checkin = checkins.find(s, contact, checkin_id, reply_to)
    if checkin is None:
        if checkin_id is not None:
            raise Invalid("utter_checkin_gone")
        return None
    # On a shared phone it is this person who speaks now: what follows is theirs.
    contact.worker_id = checkin.worker_id
    taken = Answered(s, contact, checkin, s.get(Placement, checkin.placement_id), answer, turn)
    if answer in FOLLOW_UPS:
        return _follow_up(taken)
    if answer not in KEPT and answer not in troubles.problems():
        raise Invalid("utter_checkin_gone")
    if answer in ("later", "not_due"):
        return _later(taken)
    _settle(taken)
    return _ANSWERS.get(answer, _trouble)(taken)


def tapped(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A button of a check-in, which names its question. Raises Invalid for one that is not this chat's."""
    number = turn.entity("checkin_id")
    said = answer(
        s, contact, int(number) if number else None, turn.entity("answer") or "", turn, reply_to=turn.reply_to
    )
    return said or [render("utter_checkin_gone", turn.language)]


def _settle(taken: Answered) -> None:
    """The question is answered; what the desk was to phone for is answered with it."""
    checkin = taken.checkin
    checkin.state, checkin.answer = "answered", KEPT.get(taken.answer, "problem")
    checkin.answered_at, checkin.contact_id = clock.due_now(), taken.contact.id
    checkin.answer_text, checkin.drop_reason = taken.turn.text[:500], None
    if taken.answer not in ("not_started", "lost", "finished") and taken.job.state == "active":
        placements.confirm(taken.s, taken.job)
    taken.s.flush()
    checkins.drop(taken.s, taken.job.id, "answered later", "missed", "call", "asked")


def _ok(taken: Answered) -> list[Said]:
    rung = ladder.rung(taken.job.started_on, taken.checkin.step)
    if taken.job.away_until is not None and taken.job.away_until >= clock.today():
        taken.job.away_until = clock.today() - dt.timedelta(days=1)
    if rung.asks == "hard" and taken.job.kind != "own_business":
        return [_ask(taken, "paid")]
    return [taken.say("utter_checkin_thanks")]


def _ask(taken: Answered, what: str) -> Said:
    """One more question about the same check-in, whose buttons and free words find it again."""
    sequences.open_(taken.s, taken.contact, "checkin", {"checkin": taken.checkin.id, "asking": what, "facts": {}})
    return _asked(what, taken.checkin.id, taken.turn.language)


def _asked(what: str, checkin_id: int, language: str) -> Said:
    asked = render({"paid": "utter_checkin_ask_paid", "contract": "utter_checkin_ask_contract"}[what], language)
    return Said(asked.text, [checkins.with_id(button, checkin_id) for button in asked.buttons])


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """The one more question of a hard check, once more."""
    return _asked(draft.data["asking"], draft.data["checkin"], language)


def ask_when_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """When they begin after all, once more."""
    return sequences.ask_again(draft, WHEN, language)


def _follow_up(taken: Answered) -> list[Said]:
    draft = sequences.current(taken.s, taken.contact, "checkin")
    if draft is not None:
        sequences.close(draft, "done")
    if taken.answer.startswith("paid"):
        asks = taken.job.contract is None and taken.job.kind not in load("checkins")["no_contract_for"]
        return [_ask(taken, "contract")] if asks else [taken.say("utter_checkin_done")]
    if taken.answer == "contract_unknown":
        return [taken.say("utter_checkin_done")]
    taken.job.contract = taken.answer == "contract_yes"
    taken.job.changed_at = clock.now()
    return [taken.say("utter_checkin_done" if taken.job.contract else "utter_problem_no_contract")]


def _problem(taken: Answered) -> list[Said]:
    """A person follows in any case; which trouble it is decides how soon."""
    case = escalations.open_case(
        taken.s, taken.contact, "work_problem", key=_trouble_key(taken.checkin), detail=taken.turn.text
    )
    who = escalations.who_comes(taken.s, case, taken.turn.language)
    escalations.answered_first(case, who)
    asked = taken.say("utter_checkin_which_trouble")
    buttons = [
        checkins.with_id(button, taken.checkin.id) if "answer_checkin" in button["payload"] else button
        for button in asked.buttons
    ]
    noted = taken.say("utter_checkin_trouble_noted").text
    return [Said(f"{noted}{who}", []), Said(asked.text, buttons)]


def _trouble_key(checkin: Checkin) -> str:
    return f"checkin:{checkin.id}:trouble"


def _trouble(taken: Answered) -> list[Said]:
    kind = troubles.CASES[taken.answer][0] if taken.answer in troubles.CASES else "work_problem"
    escalations.resort(taken.s, _trouble_key(taken.checkin), kind)
    return troubles.report(
        taken.s, taken.contact, taken.answer, taken.turn.text, key=taken.turn.key("checkin"),
        language=taken.turn.language,
    )  # fmt: skip


def _lost(taken: Answered) -> list[Said]:
    return troubles.job_lost(
        taken.s, taken.contact, taken.worker, taken.turn.text, key=taken.turn.key("checkin"),
        language=taken.turn.language, job=taken.job,
    )  # fmt: skip


def _finished(taken: Answered) -> list[Said]:
    placements.end(taken.s, taken.job, ended_on=clock.today(), reason="finished", key=taken.turn.key("finished"))
    return [taken.say("utter_job_finished")]


def _absent(taken: Answered) -> list[Said]:
    return absences.report(taken.s, taken.contact, taken.worker, taken.turn)


def _not_started(taken: Answered) -> list[Said]:
    data = {"facts": {}, "placement": taken.job.id, "checkin": taken.checkin.id}
    draft = sequences.open_(taken.s, taken.contact, "not_started", data)
    question = sequences.next_question(draft, WHEN, taken.turn.language)
    return [question] if question else []


_ANSWERS = {
    "ok": _ok, "still": _ok, "problem": _problem, "lost": _lost, "absent": _absent, "finished": _finished,
    "not_started": _not_started,
}  # fmt: skip


# -- asked later -----------------------------------------------------------------------------------------------------


def _later(taken: Answered) -> list[Said]:
    table, now = load("checkins"), clock.due_now()
    if taken.checkin.state == "answered" or taken.job.state != "active":
        return [taken.say("utter_checkin_none_later")]
    if taken.answer == "not_due":
        when = now + dt.timedelta(days=table["not_due_days"])
    else:
        when = later_at(taken.turn.text, now)
    checkins.postpone(taken.s, taken.checkin, when)
    taken.checkin.answer, taken.checkin.answer_text = "later", taken.turn.text[:500]
    taken.s.flush()
    return [taken.say("utter_checkin_later", when=times.moment(when, taken.turn.language, now))]


def later_at(words: str, now: dt.datetime) -> dt.datetime:
    """When to ask again: tonight, the day told, else this hour tomorrow."""
    table, today = load("checkins"), clock.local(now).date()
    told = troubles.plain(words)
    evening = dt.datetime.combine(today, dt.time.fromisoformat(table["evening_at"]), clock.CHINA)
    if (
        any(word in told for word in ("今晚", "晚上", "下班", "tonight", "this evening", "after work"))
        and now < evening
    ):
        return evening.astimezone(dt.timezone.utc)
    span = dates.read(words, today, past=False)
    if span is not None and 0 < (span.start - today).days <= table["away_unknown_days"]:
        return ladder.ask_at(span.start)
    return now + dt.timedelta(days=table["later_days"])


# -- free words after a question with buttons ------------------------------------------------------------------------

_WORDS = {
    ("paid", "affirm"): "paid", ("paid", "report_job_ok"): "paid", ("paid", "deny"): "wage",
    ("contract", "affirm"): "contract_yes", ("contract", "deny"): "contract_no",
}  # fmt: skip


def answer_draft(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Yes or no in words to the one more question of a hard check."""
    if sequences.stale(draft):
        return None
    meant = _WORDS.get((draft.data["asking"], turn.intent))
    return None if meant is None else answer(s, contact, draft.data["checkin"], meant, turn)


def _ahead(words: str) -> str | None:
    span = dates.read(words, clock.today(), past=False)
    days = (span.start - clock.today()).days if span is not None else -1
    return f"days:{days}" if 0 <= days <= load("placements")["latest_days_ahead"] else None


def answer_not_started(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """When they begin after all: a button, a day, or not at all."""
    if sequences.stale(draft) or not sequences.heard(draft, WHEN, turn):
        return None
    sequences.close(draft, "done")
    job, told = s.get(Placement, draft.data["placement"]), draft.data["facts"]["starts_on"]
    if told == "never":
        placements.end(s, job, ended_on=clock.today(), reason="not_started", key=turn.key("not_started"))
        return [render("utter_start_never", turn.language)]
    day = clock.today() + dt.timedelta(days=int(told.partition(":")[2]))
    starts.shift(s, job, day)
    checkin = s.get(Checkin, draft.data["checkin"])
    checkins.postpone(s, checkin, ladder.ask_at(ladder.rung(day, checkin.step).on))
    return [render("utter_start_later", turn.language, day=times.day(day, turn.language))]
