"""What one sentence says of a new job."""

import datetime as dt

import pytest

from core import consents, starts
from core.models import Application, Employer, Vacancy
from tests.core.chats import Chat, Turn, named
from tests.core.rooms import contact, office, stand_at, worker

TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def person(s, monkeypatch):
    now = stand_at(monkeypatch, "2026-11-25 12:00")
    office(s)
    person = worker(s)
    employer = Employer(name="演示电子厂", source="demo", made_at=now)
    s.add(employer)
    s.flush()
    vacancy = Vacancy(
        external_id="1", source="demo", employer_id=employer.id, title="普工", place="嘉兴", region_code="330402",
        published_on=TODAY, made_at=now, changed_at=now,
    )  # fmt: skip
    s.add(vacancy)
    s.flush()
    s.add(Application(worker_id=person.id, vacancy_id=vacancy.id, dedupe="a", made_at=now, changed_at=now))
    s.flush()
    return person


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("在村里的帮扶车间缝衣服", "workshop"),
        ("当护林员了", "public_welfare"),
        ("自己开了个小卖部", "own_business"),
        ("打几天零工", "short_term"),
        ("在县里上班", "local"),
        ("到福建了", "away"),
        ("I opened my own shop", "own_business"),
        ("进厂了", None),
    ],
)
def test_it_reads_the_kind(words, kind):
    assert starts.kind_told(words) == kind


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("昨天", "2026-11-24"),
        ("星期一", "2026-11-23"),
        ("I started on Monday", "2026-11-23"),
        ("明天去", "2026-11-26"),
        ("进厂了", None),
    ],
)
def test_it_reads_the_first_day(monkeypatch, words, day):
    stand_at(monkeypatch, "2026-11-25 12:00")
    monkeypatch.setattr(starts.clock, "today", lambda: TODAY)
    assert starts.day_told(words) == day


def test_it_keeps_several_facts_of_one_sentence(s, person):
    turn = Turn(
        "report_employed",
        "昨天到福建鞋厂了，5000一个月",
        "zh",
        named({"employer": "福建鞋厂", "wage": "5000一个月", "date": "昨天"}),
    )
    facts = starts.facts_told(s, person, turn)
    assert facts["employer"] == "福建鞋厂"
    assert facts["started_on"] == "2026-11-24"
    assert facts["kind"] == "away"
    assert facts["pay"]["pay_month"] == 5000


def test_it_knows_the_opening_that_was_applied_for(s, person):
    chat = Chat(s, contact(s, person))
    assert (
        chat.say("report_employed", "今天去演示电子厂上班了", date="今天")
        .splitlines()[0]
        .startswith("好事！记下了：演示电子厂")
    )
    assert s.query(Application).one().state == "started"


def test_it_offers_the_openings_applied_for_as_buttons(s, person):
    chat = Chat(s, contact(s, person))
    chat.say("report_employed", "我上班了")
    assert chat.titles == ["演示电子厂", "不想说"]
    assert chat.tap("演示电子厂") == "哪天上的岗？"


def test_it_keeps_the_wish_to_rest(s, person):
    chat = Chat(s, contact(s, person))
    chat.say("choose", field="wish", value="not_now")
    chat.again()
    assert person.wish == "not_now"


def started(s, person):
    chat = Chat(s, contact(s, person))
    chat.say("report_employed", "昨天在村里车间上班了", date="昨天", employer="演示车间")
    return chat, chat.say("inform", "2200")


def test_it_asks_whether_it_may_ask_and_then_says_when(s, person):
    chat, said = started(s, person)
    assert "行吗" in said
    assert not consents.granted(s, person.id, "follow_up")
    assert "我问你一声" in chat.tap("行")
    assert consents.granted(s, person.id, "follow_up")


def test_a_no_is_kept_and_nothing_is_promised(s, person):
    chat, _ = started(s, person)
    assert "随时说" in chat.say("deny", "不用")
    assert consents.newest(s, person.id)["follow_up"].granted is False


def test_it_does_not_ask_again_whoever_answered(s, person):
    chat = Chat(s, contact(s, person))
    consents.record(s, chat.contact, person, "follow_up", True, key="before")
    chat.say("report_employed", "昨天在村里车间上班了", date="昨天", employer="演示车间")
    assert "我问你一声" in chat.say("inform", "2200")
