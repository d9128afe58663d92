"""Every page in both languages, with something on it."""

import datetime as dt
import re

import pytest

from core import clock, db
from core.models import (
    Checkin,
    Employer,
    Heartbeat,
    JobRun,
    OutboundMessage,
    Placement,
    State,
    Vacancy,
    Worker,
    WorkerFact,
)  # fmt: skip

PATHS = ("/", "/cases", "/workers", "/vacancies", "/employers", "/lists", "/lists/in_work", "/reports",
         "/reports/in_work", "/subsidies", "/audit", "/health", "/vacancies/1", "/employers/1")  # fmt: skip


@pytest.fixture
def busy(ids):
    """A job, a missed check-in, a message that must be phoned, a dead one, an opening."""
    now, today = clock.now(), clock.today()
    with db.writing() as s:
        s.get(Worker, ids.worker).work_state = "in_work"
        employer = Employer(name="试验厂", kind="company", source="test", made_at=now)
        s.add(employer)
        s.flush()
        job = Placement(
            worker_id=ids.worker, employer_id=employer.id, employer_name="试验厂", kind="away", place="远处",
            started_on=today - dt.timedelta(days=8), source="worker", confirmed_on=today, dedupe="p", made_at=now,
            changed_at=now,
        )  # fmt: skip
        opening = Vacancy(
            external_id="1", source="test", employer_id=employer.id, title="焊工", place="远处", published_on=today,
            wage_min=5000, wage_unit="month", made_at=now, changed_at=now,
        )  # fmt: skip
        s.add_all([job, opening, Heartbeat(process="relay", at=now - dt.timedelta(minutes=5))])
        s.add(JobRun(job="send_due", day=today, runs=3, last_at=now))
        s.add(State(key="job_every:send_due", value="5"))
        s.flush()
        s.add(Checkin(placement_id=job.id, worker_id=ids.worker, step="d7", due_at=now, state="missed", dedupe="c"))
        for n, state in enumerate(("call", "dead"), 2):
            s.add(
                OutboundMessage(
                    contact_id=ids.contact,
                    n=n,
                    dedupe=f"m{n}",
                    text="有空回个话",
                    state=state,
                    made_at=now,
                    error="time-out",
                )
            )
    return ids


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_it_shows_every_page_in_both_languages(sit, busy, path, language):
    desk = sit("county")
    desk.get(f"/language/{language}")
    answer = desk.get(path)
    assert answer.status_code == 200
    assert ('<html lang="en"' if language == "en" else '<html lang="zh-CN"') in answer.text
    assert 'style="' not in answer.text
    assert not re.search(r"<script(?! src=)", answer.text)


def test_it_puts_what_must_be_phoned_on_the_day(sit, busy, post):
    desk = sit("helper")
    page = desk.get("/").text
    assert "/checkins/1/called" in page
    assert "/calls/1/called" in page
    post("/checkins/1/called", answer="ok")
    post("/calls/1/called", reached="yes")
    page = desk.get("/").text
    assert "/checkins/1/called" not in page
    assert "/calls/1/called" not in page


def test_it_opens_each_number_into_its_persons(sit, busy):
    desk = sit("county")
    for path in ("/lists/in_work", "/lists/in_work?evidence=confirmed", "/reports/in_work", "/reports/started"):
        assert "甲一" in desk.get(path).text
    assert "甲一" not in desk.get("/lists/in_work?evidence=stale").text


def test_it_shows_what_is_silent_and_what_did_not_arrive(sit, busy):
    page = sit("county").get("/health").text
    assert "没动静" in page
    assert "time-out" in page
    assert "每 5 秒" in page


def test_it_tells_the_supervisor_that_it_is_alive(desk):
    assert desk.get("/healthz").json() == {"database": "up"}


def test_it_answers_an_unknown_address_in_words(desk):
    answer = desk.get("/nothing/here")
    assert answer.status_code == desk.get("/cases/99999999999999999999").status_code == 404
    assert "没有这一页" in answer.text


@pytest.mark.parametrize(("answer", "state"), [("lost", "ended"), ("absent", "active")])
def test_what_is_heard_on_the_phone_counts_for_the_job(sit, busy, post, answer, state):
    sit("helper")
    post("/checkins/1/called", answer=answer)
    with db.reading() as s:
        job, worker = s.get(Placement, 1), s.get(Worker, busy.worker)
        assert (job.state, s.get(Checkin, 1).state) == (state, "answered")
        if answer == "lost":
            (fact,) = s.query(WorkerFact).filter_by(worker_id=worker.id, field="work_state").all()
            assert (worker.work_state, fact.source, fact.author) == ("unknown", "caseworker", "user:helper")
        else:
            assert job.away_until > clock.today()


def test_it_shows_a_try_and_the_end_of_the_number(sit, busy, post):
    desk = sit("helper")
    assert "今天打过" not in desk.get("/").text
    post("/checkins/1/called", answer="nobody")
    page = desk.get("/").text
    assert "今天打过，没通" in page
    assert f'action="/workers/{busy.worker}/reveal"' in page
    assert "142" in post(f"/workers/{busy.worker}/reveal", which="phone_id", reason="打电话回访").text


def test_what_only_makes_sense_in_the_chat_is_not_phoned(sit, busy):
    with db.writing() as s:
        s.query(OutboundMessage).filter_by(state="call").update({"dedupe": "case:1:taken:1", "kind": "notice"})
    assert "/calls/1/called" not in sit("helper").get("/").text
