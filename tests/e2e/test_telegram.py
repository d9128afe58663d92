"""The house over Telegram, through the tests' strict Bot API server: by polling and by webhook."""

import asyncio
import contextlib
import datetime as dt
import itertools
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from bot import sender
from bot.telegram import poller, webhook
from core import checkins, clock, config, db, demo, escalations
from core.models import Contact, Escalation, InboundMessage, OutboundMessage, State, User
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


@pytest.fixture
def tuesday(brain):
    """The demo's clock stands at ten in the morning of a Tuesday, and goes on by itself."""

    def ahead(**span):
        with db.writing() as s:
            demo.clock_advance(s, dt.timedelta(**span))

    now = clock.local(clock.now())
    morning = now.replace(hour=10, minute=0, second=0) + dt.timedelta(days=(1 - now.weekday()) % 7 or 7)
    with db.writing() as s:
        demo.clock_set(s, morning)
    yield ahead
    with db.writing() as s:
        s.execute(sa.delete(State).where(State.key == "clock_offset_seconds"))


async def test_it_goes_from_the_first_word_to_the_takeover(telegram, tuesday):
    anna = Phone(telegram)
    await anna.says("/start")
    await anna.says("我腰不好，想在家附近找点活干")
    assert "平襄镇" in await anna.says("通渭县平襄镇")
    await anna.taps("报第1个")
    assert "名字" in await anna.taps("行")
    await anna.says("王小禾")
    assert "手机号" in await anna.says("45岁")
    assert "隔阵子" in await anna.taps("跳过")
    await anna.taps("行")
    assert "对吗" in await anna.taps("行")
    assert "报上了" in await anna.taps("对，存上")
    assert "在哪家" in await anna.says("我周一上班了")
    assert "好事" in await anna.taps(anna.buttons()[0])
    assert "我问你一声" in await anna.says("2200")
    tuesday(days=3)
    for _ in range(5):  # the demo's people without a chat come first, some in each run of the scheduler
        await db.write(lambda s: checkins.send_due(s, clock.due_now()))
    assert "有空回个话" in await anna.hears()
    assert "联系你" in await anna.says("工钱还没发")
    case, helper = await db.write(taken, anna)
    assert "下面是真人" in await anna.hears()
    await db.write(lambda s: escalations.reply(s, s.get(Escalation, case), s.get(User, helper), "哪天该发？", "r1"))
    assert "哪天该发" in await anna.hears()
    telegram.world.says(anna.chat, "20号")
    await until(lambda: "20号" in written(anna), ANSWER)
    await db.write(lambda s: escalations.hand_back(s, s.get(Escalation, case), s.get(User, helper)))
    assert "助手" in await anna.hears()
    assert "报第" in "".join(await anna.says("还有别的活吗") and anna.buttons())


def taken(s, phone):
    """Their wage case, taken by a caseworker."""
    mine = sa.select(Contact.id).where(Contact.external_id == str(phone.chat)).scalar_subquery()
    case = s.scalar(sa.select(Escalation).where(Escalation.contact_id == mine, Escalation.kind == "wage"))
    helper = s.scalar(sa.select(User).where(User.login == "helper"))
    escalations.take(s, case, helper)
    return case.id, helper.id


def written(phone):
    """What they wrote while a person held the chat."""
    with db.reading() as s:
        mine = sa.select(Contact.id).where(Contact.external_id == str(phone.chat)).scalar_subquery()
        held = sa.select(InboundMessage.text).where(InboundMessage.contact_id == mine, InboundMessage.state == "held")
        return list(s.scalars(held))
