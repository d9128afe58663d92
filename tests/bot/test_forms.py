"""The two pages of one person each: nothing personal in what they show, and each works once."""

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.web.app import make_app
from core import copies, db, idforms
from core.models import Contact, SealedNumber, Worker
from tests.core import rooms

NUMBER = "11010519491231002X"  # the example of GB 11643


@pytest.fixture
def browser(database):
    with TestClient(make_app()) as client:
        yield client


@pytest.fixture
def chat(browser):
    """The id of a chat that speaks for one worker."""
    with db.writing() as s:
        rooms.office(s)
        return rooms.contact(s, rooms.worker(s), language="zh").id


def path_of(address):
    return "/" + address.split("/", 3)[3]


@pytest.fixture
def id_link(chat):
    with db.writing() as s:
        return path_of(idforms.make(s, s.get(Contact, chat)))


@pytest.fixture
def copy_link(chat):
    with db.writing() as s:
        contact = s.get(Contact, chat)
        return path_of(copies.make(s, contact, s.get(Worker, contact.worker_id)))


def numbers():
    with db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).select_from(SealedNumber).where(SealedNumber.kind == "id_number"))


def test_it_takes_an_id_number_once(browser, id_link):
    shown = browser.get(id_link)
    assert shown.status_code == 200
    assert "甲一" not in shown.text
    kept = browser.post(id_link, data={"number": NUMBER.lower()})
    assert (kept.status_code, numbers()) == (200, 1)
    assert NUMBER[:8] not in kept.text
    assert browser.get(id_link).status_code == browser.post(id_link, data={"number": NUMBER}).status_code == 404


@pytest.mark.parametrize("number", ["110105194912310021", "", "<b>1</b>", "1" * 5000])
def test_it_says_what_is_wrong_without_repeating_it(browser, id_link, number):
    refused = browser.post(id_link, data={"number": number})
    assert refused.status_code == 400
    assert 'role="alert"></p>' not in refused.text
    assert not number or number not in refused.text
    assert (numbers(), browser.get(id_link).status_code) == (0, 200)


def test_it_gives_a_copy_once_and_only_when_asked(browser, copy_link):
    assert [browser.get(copy_link).status_code for _ in range(2)] == [200, 200]
    copy = browser.post(copy_link)
    assert copy.json()["worker"]["name"] == "甲一"
    assert copy.headers["cache-control"] == "no-store"
    assert [browser.get(copy_link).status_code, browser.post(copy_link).status_code] == [404, 404]


@pytest.mark.parametrize("path", ["/id/1-x", "/copy/1-x", "/id/x", "/copy/9999-zzzz"])
def test_it_opens_nothing_by_a_guess(browser, path):
    assert browser.get(path, headers={"accept-language": "en"}).status_code == 404
    assert browser.post(path, data={"number": NUMBER}).status_code == 404


def test_it_is_a_page_also_without_a_database(browser, id_link, monkeypatch):

    def gone(*_args):
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(db, "reading", gone)
    shown = browser.get(id_link)
    assert (shown.status_code, "SELECT" in shown.text) == (503, False)
