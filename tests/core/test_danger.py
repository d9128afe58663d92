import pytest

from core import contacts, danger, escalations, inbox
from core.danger import Danger
from core.models import Escalation, EscalationEvent, OutboundMessage
from tests.core.chats import Chat
from tests.core.rooms import contact, office, stand_at, user, worker

SURE = {
    "held": [
        "他们把我锁在宿舍不让走",
        "身份证没收了，不让我们出去，有人看着",
        "我被关在厂里了",
        "救命",
        "老板把我們鎖在宿舍不讓走",
        "they locked us in and took our ID cards",
        "They won’t let me leave the factory",
        "I am being held against my will",
        "Help, they keep me locked in and took my passport",
        "没收了我们的护照，不让走",
    ],
    "violence": [
        "工头拿刀",
        "老板又打我",
        "我被保安打伤了",
        "他说要弄死我",
        "the foreman beat me",
        "my husband hit me again",
    ],
    "trafficking": [
        "被骗到缅甸了",
        "他们逼我去卖淫",
        "把我妹妹拐卖了",
        "we were trafficked",
        "they sold her into a brothel",
    ],
    "self_harm": [
        "不想活了",
        "活着没意思",
        "我想死",
        "真想跳楼",
        "I want to die",
        "I don't want to live",
        "thinking of suicide",
    ],
    "accident_now": [
        "手流了好多血",
        "工友昏迷了",
        "胳膊卷进机器里了",
        "人压在下面出不来",
        "he is unconscious",
        "my arm won't stop bleeding",
        "he is trapped under the machine",
    ],
}
MAYBE = [
    "累死了",
    "气死人",
    "笑死我了",
    "天天加班累死人",
    "老板气死我了",
    "我快撑不住了",
    "要命了",
    "this job is killing me",
    "tired to death",
]
HARMLESS = [
    "我在外面打工",
    "打个电话给我",
    "不打工了",
    "热死了",
    "想死你们了",
    "扣工资了",
    "没发工资",
    "手被机器压了",
    "加班太多",
    "有没有不加班的活",
    "死活不签合同",
    "老板扣我钱",
    "不让请假",
    "我要报第一个",
    "腰不好",
    "when is the deadline",
    "I want to leave this job",
    "they cut our hours",
    "is there a job near home",
    "你好",
    "我想走",
    "打卡机坏了",
    "不想干了",
    "他打我电话",
    "",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, told in SURE.items() for words in told])
def test_it_hears_danger(kind, words):
    assert danger.read(words) == Danger(kind, True)


@pytest.mark.parametrize("words", MAYBE)
def test_it_is_not_sure_of_an_idiom(words):
    found = danger.read(words)
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize("words", HARMLESS)
def test_it_hears_no_danger_in_plain_words(words):
    assert danger.read(words) is None


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
