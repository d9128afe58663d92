"""What is measured. Each measure takes seconds per piece of work, done as the processes do it: one transaction each."""

import csv
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core import areas, clock, contacts, db, demo, imports, inbox, outbox, searching, turns
from core.models import Contact, Vacancy

CHATS, MESSAGES = 20, 200
SEARCHES, ROWS = 30, 3000
OWNER = "bench@here:1:aa"
WISHES: tuple[dict[str, Any], ...] = (
    {"trades": ["6-18-02-04"], "region_codes": ["330000"]},
    {"near": True, "home": "621121", "limits": ["no_lifting", "no_bending"]},
    {"trades": ["6-05-01-03"], "wage_min": 4500, "benefits": ["room"]},
    {"region_codes": ["440300"], "kind": "factory"},
    {},
)
PLACES = (
    "通渭",
    "甘肃省定西市通渭县平襄镇",
    "嘉兴",
    "珠三角",
    "Shenzhen",
    "崇信县锦屏镇",
    "jiaxing",
    "深圳宝安",
    "我老家那边",
    "福建晋江",
)


def _each(pieces: Iterable[Any], work: Callable[[Any], Any]) -> Iterator[float]:
    for piece in pieces:
        began = time.perf_counter()
        work(piece)
        yield time.perf_counter() - began


def _chats() -> list[int]:
    with db.writing() as s:
        return [contacts.of_channel(s, "web", f"bench-{n}").id for n in range(CHATS)]


def inbox_put() -> Iterator[float]:
    """A message sealed, numbered and stored."""
    chats, run = _chats(), time.monotonic_ns()

    def store(n: int) -> None:
        with db.writing() as s:
            chat = s.get(Contact, chats[n % CHATS])
            inbox.put(s, chat, source_key=f"{run}:{n}", kind="text", text="我腰不好，想在家附近找点活干")

    yield from _each(range(MESSAGES), store)


def turn() -> Iterator[float]:
    """A waiting message leased, read, settled and given back."""

    def answer(_: int) -> None:
        with db.reading() as s:
            waiting = turns.waiting(s, 1)
        with db.writing() as s:
            turns.take(s, waiting[0], OWNER)
        with db.writing() as s:
            turns.keep(s, waiting[0], OWNER)
            message = turns.head(s, waiting[0])
            assert message is not None
            turns.finish(message)
            turns.give_back(s, waiting[0], OWNER)

    yield from _each(range(MESSAGES), answer)


def outbox_round() -> Iterator[float]:
    """An answer written, claimed by a sender and settled as sent."""
    chats, run = _chats(), time.monotonic_ns()

    def send(n: int) -> None:
        with db.writing() as s:
            buttons = [{"title": "好", "payload": "/affirm"}]
            outbox.put(s, s.get(Contact, chats[n % CHATS]), dedupe=f"{run}:{n}", text="好的", buttons=buttons)
        with db.writing() as s:
            message = outbox.claim(s, OWNER, ("web",))
        assert message is not None
        with db.writing() as s:
            outbox.settle(s, message.id, OWNER, "sent")

    yield from _each(range(MESSAGES), send)


def fill_demo() -> Iterator[float]:
    """The whole demo: 2,000 people, 3,000 openings, what follows."""

    def fill(_: int) -> None:
        with db.writing() as s:
            dict(demo.fill(s))

    yield from _each(range(1), fill)


def search() -> Iterator[float]:
    """The best three openings for a wish, with the reasons."""
    today = clock.today()

    def find(n: int) -> None:
        wishes = WISHES[n % len(WISHES)]
        with db.reading() as s:
            searching.best(searching.candidates(s, wishes, None, today, []), wishes, None, today, 3)

    yield from _each(range(SEARCHES), find)


def more_openings(total: int) -> None:
    """Copy the demo's openings until there are `total`."""
    names = [column.name for column in Vacancy.__table__.columns if column.name not in ("id", "external_id")]
    with db.writing() as s:
        rows = s.execute(sa.select(*[Vacancy.__table__.c[name] for name in names])).mappings().all()
        have = len(rows)
        s.execute(
            sa.insert(Vacancy),
            [{**rows[n % have], "external_id": f"bench-{n}"} for n in range(total - have)],
        )
    with db.engine().execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("ANALYZE"))


def import_row() -> Iterator[float]:
    """A row of a list of openings read and stored."""
    run = time.monotonic_ns()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", newline="", encoding="gb18030") as file:
            writer = csv.writer(file)
            writer.writerow(
                ["岗位编号", "企业名称", "岗位名称", "招聘人数", "工资待遇", "工作地点", "福利待遇", "年龄要求"]
            )
            for n in range(ROWS):
                pay = f"{3000 + n % 40 * 100}-{7000 + n % 10 * 100}元/月"
                writer.writerow(
                    [f"{run}-{n}", f"演示厂{n % 90}", "缝纫工", n % 9 + 1, pay, "浙江嘉兴", "包吃住", "18-55"]
                )
        began = time.perf_counter()
        assert imports.run(path, "vacancies").tally["added"] == ROWS
        yield (time.perf_counter() - began) / ROWS


def area_by_name() -> Iterator[float]:
    """A place found by any of its names."""
    yield from _each(PLACES * 10, areas.find)
