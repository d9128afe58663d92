import datetime as dt

import pytest
import sqlalchemy as sa

from bot.telegram import updates
from core import clock, outbox, sealing, states
from core.models import ButtonToken, Contact, Escalation, InboundMessage, Media, OutboundMessage
from tests.botapi.world import World
from tests.conftest import BOTH
from tests.core import rooms

pytestmark = pytest.mark.parametrize("database", BOTH, indirect=True)
ANNA = 7001
GROUP = -1009


@pytest.fixture
def world():
    return World()


@pytest.fixture
def take(s, world):
    """Store what waits; returns the inbox in order."""

    def run():
        updates.store(s, world.updates)
        world.updates.clear()
        return list(s.scalars(sa.select(InboundMessage).order_by(InboundMessage.id)))

    return run


def outgoing(s):
    return list(s.scalars(sa.select(OutboundMessage).order_by(OutboundMessage.id)))


def test_it_stores_words_once(s, world, take):
    world.says(ANNA, "我想找电焊工的活")
    world.updates *= 3
    (row,) = take()
    assert (row.kind, row.text, row.state, row.source_key) == ("text", "我想找电焊工的活", "new", "tg:1000")
    contact = s.get(Contact, row.contact_id)
    assert (contact.channel, contact.external_id, contact.language) == ("telegram", str(ANNA), "zh")


def test_it_takes_an_update_id_that_comes_again_after_a_quiet_week(s, world, take, monkeypatch):
    began = clock.now()
    world.says(ANNA, "一")
    take()
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(days=8))
    world.update(1000, message=world.message(ANNA, text="二"))
    world.updates *= 2
    assert [row.text for row in take()] == ["一", "二"]


@pytest.mark.parametrize(
    ("said", "intent", "entities"),
    [
        ("/start", "start", {}),
        ("/start 123456", "start", {"value": "123456"}),
        ("/start@test_bot 123456", "start", {"value": "123456"}),
        ("/start {x} y", "start", {}),
        ("/help", "help", {}),
        ("/privacy", "ask_privacy", {}),
        ("/mydata", "show_profile", {}),
        ("/delete", "delete_my_data", {}),
        ("/STOP", "stop_reminders", {}),
        ("/language", "switch_language", {}),
    ],
)
def test_it_knows_its_commands(world, take, said, intent, entities):
    world.says(ANNA, said)
    (row,) = take()
    assert (row.kind, row.payload["intent"], row.payload["entities"]) == ("start", intent, entities)
    assert "123456" not in row.text


@pytest.mark.parametrize("said", ['/inform{"own": "yes"}', "/restart", "/delete_my_data", " /start", "/ start"])
def test_it_takes_what_only_looks_like_a_command_as_words(world, take, said):
    world.says(ANNA, said)
    (row,) = take()
    assert row.kind == "start" if said == " /start" else (row.kind, row.text) == ("text", said)


def test_it_seals_a_number_and_lets_the_message_vanish(s, world, take):
    made = world.says(ANNA, "我的号码13800000000")
    (row,) = take()
    assert sealing.PLACEHOLDER.search(row.text)
    assert "13800000000" not in row.text
    assert list(states.with_prefix(s, updates.TO_DELETE)) == [f"{ANNA}:{made['message_id']}"]
    assert [m.dedupe for m in outgoing(s)] == ["tg:1000:deleted"]


def test_it_keeps_no_number_out_of_a_name(s, world, take):
    world.says(ANNA, "你好")
    user = type("User", (), {"full_name": "张三13800000000", "language_code": "zh"})
    assert updates._contact(s, ANNA, user).display_name == "张三****"


def test_it_takes_a_tap_as_its_token(s, world, take):
    world.says(ANNA, "你好")
    (first,) = take()
    contact = s.get(Contact, first.contact_id)
    asked = outbox.put(s, contact, dedupe="q", text="要哪个", buttons=[{"title": "找工作", "payload": "/search_jobs"}])
    token = asked.buttons[0]["token"]
    world.tap_data(ANNA, token, world.message(ANNA, text="要哪个"))
    world.tap_data(ANNA, "b:somebody-elses-one", world.message(ANNA, text="x"))
    _, row, strange = take()
    assert (row.kind, row.text, row.payload["token"]) == ("button", "找工作", token)
    assert (strange.kind, strange.text) == ("button", "")
    assert s.scalar(sa.select(sa.func.count()).select_from(ButtonToken)) == 1


def test_it_takes_the_words_of_a_key_as_its_button(s, world, take):
    world.says(ANNA, "你好")
    (first,) = take()
    keys = [{"title": "没有手机", "payload": '/choose{"field": "phone", "value": "none"}'}]
    outbox.put(s, s.get(Contact, first.contact_id), dedupe="q", text="电话?", buttons=keys, ask_for="phone")
    world.says(ANNA, "没有手机")
    assert take()[1].kind == "button"


def test_it_finds_the_message_that_is_replied_to(s, world, take):
    world.says(ANNA, "你好")
    (first,) = take()
    sent = outbox.put(s, s.get(Contact, first.contact_id), dedupe="q", text="咋样")
    shown = world.bot_sends(ANNA, text="咋样")
    sent.provider_id = str(shown["message_id"])
    s.flush()
    world.says(ANNA, "还行", reply_to=shown["message_id"])
    assert take()[1].payload["reply_to"] == sent.id


@pytest.mark.parametrize(("user_id", "own"), [(ANNA, True), (8, False), (None, False)])
def test_it_trusts_a_contact_card_only_from_its_owner(s, world, take, user_id, own):
    card = {"phone_number": "+8613800000000", "first_name": "甲"} | ({"user_id": user_id} if user_id else {})
    world.sends(ANNA, contact=card)
    (row,) = take()
    assert row.kind == "contact"
    assert row.payload["own"] is own
    assert "13800000000" not in str(row.payload)
    assert isinstance(row.payload["phone_id"], int)


def test_it_takes_places_stickers_and_files(s, world, take):
    world.sends(ANNA, location={"latitude": 35.2, "longitude": 105.2})
    world.sends(ANNA, sticker={**world.file(b"x"), "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False, "emoji": "👍"})  # fmt: skip
    world.sends(ANNA, photo=[{**world.file(b"small"), "width": 1, "height": 1}, {**world.file(b"large"), "width": 9, "height": 9}], caption="工牌")  # fmt: skip
    world.sends(ANNA, voice={**world.file(b"ogg"), "duration": 2})
    world.sends(ANNA, document={**world.file(b"doc"), "file_size": 30 * 2**20})
    rows = take()
    assert [row.kind for row in rows] == ["location", "sticker", "photo", "voice", "document"]
    assert rows[0].payload["latitude"] == 35.2
    assert (rows[1].text, rows[2].text) == ("👍", "工牌")
    files = list(s.scalars(sa.select(Media).order_by(Media.id)))
    assert [file.kind for file in files] == ["photo", "voice", "document"]
    assert [row.payload["media_id"] for row in rows[2:]] == [file.id for file in files]
    assert files[0].size == 5
    assert files[2].path == "gone:TooBig"


def test_it_lets_words_be_put_right_only_while_they_are_the_newest(s, world, take):
    first = world.says(ANNA, "我在广东")
    take()
    world.edits(ANNA, first["message_id"], "我在福建")
    assert [(row.kind, row.state) for row in take()] == [("text", "new"), ("edit", "new")]
    world.says(ANNA, "谢谢")
    take()
    world.edits(ANNA, first["message_id"], "我在浙江")
    assert take()[-1].state == "ignored"


def test_it_stops_for_who_blocks_and_goes_on_for_who_comes_back(s, world, take, house):
    office = rooms.office(s)
    worker = rooms.worker(s)
    world.says(ANNA, "你好")
    (first,) = take()
    contact = s.get(Contact, first.contact_id)
    contact.worker_id, contact.office_id = worker.id, office.id
    reply = outbox.put(s, contact, dedupe="r", text="好")
    asked = outbox.put(s, contact, dedupe="c", text="咋样", kind="checkin")
    world.membership(ANNA, "member", "kicked")
    take()
    s.expire_all()
    assert (contact.state, reply.state, asked.state) == ("blocked", "blocked", "call")
    assert [case.kind for case in s.scalars(sa.select(Escalation))] == ["call"]
    world.membership(ANNA, "kicked", "member")
    take()
    assert contact.state == "active"


def test_it_keeps_nothing_that_is_said_in_a_group(s, world, take):
    world.sends(GROUP, text="/start 我的号13800000000")
    world.sends(GROUP, text="@test_bot 再说一次")
    assert take() == []
    (told,) = outgoing(s)
    assert "单独" in told.text


def test_it_follows_a_group_that_moves(s, world, take):
    world.sends(GROUP, text="@test_bot 在吗")
    take()
    world.sends(GROUP, migrate_to_chat_id=GROUP - 1)
    world.sends(GROUP - 1, migrate_from_chat_id=GROUP)
    take()
    assert list(s.scalars(sa.select(Contact.external_id))) == [str(GROUP - 1)]


@pytest.mark.parametrize(
    "junk",
    [
        {"message": "no object"},
        {"message": {}},
        {"message": {"message_id": 1, "date": 0, "chat": {"id": ANNA, "type": "private"}, "from": {"id": "x"}}},
        {"message": {"message_id": 1, "date": "soon", "chat": {"id": ANNA, "type": "private"}}},
        {"callback_query": {"id": 1}},
        {"edited_message": {"chat": {"id": ANNA}}},
        {"poll": {"id": "1"}},
        {"nobody_knows_this": {"a": [1, {"b": None}]}},
        {},
    ],
)
def test_it_steps_over_what_cannot_be_stored(s, world, take, junk):
    world.says(ANNA, "前")
    world.update(**junk)
    world.says(ANNA, "后")
    texts = [row.text for row in take() if row.kind == "text"]
    assert texts == ["前", "后"]
    assert all(row.state == "dead" for row in take() if row.kind == "other")


def test_it_takes_letters_that_no_database_takes(world, take):
    world.says(ANNA, "好\x00的\ud83d")
    assert take()[0].text == "好的?"


def test_it_tells_once_who_writes_faster_than_a_person(s, world, take):
    for number in range(70):
        world.says(ANNA, f"第{number}条")
    assert len(take()) == 60
    assert len(outgoing(s)) in (1, 2)  # two where a minute began in between
