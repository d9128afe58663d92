"""What a body does not allow, read from how it is told (`policy/limits.yml`); the cause is not kept."""

import functools
import re

from ruamel.yaml import YAML

from core.config import ROOT
from core.readers import numbers


@functools.lru_cache(maxsize=1)
def _table() -> dict:
    return YAML(typ="safe").load((ROOT / "policy/limits.yml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """All limits that can stand on record."""
    return list(_table()["limits"])


def label(limit: str, language: str) -> str:
    """How a limit is said to the worker: 不能干重活, "no heavy lifting"."""
    return _table()["limits"][limit][language]


@functools.lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern]:
    return {
        limit: re.compile("|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in row["words"]))
        for limit, row in _table()["limits"].items()
    }


def read(text: str) -> list[str]:
    """The limits told (no_lifting, no_standing, …), empty when none is."""
    said = numbers.plain(text).replace("’", "'")
    return [limit for limit, pattern in _patterns().items() if pattern.search(said)]
