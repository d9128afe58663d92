"""The demo: what a newcomer finds, the same on the same day, and nothing that bursts out at the first start."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core import checkins, clock, contacts, db, demo, registration, searching, websessions
from core.models import (
    Checkin,
    Contact,
    Employer,
    Escalation,
    OutboundMessage,
    Placement,
    Vacancy,
    Worker,
    WorkerFact,
)
from tests.conftest import BOTH
from tests.core.rooms import COUNTY, stand_at

MONDAY = "2026-11-23 10:30"


def made():
    with db.writing() as s:
        return dict(demo.fill(s))


def count(s, model, *where):
    return s.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_holds_what_a_newcomer_looks_for(database, monkeypatch):
    stand_at(monkeypatch, MONDAY)
    made()
    with db.reading() as s:
        assert (count(s, Worker), count(s, Employer), count(s, Vacancy)) == (2000, 120, 3000)
        assert count(s, Placement) > 1000
        assert count(s, Escalation, Escalation.state == "open") == 10
        assert [key for key, *_ in demo.profiles(s)] == ["woman", "welder", "school_leaver"]
        assert count(s, Vacancy, Vacancy.region_code.startswith("33"), Vacancy.occupation_code == "6-18-02-04") > 50
        near = {"home": COUNTY, "near": True, "limits": ["no_lifting", "no_bending"]}
        light = [v for v, _ in searching.candidates(s, near, None, clock.today(), []) if "light" in v.demands]
        assert len({v.employer_id for v in light}) >= 5
        told = set(s.scalars(sa.select(WorkerFact.worker_id).where(WorkerFact.field == "programme_status")))
        assert len(told) == 2000


ONCE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@ONCE
def test_it_does_not_burst_and_asks_the_welder_in_two_days(s, monkeypatch):
    stand_at(monkeypatch, MONDAY)
    dict(demo.fill(s))
    now = clock.due_now()
    assert checkins.due_list(s, now) == []
    assert checkins.send_due(s, now) == 0
    assert 5 <= count(s, Checkin, Checkin.state == "call") <= 20
    assert count(s, OutboundMessage, OutboundMessage.state != "sent") == 0
    contact = websessions.contact_of(s, websessions.begin_as(s, "welder"))
    welder = contacts.active_worker(s, contact)
    ahead = checkins.due_list(s, now + dt.timedelta(days=2))
    assert sum((row.reason or "").startswith("by phone") for row in ahead) <= 40
    assert [(row.worker_id, row.step) for row in ahead if row.reason is None] == [(welder.id, "day30")]
    for external_id, code in demo.people.SLIPS.items():
        assert registration.holder(s, code).external_id == external_id


def _shape():
    with db.reading() as s:
        columns = (Worker.external_id, Worker.name, Worker.birth_on, Worker.village, Worker.work_state)
        return [
            s.execute(sa.select(*columns).order_by(Worker.id)).all(),
            s.execute(sa.select(Vacancy.title, Vacancy.wage_min, Vacancy.place).order_by(Vacancy.id)).all(),
            s.execute(
                sa.select(Placement.worker_id, Placement.started_on, Placement.kind).order_by(Placement.id)
            ).all(),
            s.execute(sa.select(Checkin.step, Checkin.state, Checkin.due_at).order_by(Checkin.id)).all(),
            s.execute(sa.select(Contact.external_id, Contact.worker_id).order_by(Contact.id)).all(),
        ]


@ONCE
def test_it_is_the_same_on_the_same_day_and_empties_to_nothing(database, monkeypatch):
    stand_at(monkeypatch, MONDAY)
    made()
    first = _shape()
    with db.writing() as s:
        demo.empty(s)
        assert demo.is_empty(s)
    made()
    assert _shape() == first


def test_it_makes_people_of_the_age_they_have_today():
    for today in (dt.date(2026, 1, 1), dt.date(2026, 3, 8), dt.date(2028, 2, 29)):
        ages = [
            today.year - p["birth_on"].year - ((today.month, today.day) < (p["birth_on"].month, p["birth_on"].day))
            for p in demo.people.story(today)
        ]
        assert ages == [45, 29, 18]
