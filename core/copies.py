"""A copy of a person's data, fetched from a page of our own: one link, one use, a day."""

from typing import Any

from sqlalchemy.orm import Session

from core import links, privacy, sequences
from core.errors import NotFound
from core.models import Contact, Worker

KIND = "copy"


def make(s: Session, contact: Contact, worker: Worker) -> str:
    """The address from which the copy can be fetched once."""
    return links.make(s, contact, KIND, {"worker": worker.id})


def resolve(s: Session, token: str) -> str | None:
    """The language of the page of a token, for GET (a button to fetch it); None: show that the link has run out."""
    draft = links.resolve(s, KIND, token)
    contact = s.get(Contact, draft.contact_id) if draft else None
    return contact.language if contact else None


def fetch(s: Session, token: str) -> dict[str, Any]:
    """The copy, for JSON, on POST; the link works no more. NotFound: it never did. Needs a write transaction.

    A chat's page previews links by GET: that is why fetching is a POST.
    """
    draft = links.resolve(s, KIND, token)
    worker = s.get(Worker, draft.data["worker"]) if draft else None
    if draft is None or worker is None:
        raise NotFound("copy")
    sequences.close(draft, "done")
    return privacy.export(s, worker)
