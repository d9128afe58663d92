"""Whose browser this is: sessions begin, change their language, end; every other call names one."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import bodies
from bot.web.limits import Limit
from bot.web.refusals import Refused, bad
from core import db, registration, responses, websessions
from core.config import settings
from core.errors import Invalid, NotFound
from core.models import Contact

# Many phones share one address of their network; who guesses codes needs a million tries.
SESSIONS, BAD_CODES, ALL_BAD_CODES = (600, 3600.0), (10, 3600.0), (300, 3600.0)
LOOPBACK = ("127.0.0.1", "::1")


class Gate:
    """The limits of one running application."""

    def __init__(self) -> None:
        self.sessions, self.bad_codes, self.all_bad_codes = Limit(*SESSIONS), Limit(*BAD_CODES), Limit(*ALL_BAD_CODES)


def token_of(request: Request) -> str:
    """The bearer token of a request; empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def contact_of(s: Session, request: Request) -> Contact:
    """The contact of a request; 401 without a living session."""
    contact = websessions.contact_of(s, token_of(request)) if token_of(request) else None
    if contact is None:
        raise Refused(401, "session", "no such session: POST /api/session")
    return contact


async def check(request: Request) -> int:
    """The contact's id, or 401 without a living session; keeps a living one alive."""
    token = token_of(request)

    def looked_up(s: Session) -> tuple[int, bool]:
        return contact_of(s, request).id, websessions.is_due(s, token)

    contact_id, due = await db.read(looked_up)
    if due:
        await db.write(websessions.refresh, token)
    return contact_id


def language_of(request: Request, chosen: Any = None) -> str:
    """zh or en: as chosen, else the first of the two that the browser prefers."""
    if chosen in ("zh", "en"):
        return chosen
    for word in request.headers.get("accept-language", "").lower().split(","):
        if word.strip()[:2] in ("zh", "en"):
            return word.strip()[:2]
    return "zh"


async def begin(request: Request) -> Response:
    """`POST /api/session`: a new chat, a slip's code, or in the demo an invented person."""
    fields = await bodies.json_object(request)
    address, gate = request.client.host if request.client else "", request.app.state.gate
    if address not in LOOPBACK:  # a proxy that does not say who asks would shut out everybody
        gate.sessions.check(address)
        gate.sessions.count(address)
    language = language_of(request, fields.get("language"))
    if fields.get("code") is not None:
        token = await _with_code(request, fields["code"], language, address)
    elif fields.get("profile") is not None:
        token = await _as_profile(fields["profile"], language)
    else:
        token = await db.write(websessions.begin, language)
    return JSONResponse({"session": token}, 201)


async def _with_code(request: Request, code: Any, language: str, address: str) -> str:
    if not isinstance(code, str) or registration.figures(code) is None:
        raise bad("code", "a code has six figures")
    gate = request.app.state.gate
    gate.bad_codes.check(address)
    gate.all_bad_codes.check("")

    def bound(s: Session) -> str:
        current = websessions.contact_of(s, token_of(request)) if token_of(request) else None
        return websessions.begin_with_code(s, code, language, current)

    try:
        return await db.write(bound)
    except Invalid as error:
        gate.bad_codes.count(address)
        gate.all_bad_codes.count("")
        raise bad("code", responses.text(error.response, language, **error.values)) from None


async def _as_profile(profile: Any, language: str) -> str:
    if not settings().demo:
        raise bad("profile", "there are profiles in demo mode only")
    try:
        return await db.write(websessions.begin_as, str(profile), language)
    except NotFound:
        raise bad("profile", "no such profile") from None


async def speak(request: Request) -> Response:
    """`POST /api/language`: the bot answers in this language from now on."""
    chosen = (await bodies.json_object(request)).get("language")
    if chosen not in ("zh", "en"):
        raise bad("language", "language must be zh or en")

    def change(s: Session) -> None:
        contact = contact_of(s, request)
        contact.language, contact.language_chosen = chosen, True

    await db.write(change)
    return JSONResponse({"language": chosen})


async def end(request: Request) -> Response:
    """`DELETE /api/session`: this browser forgets the chat."""
    await db.write(websessions.end, token_of(request))
    return Response(status_code=204)
