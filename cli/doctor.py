"""`wengang doctor`: what is up, what is not, and what to do."""

import datetime as dt
import sys
from collections.abc import Iterator

import alembic.migration
import alembic.script
import click
import httpx
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from cli import processes, training
from core import clock, db, reach
from core.config import ROOT, settings
from core.models import Heartbeat, InboundMessage, OutboundMessage

Finding = tuple[str, bool, str]
QUIET = dt.timedelta(seconds=30)


def database() -> Iterator[Finding]:
    """Whether the database answers and is at the newest migration."""
    try:
        with db.engine().connect() as connection:
            current = alembic.migration.MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        yield "database", False, f"does not answer ({type(error).__name__}): check DATABASE_URL"
        return
    head = alembic.script.ScriptDirectory(str(ROOT / "core" / "migrations")).get_current_head()
    yield "database", current == head, "up to date" if current == head else "run `wengang migrate`"


def model() -> Iterator[Finding]:
    """Whether the dialogue model fits its inputs."""
    fresh = training.model_path().exists()
    yield "model", fresh, training.model_path().name if fresh else "older than its inputs: run `make train`"


def addresses() -> Iterator[Finding]:
    """Whether each server answers on its port."""
    for name, port in processes.ports().items():
        path = {"actions": "/health", "rasa": "/"}.get(name, "/healthz")
        try:
            status = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=3, trust_env=False).status_code
        except httpx.HTTPError:
            yield name, False, f"nothing answers on port {port}: run `make start`, see var/log/{name}.log"
            continue
        yield name, status == 200, f"port {port}" if status == 200 else f"port {port} answers {status}: see its log"


def heartbeats() -> Iterator[Finding]:
    """Whether the processes without a port are alive."""
    with db.reading() as s:
        seen = {row.process: row.at for row in s.scalars(sa.select(Heartbeat))}
    for name in processes.commands():
        if name in processes.ports():
            continue
        at = seen.get(name)
        alive = at is not None and clock.now() - at < QUIET
        yield name, alive, "alive" if alive else f"silent since {at or 'ever'}: see var/log/{name}.log"


def channels() -> Iterator[Finding]:
    """Whether Telegram can reach the webhook; where the SMS gateway posts what comes in."""
    house = settings()
    if house.telegram_token and house.telegram_mode == "webhook":
        good = house.public_url.startswith("https://")
        yield "webhook", good, house.base_url if good else "Telegram needs PUBLIC_URL to begin with https://"
    if house.sms_gateway_url:
        yield "sms", True, f"incoming messages: POST {house.base_url}/sms/{reach.sms_secret()}"


def queues() -> Iterator[Finding]:
    """Whether messages are stuck."""
    with db.reading() as s:
        for name, table, words in (
            ("inbox", InboundMessage, ("dead",)),
            ("outbox", OutboundMessage, ("dead", "uncertain")),
        ):
            stuck = s.scalar(sa.select(sa.func.count()).select_from(table).where(table.state.in_(words)))
            yield name, stuck == 0, "nothing stuck" if not stuck else f"{stuck} stuck: see the desk's page /health"


def findings() -> Iterator[Finding]:
    """Everything that is looked at, in order; the database first, for the rest needs it."""
    sound = True
    for name, good, words in database():
        sound = good
        yield name, good, words
    yield from model()
    yield from addresses()
    yield from channels()
    if sound:
        yield from heartbeats()
        yield from queues()


@click.command()
def doctor() -> None:
    """What is up, what is not, and what to do."""
    ill = 0
    for name, good, words in findings():
        ill += not good
        click.echo(f"{'ok  ' if good else 'ILL '} {name:<10} {words}")
    where = "demo" if settings().demo else "production"
    click.echo(f"\n{'All is well' if not ill else f'{ill} to mend'} ({where}, {settings().var_dir}).")
    sys.exit(1 if ill else 0)
