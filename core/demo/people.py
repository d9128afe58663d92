"""2,000 invented workers and their placements; names, villages and numbers are made up and say so."""

import datetime as dt
import random
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, clock, sealing
from core.models import Employer, Placement, User, Worker

SEED = 20260724
COUNTS = {"621121": 1200, "620823": 800}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_F = [
    "秀禾",
    "杏花",
    "麦香",
    "云霞",
    "月桂",
    "青苗",
    "小满",
    "谷雨",
    "春燕",
    "荷叶",
    "晚霞",
    "雪梅",
    "芽儿",
    "清明",
]
GIVEN_M = [
    "向南",
    "石桥",
    "大川",
    "松林",
    "麦田",
    "青山",
    "立夏",
    "长河",
    "东风",
    "远航",
    "望山",
    "晨光",
    "铁锁",
    "有田",
]
VILLAGES = ["杏花示范村", "麦香示范村", "云岭示范村", "青禾示范村", "谷雨示范村", "望山示范村"]
TRADES = [
    ["6-18-02-04"],  # welder
    ["6-05-01-03"],  # sewing
    ["6-29-01-01"],  # bricklayer
    ["4-03-02-01"],  # cook
    ["4-10-01-05"],  # care of the old
    ["4-09-08-01"],  # cleaner
    [],
    [],
    [],
]
RECEIVING = [
    ("330402", "嘉兴"),
    ("120113", "天津北辰"),
    ("370212", "青岛崂山"),
    ("440306", "深圳宝安"),
    ("350211", "厦门集美"),
]
AGES_OF_PLACEMENTS = (2, 6, 12, 25, 34, 50, 75, 100, 140, 170, 200, 260, 330, 400)


def story(today: dt.date) -> list[dict]:
    """The three people one can be in the chat."""
    return [
        dict(
            external_id="demo-woman",
            name="王秀禾",
            sex="f",
            birth_on=today.replace(year=today.year - 45, month=3, day=8),
            household_no="X-0001",
            household_role="配偶",
            county_code="621121",
            village="杏花示范村",
            programme_status="lifted_out",
            relocated=False,
            labour_ability="unknown",
            work_state="wants_work",
        ),
        dict(
            external_id="demo-welder",
            name="李向南",
            sex="m",
            birth_on=today.replace(year=today.year - 29, month=6, day=1),
            household_no="X-0002",
            household_role="户主",
            county_code="620823",
            village="云岭示范村",
            programme_status="lifted_out",
            relocated=True,
            labour_ability="skilled",
            trades=["6-18-02-04"],
            school_years=9,
            wish="away",
            work_state="in_work",
        ),
        dict(
            external_id="demo-school_leaver",
            name="张小满",
            sex="f",
            birth_on=today.replace(year=today.year - 18, month=1, day=20),
            household_no="X-0003",
            household_role="女儿",
            county_code="621121",
            village="麦香示范村",
            programme_status="monitored",
            relocated=False,
            labour_ability="ordinary",
            school_years=12,
            work_state="wants_work",
        ),
    ]


def _person(rng: random.Random, number: int, county: str, today: dt.date) -> dict:
    sex = rng.choice("mf")
    age = min(64, max(17, round(rng.gauss(40, 12))))
    state = rng.choices(["in_work", "wants_work", "not_now", "unknown", "training"], [60, 24, 8, 6, 2])[0]
    return dict(
        external_id=f"demo-{number:04d}",
        name=rng.choice(SURNAMES) + rng.choice(GIVEN_F if sex == "f" else GIVEN_M),
        sex=sex,
        birth_on=today - dt.timedelta(days=age * 365 + rng.randrange(365)),
        household_no=f"{county}-{rng.randrange(10_000):04d}",
        household_members=rng.randint(1, 7),
        county_code=county,
        village=rng.choice(VILLAGES),
        programme_status=rng.choices(["lifted_out", "monitored", "risk_cleared"], [85, 9, 6])[0],
        relocated=rng.random() < 0.2,
        labour_ability=rng.choices(["ordinary", "skilled", "limited"], [70, 18, 12])[0],
        limits=rng.choice([[], [], [], [], ["no_lifting"], ["care_at_home"]]),
        trades=rng.choice(TRADES),
        school_years=rng.choice([3, 5, 6, 8, 9, 9, 9, 12, 15]),
        wish=rng.choices(["away", "local", "not_now"], [50, 40, 10])[0],
        work_state=state,
    )


def _complete(person: dict, number: int, now: dt.datetime, townships: dict, helpers: dict, phones: dict) -> dict:
    county = person["county_code"]
    return {
        "limits": [],
        "trades": [],
        "certificates": [],
        "unpaid_work": [],
        "wish": "unknown",
        "school_years": None,
        "household_members": None,
        "household_role": None,
        **person,
        "township_code": townships[county][number % len(townships[county])],
        "caseworker_id": helpers[county][0 if number % 5 else -1],
        "phone_id": phones.get(number),
        "phone_whose": "own" if number in phones else None,
        "in_school": False,
        "source": "list",
        "made_at": now,
        "changed_at": now,
    }


def _phones(s: Session, numbers: Iterator[int]) -> dict[int, int]:
    """Sealed invented phones (the 142 range is given to no operator) of the workers by number."""
    return {n: sealing.seal(s, "phone", f"142{n:08d}").id for n in numbers}


def _helpers(s: Session) -> dict[str, list[int]]:
    rows = s.execute(sa.select(User.area_code, User.id).where(User.role == "caseworker").order_by(User.id)).all()
    return {county: [i for area, i in rows if area == county] for county in COUNTS}


def _placement(rng: random.Random, worker: sa.engine.Row, today: dt.date, now: dt.datetime, local: list) -> dict:
    age = rng.choice(AGES_OF_PLACEMENTS) + rng.randrange(4)
    kind = rng.choices(
        ["away", "local", "workshop", "public_welfare", "own_business", "short_term"], [52, 16, 10, 12, 5, 5]
    )[0]
    region, place = (
        rng.choice(RECEIVING) if kind == "away" else (worker.county_code, areas.name(worker.county_code, "zh"))
    )
    employer = rng.choice(local)
    ended = age > 60 and rng.random() < 0.12
    return dict(
        worker_id=worker.id,
        employer_id=None if kind == "own_business" else employer.id,
        employer_name=None if kind == "own_business" else employer.name,
        kind=kind,
        region_code=region,
        place=place,
        started_on=today - dt.timedelta(days=age),
        ended_on=today - dt.timedelta(days=rng.randrange(1, 30)) if ended else None,
        end_reason="left" if ended else None,
        pay_month=rng.randrange(1800, 7000, 100),
        organised=rng.random() < 0.3,
        contract=rng.random() < 0.6,
        state="ended" if ended else "active",
        source="list",
        confirmed_on=today - dt.timedelta(days=rng.randrange(0, 60)),
        dedupe=f"demo-placement-{worker.id}",
        made_at=now,
        changed_at=now,
    )


def fill(s: Session, today: dt.date) -> int:
    """Add the workers and a placement to each of those in work; returns how many rows."""
    rng, now = random.Random(SEED), clock.now()
    townships = {county: [area.code for area in areas.townships(county)] for county in COUNTS}
    people = story(today)
    for county, count in COUNTS.items():
        already = sum(p["county_code"] == county for p in people[:3])
        people += [_person(rng, len(people) + i, county, today) for i in range(count - already)]
    phones = _phones(s, (n for n in range(3, len(people)) if n % 4))
    helpers = _helpers(s)
    s.execute(
        Worker.__table__.insert(),
        [_complete(person, n, now, townships, helpers, phones) for n, person in enumerate(people)],
    )
    return len(people) + _fill_placements(s, rng, today, now)


def _fill_placements(s: Session, rng: random.Random, today: dt.date, now: dt.datetime) -> int:
    local = s.execute(
        sa.select(Employer.id, Employer.name).where(Employer.kind != "household").order_by(Employer.id)
    ).all()
    working = s.execute(
        sa.select(Worker.id, Worker.county_code, Worker.external_id)
        .where(Worker.work_state == "in_work")
        .order_by(Worker.id)
    ).all()
    rows = [_placement(rng, worker, today, now, local) for worker in working]
    for row, worker in zip(rows, working, strict=True):
        if worker.external_id == "demo-welder":
            row.update(
                kind="away",
                region_code="330402",
                place="嘉兴",
                started_on=today - dt.timedelta(days=40),
                state="active",
                ended_on=None,
                end_reason=None,
                pay_month=5600,
            )
    s.execute(Placement.__table__.insert(), rows)
    return len(rows)
