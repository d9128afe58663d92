import datetime as dt

import pytest

from core import eligibility, placements
from core.models import Placement
from tests.core.rooms import contact, office, stand_at, user, worker
from tests.core.turns import Turn

CHONGXIN = "620823"


@pytest.fixture
def home(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    return office(s, CHONGXIN)


def person(s, home, **values):
    helper = user(s, "lihua", area=CHONGXIN, office_id=home.id)
    chat = contact(s, worker(s, caseworker=helper, county=CHONGXIN, **values), office=home)
    return chat, chat.worker_id


def welder(s, home, status="lifted_out", region="330400", started=dt.date(2026, 7, 1)):
    row = worker(s, "乙二", county=CHONGXIN, programme_status=status, birth_on=dt.date(1997, 3, 1), wish="away")
    placements.start(s, row, None, key="job", employer_name="甲厂", started_on=started, kind="away", region_code=region)
    return contact(s, row, "chat-2", office=home)


def named(bubbles):
    return [b["payload"].split('"')[3] for b in bubbles[0].buttons if b["payload"].startswith("/ask_subsidy")]


def test_a_woman_who_cannot_leave_home_hears_of_posts_not_of_travel_or_heavy_work(s, home):
    chat, _ = person(
        s, home, programme_status="lifted_out", birth_on=dt.date(1981, 3, 1), wish="local", work_state="wants_work",
        limits=["no_lifting"],
    )  # fmt: skip
    bubbles = eligibility.answer(s, chat, Turn("我能领啥"))
    assert named(bubbles)[0] == "public_post"
    assert not {"travel", "work_for_relief"} & set(named(bubbles))
    assert "可能" in bubbles[0].text


def test_a_welder_in_another_province_hears_of_travel_and_is_asked_how_he_went(s, home):
    bubbles = eligibility.answer(s, welder(s, home), Turn("what can I get", "en"))
    assert named(bubbles)[0] == "travel"
    assert "may" in bubbles[0].text
    assert "organised" in bubbles[1].buttons[0]["payload"]


def test_the_answer_of_a_button_is_kept_and_not_asked_again(s, home):
    chat = welder(s, home)
    eligibility.answer(s, chat, Turn("我能领啥"))
    bubbles = eligibility.answer(s, chat, Turn("坐的包车", field="organised", value="yes"))
    assert "travel" not in named(bubbles)
    assert s.query(Placement).one().organised is True
    assert not [b for b in bubbles[1:] for button in b.buttons if "organised" in button["payload"]]


def test_a_bare_yes_answers_the_question_that_is_open(s, home):
    chat, _ = person(s, home, programme_status="lifted_out", wish="local", work_state="wants_work")
    eligibility.answer(s, chat, Turn("我能领啥"))
    draft = eligibility.sequences.current(s, chat, "eligibility")
    asked = draft.data["asking"]
    assert eligibility.answer_draft(s, chat, draft, Turn("有的", intent="affirm"))
    assert draft.data["told"] == {asked: "yes"}
    assert eligibility.answer_draft(s, chat, draft, Turn("我想找个活", intent="inform")) is None


def test_a_yes_after_half_an_hour_belongs_to_something_else(s, home, monkeypatch):
    chat, _ = person(s, home, programme_status="lifted_out", wish="local", work_state="wants_work")
    eligibility.answer(s, chat, Turn("我能领啥"))
    stand_at(monkeypatch, "2026-11-25 10:31")
    draft = eligibility.sequences.current(s, chat, "eligibility")
    assert eligibility.answer_draft(s, chat, draft, Turn("好", intent="affirm")) is None


def test_standing_is_never_asked_and_never_said_by_its_name(s, home):
    bubbles = eligibility.answer(s, welder(s, home, status="unknown"), Turn("我能领啥"))
    assert named(bubbles)[0] == "travel"
    assert "村里名单上的家庭" in bubbles[0].text
    assert not [b for b in bubbles for button in b.buttons if "standing" in button["payload"]]


def test_a_family_that_is_not_on_the_list_does_not_hear_of_what_needs_it(s, home):
    assert "travel" not in named(eligibility.answer(s, welder(s, home, status="none"), Turn("我能领啥")))


def test_too_few_months_are_not_yet_not_never(s, home):
    bubbles = eligibility.answer(s, welder(s, home, started=dt.date(2026, 11, 1)), Turn("我能领啥"))
    assert "干满几个月" in bubbles[0].text


def test_it_names_at_most_four(s, home):
    chat, _ = person(
        s, home, programme_status="lifted_out", birth_on=dt.date(1981, 3, 1), wish="local", work_state="training",
        training_wish="yes", relocated=True, certificates=["护工证"],
    )  # fmt: skip
    assert 0 < len(named(eligibility.answer(s, chat, Turn("我能领啥")))) <= 4


def test_a_record_that_says_nothing_leads_to_the_caseworker(s, home):
    chat, _ = person(s, home, programme_status="none", wish="not_now", work_state="unable")
    bubbles = eligibility.answer(s, chat, Turn("我能领啥"))
    assert "lihua姓名" in bubbles[0].text


def test_without_a_record_it_says_what_it_depends_on_and_offers_registration(s, home):
    (bubble,) = eligibility.answer(s, contact(s, office=home), Turn("我能领啥"))
    payloads = [button["payload"] for button in bubble.buttons]
    assert "/register" in payloads
    assert "/talk_to_caseworker" in payloads
    assert '/ask_subsidy{"subsidy_id": "travel"}' in payloads


@pytest.mark.parametrize(
    ("condition", "value", "fits"),
    [
        (["a", "b"], "a", True),
        (["a"], "c", False),
        ([True], None, None),
        ({"min": 16}, 15, False),
        ({"min": 16, "max": 60}, 61, False),
        ({"min": 16, "max": 60}, 60, True),
    ],
)
def test_a_condition_is_met_or_not_or_not_known(condition, value, fits):
    assert eligibility.met(condition, value) is fits
