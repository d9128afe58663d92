import pytest

from core import contacts, danger, danger_words, escalations, inbox
from core.danger import Danger
from core.models import Escalation, EscalationEvent, InboundMessage, OutboundMessage
from tests.core.chats import Chat
from tests.core.danger_sentences import CALM, HARMLESS, MAYBE, SURE
from tests.core.rooms import contact, office, stand_at, user, worker


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, told in SURE.items() for words in told])
def test_it_hears_danger(kind, words):
    assert danger.read(words) == Danger(kind, True)


@pytest.mark.parametrize("words", MAYBE)
def test_it_is_not_sure_of_despair_and_idioms(words):
    found = danger.read(words)
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize("words", [*HARMLESS, *CALM, ""])
def test_it_hears_no_danger_in_plain_words(words):
    assert danger.read(words) is None


@pytest.mark.parametrize("words", CALM)
def test_it_hears_who_is_safe_or_kept_by_their_own(words):
    assert danger_words.cares(words) or danger_words.over(words, False) is True


@pytest.fixture
def chat(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 03:00")
    place = office(s)
    return contact(s, worker(s, caseworker=user(s, "helper")), office=place)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("held", ["110", "12110"]),
        ("violence", ["110", "12110"]),
        ("trafficking", ["110", "12110"]),
        ("self_harm", ["12356", "120"]),
        ("accident_now", ["120"]),
        ("any", ["110", "120"]),
        ("unheard of", ["110", "120"]),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_gives_the_number_first_and_then_who_comes(s, chat, kind, numbers, language):
    said = danger.answer(s, chat, kind, "x", key="in-1", language=language)
    assert [number for number in numbers if number not in said[0].text] == []
    assert "03:15" in said[1].text
    assert "0930-0000009" in said[1].text


def test_it_opens_one_case_for_the_person_on_call(s, chat):
    for key in ("in-1", "in-1", "in-2"):
        danger.answer(s, chat, "held", "救命", key=key, language="zh")
    (case,) = s.query(Escalation).all()
    assert (case.kind, case.severity, case.state) == ("emergency", 1, "open")
    assert case.first_answer.startswith("先打110")


def went(s):
    rows = s.query(OutboundMessage).order_by(OutboundMessage.n)
    return [row.text for row in rows if row.kind == "reply"]


def test_it_is_answered_at_the_door_also_while_a_person_holds_the_chat(s, chat):
    case = escalations.open_case(s, chat, "wage", key="w")
    contacts.hold(s, chat, case.id)
    row = inbox.put(s, chat, source_key="1", kind="text", text="救命，他们不让我走")
    assert row.state == "held"
    assert "110" in went(s)[0]
    assert "03:15" in went(s)[1]
    assert [(c.kind, c.severity) for c in s.query(Escalation).order_by(Escalation.id)] == [
        ("wage", 2),
        ("emergency", 1),
    ]
    assert inbox.put(s, chat, source_key="1", kind="text", text="救命，他们不让我走") is None
    assert len(went(s)) == 3


def test_it_says_nothing_twice_when_the_turn_follows(s, chat):
    talk = Chat(s, chat)
    talk.say("emergency", "救命，我被关在厂里了", kind="held")
    first = went(s)
    assert "110" in first[0]
    assert first == [bubble.text for bubble in talk.said]
    talk.again()
    assert went(s) == first
    assert s.query(EscalationEvent).count() == 1


def test_an_idiom_waits_for_its_turn(s, chat):
    inbox.put(s, chat, source_key="1", kind="text", text="今天累死了")
    assert (went(s), s.query(Escalation).count()) == ([], 0)


def test_it_asks_whether_they_are_safe_and_keeps_what_was_feared():
    asked = danger.ask("zh", "self_harm")
    assert [button["payload"] for button in asked.buttons] == [
        '/answer_safe{"answer": "safe", "kind": "self_harm"}',
        '/answer_safe{"answer": "not_safe", "kind": "self_harm"}',
    ]
    assert escalations.load("danger")["says"].keys() >= {"self_harm"}


# -- after danger: what is written belongs to the case ------------------------------------------------------------------


HELD = "救命 我们被老板锁在宿舍不让出去"
DESPAIR = "活着没啥意思，欠了八万块还不上"


@pytest.fixture
def talk(s, chat):
    return Chat(s, chat)


def noted(s):
    return [
        row.note for row in s.query(EscalationEvent).order_by(EscalationEvent.id) if row.verb in ("opened", "added")
    ]


@pytest.mark.parametrize("intent", ["search_jobs", "ask_subsidy", "report_employed", "inform", "nlu_fallback", "deny"])
@pytest.mark.parametrize(
    "words", ["河北保定，一个砖厂", "保定市清苑区", "还有三个人", "没人能帮我", "nobody can help", "老板叫张三"]
)
def test_it_keeps_what_is_told_of_a_danger_whatever_it_looks_like(s, talk, intent, words):
    talk.say("inform", HELD)
    said = talk.say(intent, words)
    assert words in said
    assert "110" in said
    assert "03:15" in said
    assert talk.titles == ["我安全了"] or talk.titles == ["I am safe now"]
    assert noted(s)[-1] == words
    assert talk.cases == [("emergency", 1)]


def test_it_stays_with_somebody_in_despair(talk):
    first = talk.say("search_jobs", DESPAIR)
    assert first.startswith("你说的我听到了")
    assert first.index("12356") < first.index("110")
    assert "机器" not in first
    second = talk.say("inform", "没人能帮我，药都买好了")
    assert "12356" in second
    assert "一个人待着" in second
    assert second != first


def test_it_asks_whether_they_are_safe_before_anything_else_and_then_does_it(s, talk):
    talk.say("inform", DESPAIR)
    assert "你现在安全吗" in talk.say("search_jobs", "算了，给我找个活吧")
    assert "helper姓名" in talk.tap("安全")
    assert talk.cases == [("emergency", 1)]
    (row,) = s.query(InboundMessage).filter_by(kind="internal")
    assert (row.payload, row.text) == ({"intent": "search_jobs", "entities": {}}, "算了，给我找个活吧")
    assert danger.hears(s, talk.contact, row) is None


def test_it_lets_go_of_who_asks_twice_for_something_else(s, talk):
    talk.say("inform", HELD)
    talk.say("search_jobs", "给我找个活吧")
    row = inbox.put(s, talk.contact, source_key="2", kind="text", text="给我找个活吧")
    assert danger.hears(s, talk.contact, row) is None
    assert danger.hears(s, talk.contact, row) is None
    assert talk.cases == [("emergency", 1)]


def test_not_safe_is_danger_again(talk):
    talk.say("inform", HELD)
    talk.say("search_jobs", "给我找个活吧")
    assert "110" in talk.tap("不安全")
    assert "danger" in talk.drafts


@pytest.mark.parametrize("words", ["我没事了", "我安全了", "好了没得事了", "警察来了", "I am safe"])
def test_who_says_that_they_are_safe_is_safe_and_the_case_stays(talk, words):
    talk.say("inform", HELD)
    talk.say("thank", words)
    assert "danger" not in talk.drafts
    assert talk.cases == [("emergency", 1)]


@pytest.mark.parametrize("words", ["你们要好好的", "喝下去就没事了", "没人打我，就是不让走", "我放心不下娃儿"])
def test_what_only_sounds_like_safety_is_not(talk, words):
    talk.say("inform", DESPAIR)
    talk.say("thank", words)
    assert "danger" in talk.drafts


def test_it_lasts_an_hour_or_until_a_person_takes_over(s, talk, monkeypatch):
    talk.say("inform", HELD)
    row = inbox.put(s, talk.contact, source_key="2", kind="text", text="保定")
    stand_at(monkeypatch, "2026-11-25 04:01")
    assert danger.hears(s, talk.contact, row) is None
    stand_at(monkeypatch, "2026-11-25 03:59")
    assert danger.hears(s, talk.contact, row) == {"kind": "held", "answer": "more"}
    case = escalations.open_of(s, talk.contact)
    escalations.take(s, case, user(s, "other", role="admin"))
    assert danger.hears(s, talk.contact, row) is None


def test_the_same_turn_twice_says_the_same(s, talk):
    for words in (HELD, "保定市清苑区", "给我找个活吧"):
        talk.say("inform", words)
        before, notes = [bubble.text for bubble in talk.said], noted(s)
        talk.again()
        assert [bubble.text for bubble in talk.said] == before
        assert noted(s) == notes


def test_despair_told_twice_is_no_longer_asked_about(talk):
    assert "12356" in talk.say("inform", "我快撑不住了")
    assert talk.titles == ["安全", "不安全"]
    assert talk.say("inform", "没人能帮我").startswith("你说的我听到了")


def test_the_model_alone_is_believed_and_despair_gets_its_own_words(talk):
    assert talk.say("emergency", "娃儿以后靠你们了").startswith("你说的我听到了")
    assert "110" in Chat(talk.s, contact(talk.s, name="chat-2")).say("emergency", "这边出大事了快点来人")


@pytest.mark.parametrize("words", ["机器死机了", "怕高", "打死也不去那个厂", "the battery is dead", "fire me"])
def test_what_the_model_fears_for_the_sound_of_a_word_is_asked_about(talk, words):
    assert "?" in talk.say("emergency", words).replace("？", "?")
    assert talk.cases == []


def test_it_sends_people_abroad_to_the_line_that_works_there(talk):
    assert "12308" in talk.say("inform", "被骗到缅甸那边了 回不来 他们打人")
    assert "12308" in talk.say("inform", "电话打不通 我在缅北")


def test_it_has_another_way_when_nobody_answers(talk):
    talk.say("inform", DESPAIR)
    said = talk.say("nlu_fallback", "12356打不通")
    assert "120" in said
    assert "110" in said


@pytest.mark.parametrize(("words", "first"), [("宿舍着火了", "119"), ("矿上瓦斯味道很大 班长还喊下井", "下井")])
def test_fire_and_gas_are_left_before_anything_else(talk, words, first):
    said = talk.say("inform", words)
    assert first in said.split("\n")[0] + said.split("\n")[1]
    assert "机器" not in said


def test_family_care_is_no_captivity():
    assert danger_words.cares("我走不脱，只能在屋头附近")
    assert not danger_words.cares("门锁了出不去，娃还在里头，救命")


def test_a_tap_on_something_else_is_asked_about_once(talk):
    talk.say("greet", "你好")
    title = talk.titles[0]
    talk.say("inform", HELD)
    assert "你现在安全吗" in talk.tap(title)
    talk.tap("安全")
    assert talk.drafts == []
