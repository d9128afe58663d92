import datetime as dt

import pytest

from core import clock, doors, fairs, safety, vacancies, vacancy_answers
from core.models import Escalation, Search
from tests.core.openings import MAYING, PINGXIANG, SEWER, WAITER, employer, opening, payloads, titles, turn, words
from tests.core.rooms import contact, office, user, worker


@pytest.fixture
def chat(s):
    return contact(s, office=office(s))


def search(s, chat, text, **more):
    return vacancy_answers.search(s, chat, turn("search_jobs", text, **more))


# -- searched ---------------------------------------------------------------------------------------------------------


def test_it_answers_somebody_without_a_record_at_once(s, chat):
    opening(s, "电焊工")
    said = search(s, chat, "浙江有没有电焊的活")
    assert said[0].text == "🔍 有1个活合适，先看1个："
    assert "正是你要的活，在你说的浙江省" in said[1].text
    assert len(said) == 2


def test_it_asks_where_home_is_after_the_cards(s, chat):
    opening(s, "缝纫工", occupation_code=SEWER, region_code=PINGXIANG, demands=["light"])
    opening(s, "搬运工", occupation_code=None, region_code=PINGXIANG, demands=["lifting"])
    said = search(s, chat, "腰不好出不去，家门口有啥活")
    assert "不能干重活" in said[0].text
    assert "活不重，就在通渭县" in said[1].text
    assert said[-1].text == "先按通渭县找的。你家在哪个县、哪个镇？"
    assert "搬运工" not in words(said)
    assert vacancies.waits_for_home(s, chat)


@pytest.mark.parametrize("intent", ["inform", "search_jobs"])
def test_it_takes_a_bare_place_as_the_answer(s, chat, intent):
    opening(s, "缝纫工", occupation_code=SEWER, region_code=PINGXIANG)
    search(s, chat, "家附近的活")
    answer = turn(intent, "马营镇")
    does = vacancy_answers.answer_home if intent == "inform" else vacancy_answers.search
    said = does(s, chat, answer)
    assert said[0].text.startswith("马营镇没有，县里有这些。")
    assert "哪个镇" not in words(said)
    assert words(does(s, chat, answer)) == words(said)
    assert s.query(Search).count() == 2
    opening(s, "镇上的活", region_code=MAYING)
    assert "就在马营镇" in search(s, chat, "家附近有活吗")[1].text


def test_it_takes_a_new_search_for_a_search(s, chat):
    opening(s, region_code=PINGXIANG)
    search(s, chat, "家附近的活")
    assert "还是刚才" in search(s, chat, "通渭招人不")[0].text
    assert vacancies.under_way(s, chat).wishes["region_codes"] == ["621121"]


def test_it_says_that_heavy_work_was_left_out(s, chat):
    opening(s)
    assert search(s, chat, "换轻点的")[0].text.startswith("重活都没放进来。")


def test_it_takes_no_place_when_none_was_asked_for(s, chat):
    opening(s)
    search(s, chat, "电焊")
    assert vacancy_answers.answer_home(s, chat, turn("inform", "马营镇")) is None
    search(s, chat, "家附近的活")
    assert vacancy_answers.answer_home(s, chat, turn("inform", "我今年四十三")) is None


def test_it_asks_which_of_several_places_of_a_name(s, chat):
    opening(s, region_code=PINGXIANG)
    search(s, chat, "家附近的活")
    said = vacancy_answers.answer_home(s, chat, turn("inform", "城关镇"))
    if len(said) == 1:
        assert said[0].text == "是哪一个？"
        assert all('"job_home"' in payload for payload in payloads(said))
    chosen = vacancy_answers.choose_home(s, chat, turn("choose", "马营镇", field="job_home", value=MAYING))
    assert "县里有这些" in chosen[0].text


def test_it_asks_near_or_away_when_nothing_was_wished(s, chat):
    for code in (PINGXIANG, "330402"):
        opening(s, region_code=code)
    said = search(s, chat, "有啥活干没")
    assert said[-1].text == "想在家附近干，还是出去干？"
    away = vacancy_answers.refine(s, chat, turn("refine_search", "🚌 出去干", kind="button", value="away"))
    assert "南湖区" in away[1].text
    assert len(away) == 2
    near = vacancy_answers.refine(s, chat, turn("refine_search", "🏠 家附近", kind="button", value="near"))
    assert "就在通渭县" in near[1].text


def test_it_says_what_was_given_up(s, chat):
    opening(s)
    said = search(s, chat, "浙江电焊一个月两万以上")
    assert said[0].text.startswith("全照你说的没有。下面这些有点不一样：工资低一些或没写。")


def test_it_offers_to_tell_later_when_nothing_is_found(s, chat):
    said = search(s, chat, "有电焊的活吗")
    assert titles(said) == ["告诉我", "看别的活"]
    later = vacancy_answers.tell_later(s, chat, turn("choose", field="tell_later", value="yes"))
    assert later[0].text.startswith("记下了，有合适的就告诉你。")
    (case,) = s.query(Escalation).all()
    assert (case.kind, case.detail) == ("other", "想找：焊工。有合适的告诉本人。")


def test_it_offers_no_public_post_of_another_county(s, chat):
    opening(s, "护林员", kind="public_welfare", region_code="620823")
    said = search(s, chat, "还有公益岗没")
    assert said[0].text.startswith("全照你说的没有") or "由村里、县里定人" in said[0].text
    assert "护林员" not in words(said)


def test_it_shows_nobody_under_16_an_opening(s, chat):
    opening(s)
    assert "不满16岁" in words(search(s, chat, "我15岁能进厂吗"))


def test_it_keeps_limits_told_for_the_same_person_only(s, chat):
    opening(s, "重", demands=["lifting"])
    search(s, chat, "我腰不好，有啥活")
    assert "重" not in [c.vacancy.title for c in vacancies.search(s, chat, {}, key="a").cards]
    chat.worker_id = worker(s, "乙二").id
    assert [c.vacancy.title for c in vacancies.search(s, chat, {}, key="b").cards] == ["重"]


def test_it_looks_for_a_relative_without_the_own_age(s, chat):
    opening(s, age_max=30)
    person = worker(s, birth_on=clock.today() - dt.timedelta(days=50 * 366), wish="local")
    chat.worker_id = person.id
    assert not vacancies.search(s, chat, {}, key="own").cards
    assert "电焊工" in words(search(s, chat, "我弟会电焊，帮他找个活", relation="我弟"))


def test_it_shows_the_same_again_for_the_same_turn(s, chat):
    opening(s)
    asked = turn("search_jobs", "电焊")
    assert words(vacancy_answers.search(s, chat, asked)) == words(vacancy_answers.search(s, chat, asked))
    assert s.query(Search).count() == 1


def test_it_reads_no_wish_from_a_button(s, chat):
    opening(s)
    said = search(s, chat, "Other openings in Guangdong", kind="button", language="en")
    assert said[0].text == "🔍 Open now, here are 1:"


# -- gone on with -----------------------------------------------------------------------------------------------------


@pytest.fixture
def five(s, chat):
    """Five openings, three shown, then two more."""
    rows = [opening(s, f"电焊工{n}", month_max=8000 - n * 100, wage_max=8000 - n * 100) for n in range(1, 6)]
    search(s, chat, "电焊")
    return rows


def test_it_goes_on_where_it_stopped_and_ends(s, chat, five):
    said = vacancy_answers.more(s, chat, turn("more_jobs", "还有吗"))
    assert [bubble.text[:2] for bubble in said[1:]] == ["4.", "5."]
    assert "还有吗" not in titles(said)
    end = vacancy_answers.more(s, chat, turn("more_jobs", "还有吗"))
    assert titles(end) == ["告诉我", "换个条件找"]
    assert end[0].text.startswith("就这些了")


def test_it_pays_more_or_lies_nearer_when_asked(s, chat, five):
    opening(s, "高薪焊工", month_max=9900, wage_max=9900)
    search(s, chat, "电焊")
    row = vacancies.under_way(s, chat)
    row.shown = [five[1].id]
    said = vacancy_answers.refine(s, chat, turn("refine_search", "有没有工资高点的"))
    assert "工资比刚才的高" in words(said)
    assert vacancies.under_way(s, chat).wishes["wage_min"] == 7801


def test_it_drops_the_trade_that_is_refused(s, chat, five):
    opening(s, "缝纫工", occupation_code=SEWER)
    said = vacancy_answers.refine(s, chat, turn("refine_search", "电焊的不要"))
    assert "缝纫工" in words(said)
    assert "电焊工" not in words(said)


# -- which one ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "n"), [("第二个", 2), ("the 3rd one", 3), ("最后那个", 3), ("电焊工1", 1), ("1号", 1)]
)
def test_it_knows_which_one_is_meant(s, chat, five, text, n):
    (option,) = vacancies.meant(s, chat, text)
    assert option.n == n
    assert vacancies.meant(s, chat, "那个包吃吗") == [option]


def test_it_asks_which_when_more_than_one_may_be_meant(s, chat, five):
    assert len(vacancies.meant(s, chat, "这个包吃住不")) == 3
    vacancy_answers.more(s, chat, turn("more_jobs"))
    said = vacancy_answers.detail(s, chat, turn("ask_job_detail", "第二个工资多少"))
    assert said[0].text == "你说的是哪一个？"
    assert [title[:2] for title in titles(said)] == ["2.", "5."]
    (option,) = vacancies.meant(s, chat, "第4个")
    assert option.n == 4


def test_it_finds_the_one_by_what_was_said_of_it(s, chat):
    opening(s, "甲", benefits=["room", "board"])
    opening(s, "乙", region_code="440306", occupation_code=SEWER)
    vacancies.search(s, chat, {}, key="k")
    assert [o.vacancy.title for o in vacancies.meant(s, chat, "包吃住的那个")] == ["甲"]
    assert [o.vacancy.title for o in vacancies.meant(s, chat, "深圳那个")] == ["乙"]
    assert [o.vacancy.title for o in vacancies.meant(s, chat, "the sewing one")] == ["乙"]


def test_it_says_when_nothing_was_shown_yet(s, chat):
    said = vacancy_answers.detail(s, chat, turn("ask_job_detail", "第二个包吃住不"))
    assert titles(said) == ["🔨 找活"]


def test_it_answers_the_point_asked_from_the_record_only(s, chat, five):
    five[0].benefits = ["board"]
    said = vacancy_answers.detail(s, chat, turn("ask_job_detail", "管吃住不，一个月多少钱", vacancy_id=None))
    assert len(titles(said)) == 3
    tapped = vacancy_answers.detail(s, chat, turn("ask_job_detail", "细说", kind="button", vacancy_id=str(five[0].id)))
    assert "🏠 包吃，住没写" in tapped[0].text
    five[0].state = "closed"
    closed = vacancy_answers.detail(s, chat, turn("ask_job_detail", kind="button", vacancy_id=str(five[0].id)))
    assert closed[0].text.endswith("“电焊工1”不招了。")
    assert titles(closed) == ["还有吗"]


def test_it_answers_in_english(s, chat):
    opening(s, region_code=PINGXIANG)
    said = search(s, chat, "anything near home, I have a bad back", language="en")
    assert said[0].text.startswith("Your health comes first: no heavy lifting")
    assert "电焊工 (welder)" in said[1].text
    assert said[-1].text.startswith("I searched around Tongwei County.")


# -- is it honest? -----------------------------------------------------------------------------------------------------


def test_it_warns_in_general_words_and_opens_no_case(s, chat):
    said = safety.answer(s, chat, turn("check_job_safe", "中介要交三百押金靠谱吗"))
    for told in ("不许收押金", "许可证", "12333", "96110", "110"):
        assert told in words(said)
    assert s.query(Escalation).count() == 0


@pytest.mark.parametrize(
    ("text", "value"), [("交了钱人联系不上了", None), ("I paid and he blocked me", None), ("我被骗了", "report")]
)
def test_it_takes_a_report_to_a_person(s, chat, text, value):
    report = turn("check_job_safe", text, language="en" if text.isascii() else "zh", value=value)
    for _ in range(2):
        assert "96110" in words(safety.answer(s, chat, report))
    (case,) = s.query(Escalation).all()
    assert (case.kind, case.severity) == ("swindle", 2)


def test_it_says_when_a_firm_is_on_our_list(s, chat):
    employer(s, "南湖春燕示范厂", checked_on=clock.today())
    assert "在我们的名单上" in words(safety.answer(s, chat, turn("check_job_safe", "南湖春燕示范厂是真的吗")))
    assert "名单" not in words(safety.answer(s, chat, turn("check_job_safe", "这个厂靠谱吗")))


# -- fairs, training, coaches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["fair", "training", "transport"])
def test_it_invents_no_date(s, chat, kind):
    said = fairs.answer(s, chat, turn("ask_job_fair", "啥时候有"), kind)
    assert "不乱说" in said[0].text
    wish = fairs.wish(s, chat, turn("choose", field="fair_wish", value=kind))
    assert wish[0].text.startswith("记下了")
    assert s.query(Escalation).one().kind == "other"


def test_it_tells_what_is_announced_near_home(s, chat, monkeypatch):
    day = clock.today() + dt.timedelta(days=3)
    entry = {
        "title": {"zh": "示范招聘会", "en": "Demo fair"}, "area": "621121", "on": day.isoformat(), "hours": "9:00-15:00",
        "place": {"zh": "示范广场", "en": "Demo square"}, "source": "示范",
    }  # fmt: skip
    past = entry | {"on": (day - dt.timedelta(days=9)).isoformat()}
    monkeypatch.setattr(fairs, "load", lambda name: {"fair": [past, entry], "missed_words": []})
    said = fairs.answer(s, chat, turn("ask_job_fair", "招聘会"), "fair")
    assert words(said).count("示范招聘会") == 1
    assert "9:00-15:00" in words(said)


def test_it_sends_a_person_when_the_coach_was_missed(s):
    home = office(s)
    person = worker(s, caseworker=user(s, "li", office_id=home.id))
    said = fairs.answer(s, contact(s, person), turn("ask_transport", "我没赶上车咋办"), "transport")
    assert "li姓名" in words(said)
    assert s.query(Escalation).one().severity == 2


def test_it_shows_the_same_cards_once_only(s, chat):
    opening(s, region_code=PINGXIANG)
    search(s, chat, "家附近的活")
    again = search(s, chat, "我就想在家附近找活")
    assert again[0].text.startswith("还是刚才那1个")
    assert titles(again) == ["往下看", "👤 找人问"]
    assert "🔍" in search(s, chat, "work near home", language="en")[0].text


@pytest.mark.parametrize(
    "text", ["我们是通渭的养殖场，想招5个喂牛的", "我是老板，我要招人", "I want to hire two cooks"]
)
def test_it_shows_employers_the_office(s, chat, text):
    opening(s)
    said = search(s, chat, text)
    assert titles(said) == titles([doors.answer(s, chat, "employer_writes", "zh")])
    assert "🔍" not in words(said)


def test_it_says_first_that_the_work_asked_for_is_not_there(s, chat):
    opening(s, region_code=PINGXIANG)
    said = search(s, chat, "通渭有没有文员的活")
    assert said[0].text.startswith("文员的活，眼下没有。下面是别的活。")
    assert "合适" not in said[0].text


def test_it_counts_nothing_where_nothing_was_wished(s, chat):
    opening(s)
    assert "1个活合适" not in search(s, chat, "给我找个活")[0].text


def test_it_answers_one_point_of_all_that_were_shown(s, chat):
    opening(s, demands=["dust"])
    opening(s, "服务员", occupation_code=WAITER, demands=["standing"])
    search(s, chat, "给我找个活")
    (said,) = vacancy_answers.detail(s, chat, turn("ask_job_detail", "这几个危险不"))
    assert "有粉尘气味" in said.text
    assert "要久站" in said.text


def test_it_takes_what_the_body_does_not_allow_into_the_search_just_made(s, chat):
    opening(s, region_code=PINGXIANG)
    opening(s, "缝纫工", occupation_code=SEWER, region_code=PINGXIANG)
    search(s, chat, "家附近的活")
    search(s, chat, "腰痛得很，坐久了也不得行")
    wishes = vacancies.under_way(s, chat).wishes
    assert wishes["near"]
    assert "no_sitting" in wishes["limits"]


def test_it_names_the_work_that_is_nowhere(s, chat):
    opening(s)
    said = search(s, chat, "有没有文员的活")
    assert said[0].text.startswith("文员的活，眼下一个都没有。")


def test_it_names_the_place_that_has_nothing(s, chat):
    opening(s)
    said = search(s, chat, "成都有没有电焊工")
    assert said[0].text.startswith("成都市眼下没有合适的。")
