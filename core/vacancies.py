"""Openings: the search of a contact, what was shown, which one is meant."""

import dataclasses
import datetime as dt
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, clock, contacts, searching, vacancy_wishes, vacancy_words
from core.errors import NotFound
from core.models import Contact, Employer, Search, Vacancy, Worker
from core.readers import ordinals, trades
from core.searching import Wishes

CARDS = 3
MOST_CARDS = 6
_POINTS = re.compile(r"那个|那家|这个|这家|\bone\b", re.IGNORECASE)
REMEMBERED = dt.timedelta(days=30)
AGAIN = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Card:
    """An opening as it is shown: `n` is the number that the worker sees."""

    n: int
    vacancy: Vacancy
    employer: Employer
    why: list[tuple[str, dict[str, Any]]]


@dataclasses.dataclass(frozen=True)
class Option:
    """An opening that may be meant: `n` is the number on its card, 0 where it has none."""

    n: int
    vacancy: Vacancy


@dataclasses.dataclass(frozen=True)
class Found:
    """What a search shows: cards, how many fit, what was given up to find them, in this order."""

    search: Search
    cards: list[Card]
    total: int
    relaxed: list[str]

    @property
    def asks_home(self) -> bool:
        """Whether near home was wished and home is only supposed."""
        return _asks_home(self.search.wishes)


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


def told_home(s: Session, contact: Contact) -> str | None:
    """The area code of home as it was told while searching; None where it was only supposed."""
    row = under_way(s, contact)
    return row.wishes.get("home") if row is not None and not row.wishes.get("home_supposed") else None


# -- searching --------------------------------------------------------------------------------------------------------


def search(
    s: Session, contact: Contact, wishes: Wishes, *, key: str, seen: list[int] | None = None, count: int = CARDS
) -> Found:
    """Search by wishes, widening them step by step when nothing fits, and keep what was shown.

    Guarantee: the same key shows the same openings again and adds nothing.
    """
    known = _by_key(s, key)
    if known is not None:
        return _again(s, contact, known)
    worker, today = contacts.active_worker(s, contact), clock.today()
    wishes = vacancy_wishes.complete(s, contact, worker, wishes, under_way(s, contact))
    worker = _subject(worker, wishes)
    seen = seen or []
    relaxed, wider, pairs = _first_fit(s, wishes, worker, today, seen)
    full = len(pairs) == searching.CANDIDATES
    total = searching.count(s, wider, worker, today, seen) if full else len(pairs)
    matches = searching.best(pairs, wider, worker, today, min(count, MOST_CARDS))
    shown = [match.vacancy.id for match in matches]
    row = Search(
        contact_id=contact.id,
        wishes={**wishes, "relaxed": relaxed, "total": total},
        seen=[*seen, *shown],
        shown=shown,
        dedupe=key,
        made_at=clock.now(),
        changed_at=clock.now(),
    )
    s.add(row)
    s.flush()
    cards = [Card(len(seen) + i, m.vacancy, m.employer, m.why) for i, m in enumerate(matches, 1)]
    return Found(row, cards, total, relaxed)


def _by_key(s: Session, key: str) -> Search | None:
    return s.scalar(sa.select(Search).where(Search.dedupe == key))


def _subject(worker: Worker | None, wishes: Wishes) -> Worker | None:
    """Whose age, school and skills count: nobody's on record when it is for somebody else."""
    return None if wishes.get("other") else worker


def lately(s: Session, contact: Contact) -> bool:
    """Whether the search under way was made within the hour."""
    row = under_way(s, contact)
    return row is not None and row.made_at > clock.now() - AGAIN


def just_shown(s: Session, row: Search) -> bool:
    """Whether the search before this one, within the hour and in the same language, showed the very same openings."""
    earlier = sa.select(Search).where(Search.contact_id == row.contact_id, Search.id < row.id)
    before = s.scalar(earlier.order_by(Search.id.desc()).limit(1))
    if before is None or before.made_at < row.made_at - AGAIN:
        return False
    return before.shown == row.shown and before.wishes.get("language") == row.wishes.get("language")


def _asks_home(wishes: Wishes) -> bool:
    return bool(wishes.get("home_supposed") and wishes.get("near"))


def _first_fit(
    s: Session, wishes: Wishes, worker: Worker | None, today: dt.date, seen: list[int]
) -> tuple[list[str], Wishes, list[tuple[Vacancy, Employer]]]:
    for relaxed, wider in searching.widened(wishes):
        pairs = searching.candidates(s, wider, worker, today, seen)
        if pairs:
            return relaxed, wider, pairs
    return [], wishes, []


def _again(s: Session, contact: Contact, row: Search) -> Found:
    worker, today = _subject(contacts.active_worker(s, contact), row.wishes), clock.today()
    wishes = next((w for names, w in searching.widened(row.wishes) if names == row.wishes["relaxed"]), row.wishes)
    first = len(row.seen) - len(row.shown)
    cards = []
    for i, vacancy_id in enumerate(row.shown, 1):
        vacancy, employer = get(s, vacancy_id)
        cards.append(Card(first + i, vacancy, employer, searching.why(vacancy, wishes, worker, today)))
    return Found(row, cards, row.wishes["total"], row.wishes["relaxed"])


def more(s: Session, contact: Contact, *, key: str, count: int = CARDS) -> Found:
    """The next openings of the search under way; a search without wishes where there is none."""
    before = under_way(s, contact)
    if before is None or _by_key(s, key) is not None:
        return search(s, contact, {}, key=key, count=count)
    return search(s, contact, vacancy_wishes.bare(before.wishes), key=key, seen=list(before.seen), count=count)


def refine(s: Session, contact: Contact, told: Wishes, *, key: str, more_pay: bool = False) -> Found:
    """The search under way with some wishes changed: those told, or better paid than what was shown."""
    before = under_way(s, contact)
    if _by_key(s, key) is not None:
        return search(s, contact, {}, key=key)
    wishes = _changed(vacancy_wishes.bare(before.wishes) if before else {}, told)
    if more_pay and before is not None:
        wishes |= {"wage_min": _above(s, before), "more_pay": True}
    return search(s, contact, {name: value for name, value in wishes.items() if value}, key=key)


def _changed(wishes: Wishes, told: Wishes) -> Wishes:
    """A wish told takes the place of the one that it contradicts."""
    if told.get("region_codes") or told.get("near") or told.get("away"):
        wishes = {name: value for name, value in wishes.items() if name not in ("region_codes", "near", "away")}
    if told.get("trades") or told.get("words"):
        wishes = {name: value for name, value in wishes.items() if name not in ("trades", "words")}
    if told.get("wage_min"):
        wishes = {name: value for name, value in wishes.items() if name != "more_pay"}
    wishes = wishes | told
    for kept, refused in (("trades", "not_trades"), ("region_codes", "not_regions")):
        wishes[kept] = [code for code in wishes.get(kept) or () if code not in (told.get(refused) or ())]
    return wishes


def _above(s: Session, before: Search) -> int | None:
    """One yuan more a month than the best paid of the openings just shown."""
    month = sa.func.coalesce(Vacancy.month_max, Vacancy.month_min)
    most = s.scalar(sa.select(sa.func.max(month)).where(Vacancy.id.in_(before.shown)))
    return most + 1 if most else before.wishes.get("wage_min")


def set_home(s: Session, contact: Contact, code: str, *, key: str) -> Found:
    """The search under way again, near home, now that it is known where that is (an area code)."""
    return refine(s, contact, {"home": code, "near": True}, key=key)


def waits_for_home(s: Session, contact: Contact) -> bool:
    """Whether the last search asked where home is, so that a bare place name is the answer."""
    row = under_way(s, contact)
    return row is not None and _asks_home(row.wishes)


# -- which one is meant -----------------------------------------------------------------------------------------------


def meant(s: Session, contact: Contact, text: str, vacancy_id: str | None = None) -> list[Option]:
    """The openings that a button, a number ("the second one"), a name or the talk so far may mean.

    One: that is it, and it is in view from now on. Several: to be asked. None: no opening is in view.
    """
    row = under_way(s, contact)
    if vacancy_id and str(vacancy_id).isdigit():
        pointed = s.get(Vacancy, int(vacancy_id))
        options = [Option(_number(row, pointed.id), pointed)] if pointed is not None else []
    elif row is None or not row.seen:
        return []
    else:
        options = _options(s, row, text)
    if len(options) == 1 and row is not None and options[0].vacancy.id in row.seen:
        row.in_view, row.changed_at = options[0].vacancy.id, clock.now()
    return options


def _options(s: Session, row: Search, text: str) -> list[Option]:
    n = ordinals.read(text)
    ids = _numbered(row, n) if n is not None else _described(s, row, text)
    if not ids and row.in_view:
        ids = [row.in_view]
    found = [vacancy for vacancy_id in ids or row.shown or row.seen[-CARDS:] if (vacancy := s.get(Vacancy, vacancy_id))]
    return [Option(_number(row, vacancy.id), vacancy) for vacancy in found]


def _number(row: Search | None, vacancy_id: int) -> int:
    """The number on the card; 0 for an opening that this search did not show."""
    return row.seen.index(vacancy_id) + 1 if row is not None and vacancy_id in row.seen else 0


def _numbered(row: Search, n: int) -> list[int]:
    """After "more", "the second" may be the number on a card or the second of those now in sight."""
    if n == -1:
        return row.seen[-1:]
    by_card = row.seen[n - 1 : n]
    in_sight = row.shown[n - 1 : n]
    return list(dict.fromkeys([*by_card, *in_sight]))


def _described(s: Session, row: Search, text: str) -> list[int]:
    """Those seen that are named by firm or title; else, if that tells one from the others, by trade, place or benefit."""
    pairs = [get(s, vacancy_id) for vacancy_id in row.seen]
    named = [v.id for v, e in pairs if e.name in text or v.title in text]
    codes = [trade.code for trade in trades.read(text)]
    places = [area.code for area in areas.find(text)]
    benefits = vacancy_words.found("benefits", text) if _POINTS.search(text) else []
    ways = (
        [v.id for v, _ in pairs if v.occupation_code in codes],
        [v.id for v, _ in pairs if any(v.region_code and areas.within(v.region_code, code) for code in places)],
        [v.id for v, _ in pairs if benefits and set(benefits) <= set(v.benefits)],
    )
    return named or next((hits for hits in ways if 0 < len(hits) < len(pairs) or (hits and len(pairs) == 1)), [])
