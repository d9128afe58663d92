"""A desk with four users in two counties, a worker and a case in each, served by Starlette's test client."""

import dataclasses
import datetime as dt
import re

import argon2
import pytest
from starlette.testclient import TestClient

from console.app import make_app
from core import clock, db, sealing, users
from core.models import Contact, ContactWorker, Escalation, InboundMessage, Office, Worker

PASSWORD = "only for tests"
ADDRESS = "http://desk.test"
LOGINS = {
    "helper": ("caseworker", "621121"),
    "other": ("caseworker", "621121"),
    "abroad": ("caseworker", "620823"),
    "county": ("county_manager", "621121"),
    "province": ("province_manager", "62"),
    "admin": ("admin", ""),
}


@dataclasses.dataclass
class Ids:
    """Rows of the county 621121."""

    worker: int
    contact: int
    case: int
    complaint: int
    abroad_worker: int
    users: dict[str, int]


def _person(s, name, county, helper, office):
    now = clock.now()
    phone = sealing.seal(s, "phone", f"142{len(name):04d}{county[-4:]}")
    worker = Worker(
        name=name, county_code=county, village="试验村", caseworker_id=helper, source="list", phone_id=phone.id,
        made_at=now, changed_at=now,
    )  # fmt: skip
    s.add(worker)
    s.flush()
    contact = Contact(
        key=name, channel="web", external_id=name, worker_id=worker.id, office_id=office.id, last_n=1, created_at=now
    )
    s.add(contact)
    s.flush()
    s.add(ContactWorker(contact_id=contact.id, worker_id=worker.id, bound_by="demo", bound_at=now))
    s.add(
        InboundMessage(
            contact_id=contact.id,
            n=1,
            source_key=name,
            kind="text",
            text="<b>工钱</b>没发",
            state="done",
            received_at=now,
        )
    )
    return worker, contact


def _case(s, worker, contact, kind, about=None):
    now = clock.now()
    case = Escalation(
        contact_id=contact.id, worker_id=worker.id, county_code=worker.county_code, kind=kind, severity=2,
        assigned_to=worker.caseworker_id, about_user_id=about, due_at=now + dt.timedelta(hours=8),
        dedupe=f"{kind}-{worker.id}", opened_at=now,
    )  # fmt: skip
    s.add(case)
    s.flush()
    return case


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch):
    """Argon2id with the least cost that it takes: its strength is the library's business."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "_hasher", hasher)
    users._nobody.cache_clear()


@pytest.fixture
def ids(database):
    with db.writing() as s:
        offices = {}
        for county in ("621121", "620823"):
            offices[county] = office = Office(
                county_code=county, name=f"{county}劳务办", name_en=f"Office {county}", phone="0930-0000000",
                address="演示路", hours="8-18", is_default=county == "621121",
            )  # fmt: skip
            s.add(office)
        s.flush()
        people = {
            login: users.add(s, login, PASSWORD, f"{login}姓名", login, role, area).id
            for login, (role, area) in LOGINS.items()
        }
        worker, contact = _person(s, "甲一", "621121", people["helper"], offices["621121"])
        abroad, _ = _person(s, "乙二二", "620823", people["abroad"], offices["620823"])
        now = clock.now()
        s.add(Worker(name="丙", county_code="621121", village="无聊天村", source="list", made_at=now, changed_at=now))
        case = _case(s, worker, contact, "wage")
        complaint = _case(s, worker, contact, "complaint", about=people["helper"])
        return Ids(worker.id, contact.id, case.id, complaint.id, abroad.id, people)


@pytest.fixture
def desk(ids):
    """A browser without a log-in."""
    with TestClient(make_app(), base_url=ADDRESS, headers={"origin": ADDRESS}, follow_redirects=False) as client:
        yield client


def token(client, path="/login"):
    return re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)[1]


@pytest.fixture
def sit(desk):
    """Log in as one of `LOGINS`; returns the browser."""

    def as_(login, password=PASSWORD):
        desk.cookies.clear()
        form = {"login": login, "password": password, "csrf": token(desk), "next": "/cases"}
        desk.answer = desk.post("/login", data=form)
        return desk

    return as_


@pytest.fixture
def post(desk):
    """Send a form as a page of this session would."""

    def send(path, **form):
        return desk.post(path, data={"csrf": token(desk, "/workers"), **form})

    return send
