"""The webhook: `POST /telegram/<path>` with Telegram's secret header; "done" only after the update is stored."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Update

from bot import incoming
from bot.telegram import courtesies, updates
from bot.telegram.client import WANTED, Client, opened
from core import db, sealing
from core.config import settings

log = logging.getLogger(__name__)
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST = 2**20  # bytes
CONNECTIONS = 10


def path() -> str:
    """Where Telegram posts to: cannot be guessed, and is not the token."""
    return f"/telegram/{sealing.keyed_hash('webhook', '')[:32]}"


def routes() -> list[Route]:
    """To be mounted in the web process; refuses everything unless TELEGRAM_MODE=webhook with a secret."""
    return [Route("/telegram/{path}", receive, methods=["POST"])]


async def register(client: Client) -> None:
    """Tell Telegram where to post; what waits there stays. Needs PUBLIC_URL."""
    known = settings()
    await client.set_webhook(
        known.base_url + path(),
        secret_token=known.telegram_webhook_secret,
        max_connections=CONNECTIONS,
        allowed_updates=WANTED,
        drop_pending_updates=False,
    )


def _known(request: Request) -> bool:
    house = settings()
    here = incoming.same(request.url.path, path())
    secret = incoming.same(request.headers.get(HEADER), house.telegram_webhook_secret)
    return house.telegram_mode == "webhook" and bool(house.telegram_token) and here and secret


async def receive(request: Request) -> Response:
    """403 without the secret, 413 over 1 MB, 503 while the database is away (Telegram keeps the update), else 200.

    200 also for what cannot be used: Telegram would repeat it for a day and hold up the chat behind it.
    """
    if not _known(request):
        log.warning("a post to the webhook without its secret")
        return JSONResponse({"error": "forbidden"}, 403)
    raw = await incoming.body(request, LONGEST)
    if raw is None:
        return JSONResponse({"error": "too large"}, 413)
    update = incoming.as_object(raw)
    if update is None:
        log.warning("a post to the webhook that is no update")
        return Response()
    try:
        stored = await asyncio.shield(db.write(updates.store, [update]))
    except SQLAlchemyError as error:
        log.error("an update could not be stored: %s", type(error).__name__)
        return incoming.FAILED
    return Response(background=BackgroundTask(_show, stored) if stored else None)


async def _show(stored: list[Update]) -> None:
    async with opened() as client:
        for update in stored:
            await courtesies.show(client, update)
