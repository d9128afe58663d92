import asyncio
import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from bot.telegram import poller
from bot.telegram.client import opened
from core import db, states
from core.config import ROOT
from core.models import InboundMessage
from tests.bot.conftest import until
from tests.botapi.errors import too_many
from tests.botapi.world import World
from tests.conftest import BOTH

ANNA, BEN = 7001, 7002


def texts():
    with db.reading() as s:
        return list(s.scalars(sa.select(InboundMessage.text).order_by(InboundMessage.id)))


def offset():
    with db.reading() as s:
        return states.get(s, poller.OFFSET)


@pytest.fixture
async def polling(botapi):
    """A poller beside the test; stops at its end."""
    stopping = asyncio.Event()
    task = asyncio.create_task(poller.main(stopping))
    yield task
    stopping.set()
    await asyncio.wait_for(task, 8)


@pytest.fixture
def quick(monkeypatch):
    """No long waits between tries."""
    monkeypatch.setattr(poller, "LONGEST", 0.05)
    monkeypatch.setattr(poller, "CONFLICT", 0.05)


async def test_it_stores_and_then_confirms(botapi, polling):
    botapi.world.says(ANNA, "一")
    await until(lambda: texts() == ["一"])
    botapi.world.says(BEN, "二")
    await until(lambda: texts() == ["一", "二"])
    await until(lambda: not botapi.world.updates)
    assert offset() == "1002"


async def test_it_asks_for_what_waits_since_before(botapi, quick):
    for number in range(150):
        botapi.world.says(ANNA + number, f"第{number}")
    stopping = asyncio.Event()
    task = asyncio.create_task(poller.main(stopping))
    await until(lambda: len(texts()) == 150)
    stopping.set()
    await task
    assert not [p for method, p in botapi.world.calls if p.get("drop_pending_updates") == "True"]


async def test_it_follows_ids_that_begin_anew(botapi, polling):
    botapi.world.says(ANNA, "一")
    await until(lambda: offset() == "1001")
    botapi.world.update(7, message=botapi.world.message(ANNA, text="二"))
    await until(lambda: texts() == ["一", "二"])
    await until(lambda: not botapi.world.updates)
    assert offset() == "8"


async def test_it_takes_a_webhook_down_first(botapi, quick):
    botapi.webhook = {"url": "http://127.0.0.1:9/", "secret": ""}
    botapi.world.says(ANNA, "一")
    stopping = asyncio.Event()
    task = asyncio.create_task(poller.main(stopping))
    await until(lambda: texts() == ["一"])
    stopping.set()
    await task


async def test_it_waits_for_a_second_poller_to_leave(botapi, quick, polling):
    async with opened() as other:
        botapi.world.says(ANNA, "一")
        await until(lambda: texts() == ["一"])
        for _ in range(3):
            await other.raw_updates(0, 0)
    botapi.world.says(ANNA, "二")
    await until(lambda: texts() == ["一", "二"])


@pytest.mark.parametrize("kind", ["lost", "cut", "html"])
async def test_it_outlives_the_network(botapi, quick, polling, kind):
    botapi.fault("getUpdates", kind, times=3)
    botapi.world.says(ANNA, "一")
    await until(lambda: texts() == ["一"])


async def test_it_waits_as_long_as_it_is_told(botapi, quick, polling, monkeypatch):
    waits = []
    pause = poller.process.pause

    async def noted(stopping, seconds):
        waits.append(seconds)
        await pause(stopping, min(seconds, 0.01))

    monkeypatch.setattr(poller.process, "pause", noted)
    botapi.fault("getUpdates", refused=too_many(17))
    botapi.world.says(ANNA, "一")
    await until(lambda: texts() == ["一"])
    assert 17 in waits


async def test_it_confirms_nothing_while_the_database_is_away(botapi, quick, polling, monkeypatch):
    def away(*_):
        raise sa.exc.OperationalError("insert", {}, Exception("away"))

    real = poller.updates.store
    monkeypatch.setattr(poller.updates, "store", away)
    botapi.world.says(ANNA, "一")
    polls = botapi.polls
    await until(lambda: botapi.polls > polls + 3)
    assert len(botapi.world.updates) == 1
    monkeypatch.setattr(poller.updates, "store", real)
    await until(lambda: texts() == ["一"])


async def test_it_answers_a_tap_at_once_and_ticks_its_button(botapi, polling):
    keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "b:1"}, {"text": "不", "callback_data": "b:2"}]]}
    shown = botapi.world.bot_sends(ANNA, text="行吗", reply_markup=keyboard)
    query = botapi.world.tap(ANNA, "好")
    await until(lambda: botapi.world.taps[query].answered)
    await until(lambda: shown["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ 好")
    assert shown["reply_markup"]["inline_keyboard"][0][1] == {"text": "不", "callback_data": "b:2"}


async def test_it_is_not_hurt_by_a_tap_that_is_too_old(botapi, polling):
    botapi.world.tap_data(ANNA, "b:1", World().message(ANNA, text="x"))
    botapi.world.taps.clear()
    botapi.world.says(ANNA, "一")
    await until(lambda: "一" in texts())


def spawn():
    return subprocess.Popen(
        [sys.executable, "-m", "bot.telegram.poller"], cwd=ROOT, env=dict(os.environ),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("database", BOTH, indirect=True)
async def test_it_loses_and_doubles_nothing_when_it_is_killed(botapi):
    """Killed at once after a fetch, again and again: what was not stored is fetched again, what was is not doubled."""
    said = [f"第{number}" for number in range(40)]
    for start in range(0, 40, 10):
        process = spawn()
        polls = botapi.polls
        await until(lambda polls=polls: botapi.polls > polls, 30)
        for text in said[start : start + 10]:
            botapi.world.says(ANNA, text)
        if start:  # once before anything is stored, later somewhere on the way
            await until(lambda start=start: len(texts()) > start - 10, 30)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    process = spawn()
    await until(lambda: len(texts()) >= 40, 30)
    process.terminate()
    assert process.wait(10) == 0
    assert texts() == said
