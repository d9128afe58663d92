"""The registration in the chat: `begin` opens its draft, `hear` reads every turn inside Rasa's form.

`ask` (core/registration_words.py) says the next question, `finish` (core/registration_record.py) makes the record.
"""

import dataclasses
import re

from sqlalchemy.orm import Session

from core import consents, contacts, profile_words, starts, statements, vacancies
from core import registration_fields as fields
from core import registration_readers as readers
from core.models import Contact, Draft, SealedNumber, Worker
from core.readers import words
from core.registration_draft import Run, consent_words, latest, next_step, open_, under_way, worker_of
from core.registration_fields import BY_NAME, Facts
from core.registration_told import ahead, take, volunteered
from core.responses import Said
from core.sequences import Heard

# What is done when the record is there: the one who came for it is taken back to it.
THEN = ("apply_job", "report_employed", "apply_subsidy")
YES_NO = ("matching", "sharing", "follow_up", "health", "more", "confirm")
# Other intents may be short answers that the model took for something else ("在家附近" for a search).
ANSWERS = ("inform", "affirm", "deny", "nlu_fallback", "update_profile")
NEVER = (
    "emergency",
    "cancel",
    "talk_to_caseworker",
    "complain",
    "resume",
    "media",
    "start",
    "switch_language",
    "repeat",
)
SHORT = {"zh": 12, "en": 32}
_SAME_PLACE = re.compile(r"同一|一样|(?:跟|和)我|\bsame\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?:给|帮|替)(?:俺|我)(?:们|家)?的?((?!自己|本人)[\u4e00-\u9fff]{1,3}?)(?:登记|报|填)?(?:一个|一下)?[。.!！]?$"
)
_YES = re.compile(
    r"^(?:同意|可以|行|好|好的|好吧|中|要得|嗯|对|对的|是|是的|没问题|没意见|愿意|yes|ok|okay|sure|agree|i agree|fine)[吧啊嘛的了]?[。.!！]?$",
    re.I,
)
_NO = re.compile(
    r"^(?:不同意|不行|不可以|不要|不用|不愿意|别|不对|不是|no|nope|don't|i don't agree|disagree)[了吧啊]?[。.!！]?$",
    re.I,
)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a turn: understood or not, what is to be said before the next question, whether the form is over."""

    understood: bool
    bubbles: list[Said]
    ended: bool


# -- beginning -------------------------------------------------------------------------------------------------------


def begin(s: Session, contact: Contact, turn: Heard) -> Outcome:
    """Somebody wants to be on record: open the draft or go on with it. `ended` when there is nothing to ask.

    Entities: `relation` (for whom), `value` (`other`, or what to go on with afterwards: THEN, with its own entities).
    """
    relation = _relation(turn)
    draft = under_way(s, contact)
    if draft is None or (relation and draft.data["relation"] not in (relation, None)):
        person = _relative(s, contact, relation) if relation else contacts.active_worker(s, contact)
        draft = open_(s, contact, person, relation or ("self" if person else None))
    run = Run(s, contact, draft, turn)
    _aim(run)
    if run.data["relation"] == "self":
        _told_before(run)
    if relation:
        run.keep(relation=relation)
    notes = take(run, volunteered(run.turn, run.answer())) if turn.intent == "register" and turn.text else []
    step = _advance(run)
    if step is not None and "matching" not in run.data["agreed"]:
        notes = [run.say("utter_registration_notice", **contacts.values(s, contact, turn.language)), *notes]
        if contact.channel == "telegram":
            notes.append(run.say("utter_registration_abroad"))
    return _remember(run, Outcome(True, notes, step is None), replayed=[])


def _told_before(run: Run) -> None:
    """Home was told while searching: it is not asked again."""
    code = vacancies.told_home(run.s, run.contact)
    worker = worker_of(run.s, run.data)
    if code and "home" not in run.data["facts"] and not (worker and worker.county_code):
        township = {"township_code": code} if len(code) > 6 else {}
        take(run, {"home": {"county_code": code[:6], **township}})


def _aim(run: Run) -> None:
    """What the record is needed for, to be gone on with afterwards."""
    aim = run.turn.entity("value")
    if aim is None and run.turn.intent == "register" and statements.starts(run.turn.text):
        aim = "report_employed"
        starts.keep(run.s, run.contact, run.turn)
    if aim in THEN:
        carried = {e: v for e in ("vacancy_id", "subsidy_id", "kind") if (v := run.turn.entity(e))}
        run.keep(then={"intent": aim, "entities": carried}, relation=run.data["relation"] or "self")


def _relative(s: Session, contact: Contact, relation: str) -> Worker | None:
    """The one of the family who is meant, if this chat speaks for them already; they become the active one."""
    for bond, worker in contacts.workers_of(s, contact):
        if bond.relation == relation != "family":
            return contacts.switch_worker(s, contact, worker.id)
    return None


def _relation(turn: Heard) -> str | None:
    if turn.entity("relation"):
        return str(turn.entity("relation"))
    return "family" if turn.entity("value") == "other" else None


# -- hearing ---------------------------------------------------------------------------------------------------------


def hear(s: Session, contact: Contact, turn: Heard) -> Outcome:
    """Read a turn inside the form. Not understood: it belongs to something else, its own rule answers.

    Guarantee: the same turn again changes nothing and gives the same outcome.
    """
    last = latest(s, contact)
    if last is not None and last.data.get("turn") == turn.key("heard"):
        return _replay(last)
    draft = under_way(s, contact) or open_(s, contact, contacts.active_worker(s, contact), "self")
    run = Run(s, contact, draft, turn)
    notes = _heard(run)
    if notes is None:
        return Outcome(False, [], False)
    return _remember(run, Outcome(True, notes, _advance(run) is None), replayed=notes)


def _advance(run: Run) -> str | None:
    step = None if run.data["outcome"] else next_step(run.data, worker_of(run.s, run.data))
    if step is None and not run.data["outcome"]:
        run.keep(outcome="done")
    run.keep(asking=step)
    return step


def _remember(run: Run, outcome: Outcome, replayed: list[Said]) -> Outcome:
    bubbles = [dataclasses.asdict(said) for said in replayed]
    run.keep(turn=run.turn.key("heard"), bubbles=bubbles)
    return outcome


def _replay(draft: Draft) -> Outcome:
    bubbles = [Said(**said) for said in draft.data["bubbles"]]
    return Outcome(True, bubbles, draft.data["outcome"] is not None)


def _heard(run: Run) -> list[Said] | None:
    turn = run.turn
    if turn.intent in NEVER:
        return None
    if turn.intent == "choose":
        return _tapped(run, turn.entity("field") or "", turn.entity("value") or "")
    if turn.intent == "contact_card":
        return _card(run)
    if turn.intent == "register":
        _aim(run)
        return take(run, volunteered(run.turn, run.answer()))
    if turn.kind == "button" and turn.intent not in ("affirm", "deny"):
        return None
    word = words.read(turn.text)
    if word is not None and (steered := _steered(run, word)) is not None:
        return steered
    said = _yes_or_no(run)
    if said is not None:
        return said
    return _told(run)


def _card(run: Run) -> list[Said] | None:
    number = run.s.get(SealedNumber, int(run.turn.entity("phone_id") or 0))
    if number is None:
        return None
    own = str(run.turn.entity("own")).lower() == "true" and run.data["relation"] == "self"
    return take(run, {"phone": {"phone_id": number.id, "phone_whose": "own" if own else "family"}})


def _steered(run: Run, word: str) -> list[Said] | None:
    step = run.data["asking"]
    if word == "cancel":
        run.keep(outcome="left")
        return []
    if word == "back":
        return _back(run)
    if word == "not_me":
        run.keep(relation="family" if step != "who" else None, order=[*run.data["order"], "who"])
        return [run.say("utter_registration_for_other")]
    if word == "skip" or (word == "dont_know" and step in BY_NAME):
        return _leave(run, step)
    return None


def _leave(run: Run, step: str | None) -> list[Said]:
    if step == "id_number":
        reason = "later" if words.read(run.turn.text) == "dont_know" else "does_not_want"
        return take(run, {step: {"id_number_reason": reason}})
    if step in BY_NAME and not BY_NAME[step].needed:
        return take(run, {step: {}})
    if step == "more":
        run.keep(more=False, order=[*run.data["order"], "more"])
        return []
    if step in ("sharing", "follow_up", "health"):
        return _agreed(run, step, False)
    return [run.say("utter_registration_needed")]


def _back(run: Run) -> list[Said]:
    order = list(run.data["order"])
    if run.data.get("changing"):
        run.keep(changing=False)
        return []
    if not order:
        return [run.say("utter_registration_first")]
    step = order.pop()
    facts = {name: values for name, values in run.data["facts"].items() if name != step}
    agreed = {name: yes for name, yes in run.data["agreed"].items() if name != step}
    run.keep(order=order, facts=facts, agreed=agreed, choices=[])
    if step in ("more", "who"):
        run.keep(**{"more": None} if step == "more" else {"relation": None})
    return []


def _tapped(run: Run, field: str, value: str) -> list[Said] | None:
    if field == "step":
        if value == "enough":
            run.keep(more=False)
            return []
        return _leave(run, run.data["asking"])
    if field == "who" and value in ("self", "family"):
        run.keep(
            relation=value, order=[*run.data["order"], "who"], worker=None if value == "family" else run.data["worker"]
        )
        return []
    if field in YES_NO:
        return _agreed(run, field, value == "yes")
    if field == "change" and value in BY_NAME:
        return _change(run, value)
    if field == "id_number" and value.startswith("sealed:"):
        row = run.s.get(SealedNumber, int(value.partition(":")[2]))
        return None if row is None else [run.say("utter_id_number_kept"), *take(run, {field: readers.id_values(row)})]
    values = fields.of_button(field, value) if field in BY_NAME else None
    return None if values is None else take(run, {field: values})


def _yes_or_no(run: Run) -> list[Said] | None:
    step, turn = run.data["asking"], run.turn
    yes = turn.intent == "affirm" or bool(_YES.match(turn.text.strip()))
    no = turn.intent == "deny" or bool(_NO.match(turn.text.strip()))
    if step in YES_NO and yes != no and not volunteered(run.turn, run.answer()):
        return _agreed(run, step, yes)
    if step in BY_NAME and turn.intent == "deny" and BY_NAME[step].read(run.answer()) is None:
        none = fields.of_button(step, "none")
        return take(run, {step: none}) if none is not None else _leave(run, step)
    return None


def _agreed(run: Run, step: str, yes: bool) -> list[Said]:
    order = [*[name for name in run.data["order"] if name != step], step]
    if step == "more":
        run.keep(more=yes, order=order)
    elif step == "confirm":
        run.keep(confirmed=yes, changing=not yes)
    else:
        _consent(run, step, yes)
        run.keep(order=order)
    return []


def _consent(run: Run, purpose: str, yes: bool) -> None:
    run.keep(agreed={**run.data["agreed"], purpose: yes})
    shown = consent_words(purpose, run.data["relation"])
    key = f"draft:{run.draft.id}:{purpose}:{run.turn.key('consent')}"
    worker = worker_of(run.s, run.data)
    consents.record(run.s, run.contact, worker, purpose, yes, key=key, shown=shown)
    if purpose == "matching" and not yes:
        run.keep(outcome="refused")
    if purpose == "health" and not yes:
        run.keep(facts={**run.data["facts"], "limits": {}})


def _change(run: Run, field: str) -> list[Said]:
    facts = {name: values for name, values in run.data["facts"].items() if name != field}
    worker = worker_of(run.s, run.data)
    if worker is not None and BY_NAME[field].known(worker):
        return [run.say("utter_registration_change_later")]
    run.keep(facts=facts, changing=False, confirmed=False)
    return []


def _told(run: Run) -> list[Said] | None:
    turn, step = run.turn, run.data["asking"]
    asks = statements.asks(turn.text)
    answers = turn.intent in ANSWERS and not (asks and turn.intent == "nlu_fallback")
    short = len(turn.text.strip()) <= SHORT[turn.language] and not asks
    found = volunteered(run.turn, run.answer()) if answers else {}
    if short or (answers and not asks):
        found = {**ahead(run.answer(), step), **found}
    if step in BY_NAME and step not in found and (answers or short):
        values = BY_NAME[step].read(run.answer())
        found |= {step: values} if values is not None else {}
    if step == "home" and not found and _SAME_PLACE.search(turn.text):
        found = _home_of_another(run)
    # Whoever gives a name where it is asked for whom gives their own.
    whose = turn.entity("relation") or _whose(turn.text) or ("self" if "name" in found else None)
    if step == "who" and whose:
        run.keep(relation=whose, order=[*run.data["order"], "who"])
        return [*take(run, found), *_noted(run, found, step)]
    if found:
        return [*take(run, found), *_noted(run, found, step)]
    if step in ("change", "confirm") and (named := fields.named(turn.text)) and (answers or short):
        return _change(run, named)
    return _not_read(run, step) if answers and turn.intent != "update_profile" else None


def _home_of_another(run: Run) -> Facts:
    """「The same place」: the home of somebody else for whom this chat speaks."""
    codes = [worker.county_code for _, worker in contacts.workers_of(run.s, run.contact) if worker.county_code]
    return {"home": readers.place(codes[-1])} if codes else {}


def _noted(run: Run, found: Facts, step: str | None) -> list[Said]:
    """What was told ahead of its question is said back; what the body does not allow is not."""
    values = {c: v for name, row in found.items() if name not in (step, "limits", "id_number") for c, v in row.items()}
    lines = profile_words.lines(run.s, values, run.turn.language)
    return [run.say("utter_registration_ahead", told="\n".join(lines))] if lines else []


def _whose(text: str) -> str | None:
    if relative := _RELATIVE.match(text.strip()):
        return relative[1]
    return (
        "self"
        if re.match(r"^(?:给|帮)?(?:我|俺|咱|我自己|自己|本人|myself|me|for me)(?:自己)?[。.!]?$", text.strip(), re.I)
        else None
    )


def _not_read(run: Run, step: str | None) -> list[Said]:
    text = run.turn.text
    if readers.looks_like_id(text):
        return [run.say("utter_id_number_wrong")]
    if step == "phone" and readers.looks_like_phone(text):
        return [run.say("utter_phone_wrong")]
    return [run.say("utter_registration_not_read")]
