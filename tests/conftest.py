"""Fixtures for all rooms: settings of their own, a fresh database on SQLite or PostgreSQL."""

import pytest
import sqlalchemy as sa

from core import config, db, models
from tests import postgres

BOTH = ("sqlite", "postgresql")
TABLES = models.State.metadata


def pytest_addoption(parser):
    parser.addoption("--kills", type=int, default=5, help="how often each process dies in tests/e2e/test_kills.py")
    parser.addoption("--rasa-kills", type=int, default=2, help="how often Rasa does, which takes long to start")


# The long ones begin first, so that both workers of `deploy/test.sh` end together.
FIRST = ("e2e/test_kills", "rasa", "core/test_imports", "e2e/test_story", "e2e/test_page", "bot/test_kills")


def pytest_collection_modifyitems(items):
    """What shares the running Rasa is one worker's, and so is every other file."""
    groups = {item: _group(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: FIRST.index(groups[item]) if groups[item] in FIRST else len(FIRST))


def _group(item) -> str:
    return "rasa" if "started" in item.fixturenames else f"{item.path.parent.name}/{item.path.stem}"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Settings that point into a temporary folder; returns a function that changes one more of them."""

    def change(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        config.settings.cache_clear()
        db.engine.cache_clear()
        return config.settings()

    change(WENGANG_VAR=tmp_path / "var", DATABASE_URL=f"sqlite:///{tmp_path / 'test.db'}", SECRET_KEY="t" * 32)
    yield change
    config.settings.cache_clear()
    db.engine.cache_clear()


@pytest.fixture(scope="session")
def postgresql():
    """The address of this test process's own PostgreSQL server, with all tables."""
    with postgres.server() as url:
        engine = db.make_engine(url)
        TABLES.create_all(engine)
        engine.dispose()
        yield url


def _emptied(url: str) -> str:
    """The address of a database without rows; what an earlier test left open on it is closed."""
    engine = sa.create_engine(url, future=True, poolclass=sa.pool.NullPool)
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'wengang' AND pid != pg_backend_pid()"
    )
    tables = ", ".join(table.name for table in TABLES.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text(others))
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return url


@pytest.fixture
def database(house, request):
    """An empty database with all tables: SQLite, or what `@pytest.mark.parametrize("database", BOTH, indirect=True)` says."""
    if getattr(request, "param", "sqlite") == "postgresql":
        house(DATABASE_URL=_emptied(request.getfixturevalue("postgresql")), DEMO="1")
    else:
        TABLES.create_all(db.engine())
    yield db.engine()
    db.engine().dispose()


@pytest.fixture
def s(database):
    """A write transaction that is open for the whole test."""
    with db.writing() as session:
        yield session
