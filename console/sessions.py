"""Who sits at the desk: a signed cookie that names the user, ends after 12 hours or 30 idle minutes."""

import datetime as dt
import hmac
import secrets
import urllib.parse

from sqlalchemy.orm import Session
from starlette.requests import Request

from core import clock, sealing, users
from core.errors import NotAllowed
from core.models import User

LONGEST = dt.timedelta(hours=12)
IDLE = dt.timedelta(minutes=30)
_REFRESH = 60


def begin(request: Request, user: User) -> None:
    """A new session after log-in: nothing of the one before it stays but the language."""
    spoken, now = language(request), clock.now().timestamp()
    request.session.clear()
    request.session.update(
        user=user.id, mark=_mark(user), began=now, seen=now, csrf=secrets.token_urlsafe(24), language=spoken
    )


def end(request: Request) -> None:
    """Forget who sat here."""
    spoken = language(request)
    request.session.clear()
    request.session["language"] = spoken


def user_of(s: Session, request: Request, *, background: bool = False) -> User | None:
    """The user who is logged in; a request in the background does not count as activity."""
    kept, now = request.session, clock.now().timestamp()
    user = users.get(s, kept.get("user"))
    if user is None or not hmac.compare_digest(kept["mark"], _mark(user)):
        return None
    if now - kept["began"] > LONGEST.total_seconds() or now - kept["seen"] > IDLE.total_seconds():
        return None
    if not background and now - kept["seen"] > _REFRESH:
        kept["seen"] = now
    return user


def _mark(user: User) -> str:
    """Changes with the password, so that a new password ends the sessions of the old one."""
    return sealing.keyed_hash("desk-session", f"{user.id}:{user.password_hash}")[:24]


def language(request: Request) -> str:
    """zh, or en where it was chosen."""
    return "en" if request.session.get("language") == "en" else "zh"


def csrf(request: Request) -> str:
    """The token that every form of this session carries."""
    return request.session.setdefault("csrf", secrets.token_urlsafe(24))


def check_form(request: Request, token: str) -> None:
    """Raises NotAllowed unless the form came from a page of ours: same origin and the session's token."""
    origin = request.headers.get("origin") or request.headers.get("referer") or ""
    ours = urllib.parse.urlsplit(origin).netloc == request.headers.get("host") != ""
    known = request.session.get("csrf", "")
    if not ours or not known or not hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")):
        raise NotAllowed("the form is not of this session")
