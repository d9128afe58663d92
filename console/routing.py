"""How a page of the desk is made: who may open it, its transaction, its form, its errors."""

import asyncio
import dataclasses
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from console import rendering, sessions
from core import audit, db, sealing, users
from core.errors import Invalid, NotAllowed, NotFound
from core.models import User

EVERYONE = frozenset(users.ROLES)
MANAGERS = EVERYONE - {"caseworker"}
# A province manager looks, and leaves the chats to the counties.
HELPERS = EVERYONE - {"province_manager"}
ROUTES: list[Route] = []
ROW = re.compile(r"/(?:cases|workers|vacancies|employers)/\d{1,9}(?=/)")
LARGEST_ID = 2**31 - 1
# What a form of ours holds at the most; nobody is known yet when it is read.
FORM = {"max_files": 0, "max_fields": 100, "max_part_size": 16 * 1024}


@dataclasses.dataclass
class Visit:
    """One request of a user who is logged in."""

    s: Session
    request: Request
    user: User
    form: FormData

    @property
    def language(self) -> str:
        return sessions.language(self.request)

    def query(self, name: str) -> str:
        """A parameter of the address, or ""."""
        return self.request.query_params.get(name, "").strip()

    def number(self, name: str) -> int:
        """A parameter of the address as a number; 0 for anything else."""
        text = self.query(name)
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def field(self, name: str) -> str:
        """A field of the form, or ""."""
        return str(self.form.get(name, "")).strip()

    def words(self, name: str, *, without: tuple[str, ...] = ()) -> str:
        """A field of free text: the personal numbers in it are sealed, as in what workers write."""
        return sealing.seal_text(self.s, self.field(name), without=without)[0]

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(rendering.page(self.request, self.user, template, **values), status)

    def record(self, action: str, object_type: str, object_id: object, **detail: Any) -> None:
        """An audit entry in this user's name."""
        audit.record(self.s, f"user:{self.user.login}", action, object_type, object_id, detail)


def page(
    path: str, *, roles: frozenset[str] = EVERYONE, method: str = "GET", background: bool = False
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Register a function of (visit, **path parameters) as a page for some roles.

    GET runs in a reading session; POST in one write transaction, after the form was checked.
    """

    def register(function: Callable[..., Response]) -> Callable[..., Response]:
        async def endpoint(request: Request) -> Response:
            form = await request.form(**FORM) if method == "POST" else FormData()
            return await asyncio.to_thread(_answer, function, request, form, roles, background)

        endpoint.roles = roles  # type: ignore[attr-defined]  # for the test over every route and role
        ROUTES.append(Route(path, endpoint, methods=[method]))
        return function

    return register


def _answer(function: Callable, request: Request, form: FormData, roles: frozenset[str], background: bool) -> Response:
    changes = request.method == "POST"
    try:
        if any(isinstance(value, int) and value > LARGEST_ID for value in request.path_params.values()):
            raise NotFound("no database has such an id")
        with db.writing() if changes else db.reading() as s:
            user = sessions.user_of(s, request, background=background)
            if user is None:
                return _to_login(request)
            if changes:
                sessions.check_form(request, str(form.get("csrf", "")))
            if user.role not in roles:
                raise NotAllowed("this page is not for this role")
            return function(Visit(s, request, user, form), **request.path_params)
    except NotFound:
        return _refusal(request, 404)
    except NotAllowed:
        return _refusal(request, 403)
    except Invalid as error:
        return _refusal(request, 400, rendering.said(error, sessions.language(request)))


def _to_login(request: Request) -> Response:
    after = request.url.path if request.method == "GET" else "/"
    return RedirectResponse("/login?" + urllib.parse.urlencode({"next": after}), 303)


def _refusal(request: Request, status: int, reason: str = "") -> Response:
    """With the navigation, and a way back to the row that it was about."""
    row = ROW.match(request.url.path)
    with db.reading() as s:
        user = sessions.user_of(s, request, background=True)
        back = row[0] if row and user and status != 404 else ""
        html = rendering.page(request, user, "refusal.html", status=status, reason=reason, back=back)
    return HTMLResponse(html, status)


def no_page(request: Request, error: Exception) -> Response:
    """Starlette's handler for an address that is not there."""
    return _refusal(request, getattr(error, "status_code", 404))


def go(path: str) -> Response:
    """To another page, after a change."""
    return RedirectResponse(path, 303)
