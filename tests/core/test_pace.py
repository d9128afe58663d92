"""Nothing goes faster than Telegram takes it, however many senders there are."""

import datetime as dt

from core import clock, outbox, pace
from tests.core.rooms import contact, stand_at

ALL = ("telegram",)


def chat(s, name):
    return contact(s, name=name, channel="telegram")


def send(s, to, key):
    outbox.put(s, to, dedupe=key, text="好")
    taken = outbox.claim(s, "sender@x:1:a", ALL, without=pace.now(s).without)
    return taken is not None and outbox.settle(s, taken.id, "sender@x:1:a", "sent")


def later(monkeypatch, began, **span):
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(**span))


def test_it_lets_three_go_to_a_chat_at_once_and_then_one_a_second(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    anna, ben = chat(s, "7001"), chat(s, "7002")
    assert [send(s, anna, f"a{n}") for n in range(4)] == [True, True, True, False]
    assert send(s, ben, "b0")
    later(monkeypatch, began, seconds=2.9)
    assert anna.id in pace.now(s).without
    later(monkeypatch, began, seconds=3.1)
    assert anna.id not in pace.now(s).without


def test_it_sends_twenty_a_minute_to_a_group(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    group = chat(s, "-1009")
    for number in range(20):
        later(monkeypatch, began, seconds=2 * number)
        assert send(s, group, f"g{number}")
    later(monkeypatch, began, seconds=59)
    assert group.id in pace.now(s).without
    later(monkeypatch, began, seconds=61)
    assert group.id not in pace.now(s).without


def test_it_keeps_to_the_rate_over_all_chats(s, house, database, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    for number in range(25):
        assert pace.now(s).wait <= 0
        assert send(s, chat(s, str(number)), str(number))
    assert pace.now(s).wait == 1
    later(monkeypatch, began, seconds=1)
    assert pace.now(s).wait == 0


def test_it_keeps_to_a_rate_below_one(s, monkeypatch):
    monkeypatch.setenv("SEND_RATE", "0.5")
    pace.settings.cache_clear()
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    send(s, chat(s, "1"), "a")
    later(monkeypatch, began, seconds=1)
    assert pace.now(s).wait == 1


def test_it_is_silent_for_as_long_as_telegram_said(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    pace.halt(s, 30)
    pace.halt(s, 5)
    assert pace.now(s).wait == 30
    later(monkeypatch, began, seconds=30)
    assert pace.now(s).wait == 0
