"""Trades in workers' own words, as codes of the 2022 classification of occupations (`policy/trades.yml`, `policy/occupations.csv`)."""

import csv
import dataclasses
import functools
import re

from ruamel.yaml import YAML

from core.config import ROOT
from core.readers import numbers


@dataclasses.dataclass(frozen=True)
class Trade:
    """An occupation: its code, what workers call it in zh and en."""

    code: str
    zh: str
    en: str


@functools.lru_cache(maxsize=1)
def _table() -> list[dict]:
    return YAML(typ="safe").load((ROOT / "policy/trades.yml").read_text(encoding="utf-8"))["trades"]


@functools.lru_cache(maxsize=1)
def common() -> dict[str, Trade]:
    """Code → trade, of the trades that workers name most."""
    return {row["code"]: Trade(row["code"], row["zh"], row["en"]) for row in _table()}


@functools.lru_cache(maxsize=1)
def _occupations() -> dict[str, dict[str, str]]:
    with (ROOT / "policy/occupations.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def get(code: str) -> Trade | None:
    """The trade of a code, also of the rest of the classification; None when there is no such code."""
    row = _occupations().get(code)
    return common().get(code) or (Trade(code, row["name"], row["name"]) if row else None)


def name(code: str, language: str) -> str:
    """What the trade is called; the code itself when it is unknown."""
    trade = get(code)
    return code if trade is None else getattr(trade, language)


@functools.lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    """Word → code. Our own words win over the classification's names and aliases."""
    words: dict[str, str] = {}
    for row in _occupations().values():
        names = [row["name"], *row["aliases"].split("|")] if row["level"] == "4" else []
        words |= {w.casefold(): row["code"] for w in names if len(w) > 1 and re.search("[工员师匠手]$", w)}
    for row in _table():
        said = [row["zh"], *row["words"], row["en"], *row["words_en"]]
        words |= {numbers.plain(w): row["code"] for w in said}
    return words


@functools.lru_cache(maxsize=1)
def _pattern() -> re.Pattern:
    longest = sorted(_words(), key=len, reverse=True)
    # An English word counts as a whole one only, also in the plural; 家政员 begins anywhere.
    return re.compile("|".join(rf"\b{re.escape(w)}(?=s?\b)" if w.isascii() else re.escape(w) for w in longest))


def read(text: str) -> list[Trade]:
    """The trades named, in the order in which they are said; empty when there is none."""
    codes = [_words()[match.group()] for match in _pattern().finditer(numbers.plain(text))]
    return [trade for code in dict.fromkeys(codes) if (trade := get(code))]
