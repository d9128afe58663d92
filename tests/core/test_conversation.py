"""Beginning, again, in another language, giving up, going on after a person, files and places."""

import pytest
import sqlalchemy as sa

from core import registration
from core.errors import Invalid
from core.models import EscalationEvent
from tests.core.chats import Chat
from tests.core.rooms import contact, office, stand_at, user, worker


@pytest.fixture
def person(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    place = office(s)
    return worker(s, name="王秀英", caseworker=user(s, "helper", office_id=place.id))


@pytest.fixture
def chat(s, person):
    return Chat(s, contact(s, person))


def notes(s):
    return s.scalars(sa.select(EscalationEvent.note).where(EscalationEvent.verb == "added")).all()


# -- the first screen


@pytest.mark.parametrize("intent", ["greet", "start"])
def test_it_greets_by_office_and_caseworker_with_four_big_buttons(chat, intent):
    said = chat.say(intent, "你好")
    assert "621121劳务办" in said
    assert "helper姓名" in said
    assert chat.titles == ["🔨 找活", "💰 补贴和钱", "🆘 遇到难处", "👤 找人"]


def test_it_greets_in_english(chat):
    chat.contact.language = "en"
    assert "Office 621121" in chat.say("greet", "hi")
    assert chat.titles == ["🔨 Work", "💰 Money", "🆘 Trouble", "👤 A person"]


def test_it_asks_which_money(chat):
    chat.say("greet")
    assert chat.tap("💰 补贴和钱") == "是哪样钱？"
    assert "工钱没发" in chat.titles


def test_it_binds_a_chat_by_a_code_and_says_nothing_personal(s, person):
    stranger = Chat(s, contact(s, name="chat-9"))
    code = registration.make_slip(s, person, None)
    said = stranger.say("start", code, value=code)
    assert stranger.contact.worker_id == person.id
    assert "621121劳务办" in said
    assert "王秀英" not in said


def test_it_refuses_a_code_that_does_not_work(s, chat):
    with pytest.raises(Invalid):
        chat.say("start", "000000", value="000000")


def test_it_says_truly_who_it_is(chat):
    said = chat.say("bot_challenge", "你是骗子吧")
    assert "我是机器，621121劳务办管的" in said
    assert "12345" in said


# -- again, in other words


def test_it_says_it_again_with_its_buttons(chat):
    chat.say("report_absence", "回家收麦子")
    chat.say("repeat", "啥意思")
    chat.say("report_work_problem")
    first = chat.said[-1]
    assert chat.say("repeat", "没看懂") == f"好，再说一遍：\n{first.text}"
    assert chat.said[-1].buttons == first.buttons


def test_it_says_it_again_in_simpler_words(chat):
    chat.say("report_work_problem", "要裁员了", kind="layoff_coming")
    said = chat.say("repeat", "没看懂")
    assert "先别签字。问清给多少钱、哪天给。" in said


def test_it_greets_where_nothing_was_said_yet(chat):
    assert "621121劳务办" in chat.say("repeat", "啥")


# -- language


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("能说英语吗", "en"),
        ("can we talk in Chinese", "zh"),
        ("speak english please", "en"),
        ("说普通话", "zh"),
        ("换个语言", "en"),
    ],
)
def test_it_changes_the_language(chat, words, language):
    chat.say("switch_language", words)
    assert (chat.contact.language, chat.contact.language_chosen) == (language, True)


def test_it_asks_the_open_question_in_the_new_language(chat):
    chat.say("report_employed", "我上班了", employer="鑫达电子")
    assert chat.say("switch_language", "说英语") == "All right, English from now on.\nWhich day did you start?"
    assert chat.tap("Yesterday") == "What kind of work is it?"


# -- giving up, going on


def test_it_leaves_what_is_under_way(chat):
    chat.say("report_employed", "我上班了")
    assert chat.say("cancel", "算了").startswith("好，不弄了")
    assert chat.drafts == []
    assert chat.say("cancel", "算了").startswith("现在没有正在办的事")


def test_it_says_who_speaks_again_and_asks_the_open_question(chat):
    chat.say("report_employed", "我上班了", employer="鑫达电子")
    assert chat.say("resume").splitlines() == ["又是我，机器小助手。还要找人，随时说。", "哪天上的岗？"]


# -- files and places


def test_it_puts_a_file_with_the_open_case_and_asks_on(s, chat):
    chat.say("report_wage_problem", "没发工资")
    said = chat.say("media", kind="photo", value="7")
    chat.again()
    assert said.splitlines() == ["收到，放到你这件事里了，办事的人看得到。", "是哪家欠的？打名字就行。"]
    assert notes(s) == ["[photo 7]"]


def test_it_takes_a_photo_for_the_evidence_that_was_asked_for(chat):
    chat.say("report_wage_problem", "没发工资")
    for words in ("鑫达", "嘉兴", "2个月", "8000"):
        chat.say("inform", words)
    said = chat.say("media", kind="photo", value="7")
    assert said.splitlines()[1] == "好，都记下了。"
    assert chat.drafts == []


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "video", "sticker"])
def test_it_answers_every_kind_of_file(chat, kind):
    assert chat.say("media", kind=kind, value="7")


def test_it_says_that_it_cannot_listen(chat):
    assert "helper姓名" in chat.say("media", kind="voice", value="7")


def test_it_keeps_where_somebody_in_danger_is(s, chat):
    chat.say("emergency", "他们把我锁起来了", kind="held")
    assert chat.say("location", latitude="30.7", longitude="120.7").startswith("收到你在哪了")
    assert notes(s) == ["[location 30.7,120.7]"]


def test_it_says_that_it_reads_no_maps(chat):
    assert "打个地名" in chat.say("location", latitude="30.7", longitude="120.7")


def test_it_explains_a_word_that_was_not_understood(s, chat):
    assert "以工代赈" in chat.say("repeat", "没懂，以工代赈是个啥")


def test_it_does_not_change_to_the_other_language_when_a_third_is_asked_for(s, chat):
    assert "中文、英语" in chat.say("switch_language", "能说藏语吗")
    assert chat.contact.language == "zh"
