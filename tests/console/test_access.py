"""Every route, every role: who may open it, and that nobody reaches a row outside their area."""

import datetime as dt

import pytest

from console.routing import ROUTES
from core import db
from core.models import Contact, Escalation, InboundMessage
from tests.console.conftest import LOGINS, token

OPEN = {"/login", "/language/{code}"}
PAGES = sorted((route.path, min(route.methods - {"HEAD"})) for route in ROUTES if route.path not in OPEN)
ALL = set(LOGINS)
MANAGERS = {"county", "province", "admin"}
# Who may use a row of the county 621121. What is not named here is open to all who log in.
OF_THE_AREA = {"helper", "other", "county", "province", "admin"}
HELPING = OF_THE_AREA - {"province"}
EXPECTED = {
    "/audit": MANAGERS,
    "/cases/{case_id:int}": OF_THE_AREA,
    "/cases/{case_id:int}/chat": OF_THE_AREA,
    "/workers/{worker_id:int}": OF_THE_AREA,
    **{f"/cases/{{case_id:int}}/{verb}": HELPING for verb in ("take", "reply", "note", "hand_back", "close", "reopen")},
    **{f"/workers/{{worker_id:int}}/{verb}": HELPING for verb in ("reveal", "facts", "slip")},
    "/workers/slips": HELPING,
    "/checkins/{checkin_id:int}/called": set(),
    "/calls/{outbound_id:int}/called": set(),
    "/applications/{application_id:int}/decide": set(),
    "/claims/{claim_id:int}/decide": set(),
    "/vacancies/{vacancy_id:int}": set(),
    "/media/{media_id:int}": set(),
    "/employers/{employer_id:int}": set(),
}
FORM = {
    "text": "好", "key": "k", "outcome": "settled", "which": "phone_id", "reason": "打电话", "village": "无聊天村",
    "programme_status": "unknown", "labour_ability": "unknown", "answer": "ok",
}  # fmt: skip


def address(path, ids):
    real = {
        "{case_id:int}": ids.case, "{worker_id:int}": ids.worker, "{checkin_id:int}": 999, "{outbound_id:int}": 999,
        "{vacancy_id:int}": 999, "{media_id:int}": 999, "{employer_id:int}": 999,
        "{application_id:int}": 999, "{claim_id:int}": 999, "{which}": "in_work", "{key}": "in_work",
    }  # fmt: skip
    for name, value in real.items():
        path = path.replace(name, str(value))
    return path


def expected(path, login):
    if login is None:
        return "to log-in"
    return "open" if login in EXPECTED.get(path, ALL) else "refused"


def told(answer):
    if answer.status_code in (403, 404):
        return "refused"
    to_login = answer.headers.get("location", "").startswith("/login?")
    return "to log-in" if to_login else "open" if answer.status_code < 400 else answer.status_code


@pytest.mark.parametrize("login", [None, *LOGINS])
def test_it_opens_each_route_to_those_who_may(desk, sit, post, ids, login):
    found = {}
    for path, method in PAGES:
        if login:
            sit(login)
        if login and path.endswith(("reply", "hand_back")):
            post(f"/cases/{ids.case}/take")
        form = {**FORM, "csrf": token(desk, "/workers" if login else "/login")}
        answer = desk.request(method, address(path, ids), data=form if method == "POST" else None)
        found[path] = told(answer)
    assert found == {path: expected(path, login) for path, _ in PAGES}


def test_it_hides_a_complaint_from_the_one_it_is_about(sit, ids):
    desk = sit("helper")
    pages = ("/", "/cases", "/cases?state=all", "/cases?kind=complaint", f"/workers/{ids.worker}")
    for path in pages:
        assert f"/cases/{ids.complaint}" not in desk.get(path).text
    assert desk.get(f"/cases/{ids.complaint}").status_code == 404
    assert desk.get(f"/cases/{ids.complaint}/chat").status_code == 404
    assert f"/cases/{ids.complaint}" in sit("county").get("/cases").text


def test_it_leaves_the_words_of_a_complaint_out_of_the_chat_and_the_numbers_of_that_desk(sit, ids):
    with db.writing() as s:
        told = s.get(Escalation, ids.complaint).opened_at
        s.get(Contact, ids.contact).last_n = 2
        s.add(
            InboundMessage(
                contact_id=ids.contact, n=2, source_key="late", kind="text", text="今天的话", state="done",
                received_at=told + dt.timedelta(hours=1),
            )
        )  # fmt: skip
    mine = sit("helper").get(f"/cases/{ids.case}").text
    theirs = sit("county").get(f"/cases/{ids.case}").text
    assert ("没发" in mine, "今天的话" in mine) == (False, True)
    assert ("没发" in theirs, "今天的话" in theirs) == (True, True)
    with db.writing() as s:
        s.delete(s.get(Escalation, ids.case))
    assert "甲一" not in sit("helper").get("/reports/cases_opened").text
    assert "甲一" in sit("county").get("/reports/cases_opened").text


def test_it_shows_only_the_own_area(sit):
    assert "乙二二" not in sit("helper").get("/workers").text
    assert "甲一" not in sit("abroad").get("/workers").text
    listed = sit("province").get("/workers").text
    assert "甲一" in listed
    assert "乙二二" in listed


@pytest.mark.parametrize(
    "path", ["/lists?area=620823", "/lists/wants_work?area=62", "/reports?area=", "/reports/on_record?area=6"]
)
def test_it_widens_no_area_by_the_address(sit, path):
    assert "乙二二" not in sit("helper").get(path).text


def test_it_refuses_a_form_of_another_origin_or_without_the_token(sit, ids):
    desk = sit("helper")
    path, good = f"/cases/{ids.case}/take", token(desk, "/workers")
    assert desk.post(path, data={}).status_code == 403
    assert desk.post(path, data={"csrf": "x" + good}).status_code == 403
    for origin in ("http://evil.test", "null", "http://desk.test.evil.test", ""):
        assert desk.post(path, data={"csrf": good}, headers={"origin": origin}).status_code == 403
    assert desk.post(path, data={"csrf": good}).status_code == 303


def test_it_forbids_foreign_scripts_and_frames(desk, house):
    policy = desk.get("/login").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'self' http://127.0.0.1:8000" in policy
