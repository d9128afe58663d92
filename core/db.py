"""The database: engine, the one place where transactions are committed, column types."""

import asyncio
import contextlib
import datetime as dt
import functools
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

from core.config import settings

T = TypeVar("T")
Base = declarative_base(
    metadata=sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)


class UtcDateTime(sa.types.TypeDecorator):
    """An aware UTC datetime; a naive one is refused, so that local time cannot slip in."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: use core.clock.now()")
        return value.astimezone(dt.timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        return value and value.replace(tzinfo=dt.timezone.utc)


def _sqlite_connect(connection, _record) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=15000",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection) -> None:
    # A deferred BEGIN cannot wait for the lock when it turns from reading to writing (channel.md §3).
    write = connection.get_execution_options().get("wengang_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def make_engine(url: str) -> sa.engine.Engine:
    """An engine for SQLite (WAL, BEGIN IMMEDIATE for writes) or PostgreSQL."""
    if not url.startswith("sqlite"):
        return sa.create_engine(
            url, future=True, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20
        )
    # Connections are kept: opening one takes as long as a message takes to be stored.
    engine = sa.create_engine(
        url, future=True, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 15},
        poolclass=sa.pool.QueuePool, pool_size=5, max_overflow=35,
    )  # fmt: skip
    # SQLite keeps pay as a float: cents come back exactly.
    warnings.filterwarnings("ignore", message="Dialect sqlite.*Decimal")
    sa.event.listen(engine, "connect", _sqlite_connect)
    sa.event.listen(engine, "begin", _sqlite_begin)
    return engine


@functools.lru_cache(maxsize=1)
def engine() -> sa.engine.Engine:
    """The engine of this process, made once from `DATABASE_URL`."""
    return make_engine(settings().database_url)


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """A session for reading only; nothing done in it is kept. Rows that were loaded stay readable afterwards."""
    with Session(engine(), future=True, expire_on_commit=False) as session:
        try:
            yield session
        finally:
            session.expunge_all()
            session.rollback()


@contextlib.contextmanager
def writing() -> Iterator[Session]:
    """A write transaction: committed on leaving, rolled back on any exception. Keep it short; no network inside.

    Guarantee: on SQLite the write lock is taken first (BEGIN IMMEDIATE), so nothing read in it can be stale.
    """
    bound = engine().execution_options(wengang_write=True)
    with Session(bound, future=True, expire_on_commit=False) as session:
        with session.begin():
            yield session


async def write(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """`function(session, …)` in one write transaction, off the event loop."""

    def run() -> T:
        with writing() as s:
            return function(s, *args, **kwargs)

    return await asyncio.to_thread(run)


async def read(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """`function(session, …)` in a reading session, off the event loop."""

    def run() -> T:
        with reading() as s:
            return function(s, *args, **kwargs)

    return await asyncio.to_thread(run)
