"""Request bodies: read to their end, never past their limit, and checked field by field."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.web.refusals import bad, too_large
from core import media, sealing

LONGEST_TEXT = 4096
LARGEST_FILE = 10 * 2**20
_LARGEST_JSON, _FORM_AROUND = 64 * 1024, 64 * 1024
_ID = re.compile(r"[\x21-\x7e]{1,100}")
FILES = {
    "photo": re.compile(r"image/(jpeg|png|webp|gif|heic|heif|bmp)"),
    "voice": re.compile(r"audio/.+|video/(webm|mp4|3gpp)|application/octet-stream"),
    "document": re.compile(r"image/.+|application/(pdf|rtf|msword|zip|vnd\.[\w.-]+|octet-stream)|text/plain"),
}


async def _read(request: Request, most: int, what: str) -> bytes:
    """The body; a longer one is read and thrown away, for a client that is cut off never sees the answer."""
    kept, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            kept += chunk
    if size > most:
        raise too_large(what)
    return bytes(kept)


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object of a request."""
    raw = await _read(request, _LARGEST_JSON, "more than 64 KB")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad("not_json", "the body is not JSON") from None
    if not isinstance(found, dict):
        raise bad("not_json", "the body is not a JSON object")
    return found


async def form(request: Request) -> FormData:
    """The fields and the file of a multipart request."""
    raw = await _read(request, LARGEST_FILE + _FORM_AROUND, "more than 10 MB")

    async def stream() -> AsyncIterator[bytes]:
        yield raw
        yield b""

    try:
        return await MultiPartParser(request.headers, stream(), max_files=1, max_fields=8).parse()  # type: ignore[arg-type]
    except (MultiPartException, KeyError):
        raise bad("not_a_form", "the body is no multipart form of one file") from None


def text(value: Any, *, empty: bool = False) -> str:
    """Words of at most 4,096 characters that every database can keep."""
    if not isinstance(value, str):
        raise bad("text", "text must be a string")
    if len(value) > LONGEST_TEXT:
        raise too_large(f"text of more than {LONGEST_TEXT:,} characters")
    clean = value.replace("\0", "").encode("utf-8", "replace").decode()
    if not empty and not clean.strip():
        raise bad("text", "text is empty")
    return clean


def client_id(value: Any) -> str:
    """The client's own id of a message."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise bad("id", "id must be 1 to 100 printable ASCII characters without spaces")
    return value


def _degrees(value: Any, most: int, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise bad(name, f"{name} must be a number from -{most} to {most}")
    return float(value)


def _button(fields: dict[str, Any]) -> tuple[str, dict]:
    token = fields.get("payload")
    if not isinstance(token, str) or not 0 < len(token.encode("utf-8", "replace")) <= 200:
        raise bad("payload", "payload must be what stands on the button")
    return "", {"token": token}


def _location(fields: dict[str, Any]) -> tuple[str, dict]:
    north, east = _degrees(fields.get("latitude"), 90, "latitude"), _degrees(fields.get("longitude"), 180, "longitude")
    return "", {"latitude": north, "longitude": east}


def _contact(fields: dict[str, Any]) -> tuple[str, dict]:
    phone, own = fields.get("phone"), fields.get("own")
    if not isinstance(phone, str) or not re.fullmatch(r"\d{7,15}", sealing.bare(phone)):
        raise bad("phone", "phone must be a phone number")
    if not isinstance(own, bool):
        raise bad("own", "own must be true or false")
    return "", {"phone": sealing.bare(phone), "own": own}


def _text(fields: dict[str, Any]) -> tuple[str, None]:
    return text(fields.get("text")), None


def _sticker(fields: dict[str, Any]) -> tuple[str, None]:
    return text(fields.get("text", ""), empty=True), None


KINDS = {"text": _text, "button": _button, "location": _location, "contact": _contact, "sticker": _sticker}


def message(fields: dict[str, Any]) -> dict[str, Any]:
    """`id`, `kind`, `text`, `payload` of a JSON message."""
    kind = fields.get("kind", "text")
    if not isinstance(kind, str) or kind not in KINDS:
        sent = "; send it as a multipart form" if kind in list(FILES) else ""
        raise bad("kind", f"kind must be one of {', '.join((*KINDS, *FILES))}{sent}")
    key = client_id(fields.get("id"))
    words, payload = KINDS[kind](fields)
    return {"id": key, "kind": kind, "text": words, "payload": payload}


async def upload(fields: FormData) -> dict[str, Any]:
    """`id`, `kind`, `text`, `data`, `mime` of a message with a file, its type read from the bytes."""
    kind, file = fields.get("kind"), fields.get("file")
    if not isinstance(kind, str) or kind not in FILES:
        raise bad("kind", f"kind must be one of {', '.join(FILES)}")
    key = client_id(fields.get("id"))
    if not isinstance(file, UploadFile):
        raise bad("file", "there is no file")
    data = await file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise too_large("more than 10 MB")
    mime = _mime(data)
    if not data or not FILES[kind].fullmatch(mime):
        raise bad("file", f"the file is no {kind}")
    return {"id": key, "kind": kind, "text": text(fields.get("text", ""), empty=True), "data": data, "mime": mime}


def _mime(data: bytes) -> str:
    known = media.content_type(data)
    if known != media.UNKNOWN or b"\0" in data[:8192]:
        return known
    try:
        data.decode()
    except UnicodeDecodeError:
        return known
    return "text/plain"
