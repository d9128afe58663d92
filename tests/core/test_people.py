"""A person by name and number; complaints that are lost by nobody and seen by the right ones."""

import pytest
import sqlalchemy as sa

from core import escalations, inbox
from core import people as people_
from core.models import Escalation, OutboundMessage
from tests.core.chats import Chat
from tests.core.rooms import contact, office, stand_at, user, worker


@pytest.fixture
def people(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    place = office(s)
    return {
        "helper": user(s, "helper", office_id=place.id),
        "county": user(s, "county", "county_manager", office_id=place.id),
    }


@pytest.fixture
def chat(s, people):
    return Chat(s, contact(s, worker(s, caseworker=people["helper"])))


def case(s):
    return s.execute(sa.select(Escalation).execution_options(populate_existing=True)).scalar_one()


def sees(s, user):
    return bool(s.scalars(escalations.visible_to(user)).all())


def test_it_gives_name_number_hours_and_address_at_once(chat):
    said = chat.say("talk_to_caseworker", "我要找真人")
    assert [word for word in ("helper姓名", "0930-0000001", "8-18", "演示路") if word not in said] == []
    assert chat.cases == []


@pytest.mark.parametrize("words", ["让人给我打电话", "叫个人来", "please call me back", "能不能回个电话"])
def test_it_calls_a_person_for_whoever_asks_to_be_called(chat, words):
    said = chat.say("talk_to_caseworker", words)
    chat.again()
    assert chat.cases == [("person_wanted", 3)]
    assert "明天18:00前联系你" in said


def test_it_calls_a_person_by_button(chat):
    chat.say("talk_to_caseworker", "找人")
    chat.tap("让人来找我")
    assert chat.cases == [("person_wanted", 3)]


def test_it_gives_a_number_where_there_is_no_office(s):
    said = Chat(s, contact(s, name="chat-9")).say("talk_to_caseworker", "找人")
    assert "12345" in said
    assert "上班" not in said


def test_it_keeps_a_complaint_from_the_desk_it_may_be_about(s, chat, people):
    said = chat.say("complain", "打了三次电话没人管")
    assert "说的是helper姓名吗？" in said
    assert not sees(s, people["helper"])
    assert case(s).assigned_to == people["county"].id


def test_it_shows_a_complaint_about_something_else(s, chat, people):
    chat.say("complain", "打了三次电话没人管")
    chat.tap("不是，是别的")
    chat.again()
    assert sees(s, people["helper"])
    assert len(chat.cases) == 1


@pytest.mark.parametrize("how", ["tap", "yes", "name"])
def test_it_leaves_a_complaint_with_the_manager_that_is_about_the_caseworker(s, chat, people, how):
    chat.say("complain", "打了三次电话没人管")
    said = {
        "tap": lambda: chat.tap("是"),
        "yes": lambda: chat.say("affirm", "嗯就是"),
        "name": lambda: chat.say("inform", "就是helper姓名"),
    }[how]()
    assert said.startswith("对不住，让你受委屈了。这事换个人办")
    assert not sees(s, people["helper"])
    assert case(s).about_user_id == people["helper"].id


def test_it_does_not_ask_where_the_name_was_said(s, chat, people):
    assert "吗" not in chat.say("complain", "helper姓名老不接电话").splitlines()[-1]
    assert case(s).about_user_id == people["helper"].id


def test_it_takes_a_complaint_about_the_machine_as_one_about_the_service(s, chat, people):
    assert chat.say("complain", "这个机器人太笨了").startswith("对不住，没把你的事办好")
    assert case(s).about_user_id is None


# -- danger


def test_it_asks_whether_they_are_safe_after_an_idiom(chat):
    assert chat.say("emergency", "天天加班累死了") == "你现在安全吗？"
    assert chat.cases == []


@pytest.mark.parametrize(
    ("intent", "words", "cases"),
    [
        ("deny", "不安全", [("emergency", 1)]),
        ("deny", "不", [("emergency", 1)]),
        ("inform", "我好怕", [("emergency", 1)]),
        ("affirm", "嗯", []),
        ("deny", "没事没事", []),
        ("inform", "安全，就是累", []),
    ],
)
def test_it_reads_the_answer_to_it(chat, intent, words, cases):
    chat.say("emergency", "天天加班累死了", kind="any", answer="maybe")
    said = chat.say(intent, words)
    assert chat.cases == cases
    assert ("110" in said) == bool(cases)


def test_it_answers_danger_at_once_and_keeps_the_case_after_they_are_safe(s, chat):
    assert chat.say("emergency", "他们把我锁在宿舍不让走", kind="held").startswith("先打110")
    assert chat.tap("我安全了") == "好。helper姓名还是会找你，看看人好不好。"
    assert chat.cases == [("emergency", 1)]


def test_it_believes_the_model_where_no_word_tells(chat):
    assert "110" in chat.say("emergency", "他们几个人堵在楼下，你们快点派人过来")
    assert chat.cases == [("emergency", 1)]


def test_it_asks_what_is_wrong_when_they_are_safe(chat):
    chat.say("emergency", "累死了")
    assert chat.tap("安全").startswith("好，那就放心了")
    assert chat.drafts == []


@pytest.mark.parametrize(
    "words", ["我要投诉helper姓名收我的红包", "helper姓名跟我要好处费，我要告她", "我要举报帮扶的人", "投诉帮扶干部"]
)
@pytest.mark.parametrize("held", [True, False])
def test_a_complaint_about_staff_is_kept_at_the_door_from_their_desk(s, chat, people, words, held):
    contact_ = chat.contact
    if held:
        wage = escalations.open_case(s, contact_, "wage", key="w")
        escalations.take(s, wage, people["helper"])
    row = inbox.put(s, contact_, source_key="1", kind="text", text=words)
    complaint = s.scalar(sa.select(Escalation).where(Escalation.kind == "complaint"))
    assert (complaint.about_user_id, complaint.assigned_to) == (people["helper"].id, people["county"].id)
    assert row.case_id == complaint.id
    assert complaint not in s.scalars(escalations.visible_to(people["helper"])).all()
    answers = s.scalars(sa.select(OutboundMessage.text).where(OutboundMessage.kind == "reply")).all()
    assert len(answers) == 2


@pytest.mark.parametrize(
    "words", ["请转告helper姓名我到了", "我告诉helper姓名了", "helper姓名的电话多少", "投诉村干部", "投诉老板不发工资"]
)
def test_it_hears_no_complaint_about_staff_in_other_words(s, chat, words):
    assert people_.accused(s, chat.contact, words) is None
