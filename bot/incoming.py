"""Posts from other servers: never read past their limit, secrets compared in constant time, never "done" too early."""

import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

FAILED = JSONResponse({"error": "later"}, 503, {"Retry-After": "5"})


def same(given: str | None, secret: str) -> bool:
    """Whether a secret is right; never without a secret, and in a time that says nothing about it."""
    return bool(secret) and hmac.compare_digest((given or "").encode("utf-8", "replace"), secret.encode())


async def body(request: Request, most: int) -> bytes | None:
    """The body; None if it has more than `most` bytes."""
    kept = bytearray()
    async for chunk in request.stream():
        kept += chunk
        if len(kept) > most:
            return None
    return bytes(kept)


def as_object(raw: bytes) -> dict[str, Any] | None:
    """The JSON object in a body; None for anything else, however deep or broken."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
