import datetime as dt

import pytest
import sqlalchemy as sa

from core import checkins, clock, escalations, ladder, placements
from core.models import Checkin, Consent, Contact, ContactWorker, OutboundMessage
from core.policies import load
from tests.core.rooms import at, contact, office, user, worker

START = dt.date(2026, 11, 2)
DAY3 = at("2026-11-05 10:00")
DAY7 = at("2026-11-09 10:00")
HOUR = dt.timedelta(hours=1)
DAYS = dt.timedelta(days=1)


@pytest.fixture
def stand(monkeypatch):
    def stand(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "due_now", lambda: moment)
        return moment

    stand(at("2026-11-02 12:00"))
    return stand


def consent(s, person, chat, granted=True):
    s.add(
        Consent(
            worker_id=person.id, contact_id=chat.id, purpose="follow_up", granted=granted, wording="1",
            dedupe=f"{person.id}-{granted}", at=clock.now(),
        )
    )  # fmt: skip
    s.flush()


@pytest.fixture
def job(s, stand):
    """Somebody with a chat and a consent who began on 2 November."""
    place = office(s)
    person = worker(s, caseworker=user(s, "helper"))
    chat = contact(s, person, office=place)
    consent(s, person, chat)
    placement = placements.start(
        s, person, chat, key="in-1", employer_name="试验厂", started_on=START, kind="away", pay_month=None
    )
    return placement, person, chat


@pytest.fixture
def send(s, stand):
    """Let the scheduler run at a moment; returns how many questions went out."""
    return lambda moment: checkins.send_due(s, stand(moment))


def sent(s):
    return s.scalars(
        sa.select(OutboundMessage).where(OutboundMessage.kind == "checkin").order_by(OutboundMessage.id)
    ).all()


def row(s, placement, step):
    query = sa.select(Checkin).where(Checkin.placement_id == placement.id, Checkin.step == step)
    return s.execute(query.execution_options(populate_existing=True)).scalar_one()


def reason(s, now):
    (listed,) = checkins.due_list(s, now)
    return listed.reason


# -- on the right day, at the right hour


def test_it_asks_on_the_third_day_and_not_before(s, job, send):
    assert send(DAY3 - dt.timedelta(seconds=1)) == 0
    assert send(DAY3) == 1
    assert send(DAY3 + HOUR) == 0
    assert row(s, job[0], "day3").state == "asked"


def test_it_begins_with_a_neutral_line_and_gives_buttons_that_know_their_question(s, job, send):
    send(DAY3)
    (message,) = sent(s)
    assert message.text.splitlines() == ["有空回个话。", "到地方住下了吗？"]
    assert len(message.buttons) == 4
    asked = checkins.words(s, row(s, job[0], "day3"), job[0], job[2])
    assert f'"checkin_id": "{row(s, job[0], "day3").id}"' in asked.buttons[0]["payload"]


def test_it_asks_in_the_workers_language(s, job, send):
    job[2].language = "en"
    send(DAY3)
    assert "settled in" in sent(s)[0].text


@pytest.mark.parametrize(("time", "goes"), [("07:59", 0), ("08:00", 1), ("20:59", 1), ("21:00", 0), ("03:00", 0)])
def test_it_keeps_quiet_hours(s, job, send, time, goes):
    assert send(at(f"2026-11-06 {time}")) == goes


def test_it_keeps_other_quiet_hours_that_are_set(s, house, job, send):
    house(QUIET_HOURS="12:00-14:00")
    assert send(at("2026-11-05 13:00")) == 0
    assert send(at("2026-11-05 14:00")) == 1


# -- late, but once


def test_it_asks_late_but_once(s, job, send):
    assert send(DAY3 + 2 * DAYS) == 1
    assert send(DAY3 + 2 * DAYS + HOUR) == 0


def test_it_drops_what_is_too_late(s, job, send):
    assert send(DAY3 + 3 * DAYS + HOUR) == 0
    dropped = row(s, job[0], "day3")
    assert (dropped.state, dropped.drop_reason) == ("dropped", "too late")


def test_it_asks_one_question_after_a_long_silence_of_the_machine(s, job, send):
    assert send(at("2027-03-20 10:00")) == 0
    assert send(at("2027-04-02 11:00")) == 1
    assert [message.text.splitlines()[1] for message in sent(s)] == ["这个月干得咋样？"]
    states = dict(s.execute(sa.select(Checkin.step, Checkin.state)).all())
    assert states == {
        "day3": "dropped", "day7": "dropped", "day30": "dropped", "month2": "dropped", "month3": "dropped",
        "month4": "dropped", "month5": "asked", "month6": "due",
    }  # fmt: skip
    reasons = set(s.scalars(sa.select(Checkin.drop_reason).where(Checkin.state == "dropped")))
    assert reasons == {"a newer question is due", "too late"}


def test_it_does_not_ask_one_chat_twice_a_day(s, job, send):
    _, _, chat = job
    sister = worker(s, name="甲二")
    s.add(ContactWorker(contact_id=chat.id, worker_id=sister.id, bound_by="demo", bound_at=clock.now()))
    consent(s, sister, chat)
    placements.start(s, sister, chat, key="in-2", employer_name="别的厂", started_on=START, kind="local")
    assert send(DAY3) == 1
    assert "甲一" in sent(s)[0].text
    assert send(DAY3 + 2 * HOUR) == 0
    assert send(DAY3 + 22 * HOUR) == 1
    assert "甲二" in sent(s)[1].text


def test_it_asks_on_with_a_monthly_tap(s, job, send):
    for step in ("day3", "day7", "day30", "month2", "month3", "month4", "month5", "month6"):
        row(s, job[0], step).state = "answered"
    s.flush()
    assert send(at("2027-05-03 10:00")) == 0
    assert row(s, job[0], "month7").due_at == at("2027-06-02 10:00")
    assert send(at("2027-06-02 10:00")) == 1
    assert sent(s)[0].text.splitlines()[1] == "都好吗？"


def test_it_plans_for_jobs_that_came_with_a_list(s, job, send):
    s.execute(sa.delete(Checkin))
    send(at("2026-11-20 10:00"))
    assert row(s, job[0], "day30").state == "due"


# -- a second try, then a person


def test_it_tries_a_second_time_and_then_leaves_it_to_a_person(s, job, send):
    placement = job[0]
    row(s, placement, "day3").state = "answered"
    s.flush()
    assert send(DAY7) == 1
    assert send(DAY7 + 2 * DAYS - HOUR) == 0
    assert send(DAY7 + 2 * DAYS) == 1
    assert sent(s)[1].text.splitlines() == ["有空回个话，忙就先放着。", "这几天干得咋样？"]
    assert send(DAY7 + 4 * DAYS) == 0
    assert row(s, placement, "day7").state == "missed"
    assert send(DAY7 + 5 * DAYS) == 0
    assert len(sent(s)) == 2


def test_it_lets_an_unanswered_question_go_when_the_next_is_due(s, job, send):
    send(DAY3)
    send(DAY3 + 2 * DAYS)
    assert send(DAY7) == 1
    assert row(s, job[0], "day3").drop_reason == "a newer question is due"


# -- reasons not to send


def blocked(s, placement, person, chat):
    chat.state = "blocked"


def stopped(s, placement, person, chat):
    chat.reminders_stopped_at = clock.now()


def refused(s, placement, person, chat):
    consent(s, person, chat, granted=False)


def held(s, placement, person, chat):
    chat.held_by = "caseworker"


def in_trouble(s, placement, person, chat):
    escalations.open_case(s, chat, "wage", key="x")


def away(s, placement, person, chat):
    placement.away_until = dt.date(2026, 11, 5)


def gone(s, placement, person, chat):
    person.left_at = clock.now()


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (blocked, "no chat that can be reached"),
        (stopped, "reminders stopped"),
        (refused, "no consent to be asked"),
        (held, "a person holds the chat"),
        (in_trouble, "a case is under way"),
        (away, "away from the job"),
        (gone, "the worker has left the programme"),
    ],
)
def test_it_says_why_it_does_not_ask(s, job, send, why, told):
    why(s, *job)
    s.flush()
    assert reason(s, DAY3) == told
    assert send(DAY3) == 0
    passes = why in (stopped, held, in_trouble, away)
    assert row(s, job[0], "day3").state == ("due" if passes else "dropped")
    assert send(DAY3 + 3 * DAYS + HOUR) == 0
    assert row(s, job[0], "day3").state == "dropped"


def test_it_asks_when_the_reason_has_gone_in_time(s, job, send):
    job[2].held_by = "caseworker"
    assert send(DAY3) == 0
    job[2].held_by = "bot"
    assert send(DAY3 + HOUR) == 1


def test_it_lists_without_sending(s, job, stand):
    stand(DAY3)
    listed = checkins.due_list(s, DAY3)
    assert [(one.step, one.reason) for one in listed] == [("day3", None)]
    assert sent(s) == []
    assert reason(s, at("2026-11-05 22:00")) == "quiet hours"


def test_it_asks_nothing_of_a_job_that_ended(s, job, send):
    placements.end(s, job[0], ended_on=START, reason="lost", key="x")
    assert send(DAY3) == 0
    assert checkins.due_list(s, DAY3) == []


def test_it_leaves_a_person_without_a_chat_to_the_phone_where_it_is_worth_a_call(s, stand, send):
    office(s)
    person = worker(s)
    placement = placements.start(s, person, None, key="in-1", employer_name="厂", started_on=START, kind="away")
    assert send(DAY3) == 0
    assert row(s, placement, "day3").state == "dropped"
    assert reason(s, DAY7) == "by phone: no chat that can be reached"
    assert send(DAY7) == 0
    assert row(s, placement, "day7").state == "call"


def test_whoever_can_never_be_asked_does_not_stand_before_the_others(s, job, send, monkeypatch):
    monkeypatch.setitem(load("checkins"), "most_a_run", 3)
    for number in range(5):
        early = dt.date(2026, 10, 1)
        placements.start(
            s, worker(s, f"乙{number}"), None, key=f"lost-{number}", employer_name="厂", started_on=early, kind="away"
        )
    assert any(send(DAY3) for _ in range(4))
    assert row(s, job[0], "day3").state == "asked"


# -- moved


def test_it_asks_after_the_harvest_and_only_once(s, job, send):
    send(DAY3)
    placements.away(s, job[0], dt.date(2026, 11, 20))
    assert send(DAY7) == 0
    assert send(at("2026-11-21 10:00")) == 0
    assert send(at("2026-11-22 10:00")) == 1
    assert sent(s)[-1].text.splitlines()[1] == "回去上班了吗？"
    assert row(s, job[0], "day3").drop_reason == "away"


# -- whose answer it is


def test_it_finds_the_question_by_its_number_by_the_reply_or_the_newest(s, job, send):
    placement, _, chat = job
    send(DAY3)
    first = row(s, placement, "day3")
    message = first.outbound_id
    send(DAY7)
    assert checkins.find(s, chat, first.id).id == first.id
    assert checkins.find(s, chat, None, reply_to=message).id == first.id
    assert checkins.find(s, chat, None).step == "day7"


def test_it_finds_the_question_of_a_first_try_that_was_replied_to_after_the_second(s, job, send):
    send(DAY7)
    first = row(s, job[0], "day7").outbound_id
    send(DAY7 + 2 * DAYS)
    assert row(s, job[0], "day7").outbound_id != first
    assert checkins.find(s, job[2], None, reply_to=first).step == "day7"


def test_it_does_not_take_a_word_of_months_later_for_an_answer(s, job, send, stand):
    send(DAY3)
    stand(DAY3 + 22 * DAYS)
    assert checkins.find(s, job[2], None) is None


def test_it_gives_nobody_the_question_of_a_stranger(s, job, send):
    send(DAY3)
    stranger = s.get(Contact, contact(s, worker(s, name="乙"), name="chat-2").id)
    assert checkins.find(s, stranger, row(s, job[0], "day3").id) is None


def test_it_knows_every_rung_of_the_rows_it_plans(s, job):
    steps = s.scalars(sa.select(Checkin.step)).all()
    assert [ladder.rung(START, step).step for step in steps] == steps
