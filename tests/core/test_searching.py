import datetime as dt

import pytest

from core import clock, searching, vacancy_wishes, vacancy_words
from tests.core.openings import MAYING, PINGXIANG, SEWER, WAITER, WELDER, employer, opening
from tests.core.rooms import worker


def fit(s, wishes, person=None):
    return {v.title for v, _ in searching.candidates(s, wishes, person, clock.today(), [])}


pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("广东有没有电焊工的活", {"trades": [WELDER], "region_codes": ["440000"]}),
        ("any welding jobs in Guangdong, at least 6000", {"trades": [WELDER], "region_codes": ["440000"], "wage_min": 6000}),
        ("腰不好出不去，家门口有啥轻松点的活", {"limits": ["no_lifting", "no_bending"], "near": True}),
        ("附近有公益岗吗", {"kind": "public_welfare", "near": True}),
        ("包吃住的厂子", {"kind": "factory", "benefits": ["room", "board"]}),
        ("一天两百以上的日结", {"kind": "short_term", "wage_min": 5200}),
        ("想出去打工", {"away": True}),
        ("不想出去，近点的", {"near": True}),
        ("有啥活干没", {}),
        ("any other work", {}),
        ("六十一岁还能干啥", {"age": 61}),
        ("电焊的不要，看缝纫", {"trades": [SEWER], "not_trades": [WELDER]}),
        ("not in Zhejiang, show Jiangsu", {"region_codes": ["320000"], "not_regions": ["330000"]}),
        ("想找个不用上夜班的活", {"shift": "day"}),
        ("上12个小时的不要", {}),
        ("去广东进厂", {"region_codes": ["440000"], "kind": "factory"}),
        ("陇南成县的活", {"region_codes": ["621221"]}),
        ("带娃能干的活有没有", {"near": True}),
    ],
)  # fmt: skip
def test_it_reads_the_wishes_told(text, wishes):
    assert vacancy_wishes.read(text, [], home="621121") == wishes


def test_it_reads_wishes_from_entities():
    told = [
        {"entity": "region", "value": "浙江"},
        {"entity": "wage", "value": "七千"},
        {"entity": "relation", "value": "我弟"},
    ]
    assert vacancy_wishes.read("给他找", told) == {"region_codes": ["330000"], "wage_min": 7000, "other": True}


def test_it_holds_every_wish_at_once(s):
    opening(s, "甲")
    opening(s, "乙", region_code="440306")
    opening(s, "丙", wage_max=5000, month_min=4000, month_max=5000)
    opening(s, "丁", occupation_code=SEWER)
    wishes = {"trades": [WELDER], "region_codes": ["330000"], "wage_min": 6000}
    assert fit(s, wishes) == {"甲"}
    assert searching.count(s, wishes, None, clock.today(), []) == 1


@pytest.mark.parametrize(
    "closed",
    [{"state": "closed"}, {"places_left": 0}, {"expires_on": dt.date(2020, 1, 1)}],
    ids=lambda c: next(iter(c)),
)
def test_it_shows_only_what_can_be_applied_for(s, closed):
    opening(s, **closed)
    assert fit(s, {}) == set()


def test_it_never_shows_what_the_body_does_not_allow(s):
    opening(s, "重", demands=["lifting"])
    opening(s, "轻", demands=["light"])
    wishes = {"limits": ["no_lifting"], "trades": [SEWER], "benefits": ["room"], "region_codes": ["110000"]}
    for _, wider in searching.widened(wishes):
        assert "重" not in fit(s, wider)
    assert vacancy_words.ruled_out(["no_lifting", "no_night"]) == ["lifting", "night"]


def test_it_looks_at_age_and_school(s):
    opening(s, "年轻", age_max=45)
    opening(s, "初中", school_years_min=9)
    opening(s, "都行")
    person = worker(s, birth_on=clock.today() - dt.timedelta(days=50 * 366), school_years=6)
    assert fit(s, {}, person) == {"都行"}
    assert fit(s, {"age": 30}, person) == {"年轻", "都行"}


def test_it_leaves_out_what_was_refused(s):
    opening(s, "浙江焊工")
    opening(s, "浙江缝纫", occupation_code=SEWER)
    opening(s, "深圳焊工", region_code="440306")
    opening(s, "国外", region_code=None, occupation_code=None)
    assert fit(s, {"not_trades": [WELDER]}) == {"浙江缝纫", "国外"}
    assert fit(s, {"not_regions": ["330000"]}) == {"深圳焊工", "国外"}


def test_it_gives_up_one_wish_before_several():
    steps = [names for names, _ in searching.widened({"trades": [WELDER], "region_codes": [MAYING], "wage_min": 9000})]
    assert steps[0] == []
    singles = [names[0] for names in steps if len(names) == 1]
    assert singles == ["pay", "related", "county", "prefecture", "province", "anywhere", "trade"]
    assert steps[-1] == singles[:-1], "no wish would be left: any opening at all is no answer"
    assert [names for names, _ in searching.widened({"employer": "某厂"})] == [[]]


def test_it_never_takes_a_village_post_from_another_place():
    wishes = {"kind": "public_welfare", "near": True, "home": MAYING}
    assert [names for names, _ in searching.widened(wishes)] == [[], ["kind"]]


def test_it_says_true_reasons(s):
    vacancy = opening(s, region_code=MAYING, demands=["light"], benefits=["room"])
    wishes = {"near": True, "home": MAYING, "limits": ["no_lifting"], "trades": [WELDER], "benefits": ["room"]}
    names = [name for name, _ in searching.why(vacancy, wishes, None, clock.today())]
    assert names == ["utter_why_trade", "utter_why_light", "utter_why_town", "utter_why_benefit", "utter_why_new"]
    assert searching.why(vacancy, {}, None, clock.today()) == [("utter_why_new", {})]


def test_it_puts_the_own_township_first_then_the_county(s):
    for title, code, pay in (("县里", PINGXIANG, 9000), ("镇上", MAYING, 2000)):
        opening(s, title, occupation_code=WAITER, region_code=code, month_max=pay, month_min=pay)
    wishes = {"near": True, "home": MAYING}
    pairs = searching.candidates(s, wishes, None, clock.today(), [])
    assert [m.vacancy.title for m in searching.best(pairs, wishes, None, clock.today(), 3)] == ["镇上", "县里"]


def test_it_shows_different_employers_first(s):
    one = employer(s, "一家厂")
    for n in range(3):
        opening(s, f"一{n}", one, month_max=9000)
    opening(s, "二", month_max=6000)
    pairs = searching.candidates(s, {}, None, clock.today(), [])
    matches = searching.best(pairs, {}, None, clock.today(), 2)
    assert [m.employer.name == "一家厂" for m in matches] == [True, False]


@pytest.mark.parametrize(
    ("least", "most", "unit", "kind", "month"),
    [
        (6000, 8000, "month", "", (6000, 8000)),
        (200, 260, "day", "", (5200, 6760)),
        (20, None, "hour", "", (4160, None)),
        (20, 25, "hour", "part_time", (None, None)),
        (0.5, 0.8, "piece", "", (None, None)),
        (60000, None, "year", "", (5000, None)),
    ],
)
def test_it_reckons_a_month_where_it_can(least, most, unit, kind, month):
    assert vacancy_words.per_month(least, most, unit, kind) == month


@pytest.mark.parametrize(
    ("text", "wage"),
    [
        ("欠了八万，给我找个活", None),
        ("欠了八万，想找个六千的活", 6000),
        ("贷款五万还不上，想打工", None),
        ("I owe 80000 yuan, need work", None),
        ("一年3000对不", None),
        ("想换个焊工，离平凉近点的，一个月最少六千", 6000),
    ],
)
def test_it_takes_no_debt_for_a_wage(text, wage):
    assert vacancy_wishes.read(text, []).get("wage_min") == wage


@pytest.mark.parametrize(
    "text",
    [
        "屋里头有老人要照看走不脱，有没得啥子屋头能做的活路",
        "婆婆瘫了没人照顾，就近找个活",
        "娃小离不开，想寻个活",
        "any work, I can't go far",
    ],
)
def test_it_hears_who_must_stay_near(text):
    assert vacancy_wishes.read(text, [])["near"]


def test_it_hears_where_somebody_comes_from_as_home():
    told = vacancy_wishes.read("额是会宁人，想在近处寻个活", [])
    assert told["home"] == "620422"
    assert told["near"]
    assert "region_codes" not in told
    away = vacancy_wishes.read("俺是驻马店哩，想去浙江打工", [])
    assert away["home"].startswith("4117")
    assert away["region_codes"] == ["330000"]


def test_it_shows_no_seated_work_to_who_cannot_sit(s):
    opening(s, "缝纫工", occupation_code=SEWER)
    wishes = vacancy_wishes.read("腰痛得很，坐久了也不得行，找个活", [])
    assert "no_sitting" in wishes["limits"]
    assert searching.candidates(s, wishes, None, clock.today(), []) == []


def test_it_shows_what_anybody_can_do_before_what_must_be_learnt(s):
    opening(s, "电焊工")
    opening(s, "服务员", occupation_code=WAITER, month_min=3500, month_max=4000)
    pairs = searching.candidates(s, {}, None, clock.today(), [])
    assert [m.vacancy.title for m in searching.best(pairs, {}, None, clock.today(), 2)] == ["服务员", "电焊工"]


@pytest.mark.parametrize("text", ["有没有坐办公室的", "any office work", "会电脑，找个文员"])
def test_it_knows_office_work(text):
    assert vacancy_wishes.read(text, [])["trades"] == ["3-01-02-02"]
