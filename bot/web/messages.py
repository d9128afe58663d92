"""What a browser sends and fetches: stored before it is confirmed, shown in order, each once."""

import asyncio
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import bodies, sessions
from bot.web.refusals import Refused, bad
from core import db, inbox, media, outbox
from core.models import Contact, InboundMessage, Media

LONGEST_WAIT = 25.0
PAGE = 100
LARGEST_ID = 2**31 - 1
HIDDEN = ("start", "internal")


async def _first(bells: list[asyncio.Event], seconds: float) -> None:
    """Until one of them rings or the time is over."""
    waits = [asyncio.ensure_future(bell.wait()) for bell in bells]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


# -- in --------------------------------------------------------------------------------------------------------------


async def send(request: Request) -> Response:
    """`POST /api/messages`: 202 when it is committed; the same id again is 202 and nothing new."""
    await sessions.check(request)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        fields = await bodies.form(request)
        try:
            if fields.get("kind") in bodies.KINDS:
                await db.write(_store, request, bodies.message(dict(fields)))
            else:
                await _store_file(request, await bodies.upload(fields))
        finally:
            await fields.close()
    else:
        await db.write(_store, request, bodies.message(await bodies.json_object(request)))
    return JSONResponse({"stored": True}, 202)


def _key(contact: Contact, message: dict[str, Any]) -> str:
    return f"web:{contact.id}:{message['id']}"


def _store(s: Session, request: Request, message: dict[str, Any]) -> None:
    contact = sessions.contact_of(s, request)
    inbox.put(
        s, contact, source_key=_key(contact, message), kind=message["kind"], text=message["text"],
        payload=message["payload"],
    )  # fmt: skip


async def _store_file(request: Request, message: dict[str, Any]) -> None:
    """The file is on the disk before its row is committed, and gone again if the row is not."""
    if await db.read(_is_known, request, message):
        return
    name = await asyncio.to_thread(media.write, message["data"])
    kept = False
    try:
        kept = await db.write(_store_row, request, message, name)
    finally:
        if not kept:
            (media.folder() / name).unlink(missing_ok=True)


def _is_known(s: Session, request: Request, message: dict[str, Any]) -> bool:
    key = _key(sessions.contact_of(s, request), message)
    return s.scalar(sa.select(InboundMessage.id).where(InboundMessage.source_key == key)) is not None


def _store_row(s: Session, request: Request, message: dict[str, Any], name: str) -> bool:
    if _is_known(s, request, message):
        return False
    contact = sessions.contact_of(s, request)
    row = media.put(s, contact, message["kind"], name, message["mime"], len(message["data"]))
    stored = inbox.put(
        s, contact, source_key=_key(contact, message), kind=message["kind"], text=message["text"],
        payload={"media_id": row.id},
    )  # fmt: skip
    return stored is not None


# -- out -------------------------------------------------------------------------------------------------------------


async def fetch(request: Request) -> Response:
    """`GET /api/messages?after&wait`: what is newer than `after`, at once or as soon as there is something.

    `last=<k>` instead of `after` begins with the newest k. Rows up to `after` are seen.
    """
    contact_id = await sessions.check(request)
    after, last, wait = (_number(request, name) for name in ("after", "last", "wait"))
    deadline = asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT)
    leaving: asyncio.Event = request.app.state.leaving
    if after and await db.read(_unseen, request, after):
        await db.write(_see, request, after)
    while True:
        bells = [leaving, *(watcher.bell(contact_id) for watcher in request.app.state.watchers)]
        found = await db.read(_newer, request, after, last)
        left = deadline - asyncio.get_running_loop().time()
        if found["messages"] or left <= 0 or leaving.is_set():
            return JSONResponse(found)
        await _first(bells, left)


def _number(request: Request, name: str) -> int:
    value = request.query_params.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value):
        raise bad(name, f"{name} must be a number from 0 on")
    return int(float(value))


def _unseen(s: Session, request: Request, after: int) -> bool:
    return after > sessions.contact_of(s, request).seen_n


def _see(s: Session, request: Request, after: int) -> None:
    outbox.seen(s, sessions.contact_of(s, request), after)


def _newer(s: Session, request: Request, after: int, last: int) -> dict[str, Any]:
    contact = sessions.contact_of(s, request)
    after = max(0, contact.last_n - last) if last else after
    lines: list[dict] = []
    while not lines:
        page = inbox.transcript(s, contact, after_n=after, limit=PAGE)
        lines = [line for line in page if line["kind"] not in HIDDEN and line["state"] != "dropped"]
        if len(page) < PAGE:
            break
        after = page[-1]["n"]
    return {"messages": [_shown(line) for line in lines], "typing": _is_typing(s, contact)}


def _is_typing(s: Session, contact: Contact) -> bool:
    new = sa.select(InboundMessage.id).where(InboundMessage.contact_id == contact.id, InboundMessage.state == "new")
    return contact.held_by == "bot" and s.scalar(new.limit(1)) is not None


def _shown(line: dict) -> dict[str, Any]:
    """A message as the page knows it; `id` is the client's own of what it sent."""
    mine = line["source_key"] is not None and line["source_key"].startswith("web:")
    image = f"/media/{line['media_id']}" if line["kind"] == "photo" and line["media_id"] else line["image"]
    return {
        "n": line["n"],
        "id": line["source_key"].split(":", 2)[2] if mine else None,
        "from": line["from_"],
        "kind": line["kind"],
        "text": line["text"],
        "buttons": line["buttons"],
        "image": image,
        "ask_for": line["ask_for"],
        "at": line["at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


# -- files -----------------------------------------------------------------------------------------------------------

INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif")


async def file(request: Request) -> Response:
    """`GET /media/<id>`: a file of this chat, for its own browsers only."""
    return await db.read(_file, request, request.path_params["media_id"])


def _file(s: Session, request: Request, media_id: int) -> Response:
    contact = sessions.contact_of(s, request)
    row = s.get(Media, media_id) if media_id <= LARGEST_ID else None
    path = media.path_of(row) if row is not None and row.contact_id == contact.id else None
    if row is None or path is None:
        raise Refused(404, "not_found", "no such file")
    shown = row.content_type in INLINE
    headers = {
        "Content-Disposition": "inline" if shown else "attachment",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(path.read_bytes(), media_type=row.content_type, headers=headers)
