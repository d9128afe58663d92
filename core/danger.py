"""Danger to life or freedom: answered at once with the right number, a case for the person on call, and held on to.

After danger, what the person writes belongs to the case (a draft of kind `danger`) until they say that they are safe, a
person takes over, they ask for something else a second time, or an hour has gone by without a word.
"""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, contacts, danger_words, escalations, outbox, sequences, turns
from core.danger_words import ANY
from core.models import ButtonToken, Contact, Draft, Escalation, InboundMessage
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard

WITHOUT_WORDS = ("button", "start", "location", "contact")  # kinds of messages
STATE = "danger"
# Buttons that are no wish for something else.
STAYS = ("answer_safe", "emergency", "talk_to_caseworker", "answer_checkin")
LONGEST = 40  # characters of what is said back
Danger, read, cares = danger_words.Danger, danger_words.read, danger_words.cares


# -- answered ---------------------------------------------------------------------------------------------------------


def answer(s: Session, contact: Contact, kind: str, words: str, *, key: str, language: str) -> list[Said]:
    """Open (or join) the case of severity 1 and answer: first whom to call now, then truly who comes and by when.

    Told again, it is shorter: what was kept, the number, who comes. Guarantee: the same `key` is answered the same.
    """
    kind = kind if kind in load("danger")["says"] else ANY
    case = escalations.open_case(s, contact, "emergency", key=f"{key}:danger", detail=f"[{kind}] {words}")
    draft = _holding(s, contact)
    if draft is not None and draft.data["kind"] == kind and draft.data["key"] != key:
        sequences.keep(draft)
        return _again(s, case, draft.data["kind"], words, language)
    if draft is None or draft.data["key"] != key:
        abroad = danger_words.abroad(words)
        sequences.open_(s, contact, STATE, {"kind": kind, "key": key, "abroad": abroad})
    who = escalations.who_comes(s, case, language)
    numbers = render("utter_danger_abroad" if danger_words.abroad(words) else load("danger")["says"][kind], language)
    escalations.answered_first(case, f"{numbers.text}\n{who}")
    return [
        numbers,
        Said(who, []),
        _with_kind("utter_danger_talk" if kind == "self_harm" else "utter_danger_where", kind, language),
    ]


def _again(s: Session, case: Escalation, kind: str, words: str, language: str) -> list[Said]:
    """What came is kept; the number once more; who comes. [I am safe now] stays at hand."""
    draft = _latest(s, case.contact_id)
    says = (
        "utter_danger_abroad" if draft is not None and draft.data.get("abroad") else load("danger")["again"].get(kind)
    )
    if danger_words.no_line(words) and not (draft is not None and draft.data.get("abroad")):
        says = "utter_danger_no_line"
    lines = [text(says or load("danger")["again"][ANY], language)]
    if words and not danger_words.only_heard(words):
        lines.insert(0, text("utter_danger_kept", language, words=words[:LONGEST]))
    safe = _with_kind("utter_danger_where", kind, language)
    return [Said("\n".join(lines), []), Said(escalations.who_comes(s, case, language), safe.buttons)]


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
    """Danger, by the words or by the model: sure is answered at once, an idiom is asked about, the second one answered."""
    if turn.entity("answer") in ("more", "else"):
        return _goes_on(s, contact, turn)
    told = read(turn.text)
    if told is None and not turn.entity("kind") and danger_words.over(turn.text, False):
        return [render("utter_safe", turn.language)]
    kind = turn.entity("kind") or (told.kind if told else danger_words.feared(turn.text))
    doubt = turn.entity("answer") == "maybe" or (not turn.entity("kind") and _doubtful(turn.text))
    if not doubt or _feared_before(s, contact, kind, turn):
        return answer(s, contact, kind, turn.text, key=turn.key("danger"), language=turn.language)
    known = {"kind": kind, "facts": {}, "asking": "safe", "words": turn.text, "key": turn.key("danger")}
    sequences.open_(s, contact, "safe", known)
    return [ask(turn.language, kind)]


def _doubtful(words: str) -> bool:
    """What only the model fears is believed, unless it is the sound of a word."""
    told = read(words)
    return danger_words.sounds_only(words) if told is None else not told.sure


def _feared_before(s: Session, contact: Contact, kind: str, turn: Heard) -> bool:
    """Whether they were asked already, and say one more such thing instead of yes or no."""
    draft = sequences.current(s, contact, "safe")
    if draft is None or not _fresh(draft) or ANY in (kind, draft.data["kind"]):
        return False
    return draft.data.get("key") != turn.key("danger")


# -- held on to -------------------------------------------------------------------------------------------------------


def _latest(s: Session, contact_id: int | None) -> Draft | None:
    query = sa.select(Draft).where(Draft.contact_id == contact_id, Draft.kind == STATE)
    return s.scalars(query.order_by(Draft.id.desc()).limit(1)).first()


def _fresh(draft: Draft) -> bool:
    return clock.now() - draft.changed_at <= dt.timedelta(minutes=load("danger")["holds_minutes"])


def _holding(s: Session, contact: Contact) -> Draft | None:
    """The danger that what is written now belongs to."""
    draft = sequences.current(s, contact, STATE)
    if draft is None or not _fresh(draft):
        return None
    case = escalations.open_of(s, contact, "emergency")
    taken = case is None or (case.taken_at is not None and case.taken_at >= draft.made_at)
    return None if taken else draft


def hears(s: Session, contact: Contact, message: InboundMessage) -> dict[str, str] | None:
    """The entities of the `emergency` that the house makes of a worker's words; None: they go their usual way.

    Asking for something else a second time ends the hold; the case stays open. The same message gives the same answer.
    """
    words, turn = message.text, turns.message_id(message)
    if not words.strip():
        return None
    found, draft = read(words), _holding(s, contact)
    if draft is not None and message.received_at < draft.made_at:
        draft = None
    if found is not None and found.sure:
        return {"kind": found.kind}
    if draft is None:
        # 「我好怕」 after 「are you safe now?」 is an answer, not another doubt.
        maybe = {"kind": found.kind, "answer": "maybe"} if found is not None else None
        return _of_doubt(s, contact, words) or maybe
    if danger_words.over(words, _asked(draft)) is None and danger_words.elsewhere(words)[0]:
        return _first_safe(draft, turn, {})
    return {"kind": draft.data["kind"], "answer": "more"}


def hears_tap(s: Session, contact: Contact, button: ButtonToken, message: InboundMessage) -> dict[str, str] | None:
    """The same for a tapped button: another wish is asked about once, then done."""
    draft = _holding(s, contact)
    if draft is None or button.intent in STAYS:
        return None
    return _first_safe(draft, turns.message_id(message), {"value": button.token})


def _first_safe(draft: Draft, turn: str, more: dict[str, str]) -> dict[str, str] | None:
    if draft.data.get("asked") not in (None, f"{turn}:asked:0"):
        sequences.close(draft, "left")
        return None
    return {"kind": draft.data["kind"], "answer": "else", **more}


def _asked(draft: Draft) -> bool:
    return draft.data.get("asked") is not None


def _of_doubt(s: Session, contact: Contact, words: str) -> dict[str, str] | None:
    """A clear yes or no to 「are you safe now?」, whatever it would look like to the model."""
    draft = sequences.current(s, contact, "safe")
    if draft is None or not _fresh(draft) or danger_words.over(words, False) is None:
        return None
    return {"kind": draft.data["kind"], "answer": "more"}


def _goes_on(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    draft, kind, words = _holding(s, contact), turn.entity("kind") or ANY, turn.text
    asked = draft is None or _asked(draft)
    over = danger_words.over(words, asked) if turn.entity("answer") == "more" else None
    if draft is None or over is not None:
        return safe(s, contact, turn, "not_safe" if over is False else "safe", kind)
    case = escalations.open_case(s, contact, "emergency", key=turn.key("more"), detail=words)
    if turn.entity("answer") == "else":
        sequences.keep(draft, asked=turn.key("asked"), wanted=turn.entity("value"), words=words)
        return [_with_kind("utter_danger_first", kind, turn.language)]
    sequences.keep(draft)
    return _again(s, case, kind, words, turn.language)


# -- safe? ------------------------------------------------------------------------------------------------------------


def answer_safe(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Free words to 「are you safe now?」; a bare no counts as danger."""
    if turn.intent == "choose" or sequences.stale(draft):
        return None
    over = danger_words.over(turn.text, True)
    if over is None:
        over = {"affirm": True, "deny": False}.get(turn.intent)
    return None if over is None else safe(s, contact, turn, "safe" if over else "not_safe", draft.data["kind"])


def safe(s: Session, contact: Contact, turn: Heard, told: str, kind: str) -> list[Said]:
    """Safe: asked what is wrong, and where a case is open it stays open. Not safe: answered as danger."""
    doubt, words = sequences.current(s, contact, "safe"), turn.text
    if doubt is not None:
        words = f"{doubt.data['words']} / {turn.text}"
        sequences.close(doubt, "done")
    if told != "safe":
        return answer(s, contact, kind, words, key=turn.key("danger"), language=turn.language)
    draft = sequences.current(s, contact, STATE)
    if draft is not None:
        sequences.close(draft, "done")
        _go_on(s, contact, draft, turn)
    case = escalations.open_of(s, contact, "emergency")
    if case is None:
        return [render("utter_safe", turn.language)]
    escalations.add(s, case, words, turn.key("safe"))
    if kind == "self_harm":
        return [render("utter_safe_after_despair", turn.language, who=escalations.helper_name(s, case, turn.language))]
    return [Said(escalations.still_comes(s, case, turn.language), [])]


def _go_on(s: Session, contact: Contact, draft: Draft, turn: Heard) -> None:
    """What they had asked for meanwhile is done now."""
    button = s.get(ButtonToken, draft.data.get("wanted") or "")
    if button is not None:
        contacts.go_on(s, contact, button.intent, button.entities, key=turn.key("wanted"))
        return
    wish = draft.data.get("words") or ""
    intent = danger_words.elsewhere(wish)[1]
    if intent is not None:
        contacts.go_on(s, contact, intent, {}, key=turn.key("wanted"), words=wish)


def tapped(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A button under 「are you safe now?」."""
    return safe(s, contact, turn, turn.entity("answer") or "not_safe", turn.entity("kind") or ANY)


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """「Are you safe now?」, once more."""
    return ask(language, draft.data["kind"])


def ask(language: str, kind: str = ANY) -> Said:
    """「Are you safe now?」, with buttons that keep what was feared."""
    return _with_kind("utter_ask_safe_self_harm" if kind == "self_harm" else "utter_ask_safe", kind, language)


def _with_kind(response: str, kind: str, language: str) -> Said:
    said = render(response, language)
    buttons = [{**b, "payload": b["payload"].replace('"any"', f'"{kind}"')} for b in said.buttons]
    return dataclasses.replace(said, buttons=buttons)
