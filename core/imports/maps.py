"""Which column means what: the maps of policy/imports, and how a file's header is matched with them."""

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from core.config import ROOT
from core.errors import NotAllowed, NotFound
from core.policies import load

FOLDER = ROOT / "policy" / "imports"
HEADER_WITHIN = 10  # rows; lists begin with a title and a note
FEWEST = 2  # known names that make a row the header


class NoHeader(Exception):
    """No row at the top of the file names known columns."""


@dataclasses.dataclass(frozen=True)
class Map:
    """One map: field → names of its column, values that hold for the whole file, words → our words."""

    name: str
    what: str
    source: str
    columns: dict[str, list[str]]
    joined: dict[str, list[str]]
    constants: dict[str, Any]
    words: dict[str, dict[str, list[str]]]
    id: list[str]
    foreign: bool

    def word(self, field: str, told: str) -> str | None:
        """Our word for a cell of `field`; None where the map knows none."""
        wanted = plain(told)
        if not wanted:
            return None
        table = {plain(word): ours for ours, words in self.words.get(field, {}).items() for word in [ours, *words]}
        if wanted in table:
            return table[wanted]
        return next((table[word] for word in sorted(table, key=len, reverse=True) if word and word in wanted), None)


@dataclasses.dataclass(frozen=True)
class Layout:
    """A map laid over one file's header: where each field stands and what its column is called there."""

    map: Map
    header_row: int
    places: dict[str, list[int]]
    headings: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of a file, read by the names of our fields."""

    number: int
    cells: list[str]
    layout: Layout

    def text(self, field: str) -> str:
        """The cell of a field: of several columns the first that holds something, of joined ones all; else the constant."""
        told = [self.cells[at] for at in self.layout.places.get(field, ()) if at < len(self.cells) and self.cells[at]]
        if field in self.layout.map.joined:
            return ", ".join([*told, *([self._constant(field)] if self._constant(field) else [])])
        return told[0] if told else self._constant(field)

    def _constant(self, field: str) -> str:
        return str(self.layout.map.constants.get(field, ""))

    def heading(self, field: str) -> str:
        """What the file calls the column of a field."""
        return self.layout.headings.get(field, field)

    def identity(self) -> list[str]:
        """The cells that tell this row from all others, as the map has it; all of them where it names none."""
        return [self.text(field) for field in self.layout.map.id] if self.layout.map.id else self.cells


def plain(text: str) -> str:
    """A column's name or a word, for comparing: width, case and spaces do not count."""
    return re.sub(r"[\s_*：:]", "", unicodedata.normalize("NFKC", text).casefold())


def _without_brackets(name: str) -> str:
    return re.sub(r"[(（\[【].*?[)）\]】]", "", name)


@functools.lru_cache
def get(name: str) -> Map:
    """The map of that name; NotFound names those that there are."""
    known = names()
    if name not in known:
        raise NotFound(f"there is no column map {name}; there are: {', '.join(known)}")
    told = load(f"imports/{name}")
    optional = {key: told.get(key, {}) for key in ("joined", "constants", "words")}
    return Map(
        name, told["what"], told["source"], told["columns"], **optional, id=told.get("id", []),
        foreign=told.get("foreign", False),
    )  # fmt: skip


def names() -> list[str]:
    """All maps."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def _places(found: Map, cells: list[str]) -> tuple[dict[str, list[int]], dict[str, str]]:
    at: dict[str, int] = {}
    for index, cell in enumerate(cells):
        for name in (plain(cell), plain(_without_brackets(cell))):
            at.setdefault(name, index)
    wanted = {**found.columns, **found.joined}
    own = [] if found.foreign else list(wanted)  # the names of our fields mean other things abroad
    places = {
        field: [at[plain(name)] for name in [*([field] if field in own else []), *listed] if plain(name) in at]
        for field, listed in wanted.items()
    }
    places = {field: list(dict.fromkeys(indices)) for field, indices in places.items() if indices}
    return places, {field: cells[indices[0]] for field, indices in places.items()}


def lay(what: str, head: Iterable[tuple[int, list[str]]], name: str | None) -> Layout:
    """The layout of a file by its first rows: by the map named, else by the one that knows most of the columns.

    Raises NoHeader, NotFound (no such map), NotAllowed (a map for another kind of list).
    """
    head = list(head)
    candidates = [found for found in map(get, [name] if name else names()) if found.what == what]
    if not candidates:
        raise NotAllowed(f"the column map {name} is not for {what}")
    best: Layout | None = None
    for number, cells in head[:HEADER_WITHIN]:
        for found in candidates:
            places, headings = _places(found, cells)
            known = {at for listed in places.values() for at in listed}
            if len(known) >= FEWEST and (best is None or len(known) > len(_indices(best))):
                best = Layout(found, number, places, headings)
    if best is None:
        wanted = "; ".join(" or ".join(listed[:2]) for listed in get(name or what).columns.values())
        raise NoHeader(f"no row at the top names columns that are known. Known are: {wanted}")
    return best


def _indices(layout: Layout) -> set[int]:
    return {at for listed in layout.places.values() for at in listed}
