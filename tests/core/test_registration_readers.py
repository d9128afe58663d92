import datetime as dt

import pytest

from core import registration_readers as readers
from core.registration_readers import Answer
from tests.core.rooms import stand_at


def answer(text, near="621121"):
    return Answer(None, text, near)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王秀禾", "王秀禾"),
        ("我叫王秀禾今年45岁", "王秀禾"),
        ("我是李向南，通渭的", "李向南"),
        ("名字：欧阳云霞", "欧阳云霞"),
        ("My name is Wang Xiuhe", "Wang Xiuhe"),
        ("I'm Li Xiangnan from Tongwei", "Li Xiangnan"),
        ("我是王家沟的", None),
        ("我是高中毕业", None),
        ("我是张家川人", None),
        ("我想找活", None),
    ],
)
def test_it_hears_a_name_that_is_told(text, name):
    assert (readers.name_told(text) or {}).get("name") == name


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        ("王秀禾", False, "王秀禾"),
        ("王秀禾。", False, "王秀禾"),
        ("瞿小满", False, None),
        ("瞿小满", True, "瞿小满"),
        ("Wang Xiuhe", False, "Wang Xiuhe"),
        ("wang xiuhe", True, "wang xiuhe"),
        ("welding", True, None),
        ("tongwei county", True, None),
        ("通渭", True, None),
        ("电焊", True, None),
        ("初中", True, None),
        ("不知道", True, None),
        ("跳过", True, None),
        ("我不想告诉你这个", True, None),
    ],
)
def test_it_reads_a_name(text, asked, name):
    assert (readers.name(text, asked=asked) or {}).get("name") == name


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("通渭", {"county_code": "621121"}),
        ("甘肃定西通渭县", {"county_code": "621121"}),
        (
            "通渭县平襄镇杏花村",
            {"county_code": "621121", "township_code": "621121101000", "village": "杏花村"},
        ),
        ("Tongwei County", {"county_code": "621121"}),
        ("甘肃", {"home_choices": [], "inside": "620000"}),
        ("不好说", None),
    ],
)
def test_it_reads_a_home_of_any_level(text, home):
    assert readers.home(answer(text)) == home


def test_it_leaves_to_choose_what_may_be_several_places():
    assert len(readers.home(answer("鼓楼区"))["home_choices"]) == 4
    assert "621121" in readers.counties("621100")
    assert readers.counties("620000") == []


@pytest.mark.parametrize(
    ("text", "village"),
    [
        ("平襄镇杏花村", {"township_code": "621121101000", "village": "杏花村"}),
        ("平襄镇", {"township_code": "621121101000"}),
        ("Pingxiang town, Apricot village", {"township_code": "621121101000", "village": "Apricot village"}),
        ("杏花湾", {"village": "杏花湾"}),
        ("不知道", None),
    ],
)
def test_it_reads_a_village(text, village):
    assert readers.village(answer(text)) == village


@pytest.mark.parametrize(
    ("text", "years"),
    [("45岁", 45), ("45", 45), ("八三年的", None), ("83年的", 43), ("83", 43), ("1983", 43), ("I'm 45", 45)],
)
def test_it_reads_an_age_as_the_middle_of_what_it_may_be(monkeypatch, text, years):
    stand_at(monkeypatch, "2026-11-25 10:00")
    told = readers.birth(answer(text))
    if years is None:
        assert told is None
        return
    assert told["birth_exact"] is False
    assert abs(readers.age(told["birth_on"]) - years) <= 1


def test_it_reads_a_birth_date_exactly(monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    assert readers.birth(answer("1983年3月5日")) == {"birth_on": "1983-03-05", "birth_exact": True}
    assert readers.birth(answer("1983-02-30")) is None
    assert readers.birth(answer("2027年3月5日")) is None


def test_it_counts_whole_years(monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    assert readers.age("2010-11-25") == 16
    assert readers.age("2010-11-26") == 15
    assert dt.date.fromisoformat(readers.birth(answer("16岁"))["birth_on"]) < dt.date(2010, 11, 25)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("wish", "在家附近干", "local"),
        ("wish", "想出去打工", "away"),
        ("wish", "先不找了", "not_now"),
        ("reach", "哪都行", "anywhere"),
        ("reach", "镇上", "township"),
        ("hours", "娃上学那阵", "school_hours"),
        ("training_wish", "不想学", "no"),
        ("training_wish", "想学", "yes"),
        ("phone_whose", "我老婆的", "family"),
        ("wish", "嗯", None),
    ],
)
def test_it_reads_one_of_a_few(field, text, value):
    assert readers.choice(field, text) == value


def test_it_reads_several():
    assert readers.choices("unpaid_work", "带娃、种地，也做饭") == ["child_care", "cooking", "farming"]
    assert readers.choices("certificates", "电工证和驾照") == ["electrician", "driving_c"]


@pytest.mark.parametrize(("text", "count"), [("5", 5), ("五口人", 5), ("4个", 4), ("four of us", 4), ("很多", None)])
def test_it_reads_how_many_live_there(text, count):
    assert (readers.household(answer(text)) or {}).get("household_members") == count


def test_it_knows_what_looks_like_a_number_and_is_none():
    assert readers.looks_like_id("62112119810305002")
    assert readers.looks_like_phone("1380013800")
    assert not readers.looks_like_phone("45")
    assert readers.nothing("没有")
    assert readers.nothing("我没有手机")
    assert not readers.nothing("没有焊工证，有驾照")
