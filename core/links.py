"""Links to a page of one person, sent into their chat: they work once and not for long; only a keyed hash is kept."""

import datetime as dt
import hmac
import secrets
from typing import Any

from sqlalchemy.orm import Session

from core import clock, sealing, sequences
from core.config import settings
from core.models import Contact, Draft

LIFE = dt.timedelta(hours=24)


def make(s: Session, contact: Contact, kind: str, data: dict[str, Any]) -> str:
    """The address of a new page of a kind (its path: /id/…, /copy/…); the one before it stops working."""
    secret = secrets.token_urlsafe(24)
    draft = sequences.open_(s, contact, f"link_{kind}", {**data, "hash": _hash(secret)})
    return f"{settings().base_url}/{kind}/{draft.id}-{secret}"


def _hash(secret: str) -> str:
    return sealing.keyed_hash("link", secret)


def resolve(s: Session, kind: str, token: str) -> Draft | None:
    """The row behind a token; None for one that is wrong, used or older than a day."""
    number, _, secret = token.partition("-")
    draft = s.get(Draft, int(number)) if number.isdecimal() and len(number) < 12 else None
    if draft is None or draft.kind != f"link_{kind}" or draft.closed_at is not None:
        return None
    fresh = clock.now() - draft.made_at < LIFE
    return draft if fresh and hmac.compare_digest(draft.data["hash"], _hash(secret)) else None
