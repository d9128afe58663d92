"""SMS through an HTTP gateway: `POST {"to", "text", "id"}` out, `POST /sms/<secret> {"from", "text", "id"}` in."""

import asyncio
import logging

import httpx
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import incoming
from core import db, inbox, reach
from core.config import settings

log = logging.getLogger(__name__)
WAIT = 15.0
LONGEST = 16_384  # bytes of a request
NEVER = range(400, 500)
LATER = (408, 425, 429)


async def send(http: httpx.AsyncClient, phone: str, text: str, number: int) -> tuple[str, str | None]:
    """Hand one message to the gateway; (result as `outbox.settle` takes it, what went wrong).

    The gateway is given our own `id`, the same at each try, so that it can leave out a second copy.
    """
    try:
        answer = await http.post(
            settings().sms_gateway_url, json={"to": phone, "text": text, "id": f"wengang-{number}"}, timeout=WAIT
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return "later", type(error).__name__
    except httpx.HTTPError as error:
        return "unknown", type(error).__name__
    if answer.is_success:
        return "sent", None
    never = answer.status_code in NEVER and answer.status_code not in LATER
    return "never" if never else "later", f"gateway answered {answer.status_code}"


# -- what comes in ---------------------------------------------------------------------------------------------------


def routes() -> list[Route]:
    """To be mounted in the web process."""
    return [Route("/sms/{secret}", _receive, methods=["POST"])]


async def _receive(request: Request) -> Response:
    """200 only after the message is stored, or when there is nobody it could be from."""
    given = str(request.path_params["secret"])
    if not settings().sms_gateway_url or not incoming.same(given, reach.sms_secret()):
        return JSONResponse({"error": "forbidden"}, 403)
    told = _read(await incoming.body(request, LONGEST))
    if told is None:
        return JSONResponse({"error": "from, text and id are needed"}, 400)
    try:
        kept = await asyncio.shield(db.write(reach.sms_came, *told))
    except inbox.TooMany as error:
        return JSONResponse({"error": "too many"}, 429, {"Retry-After": str(int(error.after) + 1)})
    except SQLAlchemyError as error:
        log.error("an SMS could not be stored: %s", type(error).__name__)
        return incoming.FAILED
    return JSONResponse({"stored": kept is not None})


def _read(raw: bytes | None) -> tuple[str, str, str] | None:
    """(phone, text, unique key); None for what is no message."""
    told = incoming.as_object(raw or b"") or {}
    phone, text, key = (str(told.get(field) or "") for field in ("from", "text", "id"))
    clean = text.replace("\0", "").encode("utf-8", "replace").decode()
    return (phone, clean[:1000], f"sms:{key[:200]}") if phone and key else None
