"""Danger to life or freedom: read by words, answered at once with the right number, a case for the person on call."""

import dataclasses
import functools
import re

from sqlalchemy.orm import Session

from core import escalations, outbox, sequences, troubles, turns
from core.models import Contact, Draft, InboundMessage
from core.policies import load
from core.responses import Said, render
from core.sequences import Heard

ANY = "any"
WITHOUT_WORDS = ("button", "start", "location", "contact")  # kinds of messages


@dataclasses.dataclass(frozen=True)
class Danger:
    """`kind`: held, violence, trafficking, self_harm, accident_now, or any; `sure` False: ask whether they are safe."""

    kind: str
    sure: bool


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


@functools.lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], list[tuple[str, re.Pattern[str], re.Pattern[str]]], re.Pattern[str]]:
    table = load("danger")
    kinds = [(row["kind"], _any_of(row["sure"]), _any_of(row.get("maybe", []))) for row in table["kinds"]]
    return _any_of(table["not"]), kinds, _any_of(table["maybe"])


def read(text: str) -> Danger | None:
    """The danger that the words of `text` tell of (zh or en); None for none. Words, not a verdict: policy/danger.yml."""
    harmless, kinds, idioms = _table()
    told = harmless.sub(" ", troubles.plain(text))
    for kind, sure, _ in kinds:
        if sure.search(told):
            return Danger(kind, True)
    for kind, _, maybe in kinds:
        if maybe.search(told):
            return Danger(kind, False)
    return Danger(ANY, False) if idioms.search(told) else None


def answer(s: Session, contact: Contact, kind: str, words: str, *, key: str, language: str) -> list[Said]:
    """Open (or join) the case of severity 1 and answer: first whom to call now, then truly who comes and by when."""
    kind = kind if kind in load("danger")["says"] else ANY
    case = escalations.open_case(s, contact, "emergency", key=f"{key}:danger", detail=f"[{kind}] {words}")
    who = escalations.who_comes(s, case, language)
    numbers = render(load("danger")["says"][kind], language)
    escalations.answered_first(case, f"{numbers.text}\n{who}")
    return [numbers, Said(who, []), render("utter_danger_where", language)]


def at_the_door(s: Session, contact: Contact, message: InboundMessage) -> None:
    """Answer sure danger in the transaction that stores it.

    Guarantee: no model that wakes up, no message before it and no person who holds the chat stands before the number to
    call. The turn that follows has the same keys, so that nothing is opened or said twice.
    """
    found = None if message.kind in WITHOUT_WORDS else read(message.text)
    if found is None or not found.sure:
        return
    turn, language = turns.message_id(message), turns.language(contact, message)
    said = answer(s, contact, found.kind, message.text, key=f"{turn}:danger:0", language=language)
    outbox.answer(s, contact, turn, map(dataclasses.asdict, said), language)


def heard(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Danger, by the relay's word list or by the model: sure is answered at once, an idiom is asked about."""
    told = read(turn.text)
    kind = turn.entity("kind") or (told.kind if told else ANY)
    doubt = turn.entity("answer") == "maybe" or (told is not None and not told.sure and not turn.entity("kind"))
    if not doubt:
        return answer(s, contact, kind, turn.text, key=turn.key("danger"), language=turn.language)
    sequences.open_(s, contact, "safe", {"kind": kind, "facts": {}, "asking": "safe", "words": turn.text})
    return [ask(turn.language, kind)]


_UNSAFE = re.compile(r"不(?:太)?安全|救|怕|快来|\b(?:not safe|unsafe|help|scared)\b", re.IGNORECASE)
_SAFE = re.compile(
    r"安全|没事|没危险|不要紧|开玩笑|随口|就是累|\b(?:safe|fine|ok|okay|joking|just tired)\b", re.IGNORECASE
)


def answer_safe(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Free words to 「are you safe now?」; a bare no counts as danger."""
    if turn.intent == "choose" or sequences.stale(draft):
        return None
    if _UNSAFE.search(turn.text) or (turn.intent == "deny" and not _SAFE.search(turn.text)):
        return safe(s, contact, turn, "not_safe", draft.data["kind"])
    if turn.intent == "affirm" or _SAFE.search(turn.text):
        return safe(s, contact, turn, "safe", draft.data["kind"])
    return None


def safe(s: Session, contact: Contact, turn: Heard, told: str, kind: str) -> list[Said]:
    """Safe: asked what is wrong, and where a case is open it stays open. Not safe: answered as danger."""
    draft = sequences.current(s, contact, "safe")
    words = turn.text
    if draft is not None:
        words = f"{draft.data['words']} / {turn.text}"
        sequences.close(draft, "done")
    if told != "safe":
        return answer(s, contact, kind, words, key=turn.key("danger"), language=turn.language)
    case = escalations.open_of(s, contact, "emergency")
    if case is None:
        return [render("utter_safe", turn.language)]
    escalations.add(s, case, words, turn.key("safe"))
    return [Said(escalations.still_comes(s, case, turn.language), [])]


def tapped(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A button under 「are you safe now?」."""
    return safe(s, contact, turn, turn.entity("answer") or "not_safe", turn.entity("kind") or ANY)


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """「Are you safe now?」, once more."""
    return ask(language, draft.data["kind"])


def ask(language: str, kind: str = ANY) -> Said:
    """「Are you safe now?」, with buttons that keep what was feared."""
    asked = render("utter_ask_safe", language)
    return Said(asked.text, [{**b, "payload": b["payload"].replace("any", kind)} for b in asked.buttons])
