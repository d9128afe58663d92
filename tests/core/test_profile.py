import datetime as dt

from core import profile
from core.models import WorkerFact
from tests.core.rooms import worker


def test_it_puts_a_value_in_force_and_keeps_where_it_came_from(s):
    person = worker(s)
    assert profile.set_fact(s, person, "wish", "local", source="worker", author="contact:1", key="k")
    assert person.wish == "local"
    fact = s.query(WorkerFact).one()
    assert (fact.field, fact.value, fact.source, fact.author) == ("wish", "local", "worker", "contact:1")


def test_it_sets_a_fact_once(s):
    person = worker(s)
    for value in ("local", "away"):
        profile.set_fact(s, person, "wish", value, source="worker", author="contact:1", key="k")
    assert person.wish == "local"
    assert s.query(WorkerFact).count() == 1


def test_it_keeps_older_facts(s):
    person = worker(s)
    for key, value in (("a", "local"), ("b", "away")):
        profile.set_fact(s, person, "wish", value, source="worker", author="contact:1", key=key)
    assert s.query(WorkerFact).count() == 2
    assert profile.newest(s, person)["wish"].value == "away"


def test_it_takes_dates_as_they_are_and_as_text(s):
    person = worker(s)
    profile.set_fact(s, person, "birth_on", dt.date(1981, 3, 5), source="list", author="user:a", key="a")
    assert s.query(WorkerFact).one().value == "1981-03-05"
    values = {"birth_on": "1982-03-05", "birth_exact": True}
    profile.set_all(s, person, values, source="worker", author="contact:1", key="b")
    assert person.birth_on == dt.date(1982, 3, 5)
