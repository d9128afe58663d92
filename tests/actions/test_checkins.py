"""Buttons and words of check-ins as Rasa hands them over."""

import datetime as dt

import pytest
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import checkins as room
from actions import escalations
from core import checkins, clock, db, placements
from core.models import Checkin, Consent, Contact, Escalation
from tests.core.rooms import at, contact, office, stand_at, user, worker

STARTED = dt.date(2026, 11, 2)


@pytest.fixture
def asked(database, monkeypatch):
    """A chat that was asked after a month; ids of the contact and of the check-in."""
    stand_at(monkeypatch, "2026-11-02 12:00")
    with db.writing() as s:
        person = worker(s, caseworker=user(s, "helper", office_id=office(s).id))
        chat = contact(s, person)
        s.add(
            Consent(
                worker_id=person.id, contact_id=chat.id, purpose="follow_up", granted=True, wording="1", dedupe="c",
                at=clock.now(),
            )
        )  # fmt: skip
        placements.start(s, person, chat, key="p", employer_name="试验厂", started_on=STARTED, kind="away")
        stand_at(monkeypatch, "2026-12-02 10:00")
        checkins.send_due(s, at("2026-12-02 10:00"))
        row = s.scalars(sa.select(Checkin).where(Checkin.state == "asked")).one()
        return chat.id, row.id


async def run(action, chat, intent, text="", form=None, **entities):
    message = {
        "intent": {"name": intent},
        "text": text,
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"contact_id": chat, "message_id": "m1", "language": "zh", "text": text},
    }
    form = {"name": form} if form else {}
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, Tracker("key", {}, message, [], False, None, form, "action_listen"), {})
    return [e["event"] for e in events], dispatcher.messages


def cases():
    with db.reading() as s:
        return list(s.scalars(sa.select(Escalation.kind)))


def state(checkin):
    with db.reading() as s:
        row = s.get(Checkin, checkin)
        return row.state, row.answer


async def test_it_takes_a_button(asked):
    chat, checkin = asked
    button = {"checkin_id": str(checkin), "answer": "wage"}
    for _ in range(2):
        _, messages = await run(room.ActionAnswerCheckin(), chat, "answer_checkin", "没发或少发", **button)
    assert messages[0]["text"].startswith("记下了。")
    assert (state(checkin), cases()) == (("answered", "wage"), ["wage"])


async def test_it_takes_free_words(asked):
    chat, checkin = asked
    await run(escalations.ActionReportWageProblem(), chat, "report_wage_problem", "工资没发")
    assert (state(checkin), cases()) == (("answered", "wage"), ["wage"])


async def test_it_says_that_a_strange_question_is_gone(asked):
    chat, _ = asked
    _, (said,) = await run(room.ActionAnswerCheckin(), chat, "answer_checkin", checkin_id="999", answer="lost")
    assert said["response"] == "utter_checkin_gone"


async def test_it_lets_the_form_wait_when_somebody_is_busy(asked):
    chat, checkin = asked
    events, (said,) = await run(room.ActionSnoozeCheckin(), chat, "snooze_checkin", "等会弄", form="registration_form")
    assert said["response"] == "utter_form_waits"
    assert events == ["active_loop", "slot"]
    assert state(checkin)[0] == "asked"


async def test_it_asks_later(asked):
    chat, checkin = asked
    await run(room.ActionSnoozeCheckin(), chat, "snooze_checkin", "现在忙")
    assert state(checkin) == ("due", "later")


async def test_it_stops_reminders(asked):
    chat, _ = asked
    await run(room.ActionStopReminders(), chat, "stop_reminders", "别发了")
    with db.reading() as s:
        assert s.get(Contact, chat).reminders_stopped_at is not None
