"""Log-in, log-out, language."""

import asyncio
import datetime as dt

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console import rendering, sessions
from console.routing import FORM, ROUTES, Visit, go, page
from core import audit, clock, db, sealing, users
from core.errors import NotAllowed
from core.models import AuditEntry, User

TRIES_OF_AN_ADDRESS = 50


def _local_path(text: str) -> str:
    """A path of ours to go on to after log-in; "/" for anything that leads elsewhere."""
    ours = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if ours else "/"


def _form(request: Request, status: int = 200, *, failed: bool = False) -> Response:
    after = _local_path(request.query_params.get("next", "/"))
    return HTMLResponse(rendering.page(request, None, "login.html", after=after, failed=failed), status)


def _address(request: Request) -> str:
    return sealing.keyed_hash("address", request.client.host if request.client else "")[:16]


def _may_try(login: str, address: str) -> User | None:
    """Count the try; None for nobody, during a pause of the log-in or of the address."""
    with db.writing() as s:
        recent = sa.select(sa.func.count()).where(
            AuditEntry.action == "login_failed",
            AuditEntry.object_id == address,
            AuditEntry.at > clock.now() - dt.timedelta(hours=1),
        )
        user = users.begin_try(s, login)
        return user if (s.scalar(recent) or 0) < TRIES_OF_AN_ADDRESS else None


def _log_in(request: Request, login: str, password: str) -> bool:
    address = _address(request)
    tried = _may_try(login, address)
    fits = users.password_fits(tried, password)
    with db.writing() as s:
        user = users.get(s, tried.id if tried else None)
        if user is None or not fits:
            audit.record(s, "desk", "login_failed", "address", address)
            return False
        users.clear_tries(user)
        audit.record(s, f"user:{user.login}", "login", "user", user.id)
        sessions.begin(request, user)
        return True


async def login(request: Request) -> Response:
    """The form, and its answer: the same words for a wrong password, an unknown log-in and a pause."""
    if request.method != "POST":
        return await asyncio.to_thread(_form, request)
    form = await request.form(**FORM)
    try:
        sessions.check_form(request, str(form.get("csrf", "")))
    except NotAllowed:
        return await asyncio.to_thread(_form, request, 403, failed=True)
    name, password = str(form.get("login", ""))[:100], str(form.get("password", ""))[:200]
    if await asyncio.to_thread(_log_in, request, name, password):
        return go(_local_path(str(form.get("next", "/"))))
    return await asyncio.to_thread(_form, request, 401, failed=True)


async def language(request: Request) -> Response:
    """Switch between zh and en; a GET, for it changes nothing but the look of this session."""
    request.session["language"] = "en" if request.path_params["code"] == "en" else "zh"
    return go(_local_path(request.query_params.get("next", "/")))


ROUTES += [Route("/login", login, methods=["GET", "POST"]), Route("/language/{code}", language)]


@page("/logout", method="POST")
def logout(visit: Visit) -> Response:
    visit.record("logout", "user", visit.user.id)
    sessions.end(visit.request)
    return go("/login")
