"""Files that workers send: kept under `var/media` with random names, their type read from the content."""

import secrets
from pathlib import Path

import filetype
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.config import settings
from core.models import Contact, Media

MOST = 20 * 2**20  # bytes; what Telegram lets a bot fetch
ORPHAN_AFTER = 24 * 3600  # seconds
UNKNOWN = "application/octet-stream"
ELSEWHERE = "telegram:"  # a path of this form is a file that is still to be fetched
GONE = "gone:"  # … and one that could not be


def content_type(data: bytes) -> str:
    """The type by the first bytes, whatever the sender called it."""
    known = filetype.guess(data[:8192])
    return known.mime if known is not None else UNKNOWN


def folder() -> Path:
    """Where files are kept; nothing in it is served but through a door that checks who asks."""
    path = settings().var_dir / "media"
    path.mkdir(parents=True, exist_ok=True)
    return path


def write(data: bytes) -> str:
    """Keep the bytes under a random name; returns the name. ValueError if there are more than 20 MB or none."""
    if not 0 < len(data) <= MOST:
        raise ValueError(f"a file of {len(data)} bytes")
    name = secrets.token_hex(16)
    temporary = folder() / f"{name}.part"
    temporary.write_bytes(data)
    temporary.rename(folder() / name)
    return name


def put(s: Session, contact: Contact, kind: str, name: str, mime: str, size: int) -> Media:
    """The row of a file that `write` has kept."""
    row = Media(contact_id=contact.id, kind=kind, path=name, content_type=mime, size=size, made_at=clock.now())
    s.add(row)
    s.flush()
    return row


def expect(s: Session, contact: Contact, kind: str, file_id: str, size: int) -> Media:
    """The row of a file that Telegram still has."""
    return put(s, contact, kind, ELSEWHERE + file_id, UNKNOWN, size)


def expected(s: Session, limit: int = 5) -> list[tuple[int, str]]:
    """(id, Telegram's file id) of files still to be fetched, the oldest first."""
    query = sa.select(Media.id, Media.path).where(Media.path.startswith(ELSEWHERE)).order_by(Media.id).limit(limit)
    return [(key, path.removeprefix(ELSEWHERE)) for key, path in s.execute(query)]


def arrived(s: Session, media_id: int, name: str, mime: str, size: int) -> bool:
    """The file is here now, under `name`; False if its row is gone."""
    row = s.get(Media, media_id)
    if row is not None:
        row.path, row.content_type, row.size = name, mime, size
    return row is not None


def lost(s: Session, media_id: int, reason: str) -> None:
    """The file cannot be had any more (too big, deleted); `reason` is a class of errors, not a text of the person."""
    row = s.get(Media, media_id)
    if row is not None:
        row.path = GONE + reason


def sweep(s: Session) -> int:
    """Delete files older than a day that no row knows (a process died between the two); how many."""
    old = clock.now().timestamp() - ORPHAN_AFTER
    files = {path.name: path for path in folder().iterdir() if path.stat().st_mtime < old}
    known = set(s.scalars(sa.select(Media.path))) if files else set()
    for name in set(files) - known:
        files[name].unlink(missing_ok=True)
    return len(set(files) - known)


def path_of(row: Media) -> Path | None:
    """Where the bytes are; None while they are elsewhere."""
    path = folder() / row.path
    return path if ":" not in row.path and path.is_file() else None
