"""The pages under docs/ say what the code has: settings, tables, commands."""

import re
from pathlib import Path

import pytest

from core import models
from core.config import Settings
from core.db import Base

ROOT = Path(__file__).resolve().parents[2]
DATA = (ROOT / "docs/data.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def section(table: str) -> str:
    (found,) = [part for part in DATA.split("\n### ")[1:] if f"`{table}`" in part.partition("\n")[0]]
    return found.partition("\n")[2]


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda t: t.name)
def test_it_documents_every_column(table):
    assert models.__all__
    told = set(re.findall(r"`(\w+)`", section(table.name)))
    assert {column.name for column in table.columns} <= told


def names() -> set[str]:
    return {
        next(iter(field.field_info.extra.get("env_names", {field.name}))).upper()
        for field in Settings.__fields__.values()
    }


def test_it_documents_every_setting():
    assert names() == set(re.findall(r"^\| `([A-Z_]+)`", SETTINGS, re.M))


def test_it_shows_every_setting_in_the_example():
    assert names() == set(re.findall(r"^#? ?([A-Z_]+)=", EXAMPLE, re.M))
