"""Matching: which openings fit a wish, in which order, why, and how a wish is widened when nothing fits."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, vacancy_words
from core.models import Employer, Vacancy, Worker
from core.readers import minors

CANDIDATES = 500
UNLEARNT, UNCERTIFIED = 25, 12
# By law not for anybody under 18; an opening that does not say from what age it takes people is none for them.
NOT_UNDER_18 = ("lifting", "night", "heights", "dust")
Wishes = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Match:
    """An opening with its employer, how well it fits, and the true reasons as (response, values)."""

    vacancy: Vacancy
    employer: Employer
    score: float
    why: list[tuple[str, dict[str, Any]]]


def _inside(code: str) -> sa.sql.ColumnElement:
    # A range of digits uses the index on SQLite and PostgreSQL in every collation; LIKE does not.
    start = areas.digits(code)
    end = str(int(start) + 1).zfill(len(start))
    return sa.and_(Vacancy.region_code >= start, Vacancy.region_code < end)


def _holds(column: sa.Column, word: str) -> sa.sql.ColumnElement:
    return sa.cast(column, sa.Text).contains(f'"{word}"', autoescape=True)


def is_open(today: dt.date) -> list[sa.sql.ColumnElement]:
    """The conditions of an opening that can be applied for today."""
    return [
        Vacancy.state == "open",
        Vacancy.places_left > 0,
        sa.or_(Vacancy.expires_on.is_(None), Vacancy.expires_on >= today),
    ]


def _trade(wishes: Wishes) -> list[sa.sql.ColumnElement]:
    codes, words = wishes.get("trades") or [], wishes.get("words")
    ways = [Vacancy.occupation_code.in_(codes)] if codes else []
    if wishes.get("related"):
        ways += [
            sa.and_(Vacancy.occupation_code >= code[:7], Vacancy.occupation_code < f"{code[:7]}-99") for code in codes
        ]
    if words:
        ways.append(Vacancy.title.contains(words, autoescape=True))
    return [sa.or_(*ways)] if ways else []


def regions(wishes: Wishes) -> list[str]:
    """The areas to look in: those named, or home's county when near home is wished."""
    if wishes.get("region_codes"):
        return wishes["region_codes"]
    if not (wishes.get("near") and wishes.get("home")):
        return []
    return [areas.digits(wishes["home"])[: wishes.get("home_digits", 6)]]


def age_of(wishes: Wishes, worker: Worker | None, today: dt.date) -> int | None:
    """The age told in the search, else the one on record."""
    if wishes.get("age") or worker is None or worker.birth_on is None:
        return wishes.get("age")
    born = worker.birth_on
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _able(wishes: Wishes, worker: Worker | None, today: dt.date) -> list[sa.sql.ColumnElement]:
    conditions = []
    age = age_of(wishes, worker, today)
    if age is not None and age < minors.GROWN:
        conditions += [Vacancy.age_min.is_not(None), *(sa.not_(_holds(Vacancy.demands, d)) for d in NOT_UNDER_18)]
        conditions.append(sa.or_(Vacancy.shift.is_(None), Vacancy.shift.in_(("day", "flexible"))))
    if age is not None:
        conditions += [
            sa.or_(Vacancy.age_min.is_(None), Vacancy.age_min <= age),
            sa.or_(Vacancy.age_max.is_(None), Vacancy.age_max >= age),
        ]
    if worker is not None and worker.school_years is not None:
        least = Vacancy.school_years_min
        conditions.append(sa.or_(least.is_(None), least <= worker.school_years))
    return conditions


def conditions(wishes: Wishes, worker: Worker | None, today: dt.date) -> list[sa.sql.ColumnElement]:
    """All that an opening must hold, as SQL."""
    made = [*is_open(today), *_trade(wishes), *_able(wishes, worker, today)]
    areas_wished = regions(wishes)
    if areas_wished:
        made.append(sa.or_(*[_inside(code) for code in areas_wished]))
    if wishes.get("away") and wishes.get("home"):
        made.append(sa.or_(Vacancy.region_code.is_(None), sa.not_(_inside(wishes["home"][:6]))))
    if wishes.get("employer"):
        made.append(Employer.name.contains(wishes["employer"], autoescape=True))
    if wishes.get("not_trades"):
        code = Vacancy.occupation_code
        made.append(sa.or_(code.is_(None), code.not_in(wishes["not_trades"])))
    made += [sa.not_(sa.func.coalesce(_inside(code), False)) for code in wishes.get("not_regions") or ()]
    if wishes.get("wage_min"):
        made.append(sa.func.coalesce(Vacancy.month_max, Vacancy.month_min) >= wishes["wage_min"])
    if wishes.get("kind"):
        made.append(Vacancy.kind == wishes["kind"])
    if wishes.get("shift"):
        made.append(Vacancy.shift == wishes["shift"])
    made += [_holds(Vacancy.benefits, benefit) for benefit in wishes.get("benefits") or ()]
    if "no_sitting" in (wishes.get("limits") or ()):
        code = Vacancy.occupation_code
        made.append(sa.or_(code.is_(None), code.not_in(vacancy_words.words()["seated_trades"])))
    made += [sa.not_(_holds(Vacancy.demands, d)) for d in vacancy_words.ruled_out(wishes.get("limits") or [])]
    return made


def candidates(
    s: Session, wishes: Wishes, worker: Worker | None, today: dt.date, seen: list[int]
) -> list[tuple[Vacancy, Employer]]:
    """At most 500 openings that hold all wishes, without those already seen: near home the own township's, then the newest."""
    nearest = [sa.case((_inside(wishes["home"]), 0), else_=1)] if wishes.get("near") and wishes.get("home") else []
    query = (
        sa.select(Vacancy, Employer)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(*conditions(wishes, worker, today), Vacancy.id.not_in(seen))
        .order_by(*nearest, Vacancy.published_on.desc(), Vacancy.id)
        .limit(CANDIDATES)
    )
    return [(vacancy, employer) for vacancy, employer in s.execute(query).all()]


def count(s: Session, wishes: Wishes, worker: Worker | None, today: dt.date, seen: list[int]) -> int:
    """How many openings hold all wishes, without those already seen."""
    query = sa.select(sa.func.count(Vacancy.id)).join(Employer, Employer.id == Vacancy.employer_id)
    return s.scalar(query.where(*conditions(wishes, worker, today), Vacancy.id.not_in(seen))) or 0


# -- widening ---------------------------------------------------------------------------------------------------------


def _drop(name: str, *fields: str):
    def relax(wishes: Wishes) -> Wishes | None:
        return {k: v for k, v in wishes.items() if k not in fields} if any(wishes.get(f) for f in fields) else None

    return name, relax


def _unless_all(name: str, *fields: str):
    """Given up only where something that was wished is left: any opening at all is no answer."""
    _, drop = _drop(name, *fields)

    def relax(wishes: Wishes) -> Wishes | None:
        wider = drop(wishes)
        anchors = ("trades", "words", "region_codes", "near", "kind", "wage_min")
        return wider if wider is not None and any(wider.get(anchor) for anchor in anchors) else None

    return name, relax


def _to_related(wishes: Wishes) -> Wishes | None:
    return {**wishes, "related": True} if wishes.get("trades") and not wishes.get("related") else None


def _stays(wishes: Wishes) -> bool:
    """A village's own posts go to its own people: another place is no answer."""
    return vacancy_words.led_by_caseworker(wishes.get("kind") or "")


def _wider(name: str, digits: int):
    def relax(wishes: Wishes) -> Wishes | None:
        now = [areas.digits(code) for code in regions(wishes)]
        if _stays(wishes) or not now or all(len(code) <= digits for code in now):
            return None
        if wishes.get("region_codes"):
            return {**wishes, "region_codes": sorted({code[:digits] for code in now})}
        return {**wishes, "home_digits": digits}

    return name, relax


def _anywhere(wishes: Wishes) -> Wishes | None:
    if _stays(wishes):
        return None
    return {**wishes, "region_codes": []} if wishes.get("region_codes") and not wishes.get("near") else None


# In this order; what the body can't do is never widened.
RELAXATIONS = (
    _drop("extras", "benefits", "shift"),
    _drop("pay", "wage_min", "more_pay"),
    ("related", _to_related),
    _wider("county", 6),
    _wider("prefecture", 4),
    _wider("province", 2),
    ("anywhere", _anywhere),
    _unless_all("employer", "employer"),
    _drop("kind", "kind"),
    _unless_all("trade", "trades", "words", "related"),
)


def widened(wishes: Wishes) -> Iterator[tuple[list[str], Wishes]]:
    """The wishes as they are, then with one of them given up, then with more and more; with what was given up."""
    yield [], wishes
    for name, relax in RELAXATIONS:
        wider = relax(wishes)
        if wider is not None:
            yield [name], wider
    given_up: list[str] = []
    for name, relax in RELAXATIONS:
        wider = relax(wishes)
        if wider is not None:
            given_up, wishes = [*given_up, name], wider
            if len(given_up) > 1:
                yield given_up, wishes


# -- score and reasons ------------------------------------------------------------------------------------------------


def _trade_points(vacancy: Vacancy, wishes: Wishes, worker: Worker | None) -> float:
    code, wished = vacancy.occupation_code or "", wishes.get("trades") or []
    if code in wished or (wishes.get("words") and wishes["words"] in vacancy.title):
        return 40
    if any(code[:7] == w[:7] for w in wished):
        return 22
    return 20 if worker is not None and code in worker.trades else 0


def _rank(vacancy: Vacancy, home: str | None) -> int:
    return areas.distance_rank(home, vacancy.region_code) if home and vacancy.region_code else 5


def score(vacancy: Vacancy, wishes: Wishes, worker: Worker | None, today: dt.date) -> float:
    """How well an opening fits (more is better): trade 40, nearness 30, pay, kind, light work, places, freshness 10 each."""
    trade = _trade_points(vacancy, wishes, worker)
    near = (30, 24, 16, 10, 4, 0)[_rank(vacancy, wishes.get("home"))] if wishes.get("near") else 0
    pay = min(10.0, (vacancy.month_min or 0) / 800)
    light = 10 if wishes.get("limits") and "light" in vacancy.demands else 0
    hours = (
        6 if worker is not None and worker.hours not in (None, "full") and vacancy.shift in ("day", "flexible") else 0
    )
    fresh = max(0.0, 10 - (today - vacancy.published_on).days / 5)
    points = trade + near + pay + light + hours + fresh
    return points + min(vacancy.places_left, 10) - _lacking(vacancy, worker, bool(trade))


def _lacking(vacancy: Vacancy, worker: Worker | None, named: bool) -> int:
    """Points off where a certificate is missing, more where the trade is skilled and neither wished nor on record."""
    missing = vacancy.certificate is not None and worker is not None and vacancy.certificate not in worker.certificates
    if not named and (vacancy.certificate or vacancy.occupation_code in vacancy_words.words()["skilled_trades"]):
        return UNLEARNT
    return UNCERTIFIED if missing else 0


def _where_why(vacancy: Vacancy, wishes: Wishes) -> tuple[str, dict] | None:
    rank = _rank(vacancy, wishes.get("home"))
    if wishes.get("near") and rank == 0:
        return ("utter_why_town", {"area": vacancy.region_code})
    if wishes.get("near") and rank == 1:
        return ("utter_why_county", {"area": vacancy.region_code[:6]})
    if wishes.get("near") and rank <= 3 and wishes.get("home"):
        return ("utter_why_province", {})
    for code in wishes.get("region_codes") or []:
        if vacancy.region_code and vacancy.region_code.startswith(areas.digits(code)):
            return ("utter_why_region", {"area": code})
    return None


def why(vacancy: Vacancy, wishes: Wishes, worker: Worker | None, today: dt.date) -> list[tuple[str, dict]]:
    """True reasons for showing an opening, strongest first, at least one; `area` is a code. Never a person's standing."""
    reasons: list[tuple[str, dict]] = []
    points = _trade_points(vacancy, wishes, None)
    if points:
        reasons.append(("utter_why_trade" if points == 40 else "utter_why_related", {}))
    elif worker is not None and vacancy.occupation_code in worker.trades:
        reasons.append(("utter_why_skill", {}))
    if wishes.get("limits") and "light" in vacancy.demands:
        reasons.append(("utter_why_light", {}))
    where = _where_why(vacancy, wishes)
    if where:
        reasons.append(where)
    if wishes.get("wage_min") and (vacancy.month_max or vacancy.month_min or 0) >= wishes["wage_min"]:
        reasons.append(
            ("utter_why_more_pay", {}) if wishes.get("more_pay") else ("utter_why_pay", {"wage": wishes["wage_min"]})
        )
    if wishes.get("kind") == vacancy.kind:
        reasons.append(("utter_why_kind", {}))
    if set(wishes.get("benefits") or ()) & set(vacancy.benefits):
        reasons.append(("utter_why_benefit", {}))
    days = (today - vacancy.published_on).days
    reasons.append(("utter_why_new", {}) if days <= 7 else ("utter_why_open", {}))
    return reasons


def best(
    pairs: list[tuple[Vacancy, Employer]], wishes: Wishes, worker: Worker | None, today: dt.date, count: int
) -> list[Match]:
    """The best `count` of the candidates; different employers first, so that the cards are a choice.

    Near home the own township comes first, then the county, then what lies farther, whatever the rest scores.
    """

    def order(pair: tuple[Vacancy, Employer]) -> tuple[int, float, int]:
        rank = _rank(pair[0], wishes.get("home")) if wishes.get("near") else 0
        return rank, -score(pair[0], wishes, worker, today), pair[0].id

    ranked = sorted(pairs, key=order)
    chosen: list[tuple[Vacancy, Employer]] = []
    rest: list[tuple[Vacancy, Employer]] = []
    employers: set[int] = set()
    for vacancy, employer in ranked:
        (rest if employer.id in employers else chosen).append((vacancy, employer))
        employers.add(employer.id)
        if len(chosen) == count:
            break
    return [
        Match(v, e, score(v, wishes, worker, today), why(v, wishes, worker, today)) for v, e in (chosen + rest)[:count]
    ]
