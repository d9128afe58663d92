import re

import pytest

from core import cards
from core.vacancies import Card
from tests.core.openings import MAYING, employer, opening

WHO = {"caseworker": "李干事", "phone": "0930-0000001", "office": "", "address": "", "hours": ""}
WHY = [("utter_why_light", {}), ("utter_why_county", {"area": "621121"}), ("utter_why_new", {})]


def shown(s, language="zh", n=1, last=False, **values):
    firm = employer(s, "通渭示范帮扶车间")
    vacancy = opening(s, "缝纫工", firm, **({"occupation_code": "6-05-01-03", "kind": "workshop"} | values))
    return vacancy, cards.card(Card(n, vacancy, firm, WHY), language, last=last)


def test_it_says_all_that_is_needed_in_a_few_short_lines(s):
    vacancy, said = shown(s, region_code=MAYING, place="通渭县马营镇", benefits=["board"], places_left=2)
    assert said.text.split("\n") == [
        "1. 缝纫工（就业帮扶车间）",
        "🏭 通渭示范帮扶车间",
        "📍 通渭县马营镇",
        "💰 一个月6000-8000元",
        "👥 还要2个人 · 包吃",
        "👍 活不重，就在通渭县",
    ]
    assert [b["title"] for b in said.buttons] == ["报第1个", "细说"]
    assert said.buttons[0]["payload"] == f'/apply_job{{"vacancy_id": "{vacancy.id}"}}'
    assert said.buttons[1]["payload"] == f'/ask_job_detail{{"vacancy_id": "{vacancy.id}"}}'


def test_it_names_the_trade_and_the_place_in_english(s):
    _, said = shown(s, "en", n=2, last=True, region_code=MAYING, benefits=["room", "insurance"])
    assert said.text.split("\n")[0] == "2. 缝纫工 (sewing worker, workshop near home)"
    assert "📍 Maying Town, Tongwei, Dingxi, Gansu" in said.text
    assert "Places left: 3 · room, insurance" in said.text
    assert [b["title"] for b in said.buttons] == ["Apply 2", "Details", "More"]


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        ({"wage_min": 6000, "wage_max": 6000}, "一个月6000元", "6000 yuan a month"),
        ({"wage_min": 6000, "wage_max": None}, "一个月至少6000元", "at least 6000 yuan a month"),
        (
            {"wage_unit": "day", "wage_min": 260, "wage_max": 260, "month_min": 6760, "month_max": 6760},
            "一天260元（干满一个月约6760元）",
            "260 yuan a day (about 6760 yuan for a full month)",
        ),
        (
            {"wage_unit": "piece", "wage_min": 0.8, "wage_max": 0.8, "month_min": None, "month_max": None},
            "一件0.8元",
            "0.8 yuan a piece",
        ),
        (
            {"wage_unit": "piece", "wage_min": None, "wage_max": None},
            "计件，一件多少没写",
            "by the piece, rate not stated",
        ),
        (
            {
                "wage_unit": "hour",
                "wage_min": 12.5,
                "wage_max": 12.5,
                "currency": "USD",
                "month_min": None,
                "month_max": None,
            },
            "一小时12.5美元",
            "12.5 US dollars an hour",
        ),
    ],
)
def test_it_says_pay_as_the_source_does(s, values, zh, en):
    vacancy = opening(s, **values)
    s.refresh(vacancy)
    assert (cards.pay(vacancy, "zh"), cards.pay(vacancy, "en")) == (zh, en)


def test_it_says_that_pay_is_not_stated(s):
    vacancy, said = shown(s, wage_min=None, wage_max=None, month_min=None, month_max=None)
    assert cards.pay(vacancy, "zh") is None
    assert "工资没写" in said.text


def test_it_says_who_chooses_for_a_village_post(s):
    _, said = shown(s, kind="public_welfare")
    assert "村里、县里定人" in said.text


def test_it_tells_what_is_asked_and_what_is_not_on_record(s):
    vacancy = opening(s, benefits=["board"])
    firm = employer(s, "示范")
    said = cards.details(vacancy, firm, ["room", "hours"], "zh", 1, WHO)
    assert "🏠 包吃，住没写" in said.text
    assert "上班时间没写。问清再去，李干事：0930-0000001" in said.text
    assert "💰" not in said.text
    assert "👤 找人问" in [b["title"] for b in said.buttons]


def test_it_tells_all_that_is_on_record(s):
    vacancy = opening(
        s, duties="焊钢架", demands=["dust"], age_min=18, age_max=50, school_years_min=9, certificate="焊工证",
        hours="8:00-18:00", shift="day", benefits=["room", "board", "insurance", "transport"],
    )  # fmt: skip
    zh = cards.details(vacancy, employer(s, "示范"), [], "zh", 0, WHO).text
    en = cards.details(vacancy, employer(s, "示范"), [], "en", 0, WHO).text
    assert not re.search("没写", zh)
    assert "Not on record" not in en
    for told in ("焊钢架", "有粉尘气味", "18到50岁", "要初中", "焊工证", "白班、8:00-18:00", "还要3个人"):
        assert told in zh
    assert "(浙江省嘉兴市南湖区)" in en
    assert "Age 18 to 50" in en


def test_it_says_honestly_what_was_given_up():
    assert (
        cards.given_up(["pay", "prefecture"], "zh")
        == "全照你说的没有。下面这些有点不一样：工资低一些或没写、在邻近的县。"
    )
    assert "other work" in cards.given_up(["trade"], "en")


def test_it_says_the_hours_in_english_words_only(s):
    vacancy = opening(s, hours="8:00-18:00，中午休息", shift="day")
    told = cards.point(vacancy, "hours", "en")
    assert told.removeprefix("⏰ ").isascii()
    assert "midday break" in told
    assert "中午休息" in cards.point(vacancy, "hours", "zh")


def test_it_leaves_out_what_it_cannot_say_in_english(s):
    told = cards.point(opening(s, hours="7:30-17:30，看天气定", shift=None), "hours", "en")
    assert told.removeprefix("⏰ ") == "7:30-17:30"
