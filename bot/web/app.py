"""The web chat as one Starlette application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from bot import process, sms
from bot.telegram import webhook
from bot.watch import Watcher
from bot.web import demo, forms, health, messages, metrics, page, sessions
from bot.web.headers import Headers
from bot.web.refusals import HANDLERS
from core import db
from core.models import InboundMessage, OutboundMessage


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Watch the tables and say that this process lives, as long as it serves."""
    work = [asyncio.create_task(watcher.run()) for watcher in app.state.watchers]
    work.append(asyncio.create_task(process.heartbeat("web")))
    try:
        yield
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        db.engine().dispose()


def make_app() -> Starlette:
    """The application with this process's settings."""
    meter = metrics.Meter()
    app = Starlette(
        routes=[
            Route("/", page.chat),
            Route("/static/{name}", page.asset),
            Route("/api/session", sessions.begin, methods=["POST"]),
            Route("/api/session", sessions.end, methods=["DELETE"]),
            Route("/api/language", sessions.speak, methods=["POST"]),
            Route("/api/messages", messages.send, methods=["POST"]),
            Route("/api/messages", messages.fetch),
            Route("/media/{media_id:int}", messages.file),
            Route("/healthz", health.healthz),
            Route("/metrics", metrics.metrics),
            *forms.routes(),
            *demo.routes(),
            *webhook.routes(),
            *sms.routes(),
        ],
        middleware=[Middleware(Headers), Middleware(meter.middleware)],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    app.state.meter, app.state.gate, app.state.probes = meter, sessions.Gate(), health.Probes()
    app.state.leaving = asyncio.Event()
    app.state.watchers = (Watcher(InboundMessage), Watcher(OutboundMessage))
    return app
