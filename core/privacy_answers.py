"""Questions about one's own data: a copy, a deletion that is asked back, who sees what."""

from sqlalchemy.orm import Session

from core import contacts, copies, escalations, privacy, sequences
from core.models import Contact, Draft
from core.responses import Said, render
from core.sequences import Heard

KIND = "deletion"


def export(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A link to a copy of all that is on record about the active worker, which works once and for a day."""
    worker = contacts.active_worker(s, contact)
    if worker is None:
        return [render("utter_profile_none", turn.language)]
    link = copies.make(s, contact, worker)
    return [render("utter_export_ready", turn.language, link=link, person=worker.name)]


def delete(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Ask back first; then delete, or hand it to a caseworker while money or a case still needs the data."""
    answer = turn.entity("answer")
    if answer in ("yes", "no"):
        return _answered(s, contact, answer == "yes", turn)
    draft = sequences.open_(s, contact, KIND, {})
    return [ask_again(s, contact, draft, turn.language)]


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said:
    """Whether all of it is really to be deleted."""
    worker = contacts.active_worker(s, contact)
    if worker is None:
        return render("utter_delete_ask_chat", language)
    return render("utter_delete_ask", language, person=worker.name)


def answer_draft(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """A plain yes or no to the question asked back; None for anything else, and after a day or two."""
    if sequences.stale(draft) or turn.intent not in ("affirm", "deny"):
        return None
    return _answered(s, contact, turn.intent == "affirm", turn)


def _answered(s: Session, contact: Contact, yes: bool, turn: Heard) -> list[Said]:
    draft = sequences.current(s, contact, KIND)
    if draft is not None:
        sequences.close(draft, "done")
    if not yes:
        return [render("utter_delete_not", turn.language)]
    worker = contacts.active_worker(s, contact)
    if worker is None:
        privacy.forget_chat(s, contact)
    elif needed := privacy.must_stay(s, worker):
        case = escalations.open_case(
            s, contact, "data_request", key=turn.key("delete"), detail=f"delete: {', '.join(needed)}", worker=worker
        )
        said = render(f"utter_delete_waits_{needed[0]}", turn.language)
        return [said, Said(escalations.who_comes(s, case, turn.language), [])]
    else:
        privacy.delete(s, worker, by=f"contact:{contact.id}")
    return [render("utter_deleted", turn.language)]


def who_sees(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Who sees what is told here, and who does not."""
    said = [render("utter_privacy", turn.language, **contacts.values(s, contact, turn.language))]
    if contact.channel == "telegram":
        said.append(render("utter_registration_abroad", turn.language))
    return said
