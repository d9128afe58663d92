"""The form's validate class driven with a tracker as Rasa sends it."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import registration as room
from core import db
from core.models import Contact, Worker
from tests.core.rooms import contact, office, user

DOMAIN = {
    "forms": {room.FORM: {"required_slots": [room.SLOT]}},
    "slots": {room.SLOT: {"type": "text", "mappings": [{"type": "custom"}]}},
}


@pytest.fixture
def chat(database):
    with db.writing() as s:
        home = office(s)
        user(s, "zhao", office_id=home.id)
        return contact(s, office=home).id


def tracker(chat, number, intent, text="", **entities):
    message = {
        "intent": {"name": intent},
        "text": text,
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"contact_id": chat, "message_id": f"m{number}", "language": "zh", "text": text},
    }
    slots = {room.SLOT: None, "requested_slot": room.SLOT}
    return Tracker("key", slots, message, [], False, None, {"name": room.FORM}, "action_listen")


async def run(action, chat, number, intent, text="", **entities):
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker(chat, number, intent, text, **entities), DOMAIN)
    return events, [message["text"] for message in dispatcher.messages]


def ends(events):
    return [e["value"] for e in events if e["event"] == "slot" and e["name"] == room.SLOT]


async def test_it_goes_into_the_form_by_itself(chat):
    events, said = await run(room.ActionRegister(), chat, 1, "register", "我要登记")
    assert (events[-1]["event"], events[-1]["name"]) == ("followup", room.FORM)
    assert len(said) == 1


async def test_it_replays_the_turn_that_opened_the_form_without_a_word(chat):
    await run(room.ActionRegister(), chat, 1, "register", "我要登记")
    events, said = await run(room.ValidateRegistrationForm(), chat, 1, "register", "我要登记")
    assert set(ends(events)) == {None}
    assert said == []
    _, asked = await run(room.ActionAskRegistrationFormRegistrationEnd(), chat, 1, "register", "我要登记")
    assert asked == ["给你自己登记，还是给别人？"]


async def test_it_extracts_nothing_from_what_is_no_answer(chat):
    await run(room.ActionRegister(), chat, 1, "register", "我要登记")
    events, said = await run(room.ValidateRegistrationForm(), chat, 2, "ask_subsidy", "交通补贴给多少？")
    assert ends(events) == []
    assert said == []


async def test_it_sets_no_slot_but_its_own_and_nothing_personal(chat):
    await run(room.ActionRegister(), chat, 1, "register", "我要登记")
    form = room.ValidateRegistrationForm()
    await run(form, chat, 2, "choose", "给我自己", field="who", value="self")
    await run(form, chat, 3, "choose", "同意", field="matching", value="yes")
    events, _ = await run(form, chat, 4, "inform", "王秀禾", person_name="王秀禾")
    assert {(e["name"], e["value"]) for e in events} == {(room.SLOT, None)}


async def test_it_ends_the_form_and_makes_the_record(chat):
    await run(room.ActionRegister(), chat, 1, "register", "", value="apply_job", vacancy_id="3")
    form = room.ValidateRegistrationForm()
    for number, (field, value) in enumerate([("matching", "yes")], 2):
        await run(form, chat, number, "choose", "", field=field, value=value)
    for number, text in enumerate(["王秀禾", "跳过", "43", "没有"], 10):
        await run(form, chat, number, "inform", text)
    for number, field in enumerate(["sharing", "follow_up", "confirm"], 20):
        events, _ = await run(form, chat, number, "choose", "", field=field, value="yes")
    assert set(ends(events)) == {"ended"}
    events, said = await run(room.ActionSubmitRegistrationForm(), chat, 22, "choose", "")
    assert ends(events) == [None]
    assert "王秀禾" in said[0]
    with db.reading() as s:
        assert s.query(Worker).one().name == "王秀禾"
        assert s.get(Contact, chat).worker_id


async def test_it_forgets_what_is_given_up(chat):
    await run(room.ActionRegister(), chat, 1, "register", "我要登记")
    events, said = await run(room.ActionCancelRegistration(), chat, 2, "cancel", "算了")
    assert ends(events) == [None]
    assert "没存" in said[0]
