"""What somebody looks for: read from a sentence, completed by what is known of them."""

import functools
import re
from typing import Any

from sqlalchemy.orm import Session

from core import areas, clock, vacancy_words
from core.models import Contact, Office, Search, Worker
from core.readers import ages, limits, minors, trades, wages
from core.searching import Wishes

# Kept in a search's row beside the wishes themselves: how it went, and what holds for one person only.
NOTES = ("relaxed", "total", "home_supposed", "worker", "language")
MOST_REGIONS = 30


# What is not wanted: 不看浙江了, 电焊的不要, "not in Zhejiang". What the body does not want (nights, heavy) is a wish.
_WANTED = r"夜班|倒班|重|累|远|钱|紧|加班|far|heavy|night|too"
_REFUSED = re.compile(
    rf"(?:不要|不想要|不看|不去|不想去|除了|除开)(?!.{{0,3}}(?:{_WANTED}))[^，,。；;、！!？?\s]{{1,8}}"
    rf"|(?:^|(?<=[，,。；;\s]))(?!.{{0,6}}(?:{_WANTED}))[^，,。；;\s]{{1,7}}的(?:就)?不(?:要|看|去)"
    rf"|\b(?:not|except|other than|no more)(?: (?:in|at|a|the|for))?(?! (?:{_WANTED})) [\w'-]+",
    re.IGNORECASE,
)
# Sums that are no pay: a debt, a fee, what was lost; the words up to the next comma.
_NO_PAY = re.compile(
    r"[^，,。；;、！!？?\s]*(?:欠|借了|贷款|房贷|车贷|外债|还账|还债|还不上|花了|交了|罚了|骗了|彩礼|学费|电话|手机号)[^，,。；;、！!？?\s]*"
    r"|[^,.;!?，。]*\b(?:owe|owes|owed|debt|debts|loan|phone|fee|fees)\b[^,.;!?，。]*",
    re.IGNORECASE,
)
PAY_WISHED = (500, 60_000)  # yuan a month; beyond that a number is something else
# Where somebody comes from is no place to work: 我是会宁人, 俺是驻马店哩, "I am from Tongwei".
_HOME = re.compile(
    r"(?:我|俺|额|咱)(?:们)?(?:(?:就)?是|(?:老)?家(?:就)?[是在]|屋头在|屋里在|住在?)([^，,。；;！!？?\s]{2,12}?)(?:人|的|哩|滴|那边)?(?=[，,。；;！!？?\s]|$)"
    r"|\b(?:i am from|i'm from|i come from|i live in|my home is in) ([\w' -]{3,40}?)(?=[,.;!?]|\b(?:and|but|i|looking)\b|$)",
    re.IGNORECASE,
)
_ANY_FACTORY = "6-00-00-00"


def _told(entities: list[dict], name: str) -> list[str]:
    return [str(e["value"]) for e in entities if e["entity"] == name]


def _regions(text: str, named: list[str], home: str | None) -> list[str]:
    """The areas named: by entity, else in the sentence. Several are a group (珠三角) or what a name may mean."""
    found = [area.code for name in named for area in areas.find(name, near=home)]
    if not found and text:
        found = [area.code for area in areas.find(text, near=home)]
    codes = list(dict.fromkeys(found))[:MOST_REGIONS]
    # 陇南成县: the county alone is meant.
    return [code for code in codes if not any(other != code and areas.within(other, code) for other in codes)]


def _wage(text: str, told: list[str]) -> int | None:
    plain = _NO_PAY.sub(" ", text)
    for words in [*(sum_ for sum_ in told if sum_ in plain or sum_ not in text), plain]:
        wage = wages.read(words)
        if wage is None or not wage.monthly_min or not PAY_WISHED[0] <= wage.monthly_min <= PAY_WISHED[1]:
            continue
        hours_of_work = words is plain and wage.unit == "hour" and not wages.CUES.search(plain)
        if not hours_of_work:
            return round(wage.monthly_min)
    return None


def _trades(words: str, occupations: list[str]) -> list[trades.Trade]:
    """The trades named; "a factory" alone is a kind of place, and 带娃 in a search is why somebody stays near."""
    for near in vacancy_words.words()["near_words"]:
        words = words.replace(near, " ")
    found = trades.read(" ".join([*occupations, words]))
    unskilled = [trade for trade in found if trade.code == _ANY_FACTORY and not re.search("普工|操作工", words)]
    return [trade for trade in found if trade not in unskilled]


def _kind(words: str, found_trades: list[trades.Trade]) -> str | None:
    """A factory is no wish of its own where the trade says which one (电子厂)."""
    kinds = vacancy_words.found("kinds", words)
    return next((kind for kind in kinds if kind != "other" and (kind != "factory" or not found_trades)), None)


def limits_told(words: str) -> list[str]:
    """What the body does not allow, also where only lighter work is asked for; the cause is not kept."""
    told = limits.read(words)
    light = ["no_lifting"] if vacancy_words.says(words, vacancy_words.words()["light_words"]) else []
    return list(dict.fromkeys([*told, *light]))


def read(text: str, entities: list[dict], *, home: str | None = None) -> Wishes:
    """The wishes told in a sentence and its entities; only what was told is in it. `home`: an area code."""
    refused = " ".join(match.group() for match in _REFUSED.finditer(text))
    if refused:
        kept = _REFUSED.sub(" ", text)
        entities = [e for e in entities if str(e["value"]) in kept or str(e["value"]) not in text]
        return read(kept, entities, home=home) | _refusals(refused, home)
    if (told_home := _home_told(text, home)) is not None:
        words, code = told_home
        entities = [e for e in entities if str(e["value"]) not in words]
        return read(text.replace(words, " "), entities, home=code) | {"home": code}
    near_words = vacancy_words.words()["near_words"]
    told_regions, occupations = _told(entities, "region"), _told(entities, "occupation")
    whole = " ".join([text, *(str(e["value"]) for e in entities)])
    named = [name for name in told_regions if not vacancy_words.says(name, [*near_words, "home"])]
    found_trades = _trades(text, occupations)
    plain = functools.reduce(lambda words, name: words.replace(name, " "), occupations, text)
    shifts = vacancy_words.found("shifts", whole)
    wishes: Wishes = {
        "trades": [trade.code for trade in found_trades],
        "words": occupations[0] if occupations and not found_trades else None,
        "employer": next(iter(_told(entities, "employer")), None),
        "region_codes": _regions("" if told_regions else plain, named, home),
        "wage_min": _wage(text, _told(entities, "wage")),
        "kind": _kind(whole, found_trades),
        "benefits": vacancy_words.found("benefits", whole),
        "shift": shifts[0] if shifts else None,
        "limits": limits_told(whole),
        "age": ages.read(minors.without_children(text), clock.today()),
        "other": bool(_told(entities, "relation")),
    }
    near = vacancy_words.says(whole, near_words) or any(name.casefold() == "home" for name in told_regions)
    wishes["near"] = near and not wishes["region_codes"]
    wishes["away"] = vacancy_words.says(whole, vacancy_words.words()["away_words"]) and not wishes["near"]
    return {name: value for name, value in wishes.items() if value}


def _home_told(text: str, near: str | None) -> tuple[str, str] | None:
    """The words that tell where home is, and its area code; None where none or several places may be meant."""
    match = _HOME.search(text)
    words = (match[1] or match[2] or "").strip() if match else ""
    places = areas.find(words, near=near) if words else []
    return (words, places[0].code) if len(places) == 1 else None


def _refusals(words: str, home: str | None) -> Wishes:
    told: Wishes = {
        "not_trades": [trade.code for trade in trades.read(words)],
        "not_regions": _regions(words, [], home),
    }
    return {name: value for name, value in told.items() if value}


def home_of(s: Session, contact: Contact, worker: Worker | None, before: Search | None) -> tuple[str | None, bool]:
    """Where home is (an area code), and whether that is only supposed (the county of the office)."""
    if worker is not None and (worker.township_code or worker.county_code):
        return worker.township_code or worker.county_code, False
    if before is not None and before.wishes.get("home") and not before.wishes.get("home_supposed"):
        return before.wishes["home"], False
    office = s.get(Office, contact.office_id) if contact.office_id else None
    return (office.county_code, True) if office is not None else (None, True)


def complete(s: Session, contact: Contact, worker: Worker | None, wishes: Wishes, before: Search | None) -> Wishes:
    """The wishes with what is known of the person: home, limits, whether they stay near or go away.

    What was told in an earlier search counts only for the same person: a phone may be the family's.
    """
    home, supposed = (wishes["home"], False) if wishes.get("home") else home_of(s, contact, worker, before)
    subject: Any = None if wishes.get("other") else worker and worker.id
    earlier: Wishes = before.wishes if before is not None else {}
    same = earlier.get("worker", 0) == subject and not wishes.get("other")
    told = [*wishes.get("limits", ()), *(earlier.get("limits", ()) if same else ())]
    on_record = worker.limits if worker is not None and not wishes.get("other") else []
    return {
        **wishes,
        **_reach(worker, wishes, home),
        "home": home,
        "home_supposed": supposed,
        "age": wishes.get("age") or (earlier.get("age") if same else None),
        "limits": sorted({*told, *on_record}),
        "worker": subject,
    }


def _reach(worker: Worker | None, wishes: Wishes, home: str | None) -> Wishes:
    """Near home or away: as told, else as wished on record, else open. A village's own posts are near."""
    if wishes.get("region_codes") or home is None:
        return {"near": False, "away": False}
    if vacancy_words.led_by_caseworker(wishes.get("kind") or ""):
        return {"near": True, "away": False}
    if wishes.get("near") or wishes.get("away"):
        return {"near": bool(wishes.get("near")), "away": not wishes.get("near")}
    wish = worker.wish if worker is not None and not wishes.get("other") else None
    return {"near": wish == "local", "away": wish == "away"}


def bare(wishes: Wishes) -> Wishes:
    """The wishes of a row as they were told: without the notes, and without a home that was only supposed."""
    dropped = (*NOTES, "home") if wishes.get("home_supposed") else NOTES
    return {name: value for name, value in wishes.items() if name not in dropped}
