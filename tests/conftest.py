"""Fixtures for all rooms: settings of their own, a fresh database."""

import pytest

from core import config, db


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


@pytest.fixture
def database(house):
    """An empty database with all tables."""
    db.Base.metadata.create_all(db.engine())
    yield db.engine()
    db.engine().dispose()


@pytest.fixture
def s(database):
    """A write transaction that is open for the whole test."""
    with db.writing() as session:
        yield session
