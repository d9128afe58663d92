"""The real Rasa behind the relay: a turn is kept as a whole or not at all, whatever dies."""

import asyncio
import os
import random
import time

import httpx
import psutil
import pytest
import sqlalchemy as sa

from bot import rasa_client, relay_turns
from core import db
from core.models import OutboundMessage
from tests.bot.hostile import HOSTILE
from tests.e2e.stack import until

SENTENCES = ("你好", "谢谢你啊", "你是机器人吧", "你能帮我干啥", "thanks a lot", "今天股票涨了没")


async def posted(sender: str, message_id: str, text: str) -> list[dict]:
    rasa = rasa_client.Rasa()
    metadata = {"contact_id": None, "language": "zh", "text": text, "kind": "text", "reply_to": None}
    try:
        return await rasa.turn(sender, message_id, text, metadata)
    finally:
        await rasa.close()


def answers_to(message_id: str) -> list[str]:
    with db.reading() as s:
        query = sa.select(OutboundMessage.text).where(OutboundMessage.dedupe.startswith(f"{message_id}:"))
        return list(s.scalars(query.order_by(OutboundMessage.n)))


def test_it_answers_in_both_languages(chat):
    zh, en = chat(), chat("en")
    zh.write("你好在吗")
    en.write("hi there")
    assert zh.hear()
    assert all(row.language == "en" for row in en.hear())


@pytest.mark.parametrize("fault", ["fails", "loses"])
def test_it_keeps_nothing_of_a_turn_whose_action_failed_and_answers_it_on_the_next_try(brain, chat, fault):
    one = chat()
    one.say("你好")
    before = brain.events(one.key)
    brain.door.faults = [fault]
    key = one.write("你能帮我干啥")
    until(lambda: one.rows()[-1].attempts == 1, 20, "the first try")
    assert brain.events(one.key) == before
    assert one.hear()
    assert one.turns().count(key) == 1


def test_it_answers_a_repeated_message_without_running_it_again(brain, chat):
    one = chat()
    first = asyncio.run(posted(one.key, "m-again", "你能帮我干啥"))
    calls = brain.door.calls
    assert asyncio.run(posted(one.key, "m-again", "你能帮我干啥")) == first
    assert brain.door.calls == calls
    assert one.turns() == ["m-again"]


def test_it_tries_a_turn_again_when_the_tracker_database_was_gone(brain, chat):
    one = chat()
    away = brain.tracker.with_suffix(".away")
    os.rename(brain.tracker, away)
    brain.tracker.mkdir()
    try:
        key = one.write("你好")
        until(lambda: one.rows()[-1].error == "store_unreachable", 20, "the failed turn")
        assert not brain.is_ready()
        assert answers_to(key) == []
    finally:
        brain.tracker.rmdir()
        os.rename(away, brain.tracker)
    assert one.hear()
    assert one.rows()[-1].attempts == 0
    assert one.turns() == [key]


def test_it_takes_no_words_of_a_worker_for_a_payload(brain, chat):
    chats = [chat() for _ in range(4)]
    for number, text in enumerate(HOSTILE[::4]):
        chats[number % 4].write(text)
    for one in chats:
        assert one.hear()
        slots = {event["name"] for event in brain.events(one.key, "slot") if event["value"] is not None}
        assert slots <= {"session_started_metadata"}
        for event in brain.events(one.key, "user"):
            assert not event["text"].strip().startswith("/")
            assert "RegexMessageHandler" not in {e["extractor"] for e in event["parse_data"]["entities"]}


def test_it_answers_long_texts_and_emoji(chat):
    one = chat()
    for text in ("活" * 5000, "😀🎉", "‎", "?" * 300):
        one.write(text)
    assert len(one.hear()) >= 4
    assert {row.state for row in one.rows()} == {"done"}


def test_it_writes_no_words_of_a_worker_into_a_log(brain, chat):
    one, words = chat(), "紫色的河马爱喝汽水"
    brain.door.faults = ["fails"]
    one.write(words)
    assert one.hear()
    for log in brain.folder.rglob("*.log"):
        assert words not in log.read_text(errors="replace")
        assert ascii(words)[1:-1] not in log.read_text(errors="replace")


def test_it_asks_for_the_secret(brain):
    body = {"sender": "x", "message_id": "m0", "text": "你好", "metadata": {}}
    for headers in ({}, {"X-Gateway-Secret": "wrong"}):
        answer = httpx.post(
            f"{brain.settings['RASA_URL']}/webhooks/gateway/turn", json=body, headers=headers, trust_env=False
        )
        assert answer.status_code == 403


def test_it_listens_on_this_machine_only(brain):
    for name in ("rasa", "actions"):
        served = psutil.Process(brain.running[name].pid).net_connections("tcp")
        assert {c.laddr.ip for c in served if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_it_loses_nothing_and_does_nothing_twice_when_processes_are_killed(brain, chat):
    chosen = random.Random(7)
    chats = [chat() for _ in range(6)]
    for victim in ("relay", "actions", "relay", "rasa", "actions", "relay"):
        for one in chats:
            one.write(chosen.choice(SENTENCES))
            one.write(chosen.choice(SENTENCES))
        time.sleep(chosen.uniform(0.1, 0.8))
        brain.start_again(victim)
    for one in chats:
        one.hear(120)
        keys = [relay_turns.message_id(row) for row in one.rows()]
        assert {row.state for row in one.rows()} == {"done"}
        assert one.turns() == keys
        assert all(answers_to(key) for key in keys)
