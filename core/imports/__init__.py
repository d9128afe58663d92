"""Lists of openings, workers and employers from files: read row by row, stored in small transactions, each row once.

Guarantee: the same file twice changes nothing; a row is known again by its number in the list, else by what it holds.
A bad row is told with its column and the reason and keeps no other row out.
"""

import contextlib
import csv
import dataclasses
import datetime as dt
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from core import audit, clock, db, sealing
from core.config import settings
from core.errors import NotAllowed
from core.imports import cells, employers, files, maps, vacancies, workers
from core.imports.maps import Layout, Row

ROOMS: dict[str, ModuleType] = {"vacancies": vacancies, "workers": workers, "employers": employers}
BATCH = 300
SAME_AS = "the same row stands above, in row {}"


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is wrong with one row; `kept`: the rest of the row went in."""

    row: int
    column: str
    reason: str
    kept: bool = False


@dataclasses.dataclass
class Result:
    """What came of an import: rows read, added, changed, same, bad; the problems; the column map that was used."""

    map: str
    tally: Counter
    problems: list[Problem]


class _Undo(Exception):
    """Leaves a transaction without keeping it."""


def run(
    path: Path,
    what: str,
    *,
    map_name: str | None = None,
    county: str | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda read: None,
) -> Result:
    """Import a file into `what` (vacancies, workers, employers), 300 rows a transaction.

    `map_name`: a map of policy/imports, else the one that fits the header best; `county`: where rows without a place
    belong; `dry_run`: everything is checked, nothing kept; `progress` is told the rows read so far.
    Raises files.Unreadable, maps.NoHeader, NotFound (no such map), NotAllowed (a map for another kind of list).
    """
    found = files.rows(path)
    head = list(itertools.islice(found, maps.HEADER_WITHIN))
    layout = maps.lay(what, head, map_name)
    result = Result(layout.map.name, Counter(read=0, added=0, changed=0, same=0, bad=0), [])
    rows = (Row(n, told, layout) for n, told in itertools.chain(head, found) if n > layout.header_row)
    reading = _Reading(ROOMS[what], layout, county, clock.today(), result)
    while batch := list(itertools.islice(rows, BATCH)):
        _store(reading.values(batch), reading, dry_run)
        progress(result.tally["read"])
    if not dry_run:
        with db.writing() as s:
            audit.record(s, "operator", "imported", what, layout.map.name, dict(result.tally))
    result.problems.sort(key=lambda problem: problem.row)
    return result


@dataclasses.dataclass
class _Reading:
    """One file on its way in."""

    room: ModuleType
    layout: Layout
    county: str | None
    today: dt.date
    result: Result
    seen: dict[str, tuple[int, bytes]] = dataclasses.field(default_factory=dict)

    def values(self, batch: list[Row]) -> list[tuple[Row, str, dict[str, Any]]]:
        """The rows of a batch that can be read, with their ids in the list."""
        told = []
        for row in batch:
            self.result.tally["read"] += 1
            try:
                told.append((row, self._id(row), self.room.read(row, self.county, self.today)))
            except cells.BadCell as error:
                self.refuse(row, error.column, error.reason)
        return told

    def refuse(self, row: Row, column: str, reason: str) -> None:
        self.result.tally["bad"] += 1
        self.result.problems.append(Problem(row.number, column, reason))

    def _id(self, row: Row) -> str:
        number = row.text("external_id")
        key = _hidden(number or "\x1f".join(row.identity()))
        whole = _digest("\x1f".join(row.cells))
        first, content = self.seen.setdefault(key, (row.number, whole))
        if first != row.number:
            same = content == whole
            reason = SAME_AS.format(first) if same else f"row {first} has the same number or name"
            raise cells.BadCell(row.heading("external_id"), reason)
        return number if number and not sealing.numbers_in(number) else key


def _hidden(told: str) -> str:
    """What a row is known again by: with an ID number in it, it must not be found out by trying all there are."""
    return sealing.keyed_hash("import", told)[:24]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def _store(told: list[tuple[Row, str, dict]], reading: _Reading, dry_run: bool) -> None:
    """One transaction for all; if the database refuses one of them, one for each, so that the others are kept."""
    problems: list[Problem] = []
    by_id = {external_id: row for row, external_id, _ in told}

    def note(external_id: str, column: str, reason: str) -> None:
        problems.append(Problem(by_id[external_id].number, column, reason, kept=True))

    try:
        tally = None
        with contextlib.suppress(_Undo), db.writing() as s:
            rows = {external_id: values for _, external_id, values in told}
            tally = reading.room.store(s, reading.layout.map.source, rows, note) if rows else Counter()
            if dry_run:
                raise _Undo
        reading.result.tally.update(tally)
        reading.result.problems += problems
    except (cells.BadCell, sa.exc.IntegrityError, sa.exc.DataError) as error:
        if len(told) > 1:
            for one in told:
                _store([one], reading, dry_run)
        elif isinstance(error, cells.BadCell):
            reading.refuse(told[0][0], error.column, error.reason)
        else:
            reading.refuse(told[0][0], "", "the database does not take this row")


def report(path: Path, result: Result) -> Path:
    """Write the problems as CSV beside the file, else in var/reports; returns where. It holds no cell of the list."""
    name = path.name.removesuffix(".gz")
    name = f"{name.rsplit('.', 1)[0]}.report.csv"
    for folder in (path.resolve().parent, settings().var_dir / "reports"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("w", newline="", encoding="utf-8-sig") as file:
                writer = csv.writer(file)
                writer.writerow(["row", "column", "reason", "row kept"])
                writer.writerows(_lines(result))
            return folder / name
        except OSError:
            continue
    raise NotAllowed(f"no report can be written beside {path} or in {settings().var_dir}")


def _lines(result: Result) -> Iterator[list[object]]:
    for problem in result.problems:
        yield [problem.row, problem.column, problem.reason, "yes" if problem.kept else "no"]
