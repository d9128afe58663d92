"""2,000 invented workers, their jobs and the questions that follow; names, villages and numbers are made up and say so."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, checkins, clock, ladder, registration, sealing
from core.models import Checkin, Employer, Placement, User, Worker, WorkerFact

SEED = 20260724
COUNTS = {"621121": 1200, "620823": 800}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = {
    "f": (
        "秀禾", "杏花", "麦香", "云霞", "月桂", "青苗", "小满", "谷雨", "春燕", "荷叶", "晚霞", "雪梅", "芽儿", "清明", "金穗",
        "白露", "棉桃", "蓝花", "豆蔻", "甜杏", "柳叶", "桑枝", "山菊", "红柿",
    ),
    "m": (
        "向南", "石桥", "大川", "松林", "麦田", "青山", "立夏", "长河", "东风", "远航", "望山", "晨光", "铁锁", "有田", "北斗",
        "秋收", "木匠", "满仓", "开渠", "修路", "石磨", "打谷", "牧野", "登高",
    ),
}  # fmt: skip
VILLAGES = ("杏花示范村", "麦香示范村", "云岭示范村", "青禾示范村", "谷雨示范村", "望山示范村")
# Welder, sewing, bricklayer, cook, care of the old, cleaner; a third of the list says nothing.
TRADES = ("6-18-02-04", "6-05-01-03", "6-29-01-01", "4-03-02-01", "4-10-01-05", "4-09-08-01", "", "", "")
RECEIVING = (
    ("330402", "嘉兴南湖"), ("120113", "天津北辰"), ("370212", "青岛崂山"), ("440306", "深圳宝安"), ("350211", "厦门集美"),
)  # fmt: skip
KINDS = {"away": 52, "local": 16, "workshop": 10, "public_welfare": 12, "own_business": 5, "short_term": 5}
# Days since the first day: a few new jobs, most older than a year, so that a day brings a handful of questions.
AGES = (((1, 60), 12), ((60, 365), 38), ((365, 1200), 50))
FACTS = (
    "name", "sex", "birth_on", "household_no", "household_members", "county_code", "township_code", "village",
    "programme_status", "relocated", "labour_ability", "school_years", "trades", "phone_id", "caseworker_id",
)  # fmt: skip
BLANK: dict[str, Any] = {
    "limits": [], "trades": [], "certificates": [], "unpaid_work": [], "wish": "unknown", "school_years": None,
    "household_members": None, "household_role": None, "in_school": False, "source": "list",
}  # fmt: skip
# Codes of the slips that the three people hold in their hands.
SLIPS = {"demo-woman": "246810", "demo-welder": "135791", "demo-school_leaver": "112358"}
OPEN_CALLS = 14
PAST_ANSWERS = {"ok": 86, "problem": 5, "wage": 4, "change": 3, "lost": 2}


def _born(today: dt.date, age: int, month: int, day: int) -> dt.date:
    """The birthday of somebody who is `age` years old today."""
    return dt.date(today.year - age - ((today.month, today.day) < (month, day)), month, day)


def story(today: dt.date) -> list[dict[str, Any]]:
    """The three people one can be in the chat."""
    woman = dict(
        external_id="demo-woman", name="王秀禾", sex="f", birth_on=_born(today, 45, 3, 8), household_no="X-0001",
        household_role="配偶", household_members=5, county_code="621121", village="杏花示范村",
        programme_status="lifted_out", relocated=False, labour_ability="unknown", work_state="wants_work",
    )  # fmt: skip
    welder = dict(
        external_id="demo-welder", name="李向南", sex="m", birth_on=_born(today, 29, 6, 1), household_no="X-0002",
        household_role="户主", household_members=3, county_code="620823", village="云岭示范村",
        programme_status="lifted_out", relocated=True, labour_ability="skilled", trades=["6-18-02-04"],
        certificates=["焊工证"], school_years=9, wish="away", work_state="in_work",
    )  # fmt: skip
    school_leaver = dict(
        external_id="demo-school_leaver", name="张小满", sex="f", birth_on=_born(today, 18, 1, 20),
        household_no="X-0003", household_role="女儿", household_members=4, county_code="621121", village="麦香示范村",
        programme_status="monitored", relocated=False, labour_ability="ordinary", school_years=12,
        work_state="wants_work",
    )  # fmt: skip
    return [woman, welder, school_leaver]


def _person(rng: random.Random, number: int, county: str, today: dt.date) -> dict[str, Any]:
    sex = rng.choice("mf")
    age = min(64, max(17, round(rng.gauss(40, 12))))
    trade = rng.choice(TRADES)
    return dict(
        external_id=f"demo-{number:04d}",
        name=rng.choice(SURNAMES) + rng.choice(GIVEN[sex]),
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
        trades=[trade] if trade else [],
        school_years=rng.choice([3, 5, 6, 8, 9, 9, 9, 12, 15]),
        wish=rng.choices(["away", "local", "not_now"], [50, 40, 10])[0],
        work_state=rng.choices(["in_work", "wants_work", "not_now", "unknown", "training"], [60, 24, 8, 6, 2])[0],
    )


def _workers(s: Session, rng: random.Random, today: dt.date) -> list[dict[str, Any]]:
    people = story(today)
    for county, count in COUNTS.items():
        already = sum(person["county_code"] == county for person in people[:3])
        people += [_person(rng, len(people) + i, county, today) for i in range(count - already)]
    townships = {county: [area.code for area in areas.townships(county)] for county in COUNTS}
    phones = _phones(s, (number for number in range(3, len(people)) if number % 4))
    helpers, now = _helpers(s), clock.now()
    for number, person in enumerate(people):
        county = person["county_code"]
        person.update(
            {
                **BLANK, **person, "township_code": townships[county][number % len(townships[county])],
                "caseworker_id": helpers[county][0 if number % 5 else -1], "phone_id": phones.get(number),
                "phone_whose": "own" if number in phones else None, "made_at": now, "changed_at": now,
            }
        )  # fmt: skip
    return people


def _phones(s: Session, numbers: Iterator[int]) -> dict[int, int]:
    """Sealed invented phones (the 142 range is given to no operator) of the workers by number."""
    return {n: sealing.seal(s, "phone", f"142{n:08d}").id for n in numbers}


def _helpers(s: Session) -> dict[str, list[int]]:
    rows = s.execute(sa.select(User.area_code, User.id).where(User.role == "caseworker").order_by(User.id)).all()
    return {county: [i for area, i in rows if area == county] for county in COUNTS}


def _facts(people: Iterable[dict[str, Any]], ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    for person in people:
        for field in FACTS:
            value = person[field]
            if value not in (None, []):
                yield dict(
                    worker_id=ids[person["external_id"]], field=field, source="list", author="list",
                    value=value.isoformat() if isinstance(value, dt.date) else value,
                    dedupe=f"{person['external_id']}:{field}", at=person["made_at"],
                )  # fmt: skip


def _placement(rng: random.Random, worker: sa.engine.Row, today: dt.date, firms: dict[str, list]) -> dict[str, Any]:
    age = rng.randrange(*rng.choices([span for span, _ in AGES], [share for _, share in AGES])[0])
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    near = worker.county_code, areas.name(worker.county_code, "zh")
    region, place = rng.choice(RECEIVING) if kind == "away" else near
    employer = None if kind == "own_business" else rng.choice(firms["away" if kind == "away" else worker.county_code])
    ended = age > 60 and rng.random() < 0.12
    now = clock.now()
    return dict(
        worker_id=worker.id,
        employer_id=employer and employer.id,
        employer_name=employer and employer.name,
        kind=kind,
        region_code=region,
        place=place,
        started_on=today - dt.timedelta(days=age),
        ended_on=today - dt.timedelta(days=rng.randrange(1, 30)) if ended else None,
        end_reason="left" if ended else None,
        pay_month=rng.randrange(600, 900, 100) if kind == "public_welfare" else rng.randrange(1800, 7000, 100),
        organised=rng.random() < 0.3,
        contract=rng.random() < 0.6,
        state="ended" if ended else "active",
        source="list",
        confirmed_on=today - dt.timedelta(days=rng.randrange(0, 60)),
        dedupe=f"demo-placement-{worker.id}",
        made_at=now,
        changed_at=now,
    )


def _placements(s: Session, rng: random.Random, today: dt.date) -> int:
    employers = s.execute(sa.select(Employer.id, Employer.name, Employer.county_code).order_by(Employer.id)).all()
    firms = {county: [firm for firm in employers if firm.county_code == county] for county in COUNTS}
    firms["away"] = [firm for firm in employers if firm.county_code not in COUNTS]
    working = s.execute(
        sa.select(Worker.id, Worker.county_code, Worker.external_id)
        .where(Worker.work_state == "in_work")
        .order_by(Worker.id)
    ).all()
    rows = [_placement(rng, worker, today, firms) for worker in working]
    for row, worker in zip(rows, working, strict=True):
        if worker.external_id == "demo-welder":  # asked about his pay two days from now
            row |= dict(
                kind="away", region_code="330402", place="嘉兴", started_on=today - dt.timedelta(days=28), pay_month=5600,
                state="active", ended_on=None, end_reason=None,
            )  # fmt: skip
    s.execute(sa.insert(Placement), rows)
    return len(rows)


# -- questions ---------------------------------------------------------------------------------------------------------


def _checkins(s: Session, rng: random.Random) -> int:
    """What is ahead is planned as ever; what is past was asked by phone and mostly answered; a few calls are open."""
    now, calls, past = clock.due_now(), 0, []
    names = dict(s.execute(sa.select(Worker.id, User.name).join(User, User.id == Worker.caseworker_id)).all())
    for placement in s.scalars(sa.select(Placement).where(Placement.state == "active").order_by(Placement.id)).all():
        gone = [
            r for r in ladder.rungs(placement.kind, placement.started_on) if r.by_phone and ladder.ask_at(r.on) <= now
        ]
        for rung in gone:
            due = ladder.ask_at(rung.on)
            still_open = now - due < dt.timedelta(days=rung.stale_days) and rung is gone[-1] and calls < OPEN_CALLS
            calls += still_open
            past.append(_past(rng, placement, rung, due, still_open, names[placement.worker_id]))
        checkins.plan(s, placement, now)
    s.execute(sa.insert(Checkin), past)
    return len(past)


def _past(
    rng: random.Random, placement: Placement, rung: ladder.Rung, due: dt.datetime, still_open: bool, helper: str
) -> dict[str, Any]:
    missed = rng.random() < 0.15 and not still_open
    answered = not still_open and not missed
    answer = rng.choices(list(PAST_ANSWERS), list(PAST_ANSWERS.values()))[0]
    return dict(
        placement_id=placement.id,
        worker_id=placement.worker_id,
        step=rung.step,
        due_at=due,
        state="answered" if answered else "dropped" if missed else "call",
        answer=answer if answered else None,
        answer_text=f"☎ {helper}" if answered else None,
        answered_at=due + dt.timedelta(hours=rng.randint(1, 30)) if answered else None,
        drop_reason=None if answered else "too late" if missed else "no chat that can be reached",
        tries=0,
        dedupe=f"placement:{placement.id}:{rung.step}",
    )


def fill(s: Session, today: dt.date) -> Iterator[tuple[str, int]]:
    """Add the workers, their jobs and the questions about them; yields (what, how many)."""
    rng = random.Random(SEED)
    people = _workers(s, rng, today)
    s.execute(sa.insert(Worker), people)
    ids = dict(s.execute(sa.select(Worker.external_id, Worker.id).where(Worker.external_id.like("demo-%"))).all())
    facts = list(_facts(people, ids))
    s.execute(sa.insert(WorkerFact), facts)
    for external_id, code in SLIPS.items():
        worker = s.get(Worker, ids[external_id])
        registration.make_slip(s, worker, worker.caseworker_id, code)
    yield "workers", len(people)
    yield "jobs", _placements(s, rng, today)
    yield "questions asked before", _checkins(s, rng)
