import threading

import pytest
import sqlalchemy as sa

from core import application_answers, applications, clock, consents, db, placements
from core.errors import Invalid, NotFound
from core.models import Application, ContactWorker, Draft, Escalation, InboundMessage, OutboundMessage, Vacancy
from tests.core.openings import opening, payloads, titles, turn, words
from tests.core.rooms import contact, office, user, worker


@pytest.fixture
def person(s):
    home = office(s)
    return worker(s, "甲一", caseworker=user(s, "li", office_id=home.id))


@pytest.fixture
def chat(s, person):
    row = contact(s, person)
    consents.record(s, row, person, "sharing", True, key="agreed")
    return row


def apply(s, chat, vacancy, **more):
    return application_answers.apply(s, chat, turn("apply_job", vacancy_id=str(vacancy.id), **more))


# -- places ------------------------------------------------------------------------------------------------------------


def test_it_holds_a_place_and_gives_it_back(s, person):
    vacancy = opening(s, places_left=1, places_total=1)
    row = applications.apply(s, person, vacancy, None, key="a")
    assert (vacancy.places_left, vacancy.state) == (0, "filled")
    assert applications.withdraw(s, row)
    assert not applications.withdraw(s, row)
    s.refresh(vacancy)
    assert (vacancy.places_left, vacancy.state) == (1, "open")
    assert applications.apply(s, person, vacancy, None, key="b").state == "asked"


def test_it_is_one_application_however_often_it_is_asked(s, person):
    vacancy = opening(s)
    first = applications.apply(s, person, vacancy, None, key="a")
    assert applications.apply(s, person, vacancy, None, key="a") is first
    assert applications.apply(s, person, vacancy, None, key="b") is first
    assert vacancy.places_left == 2


def test_it_holds_no_place_where_village_and_county_choose(s, person):
    vacancy = opening(s, kind="public_welfare")
    assert not applications.apply(s, person, vacancy, None, key="a").holds_place
    assert vacancy.places_left == 3


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"places_left": 0}, "utter_job_filled"),
        ({"state": "filled"}, "utter_job_filled"),
        ({"state": "closed"}, "utter_job_closed"),
    ],
)
def test_it_says_why_an_opening_cannot_be_had(s, person, values, says):
    with pytest.raises(Invalid) as error:
        applications.apply(s, person, opening(s, **values), None, key="a")
    assert error.value.response == says
    assert s.query(Application).count() == 0


def test_it_never_gives_more_places_than_there_are(database):
    with db.writing() as s:
        vacancy = opening(s, places_left=3, places_total=3).id
        people = [worker(s, f"人{n}").id for n in range(8)]
    refused, start = [], threading.Barrier(2)

    def ask(some):
        start.wait()
        for number in some:
            try:
                with db.writing() as s:
                    applications.apply(
                        s, s.get(applications.Worker, number), s.get(Vacancy, vacancy), None, key=f"k{number}"
                    )
            except Invalid:
                refused.append(number)

    threads = [threading.Thread(target=ask, args=(people[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as s:
        row = s.get(Vacancy, vacancy)
        assert (row.places_left, row.state) == (0, "filled")
        assert s.scalar(sa.select(sa.func.count(Application.id))) == 3
    assert len(refused) == 5


def test_it_tells_the_worker_once_what_was_decided(s, chat, person):
    vacancy = opening(s)
    row = applications.apply(s, person, vacancy, chat, key="a")
    applications.decide(s, row.id, "put_forward")
    applications.decide(s, row.id, "put_forward")
    applications.decide(s, row.id, "refused")
    s.refresh(vacancy)
    assert vacancy.places_left == 3
    assert [m.text.split("\n")[0] for m in s.query(OutboundMessage)] == ["有个信儿给你。"] * 2
    with pytest.raises(NotFound):
        applications.decide(s, row.id, "accepted")
    with pytest.raises(ValueError, match="no decision"):
        applications.decide(s, row.id, "asked")


def test_it_tells_no_chat_that_speaks_for_the_worker_no_more(s, chat, person):
    row = applications.apply(s, person, opening(s), chat, key="a")
    s.query(ContactWorker).delete()
    assert applications.decide(s, row.id, "accepted").state == "accepted"
    assert s.query(OutboundMessage).count() == 0


# -- in the chat -------------------------------------------------------------------------------------------------------


def test_it_applies_and_says_truly_what_follows(s, chat):
    vacancy = opening(s, certificate="焊工证")
    asked = turn("apply_job", vacancy_id=str(vacancy.id))
    said = application_answers.apply(s, chat, asked)
    assert "✅ 报上了：“电焊工”" in words(said)
    assert "li姓名" in words(said)
    assert "没有的话先跟干事说" in words(said)
    assert words(application_answers.apply(s, chat, asked)) == words(said)
    (case,) = s.query(Escalation).all()
    assert (case.kind, f"编号{vacancy.id}" in case.detail) == ("application", True)
    assert "已经报过了" in words(apply(s, chat, vacancy))
    assert vacancy.places_left == 2


def test_it_needs_a_record_and_comes_back_to_the_opening(s):
    newcomer, vacancy = contact(s, office=office(s)), opening(s)
    said = apply(s, newcomer, vacancy)
    assert said[0].text == "好，“电焊工”记着。报名要先登记，几句话就好。"
    (row,) = s.query(InboundMessage).all()
    assert row.payload == {
        "intent": "register", "entities": {"value": "apply_job", "vacancy_id": str(vacancy.id)},
    }  # fmt: skip
    assert s.query(Application).count() == 0


@pytest.mark.parametrize("answer", [("choose", {"field": "sharing", "value": "yes"}), ("affirm", {})])
def test_it_asks_whether_the_employer_may_know_and_goes_on(s, person, answer):
    chat, vacancy = contact(s, person), opening(s)
    said = apply(s, chat, vacancy)
    assert said[0].text == "你报名的厂，要给它名字和电话，行吗？"
    draft = s.query(Draft).one()
    assert application_answers.answer_sharing(s, chat, draft, turn("inform", "我四十三了")) is None
    intent, entities = answer
    assert "报上了" in words(application_answers.answer_sharing(s, chat, draft, turn(intent, **entities)))
    assert consents.granted(s, person.id, "sharing")
    assert vacancy.places_left == 2


def test_it_keeps_the_consent_when_the_opening_was_filled_meanwhile(s, person):
    chat, vacancy = contact(s, person), opening(s)
    apply(s, chat, vacancy)
    vacancy.places_left, vacancy.state = 0, "filled"
    said = application_answers.answer_sharing(s, chat, s.query(Draft).one(), turn("affirm", "行"))
    assert "招满了" in words(said)
    assert consents.granted(s, person.id, "sharing")


def test_it_leaves_the_employer_out_when_they_say_no(s, person):
    chat, vacancy = contact(s, person), opening(s)
    apply(s, chat, vacancy)
    said = application_answers.answer_sharing(s, chat, s.query(Draft).one(), turn("deny", "先别给"))
    assert "这个先不报" in words(said)
    assert s.query(Application).count() == 0
    assert vacancy.places_left == 3


@pytest.mark.parametrize("kind", ["public_welfare", "work_for_relief"])
def test_it_takes_a_village_post_to_the_caseworker_only(s, person, kind):
    said = apply(s, contact(s, person), opening(s, "护林员", kind=kind))
    assert "由村里、县里定人，先交给干事" in words(said)
    assert s.query(Escalation).one().kind == "application"


def test_it_asks_first_for_a_relatives_record(s, chat):
    said = apply(s, chat, opening(s), relation="我哥")
    assert titles(said) == ["给家里人登记", "给我自己报"]
    assert s.query(Application).count() == 0


def test_it_says_how_they_stand(s, chat):
    assert "没有报着的活" in words(application_answers.status(s, chat, turn("application_status")))
    vacancy = opening(s)
    apply(s, chat, vacancy)
    said = words(application_answers.status(s, chat, turn("application_status")))
    assert "记下了，还没回音" in said
    assert "li姓名" in said
    applications.decide(s, s.query(Application).one().id, "accepted")
    english = turn("application_status", language="en")
    assert "they said yes" in words(application_answers.status(s, chat, english))


def test_it_takes_one_back_and_says_the_same_again(s, chat):
    vacancy = opening(s)
    apply(s, chat, vacancy)
    back = turn("withdraw_application", "那个我不去了")
    said = application_answers.withdraw(s, chat, back)
    assert "取消了：“电焊工”" in words(said)
    assert words(application_answers.withdraw(s, chat, back)) == words(said)
    s.refresh(vacancy)
    assert vacancy.places_left == 3
    assert "没有报着的活" in words(application_answers.withdraw(s, chat, turn("withdraw_application")))


def test_it_asks_which_one_to_take_back(s, chat):
    one, two = opening(s, "电焊工"), opening(s, "缝纫工")
    apply(s, chat, one)
    apply(s, chat, two)
    said = application_answers.withdraw(s, chat, turn("withdraw_application", "我不去了"))
    assert said[0].text == "取消哪一个？"
    assert len(payloads(said)) == 2
    assert "“电焊工”" in words(application_answers.withdraw(s, chat, turn("withdraw_application", "电焊工那个不去了")))


def test_it_ends_a_job_that_never_began(s, chat, person):
    vacancy = opening(s)
    apply(s, chat, vacancy)
    job = placements.start(
        s, person, chat, key="p", employer_name="示范厂", started_on=clock.today(), kind="away", vacancy_id=vacancy.id
    )
    said = application_answers.withdraw(s, chat, turn("withdraw_application", "我没去成"))
    assert said[0].text == "“示范厂”的活，你没去上班？"
    done = application_answers.not_gone(s, chat, turn("choose", field="not_gone", value=str(job.id)))
    assert "记成没去" in words(done)
    s.refresh(vacancy)
    assert (job.state, job.end_reason, vacancy.places_left) == ("ended", "not_started", 3)
