"""What a request is told when it cannot be served: one form of JSON, a status, sometimes when to come again."""

import math
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.errors import TryAgain


class Refused(Exception):
    """`error` is for the page, `reason` for who reads it."""

    def __init__(self, status: int, error: str, reason: str):
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


def bad(error: str, reason: str) -> Refused:
    """400."""
    return Refused(400, error, reason)


def too_large(reason: str) -> Refused:
    """413."""
    return Refused(413, "too_large", reason)


def _answer(status: int, error: str, reason: str, after: float | None = None) -> JSONResponse:
    headers = {} if after is None else {"Retry-After": str(math.ceil(after))}
    return JSONResponse({"error": error, "reason": reason}, status, headers=headers)


def refused(_request: Request, error: Refused) -> Response:
    return _answer(error.status, error.error, error.reason)


def later(_request: Request, error: TryAgain) -> Response:
    return _answer(429, "too_many", "too many at once, please wait", max(1.0, error.after))


def no_database(_request: Request, _error: SQLAlchemyError) -> Response:
    """Nothing was stored: the client sends it again."""
    return _answer(503, "database", "not stored, please send it again", 3)


def plain(_request: Request, error: HTTPException) -> Response:
    return _answer(error.status_code, "http", error.detail)


HANDLERS: dict[Any, Any] = {Refused: refused, TryAgain: later, SQLAlchemyError: no_database, HTTPException: plain}
