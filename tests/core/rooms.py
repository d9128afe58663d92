"""People, offices and chats that several tests of core need: all invented."""

import datetime as dt

from core import clock
from core.models import Contact, ContactWorker, Office, User, Worker

COUNTY = "621121"


def at(text: str) -> dt.datetime:
    """A moment of China time, e.g. `2026-11-25 10:00` (a Wednesday)."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.CHINA).astimezone(dt.timezone.utc)


def stand_at(monkeypatch, text: str) -> dt.datetime:
    """Both clocks stand still at a moment of China time."""
    moment = at(text)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "due_now", lambda: moment)
    return moment


def office(s, county=COUNTY, default=True):
    row = Office(
        county_code=county, name=f"{county}劳务办", name_en=f"Office {county}", phone="0930-0000000", address="演示路",
        hours="8-18", on_call_phone="0930-0000009", is_default=default,
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def user(s, login, role="caseworker", area=COUNTY, office_id=None):
    row = User(
        login=login, name=f"{login}姓名", name_en=login.title(), role=role, area_code=area, office_id=office_id,
        phone="0930-0000001", password_hash="-",
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def worker(s, name="甲一", caseworker=None, county=COUNTY, **values):
    now = clock.now()
    row = Worker(
        name=name, county_code=county, caseworker_id=caseworker and caseworker.id, source="list", made_at=now,
        changed_at=now, **values,
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def contact(s, worker=None, name="chat-1", office=None, **values):
    values = {"channel": "web", "external_id": name, **values}
    row = Contact(
        key=name, worker_id=worker and worker.id, office_id=office and office.id, created_at=clock.now(), **values
    )
    s.add(row)
    s.flush()
    if worker is not None:
        s.add(ContactWorker(contact_id=row.id, worker_id=worker.id, bound_by="demo", bound_at=clock.now()))
        s.flush()
    return row
