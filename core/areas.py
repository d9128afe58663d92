"""Administrative areas of China by code and by name: provinces, prefectures, counties (6 figures), townships (12 figures).

Source: `policy/areas` (NOTICE.md there). Everything is read on first use and kept.
"""

import csv
import dataclasses
import functools
from typing import Any

from ruamel.yaml import YAML

from core.config import ROOT
from core.spelling import syllables

FOLDER = ROOT / "policy/areas"
MUNICIPALITIES = {"11", "12", "31", "50"}
LEVELS_EN = {
    "自治县": "County",
    "县": "County",
    "区": "District",
    "自治旗": "Banner",
    "旗": "Banner",
    "街道": "Subdistrict",
}
TOWNS_EN = {"镇": "Town", "乡": "Township", "街道": "Subdistrict", "苏木": "Sumu"}


@dataclasses.dataclass(frozen=True)
class Area:
    """One area; `path` is its official name from the province down."""

    code: str
    name: str
    level: str  # province | prefecture | county | township
    path: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Priority:
    """A list of priority areas that holds an area; `verified` is false where the name rests on memory."""

    list: str  # counties_52 | counties_160 | three_districts | three_states
    verified: bool


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.lru_cache(maxsize=1)
def divisions() -> dict[str, dict[str, str]]:
    """Code → row of divisions.csv."""
    return {row["code"]: row for row in _rows("divisions.csv")}


@functools.lru_cache(maxsize=1)
def former() -> list[dict[str, str]]:
    return _rows("former.csv")


@functools.lru_cache(maxsize=1)
def _former_codes() -> dict[str, str]:
    return {row["old_code"]: row["code"] for row in former() if row["old_code"]}


@functools.lru_cache(maxsize=1)
def aliases() -> dict[str, Any]:
    return YAML(typ="safe").load((FOLDER / "aliases.yml").read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=1)
def _township_lines() -> dict[str, str]:
    lines = (FOLDER / "townships.txt").read_text(encoding="utf-8").splitlines()
    return {line[:6]: line[7:] for line in lines}


@functools.lru_cache(maxsize=256)
def township_names(county_code: str) -> dict[str, str]:
    """Name → 12-figure code of the townships of a county."""
    items = _township_lines().get(county_code, "").split()
    return {item[:-3]: f"{county_code}{item[-3:]}000" for item in items}


@functools.lru_cache(maxsize=1)
def township_codes() -> dict[str, list[str]]:
    """Name → codes, over the whole country (38,749 townships)."""
    found: dict[str, list[str]] = {}
    for county in _township_lines():
        for name, code in township_names.__wrapped__(county).items():
            found.setdefault(name, []).append(code)
    return found


def digits(code: str) -> str:
    """The figures that all areas inside `code` begin with: 620000 → 62, 621121101000 → 621121101."""
    code = code[:9] if code[6:].strip("0") else code[:6]
    while len(code) in (4, 6) and code.endswith("00"):
        code = code[:-2]
    return code


def _level(code: str) -> str:
    return {2: "province", 4: "prefecture", 6: "county"}.get(len(digits(code)), "township")


def _full(code: str) -> str:
    """Short and old forms of a code as the one that is kept: 62 → 620000, 621121000000 → 621121, an old code → today's."""
    head = digits(code)
    whole = head.ljust(6, "0") if len(head) <= 6 else head.ljust(12, "0")
    return whole if whole in divisions() or len(whole) == 12 else _former_codes().get(whole, whole)


def _parents(code: str) -> list[str]:
    heads = [code[:2] + "0000", code[:4] + "00", code[:6]]
    return [c for c in dict.fromkeys(heads) if c in divisions() and c != code]


@functools.lru_cache(maxsize=8192)
def get(code: str) -> Area | None:
    """The area of a code of 2, 4, 6, 9 or 12 figures, also one that was changed since 1985; None when there is none."""
    code = _full(code)
    if len(code) == 12:
        names = {c: n for n, c in township_names(code[:6]).items()}
        if code not in names:
            return None
        name = names[code]
    elif code in divisions():
        name = divisions()[code]["name"]
    else:
        return None
    return Area(code, name, _level(code), (*[divisions()[c]["name"] for c in _parents(code)], name))


def _roman(name: str) -> str:
    sounds = syllables(name)
    return "".join("'" + s if i and s[:1] in "aoe" else s for i, s in enumerate(sounds)).capitalize()


def _township_english(name: str) -> str:
    ending = next((e for e in TOWNS_EN if name.endswith(e) and len(name) > len(e)), "")
    return f"{_roman(name.removesuffix(ending))} {TOWNS_EN.get(ending, '')}".strip()


def _english(area: Area) -> str:
    if area.level == "township":
        return _township_english(area.name)
    name = divisions()[area.code]["english"]
    if area.level != "county":
        return name
    ending = next((e for e in LEVELS_EN if area.name.endswith(e)), "")
    return f"{name} {LEVELS_EN.get(ending, '')}".strip()


def name(code: str, language: str) -> str:
    """The official name in zh, its usual form in en; the code itself when there is no such area."""
    area = get(code)
    if area is None:
        return code
    return area.name if language == "zh" else _english(area)


def label(code: str, language: str) -> str:
    """The name with what tells it from others of that name: 甘肃定西通渭县, "Tongwei County, Dingxi, Gansu"."""
    area = get(code)
    if area is None:
        return code
    parents = _parents(area.code)
    if language == "zh":
        return "".join(divisions()[c]["short"] for c in parents) + area.name
    return ", ".join([_english(area), *(divisions()[c]["english"] for c in reversed(parents))])


def within(code: str, parent: str) -> bool:
    """Whether `code` is `parent` or lies inside it."""
    return digits(_full(code)).startswith(digits(_full(parent)))


def province(code: str) -> str:
    """The 6-figure code of the province that an area lies in."""
    return _full(code)[:2] + "0000"


def distance_rank(a: str, b: str) -> int:
    """0 same township · 1 same county · 2 same prefecture · 3 same province · 4 neighbouring province · 5 farther away."""
    one, other = digits(_full(a)), digits(_full(b))
    if one[:2] != other[:2]:
        return 4 if other[:2] in aliases()["neighbours"].get(one[:2], []) else 5
    if len(one) == 9 and one == other:
        return 0
    if len(one) >= 6 and len(other) >= 6 and one[:6] == other[:6]:
        return 1
    same_city = len(one) >= 4 and len(other) >= 4 and one[:4] == other[:4]
    return 2 if same_city or one[:2] in MUNICIPALITIES - {"50"} else 3


def townships(county_code: str) -> list[Area]:
    """The townships of a county in order of code; empty where the source has none."""
    return [area for code in township_names(_full(county_code)[:6]).values() if (area := get(code))]


@functools.lru_cache(maxsize=1)
def _priorities() -> list[tuple[str, Priority]]:
    return [(digits(row["code"]), Priority(row["list"], row["verified"] == "yes")) for row in _rows("priority.csv")]


def priorities(code: str) -> list[Priority]:
    """The lists of priority areas that an area lies in."""
    head = digits(_full(code))
    return [priority for start, priority in _priorities() if head.startswith(start)]


def find(text: str, *, near: str | None = None) -> list[Area]:
    """The areas named in `text` (zh, pinyin or English, any level, nicknames), best first; several = ambiguous or a group.

    `near` (a code) settles names that several places share, and lets townships be said without their county.
    """
    from core import area_names

    return area_names.find(text, near=near)
