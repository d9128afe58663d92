"""The tests' own Bot API server says no where Telegram does."""

import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError

from bot.telegram.client import opened
from tests.bot.conftest import until

ANNA = 7001


@pytest.fixture
async def client(botapi):
    async with opened() as bot:
        yield bot


def ids(found):
    return [update["update_id"] for update in found]


async def test_it_gives_an_update_until_it_is_confirmed(botapi, client):
    for text in "一二三":
        botapi.world.says(ANNA, text)
    assert ids(await client.raw_updates(0, 0)) == ids(await client.raw_updates(0, 0)) == [1000, 1001, 1002]
    assert ids(await client.raw_updates(1001, 0)) == [1001, 1002]
    assert ids(await client.raw_updates(1001, 0)) == [1001, 1002]
    assert ids(await client.raw_updates(1003, 0)) == []


async def test_it_gives_a_hundred_at_a_time(botapi, client):
    for number in range(120):
        botapi.world.says(ANNA, str(number))
    assert len(await client.raw_updates(0, 0)) == 100
    assert len(await client.raw_updates(1100, 0)) == 20


async def test_it_falls_back_to_the_head_for_an_offset_it_does_not_know(botapi, client):
    botapi.world.update(7, message=botapi.world.message(ANNA, text="一"))
    assert ids(await client.raw_updates(5000, 0)) == [7]


async def test_it_keeps_the_last_ones_for_an_offset_below_zero(botapi, client):
    for text in "一二三":
        botapi.world.says(ANNA, text)
    assert ids(await client.raw_updates(-1, 0)) == [1002]
    assert ids(await client.raw_updates(0, 0)) == [1002]


async def test_it_holds_a_poll_until_something_comes(botapi, client):
    poll = asyncio.create_task(client.raw_updates(0, 30))
    await until(lambda: botapi.polls)
    assert not poll.done()
    botapi.world.says(ANNA, "一")
    assert ids(await asyncio.wait_for(poll, 5)) == [1000]


async def test_it_ends_a_poll_for_another_and_while_a_webhook_stands(botapi, client):
    async with opened() as other:
        poll = asyncio.create_task(client.raw_updates(0, 30))
        await until(lambda: botapi.polls)
        await other.raw_updates(0, 0)
        with pytest.raises(Conflict):
            await poll
        await client.set_webhook("https://bot.example/x")
        with pytest.raises(Conflict):
            await other.raw_updates(0, 0)


async def test_it_takes_texts_and_buttons_within_their_limits(botapi, client):
    await client.send_message(ANNA, "x" * 4096)
    for text in ("x" * 4097, "😀" * 2049, " \n"):
        with pytest.raises(BadRequest):
            await client.send_message(ANNA, text)
    button = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="二" * 21)]])
    await client.send_message(ANNA, "好", reply_markup=button)
    with pytest.raises(BadRequest):
        await client.send_message(ANNA, "好", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="二" * 22)]]))  # fmt: skip


async def test_it_refuses_an_edit_that_changes_nothing(botapi, client):
    sent = await client.send_message(ANNA, "好")
    with pytest.raises(BadRequest, match="not modified"):
        await client.edit_message_text("好", ANNA, sent.message_id)
    with pytest.raises(BadRequest, match="not found"):
        await client.edit_message_text("好", ANNA, 999)


async def test_it_takes_the_answer_to_a_tap_once(botapi, client):
    query = botapi.world.tap_data(ANNA, "b:1", botapi.world.bot_sends(ANNA, text="?"))
    assert await client.answer_callback_query(query)
    for name in (query, "q0"):
        with pytest.raises(BadRequest, match="too old"):
            await client.answer_callback_query(name)


async def test_it_takes_and_gives_files(botapi, client):
    sent = await client.send_document(ANNA, b"words", filename="a.txt")
    assert bytes(await (await client.get_file(sent.document.file_id)).download_as_bytearray()) == b"words"
    botapi.world.files["huge"] = b"x" * (20 * 2**20 + 1)
    with pytest.raises(BadRequest, match="too big"):
        await client.get_file("huge")
    with pytest.raises(BadRequest):
        await client.send_photo(ANNA, b"x", caption="x" * 1025)


async def test_it_knows_who_blocked_the_bot(botapi, client):
    botapi.world.membership(ANNA, "member", "kicked")
    with pytest.raises(Forbidden):
        await client.send_message(ANNA, "好")


async def test_it_does_it_and_loses_the_answer(botapi, client):
    botapi.fault("sendMessage", "lost")
    with pytest.raises(NetworkError):
        await client.send_message(ANNA, "好")
    assert botapi.world.texts(ANNA) == ["好"]


async def test_it_knows_its_token_and_its_methods(botapi, client, house):
    with pytest.raises(InvalidToken):
        await client.do_api_request("noSuchThing")
    house(TELEGRAM_TOKEN="2:other")
    async with opened() as stranger:
        with pytest.raises(InvalidToken):
            await stranger.send_message(ANNA, "好")
