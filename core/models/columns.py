"""Short words for the columns that every table uses."""

from typing import Any

import sqlalchemy as sa

from core.db import UtcDateTime

Json = sa.JSON(none_as_null=True)


def key() -> sa.Column:
    return sa.Column(sa.Integer, primary_key=True)


def refers(target: str, *, null: bool = True, **more: Any) -> sa.Column:
    """A foreign key to `table.id`, indexed."""
    more.setdefault("index", True)
    return sa.Column(sa.Integer, sa.ForeignKey(target), nullable=null, **more)


def text(null: bool = True, **more: Any) -> sa.Column:
    return sa.Column(sa.Text, nullable=null, **more)


def moment(null: bool = True, **more: Any) -> sa.Column:
    return sa.Column(UtcDateTime, nullable=null, **more)


def number(default: int | None = None, **more: Any) -> sa.Column:
    return sa.Column(sa.Integer, nullable=default is None, default=default, **more)


def flag(default: bool = False) -> sa.Column:
    return sa.Column(sa.Boolean, nullable=False, default=default)


def one_of(column: str, *words: str) -> sa.CheckConstraint:
    """The column holds one of these words (or nothing, where it may be empty)."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_word")
