"""Lists as files: CSV in the encodings that offices use (also packed with gzip) and XLSX, row by row, in little memory."""

import codecs
import csv
import datetime as dt
import gzip
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import openpyxl

ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_CELL = 200_000  # characters; one more is an unclosed quote
MOST_UNPACKED = 500_000_000  # bytes of an XLSX file; more is an attack
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]")


class Unreadable(Exception):
    """The file cannot be read at all, and why."""


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, as (number in the file, cells as text); raises Unreadable.

    Formulas are not worked out: of a spreadsheet's formula only the result stored in the file counts.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(4)
        found = _xlsx(path) if packed == b"PK\x03\x04" else _csv(path, gz=packed[:2] == b"\x1f\x8b")
        for number, cells in found:
            clean = [_clean(cell) for cell in cells]
            if any(clean):
                yield number, clean
    except (OSError, EOFError, UnicodeError, zipfile.BadZipFile, KeyError, csv.Error) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}") from error


def _clean(cell: str) -> str:
    return CONTROL.sub("", unicodedata.normalize("NFC", cell)).strip()


# -- CSV ---------------------------------------------------------------------------------------------------------------


def _open(path: Path, gz: bool) -> IO[bytes]:
    return gzip.open(path, "rb") if gz else path.open("rb")  # type: ignore[return-value]


def _encoding(path: Path, gz: bool) -> str:
    with _open(path, gz) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with _open(path, gz) as file:
                while chunk := file.read(1 << 20):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"{path.name} is neither UTF-8 nor GB 18030")


def _csv(path: Path, gz: bool) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    encoding = _encoding(path, gz)
    with _open(path, gz) as raw:
        text = codecs.getreader(encoding)(raw)
        first = text.readline()
        separator = max(",\t;", key=first.count)
        # The csv module stops at NUL.
        lines = (line.replace("\0", "") for line in _chain(first, text))
        yield from enumerate(csv.reader(lines, delimiter=separator), 1)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


# -- XLSX --------------------------------------------------------------------------------------------------------------


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise Unreadable(f"{path.name} unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_as_text(cell) for cell in cells]
    finally:
        book.close()


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
