"""The house over Telegram, through the tests' strict Bot API server: by polling and by webhook."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from bot import sender
from bot.telegram import poller, webhook
from core import config, db
from core.models import Contact, InboundMessage, OutboundMessage
from tests.bot.conftest import until
from tests.botapi.server import TOKEN, BotApi, running

ANSWER = 60
PHONES = itertools.count(70001)
UPDATES = itertools.count(1_000_000, 1000)  # one database for all tests: no update id comes again
PHONE = "13800000000"


@contextlib.asynccontextmanager
async def beside(main) -> AsyncIterator[None]:
    """A process of ours, as a task."""
    stopping = asyncio.Event()
    task = asyncio.create_task(main(stopping))
    try:
        yield
    finally:
        stopping.set()
        await asyncio.wait_for(task, 10)


@contextlib.asynccontextmanager
async def web(patch) -> AsyncIterator[None]:
    """The webhook's route behind a real server."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=webhook.routes()), port=0, ws="none", lifespan="off"))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    patch.setenv("PUBLIC_URL", f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    config.settings.cache_clear()
    try:
        yield
    finally:
        server.should_exit = True
        await task


@pytest.fixture(params=["polling", "webhook"])
async def telegram(brain, request, monkeypatch) -> AsyncIterator[BotApi]:
    """Telegram, with our intake and sender at it."""
    with running(first_update=next(UPDATES)) as server:
        values = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": server.address, "TELEGRAM_MODE": request.param}
        for name, value in (values | {"TELEGRAM_WEBHOOK_SECRET": "w" * 40}).items():
            monkeypatch.setenv(name, value)
        config.settings.cache_clear()
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(web(monkeypatch) if request.param == "webhook" else beside(poller.main))
            await stack.enter_async_context(beside(sender.main))
            yield server


class Phone:
    """A person at a phone; every step waits until the house has answered and everything is sent."""

    def __init__(self, server: BotApi) -> None:
        self.world, self.chat = server.world, next(PHONES)
        self.heard = 0

    async def hears(self) -> str:
        """What came since the last time."""
        await until(lambda: len(self.shown()) > self.heard and not self._open(), ANSWER)
        fresh = self.shown()[self.heard :]
        self.heard += len(fresh)
        return "\n".join(message["text"] for message in fresh)

    def shown(self) -> list[dict]:
        return [message for message in self.world.sent if message["chat"]["id"] == self.chat]

    def _open(self) -> int:
        with db.reading() as s:
            mine = sa.select(Contact.id).where(Contact.external_id == str(self.chat)).scalar_subquery()
            return sum(
                s.scalar(sa.select(sa.func.count()).where(table.contact_id == mine, table.state.in_(states)))
                for table, states in ((InboundMessage, ["new"]), (OutboundMessage, ["ready", "sending"]))
            )

    async def says(self, text: str) -> str:
        self.world.says(self.chat, text)
        return await self.hears()

    async def taps(self, title: str) -> str:
        self.world.tap(self.chat, title)
        return await self.hears()

    def buttons(self) -> list[str]:
        """Those that can be seen, the newest message first."""
        rows = [row for m in reversed(self.shown()) for row in m.get("reply_markup", {}).get("inline_keyboard", [])]
        return [button["text"] for row in rows for button in row]


async def test_it_is_answered_from_the_first_word(telegram):
    anna = Phone(telegram)
    assert await anna.says("/start")
    assert len(anna.buttons()) >= 4
    assert await anna.says("你能帮我干啥")
    assert await anna.says("我想找电焊工的活")
    assert telegram.world.taps == {}


async def test_it_takes_taps_once_and_marks_them(telegram):
    anna = Phone(telegram)
    await anna.says("/start")
    first = anna.buttons()[0]
    assert await anna.taps(first)
    assert all(tap.answered for tap in telegram.world.taps.values())
    await until(lambda: f"✓ {first}" in anna.buttons())


async def test_it_speaks_the_language_of_who_writes(telegram):
    ben = Phone(telegram)
    heard = await ben.says("hi there, what can you do for me")
    assert heard.isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in heard.replace("中文", ""))


async def test_it_never_obeys_a_payload_that_somebody_types(telegram, brain):
    anna = Phone(telegram)
    await anna.says('/inform{"own": "yes"}')
    await anna.says("/restart")
    with db.reading() as s:
        key = s.scalar(sa.select(Contact.key).where(Contact.external_id == str(anna.chat)))
    assert {event["name"] for event in brain.events(key, "slot")} <= {"session_started_metadata"}
    assert not brain.events(key, "restart")


async def test_it_keeps_no_number_on_telegram_nor_in_rasa(telegram, brain):
    anna = Phone(telegram)
    made = telegram.world.says(anna.chat, f"我的号是{PHONE}")
    await anna.hears()
    await until(lambda: (anna.chat, made["message_id"]) in telegram.world.deleted)
    with db.reading() as s:
        key = s.scalar(sa.select(Contact.key).where(Contact.external_id == str(anna.chat)))
    assert PHONE not in str(brain.events(key))


async def test_it_answers_every_kind_of_message(telegram):
    anna = Phone(telegram)
    kinds = [
        {"sticker": {**telegram.world.file(b"s"), "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False, "emoji": "👍"}},
        {"photo": [{**telegram.world.file(b"\xff\xd8\xff"), "width": 1, "height": 1}]},
        {"voice": {**telegram.world.file(b"OggS"), "duration": 2}},
        {"location": {"latitude": 35.2, "longitude": 105.2}},
        {"contact": {"phone_number": "+86" + PHONE, "first_name": "甲", "user_id": anna.chat}},
    ]  # fmt: skip
    for content in kinds:
        telegram.world.sends(anna.chat, **content)
        assert await anna.hears(), content


async def test_it_says_the_same_when_everything_comes_three_times(telegram):
    """Repeated updates are one message."""
    anna = Phone(telegram)
    message = telegram.world.message(anna.chat, text="你能帮我干啥")
    for _ in range(3):
        telegram.world.update(anna.chat, message=message)
    await anna.hears()
    with db.reading() as s:
        mine = sa.select(Contact.id).where(Contact.external_id == str(anna.chat)).scalar_subquery()
        assert s.scalar(sa.select(sa.func.count()).where(InboundMessage.contact_id == mine)) == 1
