"""「A person, please」 and complaints: name, number and hours at once; a complaint never lands on the desk it is about."""

import dataclasses
import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import contacts, danger, escalations, outbox, sequences, troubles, turns
from core.models import Contact, Draft, InboundMessage, User
from core.responses import Said, render, text
from core.sequences import Heard

_CALL_ME = re.compile(
    r"(?:给|跟|和)我(?:打|回|来|联系)|打给我|打(?:个)?电话(?:过来|给我)|回(?:我)?(?:个)?电话|联系我|来找我|来个人|叫(?:个)?人来|派人"
    r"|\b(?:call|phone|ring|contact) me\b|\bcall (?:me )?back\b|\bcallback\b",
    re.IGNORECASE,
)
# Said of the service or of whoever answers there, without a name.
_SERVICE = re.compile(r"机器|系统|软件|这个(?:号|app)|\b(?:bot|robot|app|system)\b", re.IGNORECASE)
_ACCUSES = re.compile(
    r"投诉|举报|(?<![广报被转控祷预公])告(?!诉|知|别|假)|好处费|红包|回扣|贿|\b(?:complain|complaint|report|sue)\b",
    re.IGNORECASE,
)
_HELPER = re.compile(r"帮扶(?:的人|人|干部)|(?<!村)干部|\bmy (?:caseworker|helper)\b", re.IGNORECASE)


# -- a person --------------------------------------------------------------------------------------------------------


def talk(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Whom to phone, when and where; whoever wants to be called gets a case and is told who calls by when."""
    if turn.entity("answer") == "call_me" or _CALL_ME.search(turn.text):
        return wanted(s, contact, turn, "stuck" if turn.entity("kind") == "stuck" else "person_wanted")
    return [helper(s, contact, turn.language)]


def helper(s: Session, contact: Contact, language: str) -> Said:
    """The caseworker's name, office and number, with address and hours where they are known."""
    values = contacts.values(s, contact, language)
    known = values["address"] and values["hours"]
    return render("utter_caseworker" if known else "utter_caseworker_phone", language, **values)


def wanted(s: Session, contact: Contact, turn: Heard, kind: str = "person_wanted") -> list[Said]:
    """Open (or join) the case and say truly who comes and by when."""
    case = escalations.open_case(s, contact, kind, key=turn.key("person"), detail=turn.text or None)
    who = escalations.who_comes(s, case, turn.language)
    escalations.answered_first(case, who)
    return [
        Said(f"{text('utter_person_wanted', turn.language)}\n{who}", []),
        render("utter_person_wanted_say", turn.language),
    ]


# -- a complaint -----------------------------------------------------------------------------------------------------


def complain(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Kept at once. Of whom it is unclear: kept from the own caseworker's desk until that is said."""
    own, user = contacts.office_of(s, contact), accused(s, contact, turn.text)
    named = True if user is not None else _names(turn.text, own)
    about = user.id if user is not None else own["caseworker_id"] if named is not False else None
    case = escalations.open_case(
        s, contact, "complaint", key=turn.key("complaint"), detail=turn.text, about_user_id=about
    )
    who = escalations.who_comes(s, case, turn.language)
    escalations.answered_first(case, who)
    if named is None and about is not None:
        sequences.open_(s, contact, "complaint", {"facts": {}, "asking": "about", "key": turn.key("complaint")})
        noted = text("utter_complaint_kept", turn.language)
        return [Said(f"{noted}\n{who}", []), _whom(own, turn.language)]
    return _noted(about is not None, who, turn.language)


def accused(s: Session, contact: Contact, words: str) -> User | None:
    """The staff member whom the words accuse by name, or as the worker's own helper; no model is asked."""
    told = troubles.plain(words)
    if not _ACCUSES.search(told):
        return None
    own = contacts.office_of(s, contact)["caseworker_id"]
    users = s.scalars(sa.select(User).order_by(User.id)).all()
    named = [user for user in users if any(name and troubles.plain(name) in told for name in (user.name, user.name_en))]
    if not named and own and _HELPER.search(told):
        return s.get(User, own)
    return min(named, key=lambda user: user.id != own, default=None)


def at_the_door(s: Session, contact: Contact, message: InboundMessage) -> None:
    """Keep a complaint about a staff member in the transaction that stores it, also while a person holds the chat.

    Guarantee: that user never sees the case or the message. The turn that follows has the same keys.
    """
    user = accused(s, contact, message.text) if message.kind in turns.WRITTEN else None
    if user is None:
        return
    turn, language = turns.message_id(message), turns.language(contact, message)
    case = escalations.open_case(
        s, contact, "complaint", key=f"{turn}:complaint:0", detail=message.text, about_user_id=user.id
    )
    message.case_id = case.id
    found = danger.read(message.text)
    if found is not None and found.sure:
        return
    who = escalations.who_comes(s, case, language)
    escalations.answered_first(case, who)
    outbox.answer(s, contact, turn, map(dataclasses.asdict, _noted(True, who, language)), language)


def _names(words: str, own: dict) -> bool | None:
    """Whether the words are about the own caseworker: their name, or plainly about something else; None: unclear."""
    told = troubles.plain(words)
    names = [name for name in (own["caseworker"], own["caseworker_en"]) if name]
    surnames = (
        [f"{own['caseworker'][0]}{title}" for title in ("干部", "主任", "同志", "老师")] if own["caseworker"] else []
    )
    if any(troubles.plain(name) in told for name in (*names, *surnames)):
        return True
    return False if not names or _SERVICE.search(told) else None


def _whom(own: dict, language: str) -> Said:
    name = own["caseworker"] if language == "zh" else own["caseworker_en"]
    return render("utter_complaint_ask_about", language, caseworker=name)


def _noted(about: bool, who: str, language: str) -> list[Said]:
    noted = text("utter_complaint_noted" if about else "utter_complaint_noted_service", language)
    return [Said(f"{noted}\n{who}", []), render("utter_complaint_lines", language)]


def answer_complaint(s: Session, contact: Contact, draft: Draft, turn: Heard) -> list[Said] | None:
    """Whom it is about, by button or by name; who it is not about may see it."""
    if sequences.stale(draft):
        return None
    own = contacts.office_of(s, contact)
    if turn.intent == "choose":
        told = {"caseworker": True, "other": False}.get(turn.entity("value") or "") if _asked(turn) else None
    else:
        told = {"affirm": True, "deny": False}.get(turn.intent, _names(turn.text, own))
    if told is None:
        return None
    sequences.close(draft, "done")
    about = s.get(User, own["caseworker_id"]) if told else None
    case = escalations.about(s, draft.data["key"], about)
    return _noted(told, escalations.who_comes(s, case, turn.language), turn.language) if case else None


def _asked(turn: Heard) -> bool:
    return turn.entity("field") == "about"


def ask_whom_again(s: Session, contact: Contact, draft: Draft, language: str) -> Said | None:
    """Whom the complaint is about, once more."""
    own = contacts.office_of(s, contact)
    return _whom(own, language) if own["caseworker"] else None
