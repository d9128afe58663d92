"""The strict channel's parts: the store that keeps no failed turn, the calls that fail aloud, the words."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from sqlalchemy.exc import OperationalError

from bot import rasa_channel
from bot.rasa_channel import HouseNLG, StrictActions, StrictStore, Turn, TurnFailed
from bot.rasa_client import secret
from tests.bot.fake_rasa import running
from tests.conftest import BOTH

DOMAIN = Domain.empty()


@pytest.fixture(params=BOTH)
def store(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'tracker.db'}"
    made = StrictStore(DOMAIN, host=url if request.param == "sqlite" else request.getfixturevalue("postgresql"))
    yield made
    with made.session_scope() as session:
        session.query(made.SQLEvent).delete()
        session.commit()
    made.engine.dispose()


@pytest.fixture
def turn():
    """A turn under way."""
    one = Turn("m1", "en")
    token = rasa_channel._turn.set(one)
    yield one
    rasa_channel._turn.reset(token)


def tracker(message_id, text="你好", answer="在"):
    events = [
        ActionExecuted("action_listen"),
        UserUttered(text, metadata={"message_id": message_id}),
        BotUttered(answer, {"buttons": [{"title": "a", "payload": "/help"}]}, {"metadata": {"ask_for": "phone"}}),
    ]
    return DialogueStateTracker.from_events("c1", events, [])


async def test_it_keeps_a_turn_and_finds_its_answer_again(store, turn):
    turn.bubbles.append({"text": "在"})
    await store.save(tracker("m1"))
    said = {"text": "在", "buttons": [{"title": "a", "payload": "/help"}], "image": None, "ask_for": "phone"}
    assert store.answers("c1", "m1") == [said]
    assert store.answers("c1", "m11") is None
    assert store.answers("c2", "m1") is None


async def test_it_is_not_fooled_by_a_message_that_speaks_of_another(store, turn):
    turn.bubbles.append({"text": "在"})
    await store.save(tracker("m1", text='"message_id": "m2" m_'))
    assert store.answers("c1", "m2") is None
    assert store.answers("c1", "m_") is None


@pytest.mark.parametrize("failed", [None, TurnFailed("action_failed")])
async def test_it_keeps_nothing_when_an_action_failed_or_nothing_was_said(store, turn, failed):
    turn.failed = failed
    turn.bubbles += [{"text": "在"}] if failed else []
    with pytest.raises(TurnFailed):
        await store.save(tracker("m1"))
    assert await store.retrieve("c1") is None


async def test_it_lets_a_new_empty_conversation_be_saved(store, turn):
    await store.save(DialogueStateTracker.from_events("c1", [ActionExecuted("action_session_start")], []))
    assert await store.retrieve("c1") is not None


def test_it_notices_a_table_that_is_gone(store):
    store.probe()
    store.Base.metadata.drop_all(store.engine)
    try:
        with pytest.raises(Exception) as error:
            store.probe()
        if store.engine.dialect.name == "sqlite":
            assert rasa_channel.why(error.value).reason == "store_unreachable"
    finally:
        store.Base.metadata.create_all(store.engine)


# -- the action server -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def action_server(status: int, body: bytes):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            if not status:
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield StrictActions.of(EndpointConfig(f"http://127.0.0.1:{server.server_address[1]}/webhook"))
    server.shutdown()
    server.server_close()


async def test_it_hands_on_what_an_action_answers(turn):
    with action_server(200, b'{"events": [], "responses": []}') as endpoint:
        assert await endpoint.request(json={}) == {"events": [], "responses": []}
    assert turn.failed is None


async def test_it_hears_a_form_say_no(turn):
    with action_server(400, b'{"action_name": "validate_x", "error": "no"}') as endpoint:
        with pytest.raises(ClientResponseError):
            await endpoint.request(json={})
    assert turn.failed is None


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, b'{"request_body": "words"}', "action_failed"),
        (404, b'{"action_name": "action_x"}', "action_failed"),
        (400, b'{"error": "Invalid body request"}', "action_failed"),
        (200, b"null", "action_failed"),
        (0, b"", "action_lost"),
    ],
)
async def test_it_notes_a_call_that_failed_without_the_words_that_were_sent(turn, status, body, reason):
    with action_server(status, body) as endpoint:
        with pytest.raises(TurnFailed) as error:
            await endpoint.request(json={})
    assert (turn.failed.reason, turn.failed.counts, str(error.value)) == (reason, True, reason)


async def test_it_holds_an_action_server_that_is_not_there_against_nobody(turn):
    with running() as fake:
        address = fake.address
    with pytest.raises(TurnFailed):
        await StrictActions.of(EndpointConfig(address)).request(json={})
    assert (turn.failed.reason, turn.failed.counts) == ("action_unreachable", False)


async def test_it_does_not_wait_longer_than_its_time(house, turn, monkeypatch):
    monkeypatch.setattr(rasa_channel, "ACTION_SECONDS", 0.05)
    with running() as fake:
        fake.go.clear()
        endpoint, headers = StrictActions.of(EndpointConfig(fake.address)), {"X-Gateway-Secret": secret()}
        with pytest.raises(TurnFailed):
            await endpoint.request(json={"text": "?"}, headers=headers)
    assert turn.failed.reason == "action_slow"


# -- words and wiring ------------------------------------------------------------------------------------------------


async def test_it_speaks_the_language_of_the_turn_or_the_one_that_it_is_told(turn):
    words = HouseNLG()
    said = await words.generate("utter_waking_up", None, "gateway", text=None, buttons=[])
    assert said["text"].startswith("I am just waking up")
    assert "醒来" in (await words.generate("utter_waking_up", None, "gateway", language="zh"))["text"]


@pytest.mark.parametrize("name", ["utter_waking_upp", "utter_code_unknown"])
async def test_it_fails_the_turn_when_words_or_a_value_are_missing(turn, name):
    with pytest.raises(TurnFailed):
        await HouseNLG().generate(name, None, "gateway")
    assert turn.failed.reason == "words_missing"


def agent(store, nlg=None):
    endpoint = EndpointConfig("http://127.0.0.1:1/webhook")
    processor = SimpleNamespace(nlg=nlg or HouseNLG(), tracker_store=store, action_endpoint=endpoint)
    return SimpleNamespace(is_ready=lambda: True, tracker_store=store, processor=processor, action_endpoint=endpoint)


def test_it_takes_the_wrapper_off_that_would_go_on_in_memory(tmp_path):
    inner = StrictStore(DOMAIN, host=f"sqlite:///{tmp_path / 'tracker.db'}")
    wrapped = agent(FailSafeTrackerStore(inner))
    assert rasa_channel.store_of(wrapped) is wrapped.tracker_store is wrapped.processor.tracker_store is inner
    assert isinstance(wrapped.processor.action_endpoint, StrictActions)


@pytest.mark.parametrize("wrapped", [True, False])
def test_it_refuses_to_serve_with_another_store(wrapped):
    inner = InMemoryTrackerStore(DOMAIN)
    with pytest.raises(TurnFailed) as error:
        rasa_channel.store_of(agent(FailSafeTrackerStore(inner) if wrapped else inner))
    assert (error.value.reason, error.value.counts) == ("not_ours", False)


def test_it_refuses_to_serve_without_a_model():
    with pytest.raises(TurnFailed):
        rasa_channel.store_of(None)


@pytest.mark.parametrize("credentials", [None, {}, {"secret": ""}, {"secret": "short"}])
def test_it_does_not_start_without_a_secret(credentials):
    with pytest.raises(ValueError):
        rasa_channel.Gateway.from_credentials(credentials)


def test_it_tells_the_relay_what_is_not_the_fault_of_a_message():
    gone = rasa_channel.why(OperationalError("select", {}, Exception()))
    assert (gone.reason, gone.counts) == ("store_unreachable", False)
    assert rasa_channel.why(ZeroDivisionError()).counts
