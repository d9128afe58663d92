"""The one door out: one row per effect, in order, claimed by one, never lost and never silently twice."""

import datetime as dt
import os
import threading

import pytest
import sqlalchemy as sa

from core import clock, db, leases, outbox
from core.models import OutboundMessage, SendAttempt
from tests.core.rooms import contact, stand_at

ALL = ("web", "telegram", "sms")
OTHER = "sender@elsewhere:1:aa"


def put(s, chat, key="m1", text="好", **values):
    return outbox.put(s, chat, dedupe=key, text=text, **values)


def later(monkeypatch, began, **span):
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(**span))


def test_it_writes_the_same_effect_once(s):
    chat = contact(s)
    assert put(s, chat).id == put(s, chat, text="又").id
    assert s.scalar(sa.select(sa.func.count()).select_from(OutboundMessage)) == 1


def test_it_sends_in_order_one_at_a_time(s):
    chat = contact(s)
    for key in "abc":
        put(s, chat, key)
    first = outbox.claim(s, OTHER, ALL)
    assert first.dedupe == "a"
    assert outbox.claim(s, OTHER, ALL) is None
    assert outbox.settle(s, first.id, OTHER, "sent", provider_id="9")
    assert outbox.claim(s, OTHER, ALL).dedupe == "b"


def test_it_lets_an_answer_overtake_a_reminder(s):
    chat = contact(s)
    put(s, chat, "reminder", kind="checkin")
    put(s, chat, "answer")
    assert outbox.claim(s, OTHER, ALL).dedupe == "answer"


def test_it_goes_by_the_row_s_route_else_by_the_chat(s):
    chat = contact(s, channel="telegram")
    put(s, chat)
    assert outbox.claim(s, OTHER, ["web", "sms"]) is None
    assert outbox.claim(s, OTHER, ["telegram"], without=[chat.id]) is None
    assert outbox.claim(s, OTHER, ["telegram"]).dedupe == "m1"


def test_it_keeps_the_order_when_the_first_must_wait(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    chat = contact(s)
    put(s, chat, "a")
    put(s, chat, "b")
    first = outbox.claim(s, OTHER, ALL)
    outbox.settle(s, first.id, OTHER, "later", after=30)
    assert outbox.claim(s, OTHER, ALL) is None
    later(monkeypatch, began, seconds=31)
    assert outbox.claim(s, OTHER, ALL).dedupe == "a"


def test_it_gives_up_after_two_days_and_shows_it(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    chat = contact(s)
    row = put(s, chat)
    later(monkeypatch, began, hours=49)
    outbox.claim(s, OTHER, ALL)
    outbox.settle(s, row.id, OTHER, "later", error="no line")
    assert (row.state, row.error) == ("dead", "no line")


@pytest.mark.parametrize(
    ("result", "once_only", "state"),
    [
        ("sent", False, "sent"),
        ("never", False, "dead"),
        ("unknown", False, "ready"),
        ("unknown", True, "uncertain"),
    ],
)
def test_it_keeps_what_came_of_a_try(s, result, once_only, state):
    row = put(s, contact(s), once_only=once_only)
    outbox.claim(s, OTHER, ALL)
    assert outbox.settle(s, row.id, OTHER, result)
    assert row.state == state
    assert s.scalars(sa.select(SendAttempt.result)).all() == [result]


def test_it_refuses_the_word_of_one_who_no_longer_has_the_row(s):
    row = put(s, contact(s))
    outbox.claim(s, OTHER, ALL)
    assert not outbox.settle(s, row.id, "somebody else", "sent")
    assert row.state == "sending"


def test_it_frees_what_a_dead_process_had_in_hand(s):
    row = put(s, contact(s))
    gone = leases.owner("sender").replace(f":{os.getpid()}:", ":999999999:")
    outbox.claim(s, gone, ALL)
    assert outbox.recover(s) == 1
    assert (row.state, row.error) == ("ready", "the sender died")
    assert outbox.claim(s, OTHER, ALL).id == row.id
    assert row.attempts == 2


def test_it_leaves_alone_what_a_living_process_has_until_the_lease_ends(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    row = put(s, contact(s))
    outbox.claim(s, leases.owner("sender"), ALL)
    assert outbox.recover(s) == 0
    later(monkeypatch, began, seconds=61)
    assert outbox.recover(s) == 1
    assert row.state == "ready"


def test_it_does_not_send_twice_what_must_not_come_twice(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    row = put(s, contact(s), once_only=True)
    outbox.claim(s, OTHER, ALL)
    later(monkeypatch, began, seconds=61)
    outbox.recover(s)
    assert row.state == "uncertain"
    assert outbox.claim(s, OTHER, ALL) is None


def test_it_counts_as_sent_what_the_page_has(s):
    chat = contact(s)
    rows = [put(s, chat, key) for key in "abc"]
    assert outbox.seen(s, chat, 2) == 2
    s.flush()
    s.expire_all()
    assert [row.state for row in rows] == ["sent", "sent", "ready"]
    assert outbox.seen(s, chat, 2) == 0
    assert outbox.seen(s, chat, 99) == 1
    assert chat.seen_n == 3


def test_it_stops_for_good_when_the_channel_says_never(s):
    chat = contact(s)
    row = put(s, chat)
    assert outbox.stop(s, chat, "blocked", "blocked by the user") == 1
    s.refresh(row)
    assert (row.state, chat.state) == ("blocked", "blocked")


def test_it_waits_ever_longer_between_tries():
    for attempts, seconds in ((1, 2), (2, 4), (5, 32), (40, 600)):
        assert 0.75 * seconds <= outbox.wait(attempts) <= 1.25 * seconds


def test_it_gives_each_message_to_one_of_two_senders(database):
    with db.writing() as s:
        for number in range(6):
            put(s, contact(s, name=f"chat-{number}"), f"m{number}")
    start, got = threading.Barrier(2), {"a@x:1:1": [], "b@x:2:2": []}

    def run(owner):
        start.wait()
        misses = 0
        while misses < 3:  # another may have had the rows locked for a moment
            with db.writing() as s:
                message = outbox.claim(s, owner, ALL)
            misses = 0 if message else misses + 1
            if message:
                got[owner].append(message.dedupe)
                with db.writing() as s:
                    assert outbox.settle(s, message.id, owner, "sent")

    senders = [threading.Thread(target=run, args=(owner,)) for owner in got]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(got["a@x:1:1"] + got["b@x:2:2"]) == [f"m{n}" for n in range(6)]
    with db.reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(SendAttempt)) == 6
