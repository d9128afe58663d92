import time

import pytest

from core import areas


def labels(text, near=None):
    return [areas.label(area.code, "zh") for area in areas.find(text, near=near)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("通渭", "621121"),
        ("甘肃定西通渭", "621121"),
        ("我老家是甘肃省定西市通渭县的", "621121"),
        ("通渭县平襄镇", "621121101000"),
        ("我家在通渭平襄", "621121101000"),
        ("崇信锦屏镇", "620823100000"),
        ("Jiaxing", "330400"),
        ("jia xing, zhejiang", "330400"),
        ("I am from Tongwei County in Gansu", "621121"),
        ("Tongwei Pingxiang town", "621121101000"),
        ("wo zai dongguan", "441900"),
        ("Xi'an", "610100"),
        ("Inner Mongolia", "150000"),
        ("Canton", "440100"),
        ("廣東", "440000"),
        ("沪", "310000"),
        ("粤", "440000"),
        ("襄樊", "420600"),
        ("魔都", "310000"),
        ("虎门", "441900"),
        ("福州鼓楼", "350102"),
        ("重庆江北", "500157"),
        ("定西安定", "621102"),
        ("合作市", "623001"),
        ("吉林", "220000"),
        ("东乡族自治县", "622926"),
    ],
)
def test_it_finds_one_area_at_any_level(text, code):
    assert [area.code for area in areas.find(text)] == [code]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("江浙沪", ["江苏省", "浙江省", "上海市"]),
        ("浙江或者江苏都行", ["浙江省", "江苏省"]),
        ("suzhou", ["江苏苏州市", "安徽宿州市"]),
        ("朝阳", ["北京朝阳区", "辽宁朝阳市"]),
    ],
)
def test_it_gives_all_that_is_meant_or_may_be_meant(text, found):
    assert labels(text) == found


def test_it_knows_the_deltas_as_groups_of_cities():
    assert {"440300", "441900"} <= {area.code for area in areas.find("珠三角")}
    assert areas.find("pearl river delta") == areas.find("珠三角")


@pytest.mark.parametrize(
    "text", ["我想和别人合作", "公安局在哪", "比如说焊工", "南京路", "I want to work", "", "🙂", "123456"]
)
def test_it_takes_no_everyday_word_for_a_place(text):
    assert areas.find(text) == []


@pytest.mark.parametrize(
    ("text", "near", "found"),
    [
        ("平襄", "621121", ["甘肃定西通渭平襄镇"]),
        ("马营镇", "621121", ["甘肃定西通渭马营镇"]),
        ("jinping", "620823", ["甘肃平凉崇信锦屏镇"]),
        ("清水", "620502", ["甘肃天水清水县"]),
    ],
)
def test_it_lets_home_settle_what_several_places_share(text, near, found):
    assert labels(text, near) == found


def test_it_offers_all_townships_of_a_name_when_home_is_unknown():
    assert len(areas.find("马营镇")) > 3


def test_it_takes_codes_in_every_length_and_old_codes():
    for code in ("62", "620000"):
        assert areas.get(code).name == "甘肃省"
    assert areas.get("621121101") == areas.get("621121101000")
    assert areas.get("621121000000").path == ("甘肃省", "定西市", "通渭县")
    assert areas.get("500112").name == "两江新区"
    assert areas.get("999999") is None


def test_it_names_areas_in_english():
    assert areas.name("621121", "en") == "Tongwei County"
    assert areas.name("610000", "en") == "Shaanxi"
    assert areas.name("621121101000", "en") == "Pingxiang Town"
    assert areas.name("621200", "en") == "Longnan"
    assert areas.label("621223", "en") == "Tanchang County, Longnan, Gansu"
    assert areas.name("000001", "en") == "000001"


def test_it_tells_what_lies_in_what():
    assert areas.within("621121101000", "621121")
    assert areas.within("621121", "62")
    assert not areas.within("621121", "620800")


@pytest.mark.parametrize(
    ("other", "rank"),
    [
        ("621121101000", 0),
        ("621121102000", 1),
        ("621121", 1),
        ("621102", 2),
        ("620823", 3),
        ("610100", 4),
        ("330400", 5),
    ],
)
def test_it_ranks_distance_from_home(other, rank):
    assert areas.distance_rank("621121101000", other) == rank


def test_it_holds_all_townships_of_a_county_in_order():
    towns = areas.townships("621121")
    assert [t.code for t in towns] == sorted(t.code for t in towns)
    assert "平襄镇" in {t.name for t in towns}
    assert all(areas.within(t.code, "621121") for t in towns)
    assert areas.townships("441900") == []


def test_it_marks_priority_areas_and_what_is_not_verified():
    tongwei = {p.list: p.verified for p in areas.priorities("621121101000")}
    assert tongwei == {"counties_52": True, "counties_160": False}
    assert "counties_160" not in {p.list for p in areas.priorities("330402")}
    assert {p.list for p in areas.priorities("622921")} >= {"three_states"}


def test_it_keeps_the_counts_of_the_lists():
    kinds = [p.list for _, p in areas._priorities()]
    assert (kinds.count("counties_52"), kinds.count("counties_160")) == (52, 160)
    assert sum(1 for _, p in areas._priorities() if p.list == "counties_160" and not p.verified) == 68


def test_it_answers_quickly():
    areas.find("马营镇 somewhere")
    begun = time.perf_counter()
    for _ in range(200):
        areas.find("我老家是甘肃省定西市通渭县平襄镇的，想去浙江嘉兴干活")
    assert time.perf_counter() - begun < 2
