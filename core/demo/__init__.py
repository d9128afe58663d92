"""The demo: invented people, employers, openings and cases, and a clock that can be moved."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, consents, contacts
from core.db import Base
from core.demo import cases, openings, people, staff
from core.errors import NotAllowed
from core.models import Contact, State, Worker

PROFILES = {
    "woman": ("王秀禾 · 45岁 · 想在家附近干活", "Wang Xiuhe · 45 · wants work near home"),
    "welder": ("李向南 · 29岁 · 在嘉兴做电焊", "Li Xiangnan · 29 · welder in Jiaxing"),
    "school_leaver": ("张小满 · 18岁 · 刚毕业", "Zhang Xiaoman · 18 · has just left school"),
}
# He was placed by the office, so he was asked then; the others are asked in the chat.
AGREED = {"welder": ("matching", "follow_up")}


def profiles(s: Session) -> list[tuple[str, str, str, int]]:
    """The invented people one can be in the chat: (key, title zh, title en, worker id)."""
    ids = dict(s.execute(sa.select(Worker.external_id, Worker.id).where(Worker.external_id.like("demo-%"))).all())
    return [(key, zh, en, ids[f"demo-{key}"]) for key, (zh, en) in PROFILES.items() if f"demo-{key}" in ids]


def agree(s: Session, contact: Contact, profile: str) -> None:
    """What this invented person has agreed to before, now said in a new chat."""
    worker = contacts.active_worker(s, contact)
    for purpose in AGREED.get(profile, ()):
        consents.record(s, contact, worker, purpose, True, key=f"demo:{contact.id}:{purpose}")


def fill(s: Session) -> Iterator[tuple[str, int]]:
    """Fill an empty database; yields (what, how many) as it goes. The same seed makes the same demo."""
    today = clock.today()
    yield "offices and log-ins", staff.fill(s)
    yield "employers and openings", openings.fill(s, today)
    yield from people.fill(s, today)
    yield "cases", cases.fill(s, today)


def is_empty(s: Session) -> bool:
    """Whether nobody is on record yet."""
    return s.scalar(sa.select(sa.func.count()).select_from(Worker)) == 0


def empty(s: Session) -> None:
    """Delete every row of every table."""
    for table in reversed(Base.metadata.sorted_tables):
        s.execute(table.delete())


def clock_advance(s: Session, span: dt.timedelta) -> None:
    """Move the demo's time on; it never goes back behind the real time."""
    _set_offset(s, clock.offset() + span)


def clock_set(s: Session, moment: dt.datetime) -> None:
    """Set the demo's time to an aware moment; raises NotAllowed for one in the past."""
    _set_offset(s, moment - clock.now())


def _set_offset(s: Session, offset: dt.timedelta) -> None:
    if offset < dt.timedelta(0):
        raise NotAllowed("the demo clock cannot go behind the real time")
    s.merge(State(key="clock_offset_seconds", value=str(round(offset.total_seconds()))))
