import datetime as dt

import pytest
import sqlalchemy as sa

from core import clock, deadlines, escalations, pushes
from core.errors import NotAllowed
from core.models import Escalation, EscalationEvent, OutboundMessage
from tests.core.rooms import at, contact, office, stand_at, user, worker

WEDNESDAY = "2026-11-25 10:00"


@pytest.fixture
def now(monkeypatch):
    return stand_at(monkeypatch, WEDNESDAY)


@pytest.fixture
def people(s, now):
    """A county with two caseworkers and a manager, a neighbour county, the province; a worker with a chat."""
    here = office(s)
    far = office(s, "620823", default=False)
    users = {
        "helper": user(s, "helper", office_id=here.id),
        "other": user(s, "other", office_id=here.id),
        "county": user(s, "county", "county_manager", office_id=here.id),
        "abroad": user(s, "abroad", area="620823", office_id=far.id),
        "province": user(s, "province", "province_manager", area="62"),
    }
    person = worker(s, caseworker=users["helper"])
    return users | {"worker": person, "contact": contact(s, person, office=here)}


def opened(s, people, kind="wage", key="in-1", **values):
    return escalations.open_case(s, people["contact"], kind, key=key, **values)


def verbs(s, case):
    query = sa.select(EscalationEvent.verb).where(EscalationEvent.escalation_id == case.id).order_by(EscalationEvent.id)
    return list(s.scalars(query))


def seen_by(s, user):
    return set(s.scalars(escalations.visible_to(user)))


@pytest.mark.parametrize(
    ("severity", "opened", "due"),
    [
        (1, "2026-11-25 03:10", "2026-11-25 03:25"),
        (1, "2026-11-28 23:55", "2026-11-29 00:10"),
        (2, "2026-11-25 10:00", "2026-11-25 18:00"),
        (2, "2026-11-25 03:00", "2026-11-25 18:00"),
        (2, "2026-11-25 16:01", "2026-11-26 12:00"),
        (2, "2026-11-27 20:00", "2026-11-30 12:00"),
        (2, "2026-11-28 09:00", "2026-11-30 12:00"),
        (3, "2026-11-27 09:00", "2026-11-30 18:00"),
        (3, "2026-12-31 09:00", "2027-01-04 18:00"),
        (4, "2026-11-25 10:00", "2026-11-30 18:00"),
        (4, "2026-11-29 10:00", "2026-12-02 18:00"),
    ],
)
def test_it_reckons_the_time_to_act_by_working_days(severity, opened, due):
    assert deadlines.due(severity, at(opened)) == at(due)


def test_it_opens_a_case_on_the_list_of_the_workers_caseworker(s, people, now):
    case = opened(s, people, detail="两个月没发")
    assert (case.state, case.severity, case.county_code) == ("open", 2, "621121")
    assert (case.assigned_to, case.worker_id) == (people["helper"].id, people["worker"].id)
    assert case.due_at == at("2026-11-25 18:00")
    assert verbs(s, case) == ["opened"]


def test_it_changes_nothing_when_the_same_turn_comes_again(s, people):
    first = opened(s, people)
    again = opened(s, people)
    joined = [opened(s, people, key="in-2", detail="还有") for _ in range(2)]
    assert {first.id} == {again.id, *(case.id for case in joined)}
    assert verbs(s, first) == ["opened", "added"]


def test_it_joins_the_open_case_of_the_same_kind_only(s, people):
    wage = opened(s, people)
    injury = opened(s, people, "injury", key="in-2")
    more = opened(s, people, key="in-3", detail="又少了400")
    assert injury.id != wage.id
    assert more.id == wage.id
    escalations.close(s, wage, people["helper"], "settled")
    assert opened(s, people, key="in-4").id != wage.id


def test_it_joins_what_was_opened_before_the_worker_was_on_record(s, people):
    stranger = contact(s, name="chat-2")
    before = escalations.open_case(s, stranger, "wage", key="in-1")
    stranger.worker_id = people["worker"].id
    assert escalations.open_case(s, stranger, "wage", key="in-2") is before
    assert before.worker_id == people["worker"].id


def test_it_becomes_as_urgent_as_the_worst_that_was_told_and_is_pushed_again(s, people, now):
    case = opened(s, people, "injury", severity=3)
    pushes.done(s, case.id)
    opened(s, people, "injury", key="in-2", severity=1)
    assert (case.severity, case.due_at, case.pushed_at) == (1, at("2026-11-25 10:15"), None)
    opened(s, people, "injury", key="in-3", severity=4)
    assert case.severity == 1


def test_it_gives_a_chat_without_a_record_to_the_office(s, people):
    case = escalations.open_case(s, contact(s, name="stranger"), "person_wanted", key="in-9")
    assert (case.worker_id, case.county_code) == (None, "621121")
    assert case.assigned_to in {people["helper"].id, people["other"].id}


def test_it_gives_a_case_of_a_caseworker_who_left_to_a_colleague(s, people):
    people["helper"].active = False
    s.flush()
    assert opened(s, people).assigned_to == people["other"].id


def test_it_hides_a_complaint_from_the_one_it_is_about(s, people):
    case = opened(s, people, "complaint", about_user_id=people["helper"].id)
    assert case.assigned_to == people["county"].id
    assert case not in seen_by(s, people["helper"])
    assert all(case in seen_by(s, people[login]) for login in ("other", "county", "province"))
    for act in (
        lambda: escalations.take(s, case, people["helper"]),
        lambda: escalations.note(s, case, people["helper"], "x"),
        lambda: escalations.close(s, case, people["helper"], "settled"),
        lambda: escalations.reopen(s, case, people["helper"]),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_it_gives_a_complaint_about_a_manager_to_somebody_else(s, people):
    case = opened(s, people, "complaint", about_user_id=people["county"].id)
    assert case.assigned_to in {people["helper"].id, people["other"].id}


def test_it_does_not_join_a_complaint_about_one_to_that_about_another(s, people):
    first = opened(s, people, "complaint", about_user_id=people["helper"].id)
    second = opened(s, people, "complaint", key="in-2", about_user_id=people["county"].id)
    third = opened(s, people, "complaint", key="in-3")
    assert len({first.id, second.id, third.id}) == 3


def test_it_shows_cases_by_area(s, people):
    case = opened(s, people)
    assert case in seen_by(s, people["other"])
    assert case in seen_by(s, people["province"])
    assert case not in seen_by(s, people["abroad"])
    case.assigned_to = people["abroad"].id
    s.flush()
    assert case in seen_by(s, people["abroad"])


def test_it_holds_the_chat_while_a_person_has_the_case(s, people):
    case, chat = opened(s, people), people["contact"]
    escalations.take(s, case, people["helper"])
    assert (chat.held_by, chat.held_case_id, case.taken_by) == ("caseworker", case.id, people["helper"].id)
    said = s.scalars(sa.select(OutboundMessage.text)).all()
    assert ["helper姓名" in words for words in said] == [True]
    escalations.hand_back(s, case, people["helper"])
    assert (chat.held_by, case.state, case.assigned_to) == ("bot", "open", people["helper"].id)
    assert verbs(s, case) == ["opened", "taken", "handed_back"]


def test_it_gives_a_case_to_one_of_two_who_take_it(s, people):
    case = opened(s, people)
    escalations.take(s, case, people["helper"])
    escalations.take(s, case, people["helper"])
    with pytest.raises(NotAllowed):
        escalations.take(s, case, people["other"])
    escalations.take(s, case, people["county"])
    assert case.taken_by == people["county"].id
    assert verbs(s, case) == ["opened", "taken", "taken"]


@pytest.mark.parametrize(("held", "left", "given"), [(121, 60, True), (30, -1, True), (5, -1, False), (30, 60, False)])
def test_a_colleague_may_take_over_what_was_left_lying(s, people, held, left, given):
    case, minutes = opened(s, people), dt.timedelta(minutes=1)
    escalations.take(s, case, people["helper"])
    case.taken_at, case.due_at = clock.now() - held * minutes, clock.due_now() + left * minutes
    s.flush()
    assert escalations.may_take(s, case, people["other"]) is given
    if given:
        escalations.take(s, case, people["other"])
        assert (case.taken_by, verbs(s, case)) == (people["other"].id, ["opened", "taken", "taken"])
        assert len(s.scalars(sa.select(OutboundMessage.text)).all()) == 2


def test_it_keeps_the_chat_for_a_second_case_that_is_still_held(s, people):
    wage, injury = opened(s, people), opened(s, people, "injury", key="in-2")
    for case in (wage, injury):
        escalations.take(s, case, people["helper"])
    escalations.close(s, injury, people["helper"], "settled")
    assert people["contact"].held_case_id == wage.id
    escalations.close(s, wage, people["helper"], "settled")
    assert people["contact"].held_by == "bot"


def test_it_replies_once_and_only_for_the_one_who_took_it(s, people):
    case = opened(s, people)
    with pytest.raises(NotAllowed):
        escalations.reply(s, case, people["helper"], "在", key="k")
    escalations.take(s, case, people["helper"])
    sent = [escalations.reply(s, case, people["helper"], "我看到了", key="k") for _ in range(2)]
    assert sent[0].id == sent[1].id
    assert (sent[0].sender, sent[0].user_id, sent[0].case_id) == ("caseworker", people["helper"].id, case.id)
    assert verbs(s, case).count("replied") == 1


def test_it_opens_a_closed_case_again(s, people, now):
    case = opened(s, people)
    escalations.close(s, case, people["helper"], "settled", "到账了")
    escalations.close(s, case, people["helper"], "mistake")
    assert (case.outcome, case.closed_at) == ("settled", now)
    escalations.take(s, case, people["other"])
    assert (case.state, case.outcome) == ("taken", None)
    assert verbs(s, case) == ["opened", "closed", "reopened", "taken"]


@pytest.mark.parametrize(
    ("severity", "language", "words"),
    [
        (1, "zh", ("helper姓名", "今天10:15", "0930-0000009")),
        (1, "en", ("Helper", "today 10:15", "0930-0000009")),
        (3, "zh", ("621121劳务办", "明天18:00", "0930-0000001")),
        (4, "en", ("Office 621121", "Monday 30 November 18:00")),
    ],
)
def test_it_says_truly_who_comes_and_by_when(s, people, severity, language, words):
    case = opened(s, people, severity=severity)
    told = escalations.who_comes(s, case, language)
    assert [word for word in words if word not in told] == []


def test_it_names_a_number_even_where_there_is_no_office(s, now):
    case = escalations.open_case(s, contact(s), "wage", key="in-1")
    assert case.assigned_to is None
    assert "12345" in escalations.who_comes(s, case, "zh")


def test_it_keeps_the_first_answer(s, people):
    case = opened(s, people)
    escalations.answered_first(case, "记下了")
    escalations.answered_first(case, "别的")
    assert s.get(Escalation, case.id).first_answer == "记下了"
