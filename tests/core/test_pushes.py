import datetime as dt

import pytest

from core import clock, escalations, pushes
from core.models import Escalation
from core.policies import load
from tests.core.rooms import at, contact, office, stand_at, user, worker


@pytest.fixture
def case(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    office(s)
    person = worker(s, name="张试验", caseworker=user(s, "helper"))
    chat = contact(s, person, display_name="小张")
    return escalations.open_case(s, chat, "wage", key="in-1", detail="老板叫李某")


def numbers(s):
    return [push.case_id for push in pushes.due(s)]


def test_it_names_nobody(s, case):
    (push,) = pushes.due(s)
    assert [word for word in ("张试验", "小张", "李某", "老板") if word in push.text] == []
    assert [word for word in (f"#{case.id}", "工钱", "621121", f"/cases/{case.id}") if word not in push.text] == []


def test_it_tells_of_each_case_once(s, case):
    pushes.done(s, case.id)
    assert numbers(s) == []


def test_it_tells_of_danger_first(s, case):
    danger = escalations.open_case(s, s.get(Escalation, case.id) and contact(s, name="c2"), "emergency", key="in-2")
    assert numbers(s) == [danger.id, case.id]


def test_it_tells_nothing_of_a_case_that_somebody_has(s, case):
    escalations.close(s, case, None, "mistake")
    assert numbers(s) == []


def test_it_waits_longer_after_each_failure_and_never_gives_up(s, case, monkeypatch):
    waits = load("escalations")["push_retry_minutes"]
    for tries in range(len(waits) + 2):
        pushes.done(s, case.id, "ConnectError")
        s.flush()
        wait = dt.timedelta(minutes=waits[min(tries, len(waits) - 1)])
        assert case.push_after == clock.now() + wait
        assert numbers(s) == []
        later = clock.now() + wait
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        assert numbers(s) == [case.id]
    assert (case.push_error, case.push_tries) == ("ConnectError", len(waits) + 2)


def test_it_tells_again_of_danger_that_is_told_again_but_not_at_once(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 03:00")
    chat = contact(s)
    case = escalations.open_case(s, chat, "emergency", key="in-1")
    pushes.done(s, case.id)
    escalations.open_case(s, chat, "emergency", key="in-2")
    s.flush()
    assert numbers(s) == []
    monkeypatch.setattr(clock, "now", lambda: at("2026-11-25 03:05"))
    assert numbers(s) == [case.id]


def test_it_has_words_for_every_kind_and_severity():
    told, known = load("pushes"), load("escalations")
    assert set(told["kinds"]) == set(known["kinds"])
    assert set(told["severities"]) == set(known["severities"])
