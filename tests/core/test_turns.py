"""One lease per contact: its messages are answered one by one, in order, by one relay."""

import datetime as dt
import os
import threading

import pytest

from core import clock, db, inbox, leases, turns
from tests.core.rooms import contact, stand_at

A, B = "relay@x:1:aa", "relay@y:2:bb"


def write(s, chat, *keys):
    return [inbox.put(s, chat, source_key=key, kind="text", text=key) for key in keys]


def later(monkeypatch, began, **span):
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(**span))


def test_it_hands_out_the_contacts_that_wait_the_longest_first(s):
    chats = [contact(s, name=name) for name in ("one", "two", "three")]
    for chat in reversed(chats):
        write(s, chat, f"{chat.key}:1", f"{chat.key}:2")
    assert turns.waiting(s, 10) == [chat.id for chat in reversed(chats)]
    assert turns.waiting(s, 1) == [chats[2].id]


def test_it_leases_a_contact_to_one(s):
    chat = contact(s)
    write(s, chat, "1")
    assert turns.take(s, chat.id, A)
    assert not turns.take(s, chat.id, B)
    assert turns.waiting(s, 10) == []
    turns.give_back(s, chat.id, B)
    assert not turns.take(s, chat.id, B)
    turns.give_back(s, chat.id, A)
    assert turns.take(s, chat.id, B)


def test_it_tells_a_slow_relay_that_another_has_the_contact(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    chat = contact(s)
    assert turns.take(s, chat.id, A)
    later(monkeypatch, began, seconds=91)
    assert turns.take(s, chat.id, B)
    with pytest.raises(turns.LeaseLost):
        turns.keep(s, chat.id, A)
    turns.keep(s, chat.id, B)


def test_it_begins_the_lease_anew_when_kept(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    chat = contact(s)
    turns.take(s, chat.id, A)
    later(monkeypatch, began, seconds=60)
    turns.keep(s, chat.id, A)
    later(monkeypatch, began, seconds=120)
    assert not turns.take(s, chat.id, B)


def test_it_frees_the_leases_of_a_dead_process_only(s):
    alive, dead = contact(s, name="alive"), contact(s, name="dead")
    mine = leases.owner("relay")
    turns.take(s, alive.id, mine)
    turns.take(s, dead.id, mine.replace(f":{os.getpid()}:", ":999999999:"))
    assert turns.free_dead(s) == 1
    assert turns.take(s, dead.id, A)
    assert not turns.take(s, alive.id, A)


def test_it_answers_in_order(s):
    chat = contact(s)
    first, second = write(s, chat, "1", "2")
    assert turns.head(s, chat.id).id == first.id
    turns.finish(first)
    assert (first.state, turns.head(s, chat.id).id) == ("done", second.id)
    turns.finish(second, "ignored")
    assert turns.head(s, chat.id) is None


def test_it_lets_nothing_overtake_a_message_that_waits_for_its_next_try(s, monkeypatch):
    began = stand_at(monkeypatch, "2026-11-25 10:00")
    chat = contact(s)
    first, _ = write(s, chat, "1", "2")
    assert turns.put_off(first, "Rasa is down", counts=False)
    assert first.attempts == 0
    assert turns.head(s, chat.id) is None
    assert turns.waiting(s, 10) == []
    later(monkeypatch, began, seconds=3)
    assert turns.waiting(s, 10) == [chat.id]
    assert turns.head(s, chat.id).id == first.id


def test_it_puts_a_poison_message_aside_after_five_tries(s):
    row = write(s, contact(s), "1")[0]
    assert [turns.put_off(row, "boom", counts=True) for _ in range(5)] == [True, True, True, True, False]
    turns.finish(row, "dead", row.error)
    assert (row.state, row.error) == ("dead", "boom")


def test_it_gives_each_message_to_one_of_two_relays_in_order(database):
    with db.writing() as s:
        for number in range(4):
            chat = contact(s, name=f"c{number}")
            write(s, chat, *(f"{chat.id}:{n}" for n in range(3)))
    start, answered = threading.Barrier(2), []

    def run(owner):
        start.wait()
        while True:
            with db.reading() as s:
                waiting = turns.waiting(s, 4)
            if not waiting:
                return
            for contact_id in waiting:
                with db.writing() as s:
                    if not turns.take(s, contact_id, owner):
                        continue
                    row = turns.head(s, contact_id)
                with db.writing() as s:
                    turns.keep(s, contact_id, owner)
                    row = s.merge(row) if row else None
                    if row:
                        turns.finish(row)
                        answered.append(row.source_key)
                    turns.give_back(s, contact_id, owner)

    relays = [threading.Thread(target=run, args=(owner,)) for owner in (A, B)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join()
    with db.reading() as s:
        assert turns.waiting(s, 10) == []
    assert len(answered) == len(set(answered)) == 12
    for number in {key.split(":")[0] for key in answered}:
        mine = [key for key in answered if key.startswith(f"{number}:")]
        assert mine == sorted(mine)
