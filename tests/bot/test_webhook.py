import asyncio
import contextlib

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from bot.telegram import updates, webhook
from bot.telegram.client import opened
from core import db
from core.models import InboundMessage
from tests.bot.conftest import until

ANNA = 7001
SECRET = "w" * 40


def texts():
    with db.reading() as s:
        return list(s.scalars(sa.select(InboundMessage.text).order_by(InboundMessage.id)))


@pytest.fixture
def hooked(botapi, house):
    house(TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_SECRET=SECRET)
    return botapi


@contextlib.asynccontextmanager
async def asking():
    transport = httpx.ASGITransport(Starlette(routes=webhook.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        yield client


async def post(content=None, *, secret=SECRET, path=None, **more):
    headers = {webhook.HEADER: secret} if secret is not None else {}
    async with asking() as client:
        return await client.post(path or webhook.path(), headers=headers, content=content, **more)


def update(hooked, text="一"):
    hooked.world.says(ANNA, text)
    return hooked.world.updates.pop()


async def test_it_says_done_only_after_it_is_stored(hooked):
    assert (await post(json=update(hooked))).status_code == 200
    assert texts() == ["一"]


async def test_it_stores_a_repeated_update_once(hooked):
    again = update(hooked)
    assert [(await post(json=again)).status_code for _ in range(3)] == [200, 200, 200]
    assert texts() == ["一"]


@pytest.mark.parametrize("secret", [None, "", "w" * 39, "x" * 40, "é", SECRET + "w"])
async def test_it_refuses_without_the_secret(hooked, secret):
    given = secret.encode() if secret is not None else None
    assert (await post(json=update(hooked), secret=given)).status_code == 403
    assert texts() == []


async def test_it_refuses_another_path(hooked):
    assert (await post(json=update(hooked), path="/telegram/1:test-token")).status_code == 403
    assert texts() == []


async def test_it_refuses_everything_while_polling(hooked, house):
    house(TELEGRAM_MODE="polling")
    assert (await post(json=update(hooked))).status_code == 403


async def test_it_keeps_the_token_out_of_the_path(hooked):
    assert "token" not in webhook.path()


async def test_it_refuses_a_flood(hooked):
    assert (await post(b"x" * (webhook.LONGEST + 1))).status_code == 413


@pytest.mark.parametrize("content", [b"", b"no json", b"[1]", b"[" * 100_000, b"{}", b'{"update_id": "x"}', b"\xff"])
async def test_it_does_not_ask_again_for_what_it_cannot_use(hooked, content):
    assert (await post(content)).status_code == 200
    assert texts() == []


async def test_it_asks_again_while_the_database_is_away(hooked, monkeypatch):
    def away(*_):
        raise sa.exc.OperationalError("insert", {}, Exception("away"))

    monkeypatch.setattr(updates, "store", away)
    answer = await post(json=update(hooked))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@contextlib.asynccontextmanager
async def serving(house):
    """The route behind a real server, registered with Telegram."""
    config = uvicorn.Config(Starlette(routes=webhook.routes()), port=0, ws="none", log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    house(PUBLIC_URL=f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    async with opened() as client:
        await webhook.register(client)
    yield
    server.should_exit = True
    await task


async def test_telegram_brings_everything_in_order(hooked, house, monkeypatch):
    """Through a real server: the database is away for a while, nothing is lost, order is kept, taps are answered."""
    hooked.world.says(ANNA, "早")
    async with serving(house):
        await until(lambda: texts() == ["早"])
        real = updates.store

        def away(*_):
            raise sa.exc.OperationalError("insert", {}, Exception("away"))

        monkeypatch.setattr(updates, "store", away)
        for number in range(3):
            hooked.world.says(ANNA, f"第{number}")
        await until(lambda: 503 in hooked.webhook_answers)
        monkeypatch.setattr(updates, "store", real)
        await until(lambda: texts() == ["早", "第0", "第1", "第2"])
        query = hooked.world.tap_data(ANNA, "b:x", hooked.world.bot_sends(ANNA, text="?"))
        await until(lambda: hooked.world.taps[query].answered)


async def test_it_registers_without_throwing_away_what_waits(hooked, house):
    hooked.world.says(ANNA, "早")
    house(PUBLIC_URL="https://bot.example")
    async with opened() as client:
        await webhook.register(client)
    assert hooked.webhook["secret"] == SECRET
    assert hooked.webhook["url"] == f"https://bot.example{webhook.path()}"
    assert len(hooked.world.updates) == 1
