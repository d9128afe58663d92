import datetime as dt

import pytest
import sqlalchemy as sa

from core import clock, db, users
from core.models import AuditEntry
from tests.console.conftest import PASSWORD, token


def actions():
    with db.reading() as s:
        return list(s.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_it_lets_in_with_the_right_password_and_keeps_it_in_the_audit(sit):
    desk = sit("helper")
    assert (desk.answer.status_code, desk.answer.headers["location"]) == (303, "/cases")
    assert desk.get("/").status_code == 200
    assert actions() == ["login"]


def test_it_marks_the_cookie_for_the_server_alone(sit):
    cookie = sit("helper").answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_it_gives_a_new_session_at_log_in(desk, sit):
    before = token(desk)
    sit("helper")
    assert token(desk, "/workers") != before


def test_it_says_the_same_to_a_wrong_password_an_unknown_log_in_and_a_pause(sit):
    wrong = sit("helper", "not the password").answer
    unknown = sit("nobody", "not the password").answer
    for _ in range(5):
        sit("helper", "not the password")
    paused = sit("helper").answer
    texts = {answer.text.partition('value="')[0] for answer in (wrong, unknown, paused)}
    assert {answer.status_code for answer in (wrong, unknown, paused)} == {401}
    assert len(texts) == 1


def test_it_pauses_an_address_after_fifty_wrong_tries_in_an_hour(sit, monkeypatch):
    monkeypatch.setattr(users, "password_fits", lambda user, password: user is not None and password == PASSWORD)
    for n in range(50):
        sit(f"guess{n}", "not the password")
    assert sit("helper").answer.status_code == 401


def test_it_goes_only_to_pages_of_its_own_after_log_in(desk):
    for elsewhere in ("https://evil.test/", "//evil.test", "/\\evil.test"):
        form = {"login": "helper", "password": PASSWORD, "csrf": token(desk), "next": elsewhere}
        assert desk.post("/login", data=form).headers["location"] == "/"


def test_it_ends_at_log_out(sit, post):
    desk = sit("helper")
    post("/logout")
    assert desk.get("/").headers["location"].startswith("/login")


@pytest.mark.parametrize("after", [dt.timedelta(minutes=31), dt.timedelta(hours=12, minutes=1)])
def test_it_ends_when_idle_or_old(sit, monkeypatch, after):
    desk, real = sit("helper"), clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + after)
    assert desk.get("/").status_code == 303


def test_it_stays_while_somebody_works(sit, monkeypatch):
    desk, real = sit("helper"), clock.now
    for minutes in (25, 50, 75):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: real() + dt.timedelta(minutes=minutes))
        assert desk.get("/").status_code == 200


def test_it_does_not_take_a_page_left_open_for_work(sit, ids, monkeypatch):
    desk, real = sit("helper"), clock.now
    for minutes in (20, 40):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: real() + dt.timedelta(minutes=minutes))
        answer = desk.get(f"/cases/{ids.case}/chat")
    assert answer.status_code == 303


def test_it_ends_the_sessions_of_an_old_password(sit):
    desk = sit("helper")
    with db.writing() as s:
        users.change_password(s, "helper", "another long one")
    assert desk.get("/").status_code == 303


def test_it_takes_no_forged_cookie(sit):
    desk = sit("helper")
    value = desk.cookies["wengang_desk"]
    desk.cookies.clear()
    desk.cookies.set("wengang_desk", ("A" if value[0] != "A" else "B") + value[1:])
    assert desk.get("/").status_code == 303


def test_it_speaks_the_language_that_was_chosen(sit):
    desk = sit("helper")
    assert "今天先做什么" in desk.get("/").text
    desk.get("/language/en")
    assert "What comes first today" in desk.get("/").text


def test_it_reads_no_file_and_no_flood_from_somebody_unknown(desk):
    assert desk.post("/login", files={"file": b"x"}).status_code == 400
    assert desk.post("/login", data={f"f{n}": "x" for n in range(200)}).status_code == 400
    assert desk.post("/login", data={"login": "x" * 100_000}).status_code == 400


def test_a_strange_form_token_is_only_a_wrong_one(desk):
    desk.get("/login")
    assert desk.post("/login", data={"login": "helper", "password": PASSWORD, "csrf": "ñ"}).status_code == 403
