import datetime as dt

import pytest

from core import consents, contacts, inbox, profile_changes, registration, sealing, sequences
from core.models import Escalation, WorkerFact
from tests.core.rooms import contact, office, user, worker
from tests.core.talks import Turn


@pytest.fixture
def chat(s):
    home = office(s)
    helper = user(s, "zhao", office_id=home.id)
    person = worker(s, "王秀禾", helper, programme_status="monitored", wish="away", birth_on=dt.date(1981, 3, 5))
    return contact(s, person, office=home)


def person(s, chat):
    return contacts.active_worker(s, chat)


def answered(s, chat, turn):
    draft = sequences.current(s, chat, "profile")
    return profile_changes.answer_draft(s, chat, draft, turn)


def test_it_shows_what_is_on_record_and_who_said_it(s, chat):
    (said,) = profile_changes.show(s, chat, Turn("show_profile"))
    assert "名字：王秀禾（县里名单）" in said.text
    assert "1981-03-05" in said.text
    assert "monitored" not in said.text
    assert "监测" not in said.text


def test_it_asks_whose_where_several_share_a_phone(s, chat):
    mother = worker(s, "李杏花")
    registration.bind(s, chat, mother, by="registration", relation="我妈")
    (said,) = profile_changes.show(s, chat, Turn("show_profile"))
    assert [b["title"] for b in said.buttons] == ["王秀禾", "李杏花"]
    first = contacts.workers_of(s, chat)[0][1]
    (said,) = profile_changes.show(s, chat, Turn("show_profile", "", {"worker_id": str(first.id)}))
    assert "王秀禾" in said.text
    assert person(s, chat) is first
    (said,) = profile_changes.show(s, chat, Turn("show_profile", "", {"worker_id": str(worker(s, "别人").id)}))
    assert "别人" not in said.text


def test_it_says_that_nothing_is_there(s):
    (said,) = profile_changes.show(s, contact(s, name="new"), Turn("show_profile"))
    assert said.buttons[0]["payload"] == "/register"


def test_it_takes_the_new_value_out_of_the_sentence(s, chat):
    text = inbox.put(s, chat, source_key="a", kind="text", text="号码停机了 换成14200001234").text
    (said,) = profile_changes.update(s, chat, Turn("update_profile", text))
    assert "1234" in said.text
    assert chat.phone_id == person(s, chat).phone_id
    assert s.query(WorkerFact).filter_by(field="phone_id").one().source == "worker"


def test_it_asks_for_the_value_and_keeps_it(s, chat):
    (said,) = profile_changes.update(s, chat, Turn("update_profile", "我搬家了"))
    assert "老家" in said.text
    answered(s, chat, Turn("inform", "崇信县锦屏镇", {"region": "崇信县锦屏镇"}))
    assert person(s, chat).county_code == "620823"
    assert sequences.current(s, chat, "profile") is None


def test_it_asks_which_thing_has_changed(s, chat):
    (said,) = profile_changes.update(s, chat, Turn("update_profile", "资料要改"))
    assert len(said.buttons) == 8
    profile_changes.update(s, chat, Turn("update_profile", "", {"field": "wish"}))
    answered(s, chat, Turn("choose", "", {"field": "wish", "value": "local"}))
    assert person(s, chat).wish == "local"


def test_it_adds_a_skill_to_those_there_are(s, chat):
    person(s, chat).trades = ["6-05-01-03"]
    profile_changes.update(s, chat, Turn("update_profile", "我学会电焊了", {"occupation": "电焊"}))
    assert person(s, chat).trades == ["6-05-01-03", "6-18-02-04"]


@pytest.mark.parametrize(("value", "kept"), [("yes", ["no_lifting"]), ("no", [])])
def test_it_asks_before_it_keeps_what_one_cannot_do(s, chat, value, kept):
    said = profile_changes.update(s, chat, Turn("update_profile", "身体不行了，干不了重活", {"health": "干不了重活"}))
    assert said[-1].buttons[0]["payload"].startswith("/choose")
    answered(s, chat, Turn("choose", "", {"field": "health", "value": value}))
    assert person(s, chat).limits == kept
    assert consents.granted(s, person(s, chat).id, "health") is (value == "yes")


def test_it_leaves_a_name_of_the_list_to_a_caseworker(s, chat):
    said = profile_changes.update(s, chat, Turn("update_profile", "名字写错了"))
    assert len(said) == 2
    assert s.query(Escalation).one().kind == "registration"


def test_it_lets_other_words_to_their_own_rule(s, chat):
    profile_changes.update(s, chat, Turn("update_profile", "", {"field": "wish"}))
    assert answered(s, chat, Turn("choose", "", {"field": "other", "value": "x"})) is None
    assert answered(s, chat, Turn("deny", "不用了"))
    assert sequences.current(s, chat, "profile") is None


@pytest.mark.parametrize("own", ["true", "false"])
def test_it_takes_a_card_only_if_it_is_ones_own(s, chat, own):
    row = sealing.seal(s, "phone", "14200001234")
    profile_changes.card(s, chat, Turn("contact_card", "", {"phone_id": str(row.id), "own": own}))
    assert (person(s, chat).phone_id == row.id) is (own == "true")
