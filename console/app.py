"""The desk as one Starlette application."""

import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from console import (
    audit,
    calls,
    cases,
    day,
    employers,
    health,
    lists,
    login,
    media,
    reports,
    routing,
    sessions,
    slips,
    subsidies,
    vacancies,
    workers,
)
from console.headers import Headers
from core import db, sealing
from core.config import ROOT, settings

# In the order of the navigation; each module registers its pages with `routing.page` when it is imported.
PAGES = (
    login,
    day,
    cases,
    calls,
    slips,
    workers,
    vacancies,
    employers,
    lists,
    reports,
    subsidies,
    audit,
    health,
    media,
)


def healthz(_request: Request) -> JSONResponse:
    """200 when the database answers; for a supervisor, without a log-in."""
    try:
        with db.reading() as s:
            s.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return JSONResponse({"database": "down"}, 503)
    return JSONResponse({"database": "up"})


def make_app() -> Starlette:
    """The application with this process's settings."""
    session = Middleware(
        SessionMiddleware,
        secret_key=sealing.keyed_hash("desk", ""),
        session_cookie="wengang_desk",
        max_age=int(sessions.LONGEST.total_seconds()),
        same_site="lax",
        https_only=settings().public_url.startswith("https://"),
    )
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Mount("/static", StaticFiles(directory=ROOT / "console/static"), name="static"),
            *routing.ROUTES,
        ],
        middleware=[Middleware(Headers), session],
        exception_handlers={404: routing.no_page, 405: routing.no_page},
    )
