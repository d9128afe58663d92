"""What is on record, shown and put right in the chat: which thing, its new value, a fact by the worker."""

import re
from typing import Any

from sqlalchemy.orm import Session

from core import (
    areas,
    buttons,
    consents,
    contacts,
    escalations,
    idforms,
    profile,
    profile_words,
    registration,
    sequences,
)
from core import registration_fields as fields
from core import registration_readers as readers
from core.models import Contact, Draft, SealedNumber, Worker
from core.readers import words
from core.registration_draft import who
from core.registration_fields import BY_NAME, LISTS
from core.registration_readers import Answer, Values
from core.registration_told import volunteered
from core.responses import Said, render
from core.sequences import Heard

KIND = "profile"
# On a record that came from the county's list these are put right by a caseworker, who sees the papers.
BY_PAPERS = ("name", "birth", "id_number")


def show(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """What is on record about the active worker; of several on one phone first whose. `worker_id` makes one active."""
    chosen = turn.entity("worker_id")
    people = contacts.workers_of(s, contact)
    if chosen and chosen not in {str(one.id) for _, one in people}:  # an old button: this chat speaks for them no more
        return [render("utter_choice_gone", turn.language)]
    if chosen:
        contacts.switch_worker(s, contact, int(chosen))
    worker = contacts.active_worker(s, contact)
    if worker is None:
        return [render("utter_profile_none", turn.language)]
    if len(people) > 1 and not chosen:
        asked = render("utter_profile_whose", turn.language)
        return [Said(asked.text, [_person(one) for _, one in people][:8])]
    told = "\n".join(profile_words.record(s, worker, turn.language))
    return [render("utter_profile", turn.language, lines=told)]


def _person(worker: Worker) -> dict[str, str]:
    return {"title": worker.name, "payload": buttons.payload_of("show_profile", {"worker_id": str(worker.id)})}


def update(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Something has changed: take it from the sentence, else ask for it, else ask which thing it is."""
    worker = contacts.active_worker(s, contact)
    if worker is None:
        return [render("utter_profile_none", turn.language)]
    field = turn.entity("field") or fields.named(turn.text)
    found = {} if turn.entity("field") else _told(s, worker, turn, field)
    if found:
        return _put(s, contact, worker, found, turn)
    if field not in BY_NAME:
        return [render("utter_profile_which", turn.language)]
    if field in BY_PAPERS and worker.source == "list":
        return _by_papers(s, contact, worker, field, turn)
    draft = sequences.open_(s, contact, KIND, {"field": field, "worker": worker.id})
    return [_question(draft, contact, s, turn.language)]


def _told(s: Session, worker: Worker, turn: Heard, field: str | None) -> dict[str, Values]:
    answer = Answer(s, turn.text, worker.county_code)
    found = {name: values for name, values in volunteered(turn, answer).items() if name not in BY_PAPERS}
    if field in ("wish", "hours", "certificates") and field not in found and (values := BY_NAME[field].read(answer)):
        found[field] = values
    if field == "birth" and field not in found and (age := re.search(r"(?<!\d)[1-6]\d(?!\d)", turn.text)):
        found |= {field: values} if (values := readers.birth_told(f"{age.group()}岁")) else {}
    return {name: values for name, values in found.items() if readers.CHOICES not in values}


def _question(draft: Draft, contact: Contact, s: Session, language: str) -> Said:
    relation = next(
        (bond.relation for bond, w in contacts.workers_of(s, contact) if w.id == draft.data["worker"]), "self"
    )
    if draft.data.get("choices"):
        asked = render("utter_registration_ask_home_which", language)
        return Said(asked.text, [_place(code, language) for code in draft.data["choices"]])
    if draft.data["field"] == "id_number" and contact.channel == "telegram":
        return render("utter_registration_ask_id_number_page", language, link=idforms.make(s, contact))
    return render(f"utter_registration_ask_{draft.data['field']}", language, who=who(relation, language))


def _place(code: str, language: str) -> dict[str, str]:
    return {
        "title": areas.label(code, language),
        "payload": buttons.payload_of("choose", {"field": "home", "value": code}),
    }


def ask_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said:
    """The open question once more."""
    if draft.data.get("limits"):
        return _may_keep(draft.data["limits"], language)
    return _question(draft, contact, s, language)


def answer_draft(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """The new value, by button or in words; None when the turn belongs to something else."""
    worker = s.get(Worker, draft.data["worker"])
    if sequences.stale(draft) or worker is None:
        return None
    if draft.data.get("limits"):
        return _health(s, contact, worker, draft, turn)
    field = draft.data["field"]
    values = _value(s, worker, field, turn)
    if values is None:
        if words.read(turn.text) in ("skip", "dont_know", "back", "cancel") or turn.intent == "deny":
            sequences.close(draft, "left")
            return [render("utter_profile_left", turn.language)]
        return None if turn.intent == "choose" else [render("utter_registration_not_read", turn.language)]
    if readers.CHOICES in values:
        sequences.keep(draft, choices=values[readers.CHOICES] or readers.counties(values["inside"]))
        return [_question(draft, contact, s, turn.language)]
    sequences.close(draft, "done")
    number = values.get("id_number_id")
    if number and registration.flagged(s, contact, worker, number, key=turn.key("put_right")):
        return _by_papers(s, contact, worker, field, turn)
    return _put(s, contact, worker, {field: values}, turn)


def _value(s: Session, worker: Worker, field: str, turn: Heard) -> Values | None:
    if turn.intent == "choose":
        return fields.of_button(field, turn.entity("value") or "") if turn.entity("field") == field else None
    return BY_NAME[field].read(Answer(s, turn.text, worker.county_code))


def _by_papers(s: Session, contact: Contact, worker: Worker, field: str, turn: Heard) -> list[Said]:
    case = escalations.open_case(s, contact, "registration", key=turn.key("put_right"), detail=field, worker=worker)
    return [render("utter_profile_by_papers", turn.language), Said(escalations.who_comes(s, case, turn.language), [])]


def _put(s: Session, contact: Contact, worker: Worker, found: dict[str, Values], turn: Heard) -> list[Said]:
    values = {column: value for told in found.values() for column, value in told.items()}
    if values.get("limits") and not consents.granted(s, worker.id, "health"):
        sequences.open_(s, contact, KIND, {"field": "limits", "worker": worker.id, "limits": values.pop("limits")})
        asked = [_may_keep(found["limits"]["limits"], turn.language)]
    else:
        asked = []
    for column in LISTS:
        if values.get(column) and column != "limits":
            values[column] = list(dict.fromkeys([*getattr(worker, column), *values[column]]))
    _keep(s, contact, worker, values, turn)
    told = "\n".join(profile_words.lines(s, values, turn.language))
    return [*([render("utter_profile_changed", turn.language, lines=told)] if told or not asked else []), *asked]


def _may_keep(limits: list[str], language: str) -> Said:
    return render("utter_consent_health", language, limits=fields.shown("limits", limits, language))


def _health(s: Session, contact: Contact, worker: Worker, draft: Draft, turn: Heard) -> list[Said] | None:
    tapped = turn.intent == "choose" and turn.entity("field") == "health"
    if not tapped and turn.intent not in ("affirm", "deny"):
        return None
    yes = turn.entity("value") == "yes" if tapped else turn.intent == "affirm"
    consents.record(s, contact, worker, "health", yes, key=turn.key("health"))
    sequences.close(draft, "done")
    limits = draft.data["limits"]
    sequences.keep(draft, limits=[])
    if not yes:
        return [render("utter_profile_left", turn.language)]
    return _put(s, contact, worker, {"limits": {"limits": limits}}, turn)


def _keep(s: Session, contact: Contact, worker: Worker, values: dict[str, Any], turn: Heard) -> None:
    relation = next((bond.relation for bond, w in contacts.workers_of(s, contact) if w.id == worker.id), "self")
    source = "worker" if relation == "self" else "family"
    profile.set_all(s, worker, values, source=source, author=f"contact:{contact.id}", key=turn.key("fact"))
    if source == "worker" and values.get("phone_id"):
        contact.phone_id, contact.phone_is_own = values["phone_id"], values.get("phone_whose") == "own"


def card(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A contact card sent by itself: the active worker's own number only if the app says that it is the sender's."""
    number = s.get(SealedNumber, int(turn.entity("phone_id") or 0))
    worker = contacts.active_worker(s, contact)
    if worker is None or number is None:
        return [render("utter_profile_none", turn.language)]
    if str(turn.entity("own")).lower() != "true":
        return [render("utter_phone_not_own", turn.language)]
    return _put(s, contact, worker, {"phone": {"phone_id": number.id, "phone_whose": "own"}}, turn)
