"""Alembic's entry: the one engine of the house and its tables."""

from alembic import context

from core import db, models

assert models.State.__table__.metadata is db.Base.metadata

with db.engine().execution_options(wengang_write=True).begin() as connection:
    context.configure(connection=connection, target_metadata=db.Base.metadata, render_as_batch=True)
    context.run_migrations()
