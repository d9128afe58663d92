import datetime as dt

import pytest
import sqlalchemy as sa

from core import placements
from core.models import Application, Checkin, Employer, Placement, Vacancy
from tests.core.rooms import contact, office, stand_at, worker

TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def person(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 12:00")
    office(s)
    return worker(s, work_state="wants_work")


def begun(s, person, key="in-1", employer_name="试验厂", started_on=TODAY, kind="away", **facts):
    return placements.start(
        s, person, None, key=key, employer_name=employer_name, started_on=started_on, kind=kind, **facts
    )


def steps(s, placement, state="due"):
    query = sa.select(Checkin.step).where(Checkin.placement_id == placement.id, Checkin.state == state)
    return list(s.scalars(query.order_by(Checkin.due_at)))


def test_it_puts_a_job_on_record_with_its_ladder(s, person):
    placement = begun(s, person)
    assert steps(s, placement) == ["day3", "day7", "day30", "month2", "month3", "month4", "month5", "month6"]
    assert (person.work_state, placement.confirmed_on) == ("in_work", TODAY)


def test_it_asks_nothing_of_days_gone_by(s, person):
    placement = begun(s, person, started_on=TODAY - dt.timedelta(days=10))
    assert steps(s, placement)[0] == "day30"


def test_it_goes_on_with_the_monthly_tap_of_an_old_job(s, person):
    placement = begun(s, person, started_on=dt.date(2026, 1, 10))
    assert steps(s, placement) == ["month11"]


def test_it_makes_one_job_of_what_is_told_twice(s, person):
    first = begun(s, person)
    again = begun(s, person)
    told = begun(s, person, key="in-2", pay_month=5200)
    assert first.id == again.id == told.id
    assert told.pay_month == 5200
    assert len(steps(s, first)) == 8


def test_it_keeps_what_was_told_first(s, person):
    begun(s, person, pay_month=5000)
    assert begun(s, person, key="in-2", pay_month=9000).pay_month == 5000


def test_it_ends_the_job_before_when_a_new_one_begins(s, person):
    before = begun(s, person, started_on=TODAY - dt.timedelta(days=60))
    after = begun(s, person, key="in-2", employer_name="别的厂")
    assert (before.state, before.end_reason, before.ended_on) == ("ended", "new_job", TODAY)
    assert steps(s, before) == []
    assert placements.active(s, person) is after
    assert person.work_state == "in_work"


@pytest.mark.parametrize("kind", ["short_term", "own_business"])
def test_it_leaves_the_main_job_beside_a_small_one(s, person, kind):
    main = begun(s, person)
    begun(s, person, key="in-2", employer_name="短活", kind=kind)
    assert main.state == "active"


def test_it_does_not_say_in_work_before_the_first_day(s, person):
    placement = begun(s, person, started_on=TODAY + dt.timedelta(days=5))
    assert person.work_state == "wants_work"
    assert steps(s, placement)[0] == "day3"


def test_it_supposes_nothing_of_somebody_whose_job_ended(s, person):
    placement = begun(s, person)
    for _ in range(2):
        placements.end(s, placement, ended_on=TODAY, reason="lost", key="in-9")
    assert person.work_state == "unknown"
    assert steps(s, placement, "dropped") != []
    assert steps(s, placement) == []
    assert placements.active(s, person) is None


def test_it_marks_the_application_that_led_to_it(s, person):
    now = placements.clock.now()
    employer = Employer(name="试验厂", source="demo", made_at=now)
    s.add(employer)
    s.flush()
    vacancy = Vacancy(
        external_id="1", source="demo", employer_id=employer.id, title="普工", place="嘉兴", region_code="330402",
        published_on=TODAY, made_at=now, changed_at=now,
    )  # fmt: skip
    s.add(vacancy)
    s.flush()
    application = Application(worker_id=person.id, vacancy_id=vacancy.id, dedupe="a", made_at=now, changed_at=now)
    s.add(application)
    s.flush()
    begun(s, person, vacancy_id=vacancy.id, employer_id=employer.id)
    assert application.state == "started"
    begun(s, person, key="in-2", vacancy_id=vacancy.id)
    assert s.scalar(sa.select(sa.func.count()).select_from(Placement)) == 1


@pytest.mark.parametrize(
    ("kind", "region", "expected"),
    [
        ("factory", "330402", "away"),
        ("factory", "621121100", "local"),
        ("farm", None, "away"),
        ("workshop", "621121", "workshop"),
        ("public_welfare", "621121", "public_welfare"),
        ("part_time", "330402", "short_term"),
    ],
)
def test_it_reads_the_kind_off_the_opening(s, person, kind, region, expected):
    assert placements.kind_of(Vacancy(kind=kind, region_code=region), person) == expected


def test_it_moves_the_next_question_past_an_absence(s, person):
    placement = begun(s, person)
    contact(s, person)
    day = placements.away(s, placement, TODAY + dt.timedelta(days=14))
    due = s.execute(
        sa.select(Checkin.step, Checkin.due_at).where(Checkin.state == "due").order_by(Checkin.due_at)
    ).first()
    assert day == dt.date(2026, 12, 11)
    assert due.step == "day7"
    assert due.due_at.date() == day
    assert steps(s, placement, "dropped") == ["day3"]
