"""What every action needs: the turn that it answers, and words by name. Transactions: `core.db.write`, `core.db.read`."""

import abc
import asyncio
import dataclasses
import functools
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from core import asked, db, logs, minors
from core.errors import Invalid
from core.models import Contact
from core.responses import Said, raw

Events = list[dict[str, Any]]
T = TypeVar("T")
log = logging.getLogger(__name__)


class Broken(Exception):
    """The turn must be tried again; without a word of why, for rasa_sdk logs what it catches."""


@dataclasses.dataclass(frozen=True)
class Turn:
    """The worker's message that is being answered."""

    contact_id: int
    message_id: str
    language: str
    text: str
    intent: str
    entities: list[dict]
    kind: str = "text"  # of the inbound message: text, button, photo, location, contact …
    reply_to: int | None = None  # id of the outbound message that was answered by "reply"

    def entity(self, name: str) -> str | None:
        """The first value of an entity, as the worker said it."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        return [e["value"] for e in self.entities if e["entity"] == name]

    def key(self, verb: str, n: int = 0) -> str:
        """The unique key of an effect of this turn: a repeated turn has the same."""
        return f"{self.message_id}:{verb}:{n}"


def read_turn(tracker: Tracker) -> Turn:
    """The turn out of a tracker; runs a query, so call it off the event loop (`turn_of`)."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    contact_id = metadata.get("contact_id")
    if contact_id is None:
        with db.reading() as s:
            contact_id = s.scalar(sa.select(Contact.id).where(Contact.key == tracker.sender_id))
    language = metadata.get("language", "zh")
    intent = (message.get("intent") or {}).get("name") or ""
    if intent == "switch_language":
        language = _language_now(contact_id) or language
    return Turn(
        contact_id=contact_id,
        message_id=metadata.get("message_id", ""),
        language=language,
        text=metadata.get("text", message.get("text") or ""),
        intent=intent,
        entities=message.get("entities") or [],
        kind=metadata.get("kind", "text"),
        reply_to=metadata.get("reply_to"),
    )


def _language_now(contact_id: int | None) -> str | None:
    """What follows a change of language in one turn (a form's question) is said in the new one."""
    with db.reading() as s:
        return s.scalar(sa.select(Contact.language).where(Contact.id == contact_id))


async def turn_of(tracker: Tracker) -> Turn:
    return await asyncio.to_thread(read_turn, tracker)


def say(dispatcher: CollectingDispatcher, response: str, turn: Turn, **values: Any) -> None:
    """One bubble by name; its `{fields}` come from `values` only."""
    dispatcher.utter_message(response=response, language=turn.language, **values)


def say_bubble(dispatcher: CollectingDispatcher, said: Said) -> None:
    """One bubble that core made (cards, catalogue texts, rendered words)."""
    dispatcher.utter_message(text=said.text, buttons=said.buttons or None, metadata={"ask_for": said.ask_for})


def say_all(dispatcher: CollectingDispatcher, bubbles: Iterable[Said]) -> None:
    """Bubbles that core made, in order."""
    for said in bubbles:
        say_bubble(dispatcher, said)


async def in_chat(function: Callable[[Session, Contact, Turn], T], turn: Turn) -> T:
    """`function(session, contact, turn)` in one write transaction: what every action does. Raises Invalid, Broken."""
    try:
        return await db.write(lambda s: function(s, s.get(Contact, turn.contact_id), turn))
    except Invalid:
        raise
    except Exception as error:  # whatever it is, the channel hears that it failed and the log where
        log.error("turn %s: %s", turn.message_id, logs.named(error))
        raise Broken(turn.message_id) from None


async def reply(
    dispatcher: CollectingDispatcher, turn: Turn, function: Callable[..., list[Said]], **kwargs: Any
) -> None:
    """Say what `function(session, contact, turn, …)` of core answers, in one write transaction."""
    say_all(dispatcher, await in_chat(functools.partial(function, **kwargs), turn))


def in_form(tracker: Tracker) -> bool:
    """Whether a form is open, which asks its question again by itself after this action."""
    return bool(tracker.active_loop_name)


def leave_form() -> Events:
    """The events that end an open form; what was told so far stays in its draft."""
    return [ActiveLoop(None), SlotSet("requested_slot", None)]


class HouseAction(Action, abc.ABC):
    """An action that answers `Invalid` with the words it names; subclasses write `answer`.

    A child is answered as one (core/minors.py). What was asked before comes first (core/asked.py), but for an action that follows another one (`own_turn`).
    Abstract, as every class here that is no action of its own must be: rasa_sdk makes one of each that is not.
    """

    own_turn = False

    def name(self) -> str:
        """`ActionSearchJobs` is `action_search_jobs`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @abc.abstractmethod
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events | None:
        """What is said, and the events for Rasa."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> Events:
        turn = await turn_of(tracker)
        if self.own_turn:
            return await self._answered(dispatcher, turn, tracker)
        if minors.concerns(turn) and (young := await in_chat(minors.hear, turn)) is not None:
            say_all(dispatcher, young)
            return leave_form() if in_form(tracker) else []
        if in_form(tracker):
            events = await self._answered(dispatcher, turn, tracker)
            if not _left(events) and len(dispatcher.messages) > 1 and _asks(dispatcher, turn):
                dispatcher.messages.pop()  # the form asks its own question next
            return events
        before = await in_chat(asked.before, turn)
        if before.said is not None:
            say_all(dispatcher, before.said)
            return []
        events = await self._answered(dispatcher, turn, tracker)
        if before.draft is not None:
            await reply(dispatcher, turn, asked.after, draft_id=before.draft, last_words=_last_words(dispatcher, turn))
        return events

    async def _answered(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        try:
            return await self.answer(dispatcher, turn, tracker) or []
        except Invalid as error:
            say(dispatcher, error.response, turn, **error.values)
            return []


def _left(events: Events) -> bool:
    return any(event.get("event") == "active_loop" and event.get("name") is None for event in events)


def _asks(dispatcher: CollectingDispatcher, turn: Turn) -> bool:
    return bool(re.search("[?？]", _last_words(dispatcher, turn)))


def _last_words(dispatcher: CollectingDispatcher, turn: Turn) -> str:
    """The last bubble so far, as it will be read."""
    if not dispatcher.messages:
        return ""
    last = dispatcher.messages[-1]
    return last.get("text") or (raw(last["response"], turn.language)["text"] if last.get("response") else "")
