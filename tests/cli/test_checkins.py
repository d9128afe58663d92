"""`wengang checkins`: what is due, why it does not go, and that `due` sends once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from cli.main import wengang
from core import clock, db, placements
from core.models import Consent, OutboundMessage
from tests.core.rooms import contact, office, stand_at, worker

STARTED = dt.date(2026, 11, 2)


@pytest.fixture
def two(database, monkeypatch):
    """Two people who began on the same day; one of them never agreed to be asked."""
    stand_at(monkeypatch, "2026-11-02 12:00")
    with db.writing() as s:
        place = office(s)
        for name in ("甲", "乙"):
            person = worker(s, name=name)
            chat = contact(s, person, name=name, office=place)
            placements.start(s, person, chat, key=name, employer_name=name, started_on=STARTED, kind="local")
            if name == "甲":
                s.add(
                    Consent(
                        worker_id=person.id, contact_id=chat.id, purpose="follow_up", granted=True, wording="1",
                        dedupe=name, at=clock.now(),
                    )
                )  # fmt: skip
    stand_at(monkeypatch, "2026-11-05 10:00")


def run(verb):
    done = CliRunner().invoke(wengang, ["checkins", verb])
    assert done.exit_code == 0, done.output
    return done.output


def sent():
    with db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).select_from(OutboundMessage))


def test_it_lists_what_is_due_and_why_it_does_not_go(two):
    told = run("dry-run")
    assert "day3  goes" in told
    assert "does not go: no consent to be asked" in told
    assert "2 due, 1 would go" in told
    assert sent() == 0


def test_it_names_nobody(two):
    assert "甲" not in run("dry-run")


def test_it_sends_once(two):
    assert run("due") == "1 sent\n"
    assert run("due") == "0 sent\n"
    assert sent() == 1
