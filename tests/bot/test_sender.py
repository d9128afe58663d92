import asyncio
import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys

import httpx
import pytest
import sqlalchemy as sa

from bot import sender
from bot.telegram import chores, updates
from bot.telegram.client import opened
from core import clock, contacts, db, media, outbox, pace, sealing, states
from core.config import ROOT
from core.models import Contact, Escalation, Media, OutboundMessage, SendAttempt
from tests.bot.conftest import until
from tests.botapi import errors
from tests.conftest import BOTH
from tests.core import rooms

ANNA, BEN, GROUP = 7001, 7002, -1009
SHORT = [{"title": "好", "payload": "/affirm"}, {"title": "不", "payload": "/deny"}]


def put(chat=ANNA, text="好", key="m1", **values):
    with db.writing() as s:
        contact = contacts.of_channel(s, "telegram", str(chat))
        return outbox.put(s, contact, dedupe=key, text=text, **values).id


def row(message_id):
    with db.reading() as s:
        found = s.get(OutboundMessage, message_id)
        s.expunge(found)
        return found


def state(message_id):
    return row(message_id).state


def tries():
    with db.reading() as s:
        return list(s.scalars(sa.select(SendAttempt.result).order_by(SendAttempt.id)))


@contextlib.asynccontextmanager
async def sending():
    """A sender beside the test."""
    stopping = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(opened()) if "telegram" in sender.routes() else None
        http = await stack.enter_async_context(httpx.AsyncClient())
        task = asyncio.create_task(sender.Sender(client, http).run(stopping))
        yield
        stopping.set()
        await asyncio.wait_for(task, 8)


@pytest.fixture
def soon(monkeypatch):
    """What is tried again is tried at once."""
    monkeypatch.setattr(outbox, "FIRST_WAIT", 0.0)


async def test_it_sends_and_keeps_the_number_it_was_given(botapi):
    message = put(buttons=SHORT)
    async with sending():
        await until(lambda: state(message) == "sent")
    (shown,) = botapi.world.sent
    assert row(message).provider_id == str(shown["message_id"])
    (buttons,) = shown["reply_markup"]["inline_keyboard"]
    assert [button["text"] for button in buttons] == ["好", "不"]
    assert all(len(button["callback_data"].encode()) <= 64 for button in buttons)
    assert tries() == ["sent"]


async def test_it_puts_long_titles_below_each_other(botapi):
    message = put(buttons=[*SHORT, {"title": "工资还没有发下来", "payload": "/report_wage_problem"}])
    async with sending():
        await until(lambda: state(message) == "sent")
    assert [len(row) for row in botapi.world.sent[0]["reply_markup"]["inline_keyboard"]] == [1, 1, 1]


@pytest.mark.parametrize(("asked", "key"), [("phone", "request_contact"), ("location", "request_location")])
async def test_it_offers_a_key_where_the_phone_or_the_place_is_asked(botapi, asked, key):
    message = put(ask_for=asked, buttons=[{"title": "跳过", "payload": "/deny"}])
    async with sending():
        await until(lambda: state(message) == "sent")
    ((_, shown),) = botapi.world.keyboards.items()
    rows = shown["keyboard"]
    assert rows[0][0][key] is True
    assert rows[1][0]["text"] == "跳过"


async def test_it_takes_the_keys_away_with_the_next_plain_message(botapi):
    put(ask_for="phone")
    put(key="m2", buttons=SHORT)
    last = put(key="m3")
    async with sending():
        await until(lambda: state(last) == "sent")
    assert ["keyboard" in keys for keys in botapi.world.keyboards.values()] == [True, False]
    assert [keys.get("remove_keyboard") for keys in botapi.world.keyboards.values()] == [None, True]
    assert "reply_markup" in botapi.world.sent[1]


async def test_it_shows_no_sealed_number_and_reads_no_markup(botapi):
    message = put(text="<b>您好</b> *_[x](y) ‹phone:1›")
    async with sending():
        await until(lambda: state(message) == "sent")
    assert botapi.world.texts(ANNA) == ["<b>您好</b> *_[x](y) ****"]


async def test_it_sends_a_long_text_in_parts_in_order(botapi):
    text = "".join(f"第{number}行：您好。\n" for number in range(500))
    message = put(text=text, buttons=SHORT)
    async with sending():
        await until(lambda: state(message) == "sent", 20)
    assert len(botapi.world.sent) == 3
    assert "".join(botapi.world.texts(ANNA)).replace("\n", "") == text.replace("\n", "")
    assert ["reply_markup" in shown for shown in botapi.world.sent] == [False, False, True]


async def test_it_waits_exactly_as_told_and_so_does_everybody(botapi, monkeypatch):
    botapi.fault("sendMessage", refused=errors.too_many(40), chat_id=ANNA)
    first, second = put(), put(BEN, key="m2")
    async with sending():
        await until(lambda: state(first) == "ready" and row(first).not_before)
        with db.reading() as s:
            assert 38 < pace.now(s).wait <= 40
        assert 38 < (row(first).not_before - clock.now()).total_seconds() <= 40
        before = len(botapi.world.sent)
        ahead = clock.now() + dt.timedelta(seconds=41)
        monkeypatch.setattr(clock, "now", lambda: ahead)
        await until(lambda: state(first) == state(second) == "sent")
    assert before <= 1
    assert len(botapi.world.sent) == 2


@pytest.mark.parametrize("kind", ["cut", "html", "lost"])
async def test_it_tries_again_when_the_network_fails(botapi, soon, kind):
    botapi.fault("sendMessage", kind)
    message = put()
    async with sending():
        await until(lambda: state(message) == "sent")
    assert len(botapi.world.sent) == (2 if kind == "lost" else 1)


async def test_it_sends_nothing_twice_that_must_come_once_only(botapi, soon):
    botapi.fault("sendMessage", "lost")
    message = put(once_only=True)
    async with sending():
        await until(lambda: state(message) == "uncertain")
    assert len(botapi.world.sent) == 1
    assert tries() == ["unknown"]


async def test_it_tries_again_when_nobody_is_there(botapi, soon, house):
    message = put(once_only=True)
    house(TELEGRAM_API_BASE="http://127.0.0.1:9")
    async with sending():
        await until(lambda: "later" in tries())
    assert state(message) == "ready"


@pytest.mark.parametrize(
    ("refused", "left"),
    [(errors.blocked(), "blocked"), (errors.bad("chat not found"), "gone")],
)
async def test_it_stops_for_who_cannot_be_reached_and_tells_the_desk(botapi, refused, left):
    botapi.fault("sendMessage", refused=refused, chat_id=ANNA)
    with db.writing() as s:
        contact = contacts.of_channel(s, "telegram", str(ANNA))
        contact.worker_id = rooms.worker(s).id
    first, second, asked = put(kind="notice"), put(key="m2"), put(key="m3", kind="checkin")
    other = put(BEN, key="m4")
    async with sending():
        await until(lambda: state(other) == "sent" and not {"ready", "sending"} & {state(m) for m in (first, second)})
    assert [state(m) for m in (first, second, asked)] == ["call", "blocked", "call"]
    with db.reading() as s:
        assert s.scalar(sa.select(Contact.state).where(Contact.external_id == str(ANNA))) == left
        assert [case.kind for case in s.scalars(sa.select(Escalation))] == ["call"]
    assert tries().count("never") == 1


async def test_it_gives_up_what_telegram_will_never_take(botapi):
    botapi.fault("sendMessage", refused=errors.bad("message text is empty"), chat_id=ANNA)
    message = put()
    async with sending():
        await until(lambda: state(message) == "dead")
    assert "text is empty" in row(message).error


async def test_it_follows_a_group_that_has_moved(botapi):
    botapi.world.moved[GROUP] = GROUP - 1
    message = put(GROUP)
    async with sending():
        await until(lambda: state(message) == "sent")
    assert botapi.world.texts(GROUP - 1) == ["好"]
    with db.reading() as s:
        assert s.scalar(sa.select(Contact.external_id)) == str(GROUP - 1)


async def test_it_keeps_the_outcome_while_the_database_is_away(botapi, monkeypatch):
    real, calls = outbox.settle, []

    def away(*args, **more):
        calls.append(args)
        if len(calls) == 1:
            raise sa.exc.OperationalError("update", {}, Exception("away"))
        return real(*args, **more)

    monkeypatch.setattr(sender.outbox, "settle", away)
    message = put()
    async with sending():
        await until(lambda: state(message) == "sent")
    assert len(botapi.world.sent) == 1


async def test_it_leaves_the_pages_messages_alone(botapi):
    with db.writing() as s:
        page = outbox.put(s, contacts.of_channel(s, "web", "w"), dedupe="w", text="好").id
    message = put()
    async with sending():
        await until(lambda: state(message) == "sent")
    assert state(page) == "ready"


def spawn():
    return subprocess.Popen(
        [sys.executable, "-m", "bot.sender"], cwd=ROOT, env=dict(os.environ),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("database", BOTH, indirect=True)
async def test_it_doubles_at_most_the_message_in_hand_when_it_is_killed(botapi):
    """Killed after Telegram took a message and before that was kept."""
    chats = [7100 + number for number in range(12)]
    rows = [put(chat, f"给{chat}", key=str(chat)) for chat in chats]
    botapi.fault("sendMessage", "late", seconds=60, chat_id=chats[5])
    process = spawn()
    await until(lambda: botapi.world.texts(chats[5]), 30)
    await until(lambda: sum(state(m) == "sent" for m in rows) == 11, 30)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    with db.writing() as s:
        assert outbox.recover(s) == 1
    process = spawn()
    await until(lambda: all(state(m) == "sent" for m in rows), 30)
    process.terminate()
    assert process.wait(10) == 0
    copies = [len(botapi.world.texts(chat)) for chat in chats]
    assert copies == [1] * 5 + [2] + [1] * 6


async def test_it_tells_telegram_of_itself_and_does_the_chores(botapi, house):
    house(TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_SECRET="w" * 32, PUBLIC_URL="https://bot.example")
    botapi.world.says(ANNA, "我的号码13800000000")
    with db.writing() as s:
        updates.store(s, botapi.world.updates)
    stopping = asyncio.Event()
    task = asyncio.create_task(sender.main(stopping))
    await until(lambda: botapi.webhook and botapi.methods.commands and botapi.world.deleted)
    stopping.set()
    await asyncio.wait_for(task, 8)
    assert botapi.webhook["secret"] == "w" * 32
    assert {command["command"] for command in botapi.methods.commands} == set(updates.COMMANDS)


async def test_it_rests_where_nothing_is_sent_from_here(database):
    stopping = asyncio.Event()
    stopping.set()
    await asyncio.wait_for(sender.main(stopping), 2)


# -- files and messages that must vanish -----------------------------------------------------------------------------


async def test_it_fetches_files_and_reads_their_type_from_what_they_are(botapi, house):
    png = b"\x89PNG\r\n\x1a\n" + bytes(32)
    photo = [{**botapi.world.file(png), "width": 1, "height": 1}]
    botapi.world.sends(ANNA, photo=photo)
    botapi.world.sends(ANNA, document={**botapi.world.file(b"x"), "file_name": "a.exe", "mime_type": "image/png"})
    with db.writing() as s:
        updates.store(s, botapi.world.updates)
    botapi.world.files.popitem()
    async with opened() as client:
        assert await chores.run_once(client) == 2
        assert await chores.run_once(client) == 0
    with db.reading() as s:
        first, second = s.scalars(sa.select(Media).order_by(Media.id)).all()
        assert (first.content_type, first.size) == ("image/png", len(png))
        assert media.path_of(first).read_bytes() == png
        assert media.path_of(second) is None


async def test_it_deletes_on_telegram_what_held_a_number(botapi):
    made = botapi.world.says(ANNA, "我的号码13800000000")
    botapi.world.says(ANNA, "我的年龄43")
    with db.writing() as s:
        updates.store(s, botapi.world.updates)
    botapi.fault("deleteMessage", "cut")
    async with opened() as client:
        assert await chores.run_once(client) == 0
        assert await chores.run_once(client) == 1
    assert botapi.world.deleted == [(ANNA, made["message_id"])]
    with db.reading() as s:
        assert not states.with_prefix(s, updates.TO_DELETE)


async def test_it_asks_the_person_to_delete_what_it_cannot(botapi):
    made = botapi.world.says(ANNA, "我的号码13800000000")
    with db.writing() as s:
        updates.store(s, botapi.world.updates)
    botapi.fault("deleteMessage", refused=errors.bad("message can't be deleted"))
    async with opened() as client:
        assert await chores.run_once(client) == 1
    with db.reading() as s:
        told = list(s.scalars(sa.select(OutboundMessage.dedupe).order_by(OutboundMessage.id)))
    assert told[-1] == f"tg:{ANNA}:{made['message_id']}:not-deleted"


# -- SMS -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def gateway(house, database, monkeypatch):
    """A gateway that keeps what it is given and answers what the test says."""
    house(SMS_GATEWAY_URL="http://sms.test/send")
    got, answers = [], []

    async def hear(_, url, *, json, timeout):
        got.append(json)
        answer = answers.pop(0) if answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)

    monkeypatch.setattr(httpx.AsyncClient, "post", hear)
    return got, answers


def by_sms(once_only=False):
    with db.writing() as s:
        contact = contacts.of_channel(s, "web", "w")
        contact.phone_id = sealing.seal(s, "phone", "13800000000").id
        message = outbox.put(
            s, contact, dedupe="c", text="在吗 https://x.test/a看看\n活咋样", buttons=SHORT, kind="checkin",
            once_only=once_only,
        )  # fmt: skip
        message.route = "sms"
        return message.id


async def test_it_sends_an_sms_with_digits_and_without_links(gateway):
    message = by_sms()
    async with sending():
        await until(lambda: state(message) == "sent")
    assert gateway[0] == [
        {"to": "13800000000", "text": "在吗看看\n活咋样\n回数字：1 好 2 不", "id": f"wengang-{message}"}
    ]


@pytest.mark.parametrize(
    ("answer", "once_only", "left"),
    [
        (400, False, "call"),
        (503, False, "sent"),
        (httpx.ConnectError("x"), True, "sent"),
        (httpx.ReadTimeout("x"), False, "sent"),
        (httpx.ReadTimeout("x"), True, "uncertain"),
    ],
)
async def test_it_settles_what_the_gateway_says(gateway, soon, answer, once_only, left):
    gateway[1].append(answer)
    message = by_sms(once_only)
    async with sending():
        await until(lambda: state(message) == left)
