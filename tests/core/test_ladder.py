import datetime as dt

import pytest

from core import ladder, responses
from core.policies import load
from tests.core.rooms import at

START = dt.date(2026, 11, 25)
DOMAIN = set(responses.names())


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
    ],
)
def test_it_counts_months_by_the_calendar(day, months, expected):
    assert ladder.months_after(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(expected)


def test_it_goes_from_days_to_months():
    days = [(rung.step, (rung.on - START).days) for rung in ladder.rungs("away", START)]
    assert days[:3] == [("day3", 3), ("day7", 7), ("day30", 30)]
    assert [step for step, _ in days[3:]] == ["month2", "month3", "month4", "month5", "month6"]


def test_it_taps_lightly_after_month_6_and_hard_at_month_12():
    taps = ladder.taps(START)
    asks = [next(taps).asks for _ in range(12)]
    assert asks == ["tap"] * 5 + ["hard"] + ["tap"] * 6


@pytest.mark.parametrize("step", ["day3", "day30", "month3", "month6", "month7", "month12", "month31"])
def test_it_finds_each_rung_again_by_its_name(step):
    assert ladder.rung(START, step).step == step


def test_it_knows_no_rung_that_the_ladder_has_not():
    with pytest.raises(KeyError):
        ladder.rung(START, "day4")


@pytest.mark.parametrize("kind", ["away", "local", "workshop", "public_welfare", "own_business", "short_term"])
def test_it_has_words_for_every_question_of_every_kind(kind):
    asked = {rung["asks"] for rung in load("checkins")["rungs"]} | {"tap", "hard"}
    assert {ladder.question(kind, asks) for asks in asked} <= DOMAIN


@pytest.mark.parametrize(
    ("time", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_it_keeps_the_night_quiet(time, quiet):
    assert ladder.is_quiet(at(f"2026-11-25 {time}"), "21:00-08:00") is quiet


def test_it_keeps_a_quiet_noon_too():
    assert ladder.is_quiet(at("2026-11-25 13:00"), "12:00-14:00")
    assert not ladder.is_quiet(at("2026-11-25 14:00"), "12:00-14:00")
