"""The ID number given on a page of our own instead of in the chat: one link, one use, a day."""

import dataclasses

from sqlalchemy.orm import Session

from core import contacts, links, outbox, profile, sealing, sequences
from core import registration_readers as readers
from core.errors import Invalid
from core.models import Contact
from core.registration import flagged
from core.registration_draft import under_way

KIND = "id"


@dataclasses.dataclass(frozen=True)
class IdForm:
    """What the page needs to know: whose language it speaks. No name, no number."""

    contact_id: int
    language: str


def make(s: Session, contact: Contact) -> str:
    """The address of a page on which the person under registration, else the active one, gives the number."""
    return links.make(s, contact, KIND, {"worker": contact.worker_id})


def resolve(s: Session, token: str) -> IdForm | None:
    """The page of a token, for GET; None: show that the link has run out."""
    draft = links.resolve(s, KIND, token)
    contact = s.get(Contact, draft.contact_id) if draft else None
    return IdForm(contact.id, contact.language) if contact else None


def submit(s: Session, token: str, number: str) -> None:
    """Keep the number, close the link and let the chat say so. Needs a write transaction.

    Raises Invalid: `utter_link_gone`, `utter_id_number_wrong` (18 figures whose check or date is wrong), `utter_id_number_old`
    (15 figures). The link stays open after a wrong number.
    """
    draft = links.resolve(s, KIND, token)
    if draft is None:
        raise Invalid("utter_link_gone")
    plain = sealing.bare(number)
    if len(plain) == 15 and sealing.kind_of(plain) == "id_number":
        raise Invalid("utter_id_number_old")
    if not sealing.id_number_valid(plain):
        raise Invalid("utter_id_number_wrong")
    contact = s.get(Contact, draft.contact_id)
    values = readers.id_values(sealing.seal(s, "id_number", plain))
    sequences.close(draft, "done")
    sequences.keep(draft, hash="")
    _kept(s, contact, values, f"draft:{draft.id}:id")


def _kept(s: Session, contact: Contact, values: readers.Values, key: str) -> None:
    number = values["id_number_id"]
    worker = contacts.active_worker(s, contact)
    # A registration under way hears of it as of any answer, so that it is checked and asked on from there.
    if under_way(s, contact) is not None:
        contacts.go_on(s, contact, "choose", {"field": "id_number", "value": f"sealed:{number}"}, key=f"{key}:given")
    elif worker is not None and not flagged(s, contact, worker, number, key=key):
        profile.set_all(s, worker, values, source="worker", author=f"contact:{contact.id}", key=key)
        outbox.say(s, contact, "utter_id_number_kept", dedupe=f"{key}:kept")
