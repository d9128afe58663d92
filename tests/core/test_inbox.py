"""The one door in: once, in order, sealed; what a person holds never reaches the bot."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from core import clock, contacts, db, escalations, inbox, outbox, sealing
from core.models import Contact, InboundMessage
from tests.core.rooms import contact, office, stand_at

PHONE = "14200000001"


def say(s, chat, key, text="你好", **values):
    return inbox.put(s, chat, source_key=key, kind="text", text=text, **values)


def test_it_stores_a_message_once(s):
    chat = contact(s)
    assert say(s, chat, "web:1").n == 1
    assert say(s, chat, "web:1") is None
    assert s.scalar(sa.select(sa.func.count()).select_from(InboundMessage)) == 1


def test_it_numbers_both_directions_in_order(s):
    chat = contact(s)
    say(s, chat, "web:1")
    outbox.put(s, chat, dedupe="r1", text="好")
    say(s, chat, "web:2", "再见")
    assert [(line["n"], line["from_"]) for line in inbox.transcript(s, chat)] == [
        (1, "worker"),
        (2, "bot"),
        (3, "worker"),
    ]
    assert [line["n"] for line in inbox.transcript(s, chat, after_n=1, limit=1)] == [2]


def test_it_seals_numbers_before_they_are_stored(s):
    chat = contact(s)
    row = say(s, chat, "web:1", f"我的电话{PHONE}", payload={"phone": PHONE, "note": ["打", PHONE]})
    assert PHONE not in row.text
    assert PHONE not in str(row.payload)
    number = sealing.find(s, "phone", PHONE)
    assert row.payload["phone_id"] == number.id
    assert sealing.unseal(number) == PHONE
    assert inbox.transcript(s, chat)[0]["text"] == "我的电话****"


def test_it_keeps_what_a_person_holds_from_the_bot(s):
    home = office(s)
    chat = contact(s, office=home)
    case = escalations.open_case(s, chat, "person_wanted", key="k")
    contacts.hold(s, chat, case.id)
    row = say(s, chat, "web:1")
    assert (row.state, row.case_id) == ("held", case.id)
    contacts.release(s, chat)
    resumed = s.scalars(sa.select(InboundMessage).order_by(InboundMessage.n.desc())).first()
    assert (resumed.kind, resumed.payload["intent"], resumed.state) == ("internal", "resume", "new")


def test_it_stores_a_button_with_its_words(s):
    chat = contact(s)
    shown = outbox.put(s, chat, dedupe="q", text="?", buttons=[{"title": "好", "payload": "/affirm"}])
    row = inbox.put(s, chat, source_key="tap", kind="button", payload={"token": shown.buttons[0]["token"]})
    assert row.text == "好"


def test_it_refuses_more_than_a_person_can_write(s, monkeypatch):
    chat = contact(s)
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    for number in range(60):
        say(s, chat, f"web:{number}").state = "done"
    with pytest.raises(inbox.TooMany) as refusal:
        say(s, chat, "web:60")
    assert refusal.value.after == 60
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(seconds=61))
    assert say(s, chat, "web:60").n == 61


def test_it_refuses_when_too_much_waits(s, monkeypatch):
    chat = contact(s)
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    for number in range(inbox.WAITING):
        monkeypatch.setattr(clock, "now", lambda n=number: began + dt.timedelta(seconds=2 * n))
        say(s, chat, f"web:{number}")
    with pytest.raises(inbox.TooMany):
        say(s, chat, "web:last")


def test_it_gives_each_of_two_writers_a_number_of_its_own(database):
    with db.writing() as s:
        chat_id = contact(s).id
    start = threading.Barrier(2)

    def write(name):
        start.wait()
        for number in range(10):
            with db.writing() as s:
                say(s, s.get(Contact, chat_id), f"{name}:{number // 2}")  # each message comes twice

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with db.reading() as s:
        rows = s.execute(sa.select(InboundMessage.n, InboundMessage.source_key).order_by(InboundMessage.n)).all()
    assert [n for n, _ in rows] == list(range(1, 11))
    assert [key for _, key in rows if key[0] == "a"] == [f"a:{n}" for n in range(5)]


def test_it_stores_one_message_that_two_bring_at_once_only_once(database):
    with db.writing() as s:
        chat_id = contact(s).id
    start, stored = threading.Barrier(2), []

    def write():
        start.wait()
        with db.writing() as s:
            stored.append(say(s, s.get(Contact, chat_id), "same") is not None)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(stored) == [False, True]
