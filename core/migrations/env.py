"""Alembic's entry: the database that `core.migrations` names, and the tables as the models have them."""

from typing import Any, Literal

from alembic import context

from core import db, models

assert models.State.__table__.metadata is db.Base.metadata


def _plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A step names no type of ours, so that it runs in every later version."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, db.UtcDateTime) else False


engine = context.config.attributes["engine"]
with engine.execution_options(wengang_write=True).begin() as connection:
    context.configure(connection=connection, target_metadata=db.Base.metadata, render_as_batch=True, render_item=_plain)
    context.run_migrations()
