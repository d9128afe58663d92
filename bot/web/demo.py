"""Only in the demo: invented people to be, the desk beside the phone, and a clock that can be moved."""

import datetime as dt

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.web import bodies, page
from bot.web.headers import policy
from bot.web.refusals import bad
from core import clock, db, demo
from core.config import settings
from core.demo.staff import LOGINS, PASSWORD

MOST_DAYS = 400


def desk_address(request: Request) -> str:
    """The desk as this browser reaches it: on the same host, so that its log-in stays the same."""
    return f"{request.url.scheme}://{request.url.hostname}:{settings().console_port}/"


def _today() -> str:
    return clock.today().isoformat()


def _about(s: Session) -> dict:
    people = [{"profile": key, "zh": zh, "en": en} for key, zh, en, _ in demo.profiles(s)]
    return {"profiles": people, "today": _today()}


async def about(request: Request) -> Response:
    """`GET /api/demo`: who one can be, the demo's day, where the desk is."""
    return JSONResponse(await db.read(_about) | {"desk": desk_address(request)})


async def move_clock(request: Request) -> Response:
    """`POST /api/demo/clock {"days": 3}`: the demo's time goes on."""
    days = (await bodies.json_object(request)).get("days")
    if isinstance(days, bool) or not isinstance(days, int) or not 0 < days <= MOST_DAYS:
        raise bad("days", f"days must be 1 to {MOST_DAYS}")
    await db.write(demo.clock_advance, dt.timedelta(days=days))
    return JSONResponse({"today": await db.read(lambda _s: _today())})


def both(request: Request) -> Response:
    """`GET /demo`: the phone and the desk side by side."""
    desk = desk_address(request)
    framed = policy() + f"; frame-src 'self' {desk.rstrip('/')}"
    return HTMLResponse(
        page.html("demo.html", desk=desk, login=f"{LOGINS[0][0]} / {PASSWORD}"),
        headers={"Content-Security-Policy": framed},
    )


def routes() -> list[Route]:
    """None outside the demo."""
    if not settings().demo:
        return []
    return [
        Route("/demo", both),
        Route("/api/demo", about),
        Route("/api/demo/clock", move_clock, methods=["POST"]),
    ]
