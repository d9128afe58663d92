"""The chat page and its two files, small enough to be kept in memory, compressed once."""

import functools
import gzip
import hashlib
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from core.config import settings

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@functools.lru_cache
def _file(name: str) -> tuple[bytes, bytes, str]:
    """Bytes, the same compressed, and what changes with them."""
    data = (FOLDER / name).read_bytes()
    return data, gzip.compress(data, mtime=0), hashlib.sha256(data).hexdigest()[:12]


def version(name: str) -> str:
    """Changes with the file, so that a browser may keep it for ever."""
    return _file(name)[2]


def html(name: str, **values: str) -> str:
    """A page with the addresses of its files, and `{{name}}` replaced by the values."""
    page = (FOLDER / name).read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        if path.suffix in TYPES:
            page = page.replace(f"/static/{path.name}", f"/static/{path.name}?v={version(path.name)}")
    for key, value in values.items():
        page = page.replace("{{" + key + "}}", value)
    return page


@functools.lru_cache
def _chat(demo: bool) -> bytes:
    strip = (FOLDER / "demo_strip.html").read_text(encoding="utf-8") if demo else ""
    return html("chat.html", demo=strip).encode()


def chat(request: Request) -> Response:
    """`GET /`: the same for everybody."""
    return _sent(request, _chat(bool(settings().demo)), "text/html", "no-cache")


def asset(request: Request) -> Response:
    """`GET /static/<name>`: the page's own files."""
    name = request.path_params["name"]
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in TYPES or not path.is_file():
        raise HTTPException(404)
    data, packed, tag = _file(name)
    forever = request.query_params.get("v") == tag
    return _sent(request, data, TYPES[path.suffix], FOREVER if forever else "no-cache", packed, tag)


def _sent(request: Request, data: bytes, mime: str, keep: str, packed: bytes = b"", tag: str = "") -> Response:
    tag = f'"{tag or hashlib.sha256(data).hexdigest()[:12]}"'
    headers = {"Cache-Control": keep, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        data = packed or gzip.compress(data, mtime=0)
    return Response(data, media_type=f"{mime}; charset=utf-8" if mime == "text/html" else mime, headers=headers)
