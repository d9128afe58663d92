"""The thin side of the talk: names, forms left, two misses in a row."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation as room
from actions import escalations
from actions.common import Broken, turn_of
from core import db
from core.models import Contact
from tests.core.rooms import contact, office, user

RANKING = [{"name": name, "confidence": 0.3} for name in ("nlu_fallback", "ask_subsidy", "search_jobs")]
LEFT = [("active_loop", None), ("slot", "requested_slot")]


@pytest.fixture
def chat(database):
    with db.writing() as s:
        home = office(s)
        user(s, "zhao", office_id=home.id)
        return contact(s, office=home).id


def tracker(chat, intent, text="", form=None, before=None, **entities):
    message = {
        "intent": {"name": intent},
        "intent_ranking": RANKING,
        "text": text,
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"contact_id": chat, "message_id": "m1", "language": "zh", "text": text},
    }
    heard = [name for name in (before, intent) if name]
    events = [{"event": "user", "parse_data": {"intent": {"name": name}}} for name in heard]
    return Tracker("key", {}, message, events, False, None, {"name": form} if form else {}, "action_listen")


async def run(action, *args, **values):
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker(*args, **values), {})
    return [(e["event"], e.get("name")) for e in events], dispatcher.messages


async def test_it_says_no_word_of_what_broke(chat, monkeypatch, caplog):
    def broken(*_args, **_values):
        raise ValueError("我被打了")

    monkeypatch.setattr(room.menus, "first", broken)
    with pytest.raises(Broken, match="m1") as error:
        await run(room.ActionGreet(), chat, "greet")
    assert error.value.__suppress_context__
    assert "ValueError at" in caplog.text
    assert "打" not in caplog.text


def test_it_is_named_by_its_class():
    assert room.ActionSwitchLanguage().name() == "action_switch_language"


async def test_it_greets_with_four_buttons_and_shortly_inside_a_form(chat):
    _, (first,) = await run(room.ActionGreet(), chat, "greet")
    assert len(first["buttons"]) == 4
    _, (inside,) = await run(room.ActionGreet(), chat, "greet", form="registration_form")
    assert inside["response"] == "utter_hello"


async def test_it_offers_two_meanings_and_then_a_person(chat):
    _, (first,) = await run(room.ActionFallback(), chat, "nlu_fallback", "嗯那个", before="greet")
    assert [button["title"] for button in first["buttons"]] == ["问补贴", "找活", "👤 都不是，找人"]
    _, (second,) = await run(room.ActionFallback(), chat, "nlu_fallback", "那个", before="nlu_fallback")
    assert "zhao姓名" in second["text"]


@pytest.mark.parametrize("values", [{"kind": "held"}, {"kind": "held", "answer": "maybe"}])
async def test_it_leaves_the_form_for_danger(chat, values):
    events, messages = await run(
        escalations.ActionEmergency(), chat, "emergency", "救命", form="registration_form", **values
    )
    assert events == LEFT
    assert messages[0]["text"].startswith("你现在安全吗" if "answer" in values else "先打110")


async def test_it_leaves_the_form_for_the_first_screen(chat):
    events, _ = await run(room.ActionStart(), chat, "start", form="registration_form")
    assert events == LEFT


async def test_it_says_why_a_code_does_not_work(chat):
    events, (said,) = await run(room.ActionStart(), chat, "start", value="000000")
    assert said["response"] == "utter_code_unknown"
    assert events == []


async def test_it_asks_a_form_in_the_new_language(chat):
    await run(room.ActionSwitchLanguage(), chat, "switch_language", "说英语", form="registration_form")
    turn = await turn_of(tracker(chat, "switch_language", "说英语"))
    assert turn.language == "en"
    with db.reading() as s:
        assert s.get(Contact, chat).language_chosen


async def test_who_is_kept_by_their_own_old_people_is_in_no_danger(chat):
    events, messages = await run(escalations.ActionEmergency(), chat, "emergency", "我走不脱，只能在屋头附近")
    assert "110" not in "".join(message["text"] for message in messages)
    assert events == []


@pytest.mark.parametrize("form", [None, "registration_form"])
async def test_a_child_is_answered_as_one_by_every_action(chat, form):
    events, (said,) = await run(room.ActionFallback(), chat, "nlu_fallback", "我15岁，能打工不", form=form)
    assert "16" in said["text"]
    assert events == (LEFT if form else [])
