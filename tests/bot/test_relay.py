"""The relay: each message answered once and in order, whatever dies; and nothing of a worker's is taken for a payload."""

import asyncio
import contextlib
import datetime as dt
import os
import signal
import socket
import subprocess
import sys

import pytest
import sqlalchemy as sa

from bot import rasa_client, relay, relay_turns
from core import clock, contacts, db, escalations, inbox, leases, outbox, turns
from core.models import Contact, Escalation, InboundMessage, OutboundMessage
from tests.bot.conftest import until
from tests.bot.fake_rasa import running
from tests.bot.hostile import HOSTILE
from tests.core.rooms import contact, office, user

ME = leases.owner("relay")


@pytest.fixture
def rasa(database):
    with running() as fake:
        yield fake


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No back-off and no rest, so that no test waits."""
    monkeypatch.setattr(turns.random, "uniform", lambda low, high: 0.0)
    monkeypatch.setattr(relay, "LOOK_AGAIN", 0.02)
    monkeypatch.setattr(relay, "LOOK_FOR_RASA", 0.02)


@contextlib.asynccontextmanager
async def relaying(fake, owner=None):
    stopping = asyncio.Event()
    one = relay.Relay(rasa_client.Rasa(fake if isinstance(fake, str) else fake.address), owner)
    task = asyncio.create_task(one.run(stopping))
    try:
        yield one
    finally:
        stopping.set()
        await task


def chat(name="chat-1", **values) -> int:
    with db.writing() as s:
        return contact(s, name=name, **values).id


def write(chat_id, *texts, kind="text", payload=None) -> list[int]:
    with db.writing() as s:
        who = s.get(Contact, chat_id)
        count = s.scalar(sa.select(sa.func.count()).select_from(InboundMessage))
        put = [
            inbox.put(s, who, source_key=f"{count}:{n}", kind=kind, text=text, payload=payload)
            for n, text in enumerate(texts)
        ]
        return [row.id for row in put]


def said(chat_id, kind=None) -> list[str]:
    with db.reading() as s:
        query = sa.select(OutboundMessage).where(OutboundMessage.contact_id == chat_id)
        return [row.text for row in s.scalars(query.order_by(OutboundMessage.n)) if kind in (None, row.kind)]


def states(chat_id) -> list[str]:
    with db.reading() as s:
        query = sa.select(InboundMessage.state).where(InboundMessage.contact_id == chat_id)
        return list(s.scalars(query.order_by(InboundMessage.n)))


def all_done() -> bool:
    with db.reading() as s:
        return s.scalar(sa.select(InboundMessage.id).where(InboundMessage.state == "new").limit(1)) is None


def prepared(chat_id) -> relay_turns.Post | None:
    with db.writing() as s:
        assert turns.take(s, chat_id, ME)
    with db.writing() as s:
        return relay_turns.next_post(s, chat_id, ME)


# -- answering -------------------------------------------------------------------------------------------------------


async def test_it_answers_each_chat_in_order_and_each_message_once(rasa):
    chats = [chat(f"c{n}") for n in range(12)]
    for number in range(4):
        for one in chats:
            write(one, f"{number} von {one}")
    async with relaying(rasa):
        await until(all_done)
    for one in chats:
        expected = [f"{number} von {one}" for number in range(4)]
        assert rasa.texts(f"c{chats.index(one)}") == expected
        assert said(one) == [f"re: {text}" for text in expected]


async def test_it_answers_eight_chats_at_once_and_no_more(rasa):
    rasa.go.clear()
    for number in range(11):
        write(chat(f"c{number}"), "hi there")
    async with relaying(rasa):
        await until(lambda: rasa.at_once == 8)
        rasa.go.set()
        await until(all_done)
    assert rasa.most_at_once == 8


async def test_it_lets_nobody_wait_for_those_who_have_much_to_say(rasa):
    many = [chat(f"many-{n}") for n in range(relay.AT_ONCE)]
    for one in many:
        write(one, "一")
    quiet = write(chat("quiet"), "我呢")
    for one in many:
        write(one, *"二三四五六七八")
    async with relaying(rasa):
        await until(all_done, 30)
    told = [post["message_id"] for post in rasa.posts]
    assert told.index(f"m{quiet[0]}") < relay.AT_ONCE * (relay.IN_A_ROW + 1)


async def test_it_hears_of_a_new_message_at_once(rasa):
    one = chat()
    async with relaying(rasa):
        write(one, "你好")
        await until(lambda: said(one) == ["re: 你好"])


async def test_it_hands_on_buttons_as_tokens_that_only_the_house_can_read(rasa):
    rasa.buttons = [{"title": "报名", "payload": '/apply_job{"vacancy_id": "12"}'}]
    one, other = chat(), chat("chat-2")
    write(one, "找活")
    async with relaying(rasa):
        await until(all_done)
        rasa.buttons = []
        with db.reading() as s:
            token = s.scalar(sa.select(OutboundMessage)).buttons[0]["token"]
        write(one, "", kind="button", payload={"token": token})
        await until(all_done)
        write(other, "", kind="button", payload={"token": token})
        await until(all_done)
    assert rasa.texts() == ["找活", '/apply_job{"vacancy_id": "12"}']
    assert rasa.posts[1]["metadata"]["text"] == "报名"
    assert "按钮" in said(other)[0]


async def test_it_says_that_an_old_button_works_no_more(rasa, monkeypatch):
    one = chat()
    with db.writing() as s:
        row = outbox.put(s, s.get(Contact, one), dedupe="x", text="?", buttons=[{"title": "a", "payload": "/help"}])
    write(one, "", kind="button", payload={"token": row.buttons[0]["token"]})
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(days=31))
    async with relaying(rasa):
        await until(all_done)
    assert rasa.posts == []
    assert "按钮" in said(one)[-1]


# -- who may die -----------------------------------------------------------------------------------------------------


async def test_it_takes_over_from_a_relay_that_died_after_rasa_had_answered(rasa):
    one = chat()
    (key,) = write(one, "我上班了")
    dead = leases.owner("relay").replace(f":{os.getpid()}:", ":999999999:")
    with db.writing() as s:
        assert turns.take(s, one, dead)
        post = relay_turns.next_post(s, one, dead)
    died = rasa_client.Rasa(rasa.address)
    await died.turn(post.sender, post.message_id, post.text, post.metadata)
    await died.close()
    async with relaying(rasa):
        await until(all_done)
    assert [p["message_id"] for p in rasa.posts] == [f"m{key}"] * 2
    assert said(one) == ["re: 我上班了"]


async def test_it_writes_nothing_when_another_relay_has_the_chat(rasa, monkeypatch):
    one = chat()
    write(one, "你好")
    post = prepared(one)
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(seconds=91))
    with db.writing() as s:
        assert turns.take(s, one, "relay@elsewhere:1:ff")
    with db.writing() as s, pytest.raises(turns.LeaseLost):
        relay_turns.answered(s, post, ME, [])
    assert said(one) == []


@pytest.mark.parametrize("fault", ["empty", "hangs up", "poison", "infrastructure", "answers to nobody"])
async def test_it_tries_a_failed_turn_again_before_it_goes_on(rasa, fault):
    one = chat()
    rasa.faults = [fault, fault]
    write(one, "first", "second")
    async with relaying(rasa):
        await until(all_done)
    assert rasa.texts() == ["first", "first", "first", "second"]
    assert said(one) == ["re: first", "re: second"]
    assert states(one) == ["done", "done"]


async def test_it_puts_a_message_aside_that_breaks_every_try_and_says_so(rasa):
    with db.writing() as s:
        place = office(s)
        user(s, "helper", office_id=place.id)
    one = chat()
    rasa.faults = ["poison"] * turns.TRIES
    write(one, "坏的", "好的")
    async with relaying(rasa):
        await until(all_done)
    assert states(one) == ["dead", "done"]
    apology, answer = said(one)
    assert "对不住" in apology
    assert "helper" in apology
    assert answer == "re: 好的"
    with db.reading() as s:
        case = s.scalars(sa.select(Escalation)).one()
    assert (case.kind, case.detail) == ("stuck", "poison")


async def test_it_never_gives_up_a_message_for_what_is_not_its_fault(rasa):
    one = chat()
    rasa.faults = ["infrastructure"] * (turns.TRIES + 3)
    write(one, "你好")
    async with relaying(rasa):
        await until(all_done)
    assert states(one) == ["done"]


async def test_it_steps_over_a_message_that_breaks_the_relay_itself(rasa, monkeypatch):
    one = chat()
    write(one, "odd one", "plain one")
    read = relay_turns.danger.read
    monkeypatch.setattr(relay_turns.danger, "read", lambda text: read(text) if text != "odd one" else 1 / 0)
    async with relaying(rasa):
        await until(all_done)
    assert states(one) == ["dead", "done"]


async def test_it_frees_its_own_lease_that_no_task_holds(rasa, monkeypatch):
    one, mine = chat(), leases.owner("relay")
    write(one, "你好")
    with db.writing() as s:
        assert turns.take(s, one, mine)
    monkeypatch.setattr(relay, "TIDY", 0.0)
    async with relaying(rasa, mine):
        await until(lambda: said(one))


async def test_it_posts_what_is_written_after_danger_as_part_of_it(rasa):
    one = chat()
    write(one, "救命，我被锁起来了")
    async with relaying(rasa):
        await until(all_done)
        write(one, "河北保定，一个砖厂", "给我找个活吧")
        await until(all_done)
    assert rasa.texts()[1:] == [
        '/emergency{"kind": "held", "answer": "more"}',
        '/emergency{"kind": "held", "answer": "else"}',
    ]


async def test_it_leaves_what_was_answered_at_the_door_as_it_is(rasa):
    one = chat()
    write(one, "你好", "救命")
    before = said(one)
    assert "110" in before[0]
    async with relaying(rasa):
        await until(all_done)
    assert said(one) == [*before, "re: 你好"]
    assert rasa.texts("chat-1")[1].startswith("/emergency")


# -- while Rasa is away ----------------------------------------------------------------------------------------------


async def test_it_waits_for_rasa_and_tells_once_that_it_wakes_up(database, monkeypatch):
    monkeypatch.setattr(relay_turns, "TELL_AFTER", dt.timedelta(0))
    zh, en = chat(), chat("chat-2")
    write(zh, "有活没", "有没有")
    write(en, "Is there any work near home?")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with relaying(f"http://127.0.0.1:{port}"):
        await until(lambda: said(zh) and said(en))
        assert said(zh, "apology") == ["我正在醒来，你说的话都在，等一下就回你。"]
        assert "waking up" in said(en)[0]
        with running(port) as fake:
            await until(all_done)
            assert fake.texts("chat-1") == ["有活没", "有没有"]
    assert len(said(zh, "apology")) == 1
    assert len(said(zh, "reply")) == 2


async def test_it_says_nothing_of_a_short_absence(rasa):
    one = chat()
    rasa.is_ready = False
    write(one, "你好")
    async with relaying(rasa) as running_relay:
        await until(lambda: running_relay.trouble)
        rasa.is_ready = True
        await until(all_done)
    assert said(one) == ["re: 你好"]


async def test_it_asks_whether_rasa_is_ready_before_it_goes_on_without_a_store(rasa):
    one = chat()
    rasa.faults = ["store_unreachable"]
    write(one, "你好")
    async with relaying(rasa) as running_relay:
        rasa.is_ready = True
        await until(all_done)
        assert running_relay.rasa_up
    assert said(one) == ["re: 你好"]


async def test_it_waits_for_a_server_with_our_secret(rasa, monkeypatch):
    monkeypatch.setattr(rasa_client, "secret", lambda: "another")
    client = rasa_client.Rasa(rasa.address)
    with pytest.raises(rasa_client.Failed) as failure:
        await client.turn("c", "m1", "hi", {})
    await client.close()
    assert (failure.value.reason, failure.value.counts, failure.value.away) == ("wrong_secret", False, True)


# -- who holds the chat ----------------------------------------------------------------------------------------------


def held(s, chat_id) -> int:
    who = s.get(Contact, chat_id)
    case = escalations.open_case(s, who, "person_wanted", key="k")
    contacts.hold(s, who, case.id)
    return case.id


async def test_it_is_silent_while_a_person_holds_the_chat(rasa):
    one = chat()
    write(one, "找人")
    with db.writing() as s:
        case_id = held(s, one)
    async with relaying(rasa):
        await until(all_done)
    assert (rasa.posts, said(one), states(one)) == ([], [], ["held"])
    with db.reading() as s:
        assert s.scalar(sa.select(InboundMessage.case_id)) == case_id


def test_it_keeps_its_answer_when_a_person_has_taken_the_chat_meanwhile(database):
    one = chat()
    write(one, "找人")
    post = prepared(one)
    with db.writing() as s:
        held(s, one)
    with db.writing() as s:
        bubble = {"text": "hm", "buttons": [], "image": None, "ask_for": None}
        assert not relay_turns.answered(s, post, ME, [bubble])
    assert (said(one), states(one)) == ([], ["held"])


async def test_it_speaks_again_when_the_chat_is_handed_back(rasa):
    one = chat()
    with db.writing() as s:
        held(s, one)
    with db.writing() as s:
        contacts.release(s, s.get(Contact, one))
    async with relaying(rasa):
        await until(all_done)
    assert rasa.texts() == ["/resume"]


# -- what Rasa gets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "payload", "expected"),
    [
        ("text", "找活", None, "找活"),
        ("text", "😀😀", None, "😀😀"),
        ("edit", "找电焊的活", {"message_id": 3}, "找电焊的活"),
        ("text", "   ", None, '/media{"kind": "text"}'),
        ("start", "", None, "/start"),
        ("start", "", {"value": "123456"}, '/start{"value": "123456"}'),
        ("start", "/language", {"intent": "switch_language", "entities": {}}, "/switch_language"),
        ("internal", "", {"intent": "apply_job", "entities": {"vacancy_id": "12"}}, '/apply_job{"vacancy_id": "12"}'),
        ("location", "", {"latitude": 35.2, "longitude": 105.2}, '/location{"latitude": 35.2, "longitude": 105.2}'),
        ("contact", "", {"phone_id": 7, "own": True}, '/contact_card{"phone_id": 7, "own": true}'),
        ("photo", "", {"media_id": 5}, '/media{"kind": "photo", "value": "5"}'),
        ("sticker", "👍", {}, '/media{"kind": "sticker"}'),
        ("text", "他们把我锁在宿舍不让走", None, '/emergency{"kind": "held"}'),
        ("photo", "他们把我锁在宿舍不让走", {"media_id": 5}, '/emergency{"kind": "held"}'),
        ("text", "累死了", None, '/emergency{"kind": "any", "answer": "maybe"}'),
        ("text", "123 456", None, "123 456"),
    ],
)
def test_it_makes_a_payload_of_what_is_no_words(database, kind, text, payload, expected):
    one = chat()
    write(one, text, kind=kind, payload=payload)
    assert prepared(one).text == expected


def test_it_knows_a_code_of_a_slip(database, monkeypatch):
    monkeypatch.setattr(relay_turns.registration, "known_code", lambda s, text: text == "123 456")
    one = chat()
    write(one, "123 456")
    assert prepared(one).text == '/start{"value": "123456"}'


def test_it_sends_what_an_action_needs_to_know(database):
    one = chat()
    (key,) = write(one, "你好", payload={"reply_to": 4})
    post = prepared(one)
    assert (post.sender, post.message_id) == ("chat-1", f"m{key}")
    assert post.metadata == {
        "contact_id": one, "message_id": f"m{key}", "language": "zh", "text": "你好", "kind": "text", "reply_to": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "text", "language"),
    [(False, "Is there any work near home?", "en"), (False, "ok", "zh"), (True, "Is there any work near home?", "zh")],
)
def test_it_answers_in_the_language_of_the_message_unless_one_was_chosen(database, chosen, text, language):
    one = chat(language_chosen=chosen)
    write(one, text)
    assert prepared(one).metadata["language"] == language
    with db.reading() as s:
        assert s.get(Contact, one).language == language


def test_it_lets_no_words_of_a_worker_through_as_a_payload(database):
    assert len(HOSTILE) > 300
    for text in HOSTILE:
        sent = relay_turns.harmless(text)
        assert not sent.strip().startswith("/")
        assert len(sent) == len(text)


def test_it_changes_no_other_words():
    for text in ("", "   ", "a/b", "1/2的活", "／找活", "http://x", "你好 /start"):
        assert relay_turns.harmless(text) == text


def test_it_reads_the_first_4096_characters_of_a_long_message(database):
    one = chat()
    write(one, "活" * 5000)
    assert prepared(one).text == "活" * 4096


def test_it_cuts_no_number_in_two(database):
    one = chat()
    write(one, "活" * 4090 + " 13800000000 " + "活" * 900)
    assert prepared(one).text == "活" * 4090 + " "


# -- leaving ---------------------------------------------------------------------------------------------------------


async def test_it_leaves_within_ten_seconds_and_the_next_relay_answers(rasa, tmp_path):
    one = chat()
    write(one, "你好")
    rasa.go.clear()
    environment = {**os.environ, "RASA_URL": rasa.address}
    process = subprocess.Popen([sys.executable, "-m", "bot.relay"], env=environment, stderr=subprocess.DEVNULL)
    await until(lambda: rasa.at_once == 1)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 10) == 0
    rasa.go.set()
    async with relaying(rasa):
        await until(lambda: said(one) == ["re: 你好"])
