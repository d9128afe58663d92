"""A bare yes, no or fact finds the question that it belongs to, or is told honestly that there was none."""

import pytest
import sqlalchemy as sa

from core import answers, registration_record, sequences
from core.models import InboundMessage, Search
from tests.core.chats import Chat, Turn
from tests.core.rooms import contact, office, stand_at, user, worker


@pytest.fixture
def chat(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    place = office(s)
    return Chat(s, contact(s, worker(s, caseworker=user(s, "helper", office_id=place.id)), office=place))


@pytest.mark.parametrize(
    ("intent", "words", "begins"),
    [
        ("affirm", "好", "好。现在没有要你回的话"),
        ("deny", "不用", "好，那就先这样"),
        ("inform", "我叫甲一", "知道了。登记的时候"),
    ],
)
def test_it_says_honestly_that_nothing_was_asked(chat, intent, words, begins):
    assert chat.say(intent, words).startswith(begins)
    assert "👤 找人" in chat.titles


def test_it_says_that_a_button_is_out_of_date(chat):
    assert chat.say("choose", field="back_on", value="days:3").startswith("这个按钮过时了")


def test_it_gives_the_answer_to_the_newest_question(chat):
    chat.say("report_wage_problem", "没发工资")
    chat.say("report_employed", "我上班了")
    assert chat.drafts == ["wage", "placement"]
    assert chat.say("inform", "新厂子") == "哪天上的岗？"


def test_it_goes_back_to_the_older_question_by_its_button(chat):
    chat.say("report_wage_problem", "没发工资")
    chat.say("report_employed", "我上班了")
    assert chat.tap("不知道叫啥") == "在哪个地方干的？"


def test_it_takes_no_question_for_an_answer(chat):
    chat.say("report_wage_problem", "没发工资")
    assert chat.say("inform", "你们那里几点下班？").startswith("知道了")


def test_it_takes_no_yes_for_an_answer_with_other_talk_in_between(s, chat, monkeypatch):
    chat.say("complain", "没人管我")
    stand_at(monkeypatch, "2026-11-25 10:01")
    chat.say("greet", "在吗")
    assert chat.say("affirm", "好").startswith("好。现在没有要你回的话")
    assert chat.drafts == ["complaint"]


def test_it_leaves_a_question_of_days_ago(s, chat, monkeypatch):
    chat.say("report_wage_problem", "没发工资")
    stand_at(monkeypatch, "2026-11-28 10:00")
    assert chat.say("inform", "鑫达").startswith("知道了")
    assert chat.drafts == []


def test_it_answers_a_turn_that_is_tried_again_with_the_same_words(s, chat):
    chat.say("report_wage_problem", "没发工资")
    first = chat.say("inform", "鑫达")
    assert chat.again() == first
    draft = sequences.current(s, chat.contact, "wage")
    assert draft.data["facts"] == {"owed_by": "鑫达"}


def test_it_reads_skip_and_do_not_know(s, chat):
    chat.say("report_wage_problem", "没发工资")
    chat.say("inform", "不知道")
    assert chat.say("inform", "跳过") == "欠了多久的？"


def test_it_looks_for_a_wish_told_by_the_way(s, chat):
    chat.say("inform", "我会电焊，想在家附近")
    row = s.scalars(sa.select(Search)).one()
    assert row.wishes["near"]
    assert row.wishes["trades"]
    chat.again()
    assert s.scalar(sa.select(sa.func.count()).select_from(Search)) == 1


def test_it_looks_on_with_a_limit_told_afterwards(s, chat):
    chat.say("inform", "想在家附近干")
    chat.say("inform", "腰不好，重的搬不动")
    newest = s.scalars(sa.select(Search).order_by(Search.id.desc())).first()
    assert newest.wishes["limits"]
    assert newest.wishes["near"]


def test_it_looks_for_nothing_where_only_a_fact_is_told(s, chat):
    assert chat.say("inform", "我今年43，初中毕业").startswith("知道了")


def test_it_goes_on_with_a_registration_that_was_left_open(s, chat):
    stranger = Chat(s, contact(s, name="chat-9"))
    registration_record.begin(s, stranger.contact, Turn("register", "我要登记"))
    stranger.say("choose", field="who", value="self")
    row = s.scalars(sa.select(InboundMessage).where(InboundMessage.kind == "internal")).one()
    assert row.payload["intent"] == "register"
    assert stranger.say("resume").splitlines()[-1] == "上回登记没填完，接着填吗？"
    assert stranger.say("nlu_fallback", "哦哦").startswith("知道了")


def test_it_takes_a_name_that_looks_like_nothing_for_the_answer(s, chat):
    chat.say("report_wage_problem", "没发工资")
    turn = Turn("out_of_scope", "鑫达电子")
    assert answers.stray(s, chat.contact, turn)[0].text == "在哪个地方干的？"
    assert answers.stray(s, chat.contact, Turn("out_of_scope", "股票涨了没？"))[0].buttons
