"""Too young to be led to an employer, whatever it is said in; under 18 and past 55 the openings shown say what holds."""

import datetime as dt

import pytest

from core import clock, minors, vacancies, vacancy_answers
from tests.core.openings import opening, payloads, turn, words
from tests.core.rooms import contact, office, stand_at


@pytest.fixture
def chat(s):
    return contact(s, office=office(s))


def search(s, chat, text, intent="search_jobs", **more):
    return vacancy_answers.search(s, chat, turn(intent, text, **more))


@pytest.mark.parametrize("intent", ["inform", "search_jobs", "register", "ask_rights", "nlu_fallback"])
def test_a_child_hears_from_when_one_may_work_and_who_helps(s, chat, intent):
    heard = turn(intent, "我15岁了，能打工不")
    assert minors.concerns(heard)
    (said,) = minors.hear(s, chat, heard)
    assert "16" in said.text
    assert "0930-0000000" in said.text
    assert not [payload for payload in payloads([said]) if "apply" in payload]


def test_a_childs_trouble_is_trouble():
    assert not minors.concerns(turn("report_wage_problem", "我15岁，老板不给钱"))
    assert not minors.concerns(turn("ask_training", "我15，想学手艺"))


def test_what_was_told_holds_for_the_next_wishes_and_buttons(s, chat):
    opening(s)
    minors.hear(s, chat, turn("inform", "我15"))
    assert "16" in words(search(s, chat, "那找个轻省的活"))
    assert minors.hear(s, chat, turn("apply_job", "报第1个", kind="button", vacancy_id="1")) is not None


def test_a_phone_is_the_familys(s, chat, monkeypatch):
    opening(s)
    minors.hear(s, chat, turn("inform", "我15"))
    assert minors.hear(s, chat, turn("search_jobs", "给我妈找个活", relation="妈")) is None
    minors.hear(s, chat, turn("inform", "我15"))
    assert minors.hear(s, chat, turn("search_jobs", "我43，找个活")) is None
    minors.hear(s, chat, turn("inform", "我15"))
    stand_at(monkeypatch, f"{clock.today() + dt.timedelta(days=1)} 12:00")
    assert minors.hear(s, chat, turn("search_jobs", "找活")) is None


def test_under_18_only_what_the_law_allows_and_says_so(s, chat):
    fits = opening(s, "收银员", age_min=16, demands=["light"])
    for values in ({"age_min": 18}, {"age_min": None}, {"demands": ["lifting"]}, {"shift": "night"}):
        opening(s, "不行的", **{"age_min": 16, **values})
    said = search(s, chat, "我16岁，能不能进厂")
    assert "不满18岁，重活、夜班、高处的活不行" in said[0].text
    assert vacancies.under_way(s, chat).seen == [fits.id]
    said = search(s, chat, "我17，想干电焊")
    assert "不行的" not in words(said)


def test_the_age_told_counts_in_the_next_search(s, chat):
    opening(s, "收银员", age_max=40)
    search(s, chat, "我52，找个活")
    assert "收银员" not in words(search(s, chat, "浙江的活"))


def test_who_is_67_hears_what_holds_for_such_posts(s, chat):
    opening(s, "保洁员", kind="public_welfare", region_code="621121100000")
    said = search(s, chat, "我老汉67了，听说村里有扫地的公益岗，我能去不")
    assert "67" in said[0].text
    assert "60岁" in said[0].text
    assert "0930-0000000" in said[0].text
    assert "67" not in search(s, chat, "公益岗还有哪些")[0].text


def test_an_older_one_hears_where_to_ask_when_no_age_is_given(s, chat):
    opening(s, age_max=None)
    assert "58" in search(s, chat, "我58，找电焊的活")[0].text


def test_the_age_of_a_child_that_is_looked_after_is_nobodys(s, chat):
    opening(s, age_min=18)
    assert "电焊工" in words(search(s, chat, "孩子8岁要接送，找个浙江电焊的活"))
