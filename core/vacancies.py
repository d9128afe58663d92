"""Openings: the search of a contact, what was shown, which one is meant."""

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, clock, contacts, searching, vacancy_words
from core.errors import NotFound
from core.models import Contact, Employer, Office, Search, Vacancy, Worker
from core.readers import ordinals, trades, wages
from core.searching import Wishes

CARDS = 3
MOST_CARDS = 6
REMEMBERED = dt.timedelta(days=30)


@dataclasses.dataclass(frozen=True)
class Card:
    """An opening as it is shown: `n` is the number that the worker sees."""

    n: int
    vacancy: Vacancy
    employer: Employer
    why: list[tuple[str, dict[str, Any]]]


@dataclasses.dataclass(frozen=True)
class Found:
    """What a search shows: cards, how many fit, what was given up to find them, whether home is only supposed."""

    search: Search
    cards: list[Card]
    total: int
    relaxed: list[str]
    home_supposed: bool


def get(s: Session, vacancy_id: int) -> tuple[Vacancy, Employer]:
    """An opening and its employer; NotFound."""
    row = s.execute(
        sa.select(Vacancy, Employer)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Vacancy.id == int(vacancy_id))
    ).first()
    if row is None:
        raise NotFound(f"vacancy {vacancy_id}")
    return row[0], row[1]


def is_open(vacancy: Vacancy, today: dt.date) -> bool:
    """Whether it can be applied for today."""
    expired = vacancy.expires_on is not None and vacancy.expires_on < today
    return vacancy.state == "open" and vacancy.places_left > 0 and not expired


def under_way(s: Session, contact: Contact) -> Search | None:
    """The contact's newest search, at most 30 days old."""
    return s.scalar(
        sa.select(Search)
        .where(Search.contact_id == contact.id, Search.made_at > clock.now() - REMEMBERED)
        .order_by(Search.id.desc())
        .limit(1)
    )


# -- wishes -----------------------------------------------------------------------------------------------------------


def _regions(text: str, named: list[str], home: str | None) -> list[str]:
    codes = []
    for name in named:
        places = areas.find(name, near=home)
        if places:
            codes.append(places[0].code)
    return codes


def _wage(text: str, entities: list[dict]) -> int | None:
    for entity in entities:
        if entity["entity"] == "wage":
            wage = wages.read(str(entity["value"]))
            if wage is not None and wage.monthly_min:
                return round(wage.monthly_min)
    return None


def read_wishes(text: str, entities: list[dict], *, home: str | None = None) -> Wishes:
    """The wishes told in a sentence and its entities; only what was told is in it."""
    told = {name: [str(e["value"]) for e in entities if e["entity"] == name] for name in ("region", "occupation")}
    whole = " ".join([text, *(str(e["value"]) for e in entities)])
    near_words = vacancy_words.words()["near_words"]
    named = [r for r in told["region"] if not vacancy_words.says(r, [*near_words, "home"])]
    found_trades = trades.read(" ".join([*told["occupation"], text]))
    kinds, shifts = vacancy_words.found("kinds", whole), vacancy_words.found("shifts", whole)
    wishes: Wishes = {
        "trades": [trade.code for trade in found_trades],
        "words": told["occupation"][0] if told["occupation"] and not found_trades else None,
        "region_codes": _regions(text, named, home),
        "wage_min": _wage(text, entities),
        "kind": kinds[0] if kinds else None,
        "benefits": vacancy_words.found("benefits", whole),
        "shift": shifts[0] if shifts else None,
        "limits": vacancy_words.limits_told(whole),
    }
    near = vacancy_words.says(whole, near_words) or any(r.casefold() == "home" for r in told["region"])
    wishes["near"] = near and not wishes["region_codes"]
    return {k: v for k, v in wishes.items() if v}


def _home(s: Session, contact: Contact, worker: Worker | None, before: Search | None) -> tuple[str | None, bool]:
    """Where home is, and whether that is only supposed (the county of the office)."""
    if worker is not None and (worker.township_code or worker.county_code):
        return worker.township_code or worker.county_code, False
    if before is not None and before.wishes.get("home") and not before.wishes.get("home_supposed"):
        return before.wishes["home"], False
    office = s.get(Office, contact.office_id) if contact.office_id else None
    return (office.county_code, True) if office is not None else (None, True)


def _complete(s: Session, contact: Contact, worker: Worker | None, wishes: Wishes, before: Search | None) -> Wishes:
    """The wishes with what is known of the person: home, limits, a wish to stay near."""
    home, supposed = (wishes["home"], False) if wishes.get("home") else _home(s, contact, worker, before)
    limits = [*wishes.get("limits", ()), *(before.wishes.get("limits", ()) if before else ())]
    if worker is not None:
        limits += worker.limits
    stays = worker is not None and worker.wish == "local" and not wishes.get("region_codes")
    near = bool(wishes.get("near") or stays)
    return {
        **wishes,
        "home": home,
        "home_supposed": supposed,
        "near": near and home is not None,
        "limits": sorted(set(limits)),
    }


# -- searching --------------------------------------------------------------------------------------------------------


def search(
    s: Session, contact: Contact, wishes: Wishes, *, key: str, seen: list[int] | None = None, count: int = CARDS
) -> Found:
    """Search by wishes, widening them step by step when nothing fits, and keep what was shown.

    Guarantee: the same key shows the same openings again and adds nothing.
    """
    known = s.scalar(sa.select(Search).where(Search.dedupe == key))
    if known is not None:
        return _again(s, contact, known)
    worker, today = contacts.active_worker(s, contact), clock.today()
    wishes = _complete(s, contact, worker, wishes, under_way(s, contact))
    seen = seen or []
    relaxed, wider, pairs = _first_fit(s, wishes, worker, today, seen)
    matches = searching.best(pairs, wider, worker, today, min(count, MOST_CARDS))
    shown = [match.vacancy.id for match in matches]
    row = Search(
        contact_id=contact.id,
        wishes={**wishes, "relaxed": relaxed, "total": len(pairs)},
        seen=[*seen, *shown],
        shown=shown,
        dedupe=key,
        made_at=clock.now(),
        changed_at=clock.now(),
    )
    s.add(row)
    s.flush()
    cards = [Card(len(seen) + i, m.vacancy, m.employer, m.why) for i, m in enumerate(matches, 1)]
    return Found(row, cards, len(pairs), relaxed, _asks_home(wishes))


def _asks_home(wishes: Wishes) -> bool:
    return bool(wishes.get("home_supposed") and wishes.get("near"))


def _first_fit(s: Session, wishes: Wishes, worker: Worker | None, today: dt.date, seen: list[int]):
    for relaxed, wider in searching.widened(wishes):
        pairs = searching.candidates(s, wider, worker, today, seen)
        if pairs:
            return relaxed, wider, pairs
    return [], wishes, []


def _again(s: Session, contact: Contact, row: Search) -> Found:
    worker, today = contacts.active_worker(s, contact), clock.today()
    wishes = next((w for names, w in searching.widened(row.wishes) if names == row.wishes["relaxed"]), row.wishes)
    first = len(row.seen) - len(row.shown)
    cards = []
    for i, vacancy_id in enumerate(row.shown, 1):
        vacancy, employer = get(s, vacancy_id)
        cards.append(Card(first + i, vacancy, employer, searching.why(vacancy, wishes, worker, today)))
    return Found(row, cards, row.wishes["total"], row.wishes["relaxed"], _asks_home(row.wishes))


def _bare(wishes: Wishes) -> Wishes:
    return {k: v for k, v in wishes.items() if k not in ("relaxed", "total", "home_supposed")}


def more(s: Session, contact: Contact, *, key: str, count: int = CARDS) -> Found:
    """The next openings of the search under way; a search without wishes where there is none."""
    before = under_way(s, contact)
    if before is None or before.dedupe == key:
        return search(s, contact, {}, key=key, count=count)
    known = _bare(before.wishes)
    if before.wishes.get("home_supposed"):
        known.pop("home", None)
    return search(s, contact, known, key=key, seen=list(before.seen), count=count)


def refine(
    s: Session, contact: Contact, told: Wishes, *, key: str, near: bool = False, more_pay: bool = False
) -> Found:
    """The search under way with some wishes changed: those told, nearer, or better paid than what was shown."""
    before = under_way(s, contact)
    if before is not None and before.dedupe == key:
        return search(s, contact, {}, key=key)
    wishes = _bare(before.wishes) if before else {}
    if before is not None and before.wishes.get("home_supposed"):
        wishes.pop("home", None)
    if near:
        wishes = {k: v for k, v in wishes.items() if k != "region_codes"} | {"near": True}
    if told.get("region_codes"):
        wishes["near"] = False
    if told.get("trades"):
        wishes.pop("words", None)
    wishes |= told
    if more_pay and before is not None:
        wishes["wage_min"] = _above(s, before)
    return search(s, contact, {k: v for k, v in wishes.items() if v}, key=key)


def _above(s: Session, before: Search) -> int | None:
    """One yuan more a month than the best paid of the openings just shown."""
    most = s.scalar(
        sa.select(sa.func.max(sa.func.coalesce(Vacancy.month_max, Vacancy.month_min))).where(
            Vacancy.id.in_(before.shown)
        )
    )
    return most + 1 if most else before.wishes.get("wage_min")


def set_home(s: Session, contact: Contact, code: str, *, key: str) -> Found:
    """The search under way again, now that it is known where home is (an area code)."""
    return refine(s, contact, {"home": code}, key=key, near=True)


def waits_for_home(s: Session, contact: Contact) -> bool:
    """Whether the last search asked where home is, so that a bare place name is the answer."""
    row = under_way(s, contact)
    return row is not None and _asks_home(row.wishes)


# -- which one is meant -----------------------------------------------------------------------------------------------


def meant(s: Session, contact: Contact, text: str, vacancy_id: str | None = None) -> Vacancy | None:
    """The opening that a button, a number ("the second one"), a firm's name or the talk so far means; None if unclear."""
    if vacancy_id and str(vacancy_id).isdigit():
        return _view(s, contact, s.get(Vacancy, int(vacancy_id)))
    row = under_way(s, contact)
    if row is None or not row.seen:
        return None
    n = ordinals.read(text)
    if n is not None:
        within = 1 <= n <= len(row.seen) or n == -1
        return _view(s, contact, s.get(Vacancy, row.seen[n - 1 if n > 0 else n])) if within else None
    named = _named(s, row, text)
    if named is not None:
        return _view(s, contact, named)
    only = row.in_view or (row.seen[0] if len(row.seen) == 1 else None)
    return s.get(Vacancy, only) if only else None


def _named(s: Session, row: Search, text: str) -> Vacancy | None:
    pairs = [get(s, vacancy_id) for vacancy_id in row.seen]
    hits = [v for v, e in pairs if e.name in text or v.title in text]
    return hits[0] if len(hits) == 1 else None


def _view(s: Session, contact: Contact, vacancy: Vacancy | None) -> Vacancy | None:
    row = under_way(s, contact)
    if row is not None and vacancy is not None and vacancy.id in row.seen:
        row.in_view, row.changed_at = vacancy.id, clock.now()
    return vacancy


def in_choice(s: Session, contact: Contact) -> list[tuple[int, Vacancy]]:
    """The openings last shown, with their numbers, to ask which one is meant."""
    row = under_way(s, contact)
    if row is None:
        return []
    first = len(row.seen) - len(row.shown)
    return [(first + i, get(s, vacancy_id)[0]) for i, vacancy_id in enumerate(row.shown, 1)]
