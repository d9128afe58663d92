"""The strict channel: a turn is kept as a whole or not at all, and is answered once however often it is posted.

    POST /webhooks/gateway/turn {"sender", "message_id", "text", "metadata"}
         200 {"messages": [{"text", "buttons", "ask_for", "image"}], "replayed"}, never empty
         503 {"reason", "counts"}: nothing was kept; `counts` if the message itself may be what breaks it
    GET  /webhooks/gateway/ready   200 if a turn that is posted now can be kept, else 503

A turn asks for the shared secret. No words of a worker are logged.
"""

import asyncio
import contextvars
import dataclasses
import itertools
import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, TypeGuard

import aiohttp
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from sanic import Blueprint, HTTPResponse, Request, Sanic, response
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.incoming import same
from core.responses import render

log = logging.getLogger(__name__)
# They nest: an action < a turn < the relay's call (30 s) < the conversation lock (60 s) < the relay's lease (90 s).
ACTION_SECONDS, TURN_SECONDS = 20, 28
SECRET_HEADER = "X-Gateway-Secret"


class TurnFailed(Exception):
    """Nothing of this turn may be kept; `counts` if the message itself may be what breaks it."""

    def __init__(self, reason: str, *, counts: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.counts = reason, counts


@dataclasses.dataclass
class Turn:
    """The message that this task answers, what was said so far, and the first thing that went wrong."""

    message_id: str
    language: str
    bubbles: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    failed: TurnFailed | None = None

    def is_in(self, tracker: DialogueStateTracker) -> bool:
        """Whether the message stands in the tracker already: Rasa also saves a new, empty one."""
        uttered = (event for event in reversed(tracker.events) if isinstance(event, UserUttered))
        return next((_message_id(event.metadata) == self.message_id for event in uttered), False)

    def check(self) -> None:
        """Raises TurnFailed if something went wrong or nothing was said."""
        if self.failed is not None:
            raise self.failed
        if not self.bubbles:
            raise TurnFailed("nothing_said")


_turn: contextvars.ContextVar[Turn | None] = contextvars.ContextVar("turn", default=None)


def _failure(reason: str, *, counts: bool = True) -> TurnFailed:
    """An error to be raised, noted with the turn too: Rasa swallows what an action raises and goes on."""
    turn, failed = _turn.get(), TurnFailed(reason, counts=counts)
    if turn is not None:
        turn.failed = turn.failed or failed
    return failed


def _message_id(metadata: dict | None) -> str | None:
    return (metadata or {}).get("message_id")


def _bubble(text: str | None, data: dict, metadata: dict | None) -> dict[str, Any]:
    return {
        "text": text or "",
        "buttons": data.get("buttons") or [],
        "image": data.get("image"),
        "ask_for": (metadata or {}).get("ask_for"),
    }


class StrictStore(SQLTrackerStore):
    """Rasa's SQL store, that keeps no failed turn."""

    def __init__(self, domain: Domain | None = None, host: str | None = None, **kwargs: Any) -> None:
        super().__init__(domain, host=host, **kwargs)
        self.engine.hide_parameters = True
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _write_ahead)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Raises TurnFailed instead of saving a turn in which something failed or nothing was said."""
        turn = _turn.get()
        if turn is not None and turn.is_in(tracker):
            turn.check()
        await super().save(tracker)

    def answers(self, sender: str, message_id: str) -> list[dict[str, Any]] | None:
        """What was said to a message before; None if it is new."""
        event = self.SQLEvent
        with self.session_scope() as session:
            mine = session.query(event).filter(event.sender_id == sender)
            told = event.data.contains(f'"message_id": {json.dumps(message_id)}', autoescape=True)
            asked = mine.filter(event.type_name == "user", told).order_by(event.id.desc()).first()
            if asked is None:
                return None
            since = mine.filter(event.id > asked.id, event.type_name.in_(("user", "bot"))).order_by(event.id)
            said = itertools.takewhile(lambda row: row.type_name == "bot", since)
            stored = [json.loads(row.data) for row in said]
        return [_bubble(e.get("text"), e.get("data") or {}, (e.get("metadata") or {}).get("metadata")) for e in stored]

    def probe(self) -> None:
        """Raises SQLAlchemyError if the database or the table is not there."""
        with self.session_scope() as session:
            session.query(self.SQLEvent.id).limit(1).all()


def _write_ahead(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


class StrictActions(EndpointConfig):
    """The action server; a failed call is noted where it happens, without the words that were sent."""

    @classmethod
    def of(cls, endpoint: EndpointConfig) -> "StrictActions":
        """The same endpoint, strict."""
        if isinstance(endpoint, cls):
            return endpoint
        return cls(endpoint.url, endpoint.params, endpoint.headers, endpoint.basic_auth, endpoint.token)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """As EndpointConfig; TurnFailed for all that is no answer. A form that says no (400) is an answer."""
        try:
            answer = await super().request(*args, **{**kwargs, "timeout": aiohttp.ClientTimeout(total=ACTION_SECONDS)})
        except ClientResponseError as error:
            if error.status == 400 and b"action_name" in error.text:
                raise
            raise _failure("action_failed") from None
        except asyncio.TimeoutError:
            raise _failure("action_slow") from None
        except aiohttp.ClientConnectorError:
            raise _failure("action_unreachable", counts=False) from None
        except aiohttp.ClientError:
            raise _failure("action_lost") from None
        if not isinstance(answer, dict):
            raise _failure("action_failed")
        return answer


class HouseNLG(NaturalLanguageGenerator):
    """The words of domain.yml in the language of the turn, filled with what the action gives; slots are not used."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        self.domain = domain

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **values: Any
    ) -> dict[str, Any]:
        turn = _turn.get()
        language = values.pop("language", None) or (turn.language if turn else "zh")
        try:
            said = render(utter_action, language, **values)
        except (KeyError, ValueError):
            log.error("no words for %s in %s", utter_action, language)
            raise _failure("words_missing") from None
        return {"text": said.text, "buttons": said.buttons, "metadata": {"ask_for": said.ask_for}}


class Bubbles(OutputChannel):
    """Collects whole messages; Rasa's own splits them into text, buttons and image."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    @classmethod
    def name(cls) -> str:
        return Gateway.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.turn.bubbles.append(_bubble(message.get("text"), message, message.get("metadata")))


def store_of(agent: Agent | None) -> StrictStore:
    """The agent's store, made strict: no memory to fall back on, no call that fails unseen.

    Raises TurnFailed (it does not count) if there is no model, or if the store or the words are not ours.
    """
    if agent is None or not agent.is_ready():
        raise TurnFailed("no_model", counts=False)
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, StrictStore) or not isinstance(agent.processor.nlg, HouseNLG):
        raise TurnFailed("not_ours", counts=False)
    agent.tracker_store = agent.processor.tracker_store = store
    agent.action_endpoint = agent.processor.action_endpoint = StrictActions.of(agent.processor.action_endpoint)
    return store


async def answer(agent: Agent, sender: str, message_id: str, text: str, metadata: dict) -> dict[str, Any]:
    """The messages of a turn, new or said before. Raises TurnFailed; then nothing of it was kept."""
    store = store_of(agent)
    async with agent.lock_store.lock(sender):
        before = store.answers(sender, message_id)
        if before is not None:
            return {"messages": before, "replayed": True}
        turn = Turn(message_id, metadata.get("language") or "zh")
        token = _turn.set(turn)
        try:
            message = UserMessage(
                text,
                Bubbles(turn),
                sender,
                input_channel=Gateway.name(),
                metadata={**metadata, "message_id": message_id},
            )
            await asyncio.wait_for(agent.processor.handle_message(message), TURN_SECONDS)
        finally:
            _turn.reset(token)
        return {"messages": turn.bubbles, "replayed": False}


def why(error: Exception) -> TurnFailed:
    """What a failed turn is answered with."""
    if isinstance(error, TurnFailed):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return TurnFailed("store_unreachable", counts=False)
    if isinstance(error, LockError):
        return TurnFailed("conversation_busy", counts=False)
    if isinstance(error, asyncio.TimeoutError):
        return TurnFailed("turn_slow")
    where = traceback.extract_tb(error.__traceback__)[-1:]
    log.error("%s at %s", type(error).__name__, where)
    return TurnFailed("broken")


def _failed(failure: TurnFailed) -> HTTPResponse:
    return response.json({"reason": failure.reason, "counts": failure.counts}, status=503)


class Gateway(InputChannel):
    """The one door to the assistant, for the relay."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 32:
            raise ValueError("credentials.yml: the gateway needs GATEWAY_SECRET of 32 characters or more")
        self.secret = secret

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "Gateway":
        return cls(str((credentials or {}).get("secret") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        doors = Blueprint("gateway")

        @doors.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if same(request.headers.get(SECRET_HEADER), self.secret):
                return await _receive(request)
            return response.json({"reason": "wrong_secret", "counts": False}, status=403)

        doors.add_route(_ready, "/ready", methods=["GET"])
        return doors


def _agent(app: Sanic) -> Agent:
    return getattr(app.ctx, "agent", None)


def _said(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)


async def _receive(request: Request) -> HTTPResponse:
    body = request.json if isinstance(request.json, dict) else {}
    sender, message_id, text, metadata = (body.get(name) for name in ("sender", "message_id", "text", "metadata"))
    if not (_said(sender) and _said(message_id) and _said(text) and isinstance(metadata, dict)):
        return response.json({"reason": "malformed", "counts": True}, status=400)
    try:
        return response.json(await answer(_agent(request.app), sender, message_id, text, metadata))
    except Exception as error:  # whatever it is, the relay must hear that nothing was kept
        failure = why(error)
        log.warning("turn %s failed: %s", message_id, failure.reason)
        return _failed(failure)


async def _ready(request: Request) -> HTTPResponse:
    agent = _agent(request.app)
    try:
        await asyncio.to_thread(store_of(agent).probe)
        await _warm(agent)
    except Exception as error:  # whatever it is, it is not ready
        return _failed(why(error))
    return response.json({"model": agent.model_id})


async def _warm(agent: Agent) -> None:
    """Understand a sentence once: dictionaries are read at the first, which takes seconds that no worker should wait."""
    if getattr(agent.processor, "is_warm", False):
        return
    await agent.processor.parse_message(UserMessage("你好"))
    agent.processor.is_warm = True
