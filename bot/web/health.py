"""`GET /healthz`: whether a message that is written now will be answered."""

import asyncio
import time
import urllib.parse
from typing import Any

import httpx
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse

from core import clock, db
from core.config import settings
from core.models import Heartbeat, InboundMessage, OutboundMessage

QUIET = 30.0  # seconds after which a process counts as dead
FRESH = 2.0  # seconds for which an answer of another server is believed
UP, DOWN = "up", "down"


def processes() -> list[str]:
    """The processes without a port of their own that this installation needs."""
    house = settings()
    polls = bool(house.telegram_token) and house.telegram_mode == "polling"
    return ["relay", "sender", "scheduler", *(["telegram"] if polls else [])]


class Probes:
    """Whether Rasa and the action server answer, asked once in two seconds whoever wants to know."""

    def __init__(self) -> None:
        actions = urllib.parse.urlsplit(settings().actions_url)
        self.addresses = {
            "rasa": f"{settings().rasa_url.rstrip('/')}/webhooks/gateway/ready",
            "actions": f"{actions.scheme}://{actions.netloc}/health",
        }
        self._found: dict[str, str] = {}
        self._asked, self._asking = 0.0, asyncio.Lock()

    async def states(self) -> dict[str, str]:
        """`up` or `down` by server."""
        async with self._asking:
            if time.monotonic() - self._asked > FRESH:
                async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                    answers = await asyncio.gather(*(self._ask(client, url) for url in self.addresses.values()))
                self._found = dict(zip(self.addresses, answers, strict=True))
                self._asked = time.monotonic()
            return self._found

    async def _ask(self, client: httpx.AsyncClient, url: str) -> str:
        try:
            return UP if (await client.get(url)).status_code == 200 else DOWN
        except httpx.HTTPError:
            return DOWN


def count(s: Session, table: Any) -> dict[str, int]:
    """How many rows of a queue by state."""
    return dict(s.execute(sa.select(table.state, sa.func.count()).group_by(table.state)).all())


def oldest(s: Session) -> float:
    """For how many seconds the oldest unanswered message has waited."""
    since = s.scalar(sa.select(sa.func.min(InboundMessage.received_at)).where(InboundMessage.state == "new"))
    return round((clock.now() - since).total_seconds(), 1) if since else 0.0


def ages(s: Session) -> dict[str, float]:
    """Seconds since each process said that it is alive."""
    return {row.process: (clock.now() - row.at).total_seconds() for row in s.scalars(sa.select(Heartbeat))}


def _inside(s: Session) -> dict[str, Any]:
    seen = ages(s)
    came, went = count(s, InboundMessage), count(s, OutboundMessage)
    return {
        "database": UP,
        "processes": {name: UP if seen.get(name, QUIET) < QUIET else DOWN for name in processes()},
        "queues": {
            "waiting": came.get("new", 0),
            "oldest_seconds": oldest(s),
            "unsent": went.get("ready", 0) + went.get("sending", 0),
            "dead": came.get("dead", 0) + went.get("dead", 0),
        },
    }


async def healthz(request: Request) -> JSONResponse:
    """200 when everything that an answer needs is up, else 503; the body says what is down."""
    servers = await request.app.state.probes.states()
    try:
        inside = await db.read(_inside)
    except SQLAlchemyError:
        inside = {"database": DOWN, "processes": {}, "queues": {}}
    states = [inside["database"], *servers.values(), *inside["processes"].values()]
    return JSONResponse(inside | servers, 200 if set(states) == {UP} else 503, headers={"Cache-Control": "no-store"})
