"""Reading the names of areas out of what a worker wrote; `core.areas.find` is the door."""

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Iterator

from opencc import OpenCC

from core import areas
from core.areas import Area
from core.spelling import syllables

SUFFIX = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|省|市|县|区|州|盟|旗)")
TOWN = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:街道|苏木|镇|乡)")
STREET = ("路", "街", "大道", "话", "菜", "面馆")
TOWN_ENDING = re.compile(r"(街道|苏木|镇|乡)$")
LONGEST = 14
SHORT = 16  # a place alone, not a sentence
ORDER = {"province": 0, "prefecture": 1, "county": 2, "township": 3}


@dataclasses.dataclass
class Mention:
    """One name said, and the codes that it may mean; `whole`: none of them is to be dropped (a group, a nickname)."""

    said: str
    start: int
    end: int
    codes: list[str]
    whole: bool = False


@functools.lru_cache(maxsize=1)
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def _add(index: dict[str, list[str]], name: str, code: str) -> None:
    known = index.setdefault(name, [])
    if code not in known:
        known.append(code)


@functools.lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    """Chinese name (official or short) → codes; nicknames win over what the divisions say."""
    index: dict[str, list[str]] = {}
    for code, row in areas.divisions().items():
        _add(index, row["name"], code)
        _add(index, row["short"], code)
    for name, code in _former().items():
        index.setdefault(name, [code])
    return index | areas.aliases()["names"]


@functools.lru_cache(maxsize=1)
def _former() -> dict[str, str]:
    rows = [row for row in areas.former() if len(row["name"]) > 1]
    return {row["name"]: row["code"] for row in sorted(rows, key=lambda row: row["year"])}


@functools.lru_cache(maxsize=1)
def _roman() -> dict[str, list[str]]:
    """Letters of a name, as one word in lower case → codes."""
    index: dict[str, list[str]] = {}
    for code, row in areas.divisions().items():
        _add(index, re.sub("[^a-z]", "", row["english"].lower()), code)
    return index | areas.aliases()["names_en"]


@functools.lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(areas.aliases()["words"].split())


def _highest(codes: list[str], near: str | None) -> list[str]:
    """Of areas that share a short name those that are meant: near home, else the highest level."""
    if near is not None:
        home = [c for c in codes if areas.distance_rank(near, c) <= 2]
        if home:
            return sorted(home, key=lambda c: areas.distance_rank(near, c))[:1]
    levels = [ORDER[area.level] if (area := areas.get(c)) else 9 for c in codes]
    return [c for c, level in zip(codes, levels, strict=True) if level == min(levels)]


def _chinese(text: str) -> Iterator[Mention]:
    """The longest known names from left to right."""
    index, groups, at = _names(), areas.aliases()["groups"], 0
    while at < len(text):
        for end in range(min(len(text), at + LONGEST), at + 1, -1):
            word = text[at:end]
            if word in groups:
                yield Mention(word, at, end, groups[word], whole=True)
                break
            if word in index and not text.startswith(STREET, end):
                suffix = SUFFIX.match(text, end)
                end = suffix.end() if suffix else end
                yield Mention(word, at, end, index[word], whole=word in areas.aliases()["names"])
                break
        else:
            end = at + 1
        at = max(end, at + 1)


def _everyday(text: str, mention: Mention) -> bool:
    """Whether what was found may be a mere word of the language."""
    bare = mention.end - mention.start == len(mention.said)
    return bare and mention.said in _words() and mention.said != text.strip("。，,.的 ")


def _letters(text: str) -> Iterator[Mention]:
    """Names in Latin letters: the longest run of at most four words."""
    tokens = list(re.finditer(r"[a-z]+", text.replace("'", "").replace("’", "")))
    index, groups = _roman(), areas.aliases()["groups_en"]
    at = 0
    while at < len(tokens):
        for size in range(min(4, len(tokens) - at), 0, -1):
            words = [t.group() for t in tokens[at : at + size]]
            spaced, joined = " ".join(words), "".join(words)
            start, end = tokens[at].start(), tokens[at + size - 1].end()
            if spaced in groups:
                yield Mention(spaced, start, end, areas.aliases()["groups"][groups[spaced]], whole=True)
            elif joined in index and (len(joined) > 3 or len(tokens) == 1):
                yield Mention(joined, start, end, index[joined])
            else:
                continue
            break
        else:
            size = 1
        at += size


def _towns_in(text: str, county: str) -> list[str]:
    """Townships of a county named in the text, with or without 镇/乡, in characters or letters."""
    letters = re.sub("[^a-z]", "", text)
    found = []
    for name, code in areas.township_names(county).items():
        short = TOWN_ENDING.sub("", name)
        if (
            name in text
            or (len(short) > 1 and short in text)
            or (len(letters) > 3 and "".join(syllables(short)) in letters)
        ):
            found.append(code)
    return found


def _towns(text: str, near: str | None) -> list[str]:
    """Townships by their full name, over the whole country; those nearest to `near` when it is given."""
    known = areas.township_codes()
    codes: list[str] = []
    for match in TOWN.finditer(text):
        word = match.group()
        codes += next((known[word[i:]] for i in range(len(word) - 1) if word[i:] in known), [])
    if near is None or not codes:
        return codes
    ranks = {code: areas.distance_rank(near, code) for code in codes}
    return [code for code in codes if ranks[code] == min(ranks.values())]


def _inside(mention: Mention, around: Mention) -> list[str]:
    """What a name means after the name of a wider area: something in it, by today's name, an old one, or a township."""
    old = [code for code in (_former().get(mention.said),) if code]
    here = [c for c in [*mention.codes, *old] if any(areas.within(c, p) for p in around.codes)]
    counties = [areas.digits(code) for code in around.codes]
    return here or [town for county in counties if len(county) == 6 for town in _towns_in(mention.said, county)]


def _narrowed(mentions: list[Mention], text: str, near: str | None) -> list[Mention]:
    """甘肃 + 定西 + 安定 is one place: a name that lies in the one before it (or the other way round) takes its seat."""
    settled: list[Mention] = []
    for mention in mentions:
        last = settled[-1] if settled and not settled[-1].whole else None
        if last and (codes := _inside(mention, last) or _inside(last, mention)):
            settled[-1] = Mention(mention.said, last.start, mention.end, codes)
        elif not _everyday(text, mention) or _at_home(mention, near):
            settled.append(mention)
    return settled


def _at_home(mention: Mention, near: str | None) -> bool:
    return near is not None and any(areas.distance_rank(near, c) <= 2 for c in mention.codes)


def _pinned(text: str, mentions: list[Mention], near: str | None) -> list[str]:
    codes = [c for m in mentions for c in (m.codes if m.whole else _highest(m.codes, near))]
    if len(codes) != 1 or len(areas.digits(codes[0])) != 6:
        return codes
    rest = text[: mentions[0].start] + " " + text[mentions[0].end :]
    towns = _towns_in(rest, codes[0])
    return towns if len(towns) == 1 else codes


def find(text: str, *, near: str | None = None) -> list[Area]:
    """See `areas.find`."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain:
        return []
    codes = _codes(plain, near)
    if not codes and (simple := _simplified().convert(plain)) != plain:
        codes = _codes(simple, near)
    return [area for code in dict.fromkeys(codes) if (area := areas.get(code))]


def _codes(plain: str, near: str | None) -> list[str]:
    letter = areas.aliases()["letters"].get(plain.removesuffix("省"))
    if letter:
        return [letter]
    home = areas.digits(near)[:6] if near else ""
    if len(home) == 6 and len(plain) <= SHORT and (town := _towns_in(plain, home)):
        return town
    mentions = _narrowed([*_chinese(plain), *_letters(plain)], plain, near)
    return _pinned(plain, mentions, near) if mentions else _towns(plain, near)
