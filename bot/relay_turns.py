"""What the relay makes of a message before Rasa sees it, and what it writes when the answer is there: whole transactions."""

import dataclasses
import datetime as dt
import unicodedata
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import buttons, clock, contacts, danger, escalations, outbox, people, registration, states, turns
from core.errors import NotAllowed, NotFound
from core.models import Contact, InboundMessage, OutboundMessage
from core.responses import render
from core.turns import WRITTEN, message_id

OUTAGE = "rasa_away_since"
TELL_AFTER = dt.timedelta(seconds=5)
MANY = 1000
FULL_WIDTH_SLASH = "／"


@dataclasses.dataclass(frozen=True)
class Post:
    """A message as Rasa gets it."""

    contact_id: int
    inbound_id: int
    sender: str
    text: str
    metadata: dict[str, Any]

    @property
    def message_id(self) -> str:
        return self.metadata["message_id"]


# -- before ----------------------------------------------------------------------------------------------------------


def next_post(s: Session, contact_id: int, owner: str) -> Post | None:
    """The oldest message that is due, made ready; None, and the lease is given back, when there is none. LeaseLost.

    What needs no Rasa (a chat that a person holds, a button that has expired) is settled on the way.
    """
    turns.keep(s, contact_id, owner)
    contact = _locked(s, contact_id)
    while contact is not None and (message := turns.head(s, contact_id)) is not None:
        if post := _post(s, contact, message):
            return post
        s.flush()
    turns.give_back(s, contact_id, owner)
    return None


def _locked(s: Session, contact_id: int) -> Contact | None:
    contact = s.get(Contact, contact_id)
    if contact is not None:
        contacts.lock(s, contact)
    return contact


def _post(s: Session, contact: Contact, message: InboundMessage) -> Post | None:
    if _held(contact, message):
        return None
    contact.language = turns.language(contact, message)
    text = _for_rasa(s, contact, message)
    if text is None:
        return None
    metadata = {
        "contact_id": contact.id,
        "message_id": message_id(message),
        "language": contact.language,
        "text": message.text,
        "kind": message.kind,
        "reply_to": (message.payload or {}).get("reply_to"),
    }
    return Post(contact.id, message.id, contact.key, text, metadata)


def _held(contact: Contact, message: InboundMessage) -> bool:
    """While a person speaks the bot is silent: the message goes to the case."""
    if contact.held_by != "caseworker":
        return False
    message.case_id = message.case_id or contact.held_case_id
    turns.finish(message, "ignored" if message.kind == "internal" else "held")
    return True


def _for_rasa(s: Session, contact: Contact, message: InboundMessage) -> str | None:
    """The words, or `/intent{json}` of what is no words; None if the message was settled."""
    carried = message.payload or {}
    if message.kind == "button":
        return _tapped(s, contact, message, str(carried.get("token")))
    if message.kind in ("internal", "start"):
        given = {"value": carried["value"]} if carried.get("value") else {}
        return buttons.payload_of(carried.get("intent", "start"), carried.get("entities", given))
    if message.kind == "location":
        return buttons.payload_of("location", {name: carried.get(name) for name in ("latitude", "longitude")})
    if message.kind == "contact":
        return buttons.payload_of("contact_card", {name: carried.get(name) for name in ("phone_id", "own")})
    return _dangerous(s, contact, message) or _spoken(s, contact, message) or _media(message.kind, carried)


def _tapped(s: Session, contact: Contact, message: InboundMessage, token: str) -> str | None:
    try:
        button = buttons.resolve(s, contact, token)
    except (NotFound, NotAllowed):
        outbox.say(s, contact, "utter_button_old", dedupe=f"{message_id(message)}:0", kind="reply")
        turns.finish(message)
        return None
    asked_first = danger.hears_tap(s, contact, button, message)
    if asked_first is not None:
        return buttons.payload_of("emergency", asked_first)
    return buttons.payload_of(button.intent, button.entities)


def _dangerous(s: Session, contact: Contact, message: InboundMessage) -> str | None:
    """Danger, or what is written while it lasts."""
    if registration.known_code(s, message.text):
        return None
    heard = danger.hears(s, contact, message)
    return None if heard is None else buttons.payload_of("emergency", heard)


def _spoken(s: Session, contact: Contact, message: InboundMessage) -> str | None:
    if message.kind not in WRITTEN or not message.text.strip():
        return None
    if registration.known_code(s, message.text):
        return buttons.payload_of("start", {"value": registration.figures(message.text)})
    if people.accused(s, contact, message.text) is not None:
        return buttons.payload_of("complain", {})
    return harmless(message.text)


def _media(kind: str, carried: dict) -> str:
    file = {"value": str(carried["media_id"])} if carried.get("media_id") else {}
    return buttons.payload_of("media", {"kind": kind, **file})


def harmless(text: str) -> str:
    """A worker's words, which Rasa must not take for a payload: a slash after any blanks becomes a full-width one."""
    at = next((i for i, character in enumerate(text) if not _blank(character)), 0)
    return f"{text[:at]}{FULL_WIDTH_SLASH}{text[at + 1 :]}" if text[at : at + 1] == "/" else text


def _blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "ZC"


# -- after -----------------------------------------------------------------------------------------------------------


def answered(s: Session, post: Post, owner: str, messages: list[dict[str, Any]]) -> bool:
    """Write the answers and settle the message, all at once; whether another waits, else the lease is given back.

    Raises LeaseLost: then another relay answers. If a person took the chat meanwhile, the bot keeps its answers.
    """
    turns.keep(s, post.contact_id, owner)
    contact, message = _locked(s, post.contact_id), s.get(InboundMessage, post.inbound_id)
    if contact is not None and message is not None and message.state == "new" and not _held(contact, message):
        outbox.answer(s, contact, post.message_id, messages, contact.language)
        turns.finish(message)
    s.flush()
    if turns.head(s, post.contact_id) is not None:
        return True
    turns.give_back(s, post.contact_id, owner)
    return False


def failed(s: Session, contact_id: int, owner: str, reason: str, *, counts: bool) -> None:
    """The oldest message could not be answered: later again, or never after five tries of its own fault. LeaseLost."""
    turns.keep(s, contact_id, owner)
    contact, message = _locked(s, contact_id), turns.head(s, contact_id)
    if contact is not None and message is not None:
        if not counts:
            _tell(s, contact, message)
        if not turns.put_off(message, reason, counts=counts):
            _give_up(s, contact, message, reason)
    turns.give_back(s, contact_id, owner)


def _give_up(s: Session, contact: Contact, message: InboundMessage, reason: str) -> None:
    turns.finish(message, "dead", reason)
    case = escalations.open_case(s, contact, "stuck", key=f"{message_id(message)}:stuck", detail=reason)
    if message.kind == "internal":
        return
    words = [render("utter_turn_failed", contact.language).text, escalations.who_comes(s, case, contact.language)]
    outbox.put(s, contact, dedupe=f"{message_id(message)}:apology", text="\n".join(words), kind="apology")


# -- while Rasa is away ----------------------------------------------------------------------------------------------


def tell_waiting(s: Session) -> None:
    """Tell whoever has waited for five seconds that the assistant is waking up, once an outage."""
    mark = f"waking:{_outage(s)}:"
    told = s.scalars(sa.select(OutboundMessage.contact_id).where(OutboundMessage.dedupe.startswith(mark)))
    for contact_id in set(turns.waiting(s, MANY)) - set(told):
        contact, message = s.get(Contact, contact_id), turns.head(s, contact_id)
        if contact is not None and message is not None:
            _tell(s, contact, message)


def _outage(s: Session) -> str:
    """When the present outage was first noticed."""
    since = states.get(s, OUTAGE)
    if since is None:
        since = clock.now().isoformat(timespec="seconds")
        states.put(s, OUTAGE, since)
    return since


def _tell(s: Session, contact: Contact, message: InboundMessage) -> None:
    since, waited = _outage(s), clock.now() - message.received_at
    if waited < TELL_AFTER or message.kind == "internal" or contact.held_by == "caseworker":
        return
    language = turns.language(contact, message)
    said = render("utter_waking_up", language)
    outbox.put(s, contact, dedupe=f"waking:{since}:{contact.id}", text=said.text, kind="apology", language=language)


def outage_over(s: Session) -> None:
    """The next outage is another one."""
    states.drop(s, OUTAGE)
