"""Upgrading gives exactly the models, on both databases, from nothing and again."""

import alembic.autogenerate
import alembic.command
import alembic.migration
import pytest
import sqlalchemy as sa

from core import db, migrations


@pytest.fixture
def bare(database):
    """A database without tables."""
    yield from _without_tables(database)


def _without_tables(engine):
    if engine.dialect.name == "sqlite":
        db.Base.metadata.drop_all(engine)
        yield engine
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS steps"))
        connection.execute(sa.text("CREATE DATABASE steps"))
    other = db.make_engine(str(engine.url.set(database="steps")))
    yield other
    other.dispose()


def differences(engine):
    with engine.connect() as connection:
        context = alembic.migration.MigrationContext.configure(connection, opts={"compare_type": True})
        return alembic.autogenerate.compare_metadata(context, db.Base.metadata)


def test_it_makes_what_the_models_say(bare):
    assert differences(bare)
    alembic.command.upgrade(migrations.config(bare), "head")
    assert differences(bare) == []


def test_it_keeps_every_rule_of_the_models(bare):
    alembic.command.upgrade(migrations.config(bare), "head")
    inspector = sa.inspect(bare)
    for table in db.Base.metadata.sorted_tables:
        wanted = {rule.name for rule in table.constraints if isinstance(rule, sa.CheckConstraint)}
        assert {rule["name"] for rule in inspector.get_check_constraints(table.name)} == wanted
        wanted = {tuple(c.name for c in rule.columns) for rule in table.foreign_key_constraints}
        assert {tuple(key["constrained_columns"]) for key in inspector.get_foreign_keys(table.name)} == wanted


def test_it_does_nothing_the_second_time(bare):
    alembic.command.upgrade(migrations.config(bare), "head")
    alembic.command.upgrade(migrations.config(bare), "head")
    assert differences(bare) == []


def test_it_can_go_back_to_nothing(bare):
    alembic.command.upgrade(migrations.config(bare), "head")
    alembic.command.downgrade(migrations.config(bare), "base")
    assert set(sa.inspect(bare).get_table_names()) == {"alembic_version"}


def test_it_upgrades_the_installation(house):
    migrations.upgrade()
    assert differences(db.engine()) == []
    db.engine().dispose()
