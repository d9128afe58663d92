"""A closed page and a messenger that refuses: an SMS, else a call from the desk; never nothing."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core import clock, outbox, reach, sealing
from core.models import Contact, Escalation, InboundMessage
from tests.core import rooms
from tests.core.rooms import stand_at

PHONE = "13800000000"
CHOICES = [{"title": "挺好", "payload": "/report_job_ok"}, {"title": "有难处", "payload": "/report_work_problem"}]


@pytest.fixture
def began(monkeypatch):
    return stand_at(monkeypatch, "2026-11-25 10:00")


@pytest.fixture
def gateway(house, database):
    house(SMS_GATEWAY_URL="http://sms.test/send")


def chat(s, name="chat-1", phone=PHONE, **values):
    number = sealing.seal(s, "phone", phone).id if phone else None
    return rooms.contact(s, rooms.worker(s), name=name, phone_id=number, **values)


def put(s, contact, key="m1", kind="checkin", text="活咋样"):
    return outbox.put(s, contact, dedupe=key, text=text, kind=kind, buttons=CHOICES)


def pass_(monkeypatch, began, **span):
    moment = began + dt.timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "due_now", lambda: moment)


def test_it_waits_for_the_page_first(gateway, s, began, monkeypatch):
    message = put(s, chat(s))
    pass_(monkeypatch, began, minutes=9)
    assert (reach.run(s), message.route) == (0, None)
    pass_(monkeypatch, began, minutes=10)
    assert (reach.run(s), message.route, message.state) == (1, "sms", "ready")
    assert reach.run(s) == 0


@pytest.mark.parametrize("kind", ["notice", "caseworker"])
def test_it_sends_on_whatever_is_sent_out_of_turn(gateway, s, began, monkeypatch, kind):
    message = put(s, chat(s), kind=kind)
    pass_(monkeypatch, began, minutes=11)
    reach.run(s)
    assert message.route == "sms"


def test_it_makes_a_call_where_there_is_no_phone(gateway, s, began, monkeypatch):
    message = put(s, chat(s, phone=None))
    pass_(monkeypatch, began, minutes=11)
    reach.run(s)
    assert (message.route, message.state) == ("call", "call")


def test_it_makes_a_call_where_there_is_no_gateway(s, began, monkeypatch):
    message = put(s, chat(s))
    pass_(monkeypatch, began, minutes=11)
    reach.run(s)
    assert message.state == "call"


def test_it_leaves_answers_and_messengers_alone(gateway, s, began, monkeypatch):
    answer, telegram = put(s, chat(s), kind="reply"), put(s, chat(s, "tg", channel="telegram"), "m2")
    pass_(monkeypatch, began, minutes=11)
    assert reach.run(s) == 0
    assert (answer.route, telegram.route) == (None, None)


def test_it_leaves_what_the_page_has_fetched(gateway, s, began, monkeypatch):
    contact = chat(s)
    message = put(s, contact)
    outbox.seen(s, contact, message.n)
    pass_(monkeypatch, began, minutes=11)
    assert reach.run(s) == 0


def test_it_wakes_nobody(gateway, s, began, monkeypatch):
    asked, urgent = put(s, chat(s)), put(s, chat(s, "two", "13800000001"), "m2", kind="caseworker")
    pass_(monkeypatch, began, hours=12)
    assert reach.run(s) == 1
    assert (asked.route, urgent.route) == (None, "sms")
    pass_(monkeypatch, began, hours=22)
    assert (reach.run(s), asked.route) == (1, "sms")


def test_it_is_not_held_up_by_what_waits_for_the_page(gateway, s, began, monkeypatch):
    contact = chat(s)
    put(s, contact, "old", kind="reply")
    asked = put(s, contact)
    pass_(monkeypatch, began, minutes=11)
    reach.run(s)
    assert outbox.claim(s, "sender@x:1:a", ["sms"]).id == asked.id


def test_it_writes_an_sms_with_choices_as_digits(gateway, s, began):
    message = put(s, chat(s), text="在吗 www.x.test\n电话‹phone:1›")
    assert reach.sms(s, message) == (PHONE, "在吗\n电话****\n回数字：1 挺好 2 有难处")


def came(s, words, key="sms:1", phone=PHONE):
    return reach.sms_came(s, phone, words, key)


@pytest.fixture
def asked(gateway, s, began):
    message = put(s, chat(s))
    message.route, message.state = "sms", "sent"
    s.flush()
    return message


@pytest.mark.parametrize("words", ["2", "２", "回2", "2。", " 回复 2 ", "Reply 2"])
def test_it_takes_a_digit_as_the_button(s, asked, words):
    row = came(s, words)
    assert (row.kind, row.text) == ("button", "有难处")
    assert row.payload == {"token": asked.buttons[1]["token"], "reply_to": asked.id}


@pytest.mark.parametrize("words", ["3", "0", "2000", "挺好的", "2个月没发钱", "12"])
def test_it_takes_anything_else_as_words(s, asked, words):
    row = came(s, words)
    assert (row.kind, row.text, row.payload) == ("text", words, {"reply_to": asked.id})


def test_it_stores_an_sms_once(s, asked):
    assert came(s, "1") is not None
    assert came(s, "1") is None
    assert s.scalar(sa.select(sa.func.count()).select_from(InboundMessage)) == 1


def test_it_knows_nobody_by_another_phone(s, asked):
    assert came(s, "1", phone="13900000000") is None


def test_it_finds_the_chat_that_had_the_sms(s, asked):
    chat(s, "newer")
    assert came(s, "+86 138 0000 0000 说啥", "sms:2") is not None
    assert came(s, "1", "sms:3").contact_id == asked.contact_id


def test_it_answers_an_sms_by_sms(s, asked):
    row = came(s, "1")
    answer = put(s, s.get(Contact, row.contact_id), "a", kind="reply")
    assert reach.run(s) == 1
    assert answer.route == "sms"


def test_it_sends_on_when_a_messenger_refuses(gateway, s, began):
    contact = chat(s, channel="telegram")
    answer, notice = put(s, contact, "a", kind="reply"), put(s, contact, "n", kind="notice")
    taken = outbox.claim(s, "me", ["telegram"])
    reach.refused(s, taken.id, "me", "blocked", "Forbidden")
    s.expire_all()
    assert (answer.state, notice.state, notice.route) == ("blocked", "ready", "sms")
    assert (contact.state, contact.state_reason) == ("blocked", "Forbidden")
    (case,) = s.scalars(sa.select(Escalation)).all()
    assert (case.kind, case.detail) == ("call", "telegram: blocked")


def test_it_leaves_a_row_that_another_sender_has(gateway, s, began):
    contact = chat(s, channel="telegram")
    message = put(s, contact)
    outbox.claim(s, "other", ["telegram"])
    reach.refused(s, message.id, "me", "blocked", "Forbidden")
    assert (message.state, contact.state) == ("sending", "active")


def test_it_calls_where_the_gateway_will_not(gateway, s, began):
    message = put(s, chat(s))
    message.route = "sms"
    s.flush()
    taken = outbox.claim(s, "me", ["sms"])
    reach.no_sms(s, taken.id, "me", "gateway answered 400")
    assert (message.state, message.route) == ("call", "call")
