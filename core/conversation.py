"""Talk about the talk: begin, again, in another language, give up, go on after a person, a file, a place."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import answers, contacts, escalations, menus, registration, registration_draft, sequences, subsidies, troubles
from core.buttons import payload_of
from core.models import ButtonToken, Contact, InboundMessage, OutboundMessage
from core.responses import Said, names, raw, render
from core.sequences import Heard

LAST = 3  # bubbles that are said again


def start(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The first screen; with a slip's code the chat is bound first. Raises Invalid for a code that does not work."""
    code = turn.entity("value")
    if not code:
        return menus.first(s, contact, turn)
    registration.bind_code(s, contact, code, key=turn.key("code"))
    draft = registration_draft.under_way(s, contact)
    if draft is not None:
        registration_draft.forget(draft, "left")
    return menus.bound(s, contact, turn)


def resume(s: Session, contact: Contact, turn: Heard, *, ask_again: bool = True) -> list[Said]:
    """A person had the chat: who speaks again, then the open question anew (`ask_again` False: a form asks it)."""
    said = render("utter_resumed", turn.language)
    return [said, *(answers.ask_open(s, contact, turn.language) if ask_again else [])]


def cancel(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Leave whatever is under way outside the form; a case that is open stays open."""
    drafts = answers.open_drafts(s, contact)
    for draft in drafts:
        if draft.kind == registration_draft.KIND:
            registration_draft.forget(draft, "left")
        else:
            sequences.close(draft, "left")
    return [render("utter_cancelled" if drafts else "utter_nothing_to_cancel", turn.language)]


# -- language --------------------------------------------------------------------------------------------------------


_TONGUES = re.compile(
    r"藏|维语|维吾尔|蒙|彝|粤|广东话|白话|客家|闽南|方言|土话|日语|俄语|法语|韩语"
    r"|\b(?:tibetan|uy?ghur|uighur|mongolian|kazakh|yi language|cantonese|japanese|russian|french|korean|spanish|arabic|dialect)\b",
    re.IGNORECASE,
)


def switch_language(s: Session, contact: Contact, turn: Heard, *, ask_again: bool = True) -> list[Said]:
    """The language named (else the other one) from now on, kept against guessing; the open question in it.

    `ask_again` False where a form asks by itself.
    """
    if language_named(turn) is None and _TONGUES.search(turn.text):
        return [render("utter_language_unknown", turn.language)]
    contact.language = language_named(turn) or ("en" if turn.language == "zh" else "zh")
    contact.language_chosen = True
    s.flush()
    said = render("utter_language_set", contact.language)
    return [said, *(answers.ask_open(s, contact, contact.language) if ask_again else [])]


def language_named(turn: Heard) -> str | None:
    """`zh` or `en` by what was said; None for another language or none."""
    told = f"{turn.entity('language') or ''} {turn.text}".casefold()
    if any(word in told for word in ("英", "english")) or told.strip() == "en":
        return "en"
    if any(word in told for word in ("中文", "汉", "普通话", "国语", "chinese", "mandarin")) or told.strip() == "zh":
        return "zh"
    return None


# -- again -----------------------------------------------------------------------------------------------------------


def repeat(s: Session, contact: Contact, turn: Heard, *, ask_again: bool = True) -> list[Said]:
    """What was said last, once more, in simpler words where there are such (`utter_x_simple`).

    `ask_again` False where a form asks by itself.
    """
    if not ask_again:
        return [render("utter_repeat", turn.language)]
    if subsidies.find(turn.text) is not None:
        return subsidies.answer(s, contact, turn)
    rows = _last_said(s, contact)
    if not rows:
        return menus.first(s, contact, turn)
    return [render("utter_repeat", turn.language), *(_again(s, row) for row in rows)]


def _last_said(s: Session, contact: Contact) -> list[OutboundMessage]:
    came = sa.select(InboundMessage.n).where(InboundMessage.contact_id == contact.id)
    before = s.scalars(came.order_by(InboundMessage.n.desc()).offset(1).limit(1)).first() or 0
    said = sa.select(OutboundMessage).where(OutboundMessage.contact_id == contact.id, OutboundMessage.sender == "bot")
    newest = said.order_by(OutboundMessage.n.desc())
    rows = s.scalars(newest.where(OutboundMessage.n > before).limit(LAST)).all() or s.scalars(newest.limit(1)).all()
    return list(reversed(rows))


def _again(s: Session, row: OutboundMessage) -> Said:
    tokens = [s.get(ButtonToken, button["token"]) for button in row.buttons or []]
    buttons = [{"title": t.title, "payload": payload_of(t.intent, t.entities)} for t in tokens if t is not None]
    simple = next((name for name in names() if _is_simpler(name, row)), None)
    words = render(simple, row.language).text if simple else row.text
    return Said(words, buttons, row.ask_for)


def _is_simpler(name: str, row: OutboundMessage) -> bool:
    base, _, simple = name.rpartition("_")
    return simple == "simple" and raw(base, row.language)["text"] in row.text


# -- files and places ------------------------------------------------------------------------------------------------


_VOICE, _FILE = ("utter_voice_kept", "utter_voice_unread"), ("utter_file_kept", "utter_file_unread")


def media(s: Session, contact: Contact, turn: Heard, *, ask_again: bool = True) -> list[Said]:
    """A photo, a voice message, a paper, a film or a sticker: kept with the case that is open, else said what it is for."""
    kind = turn.entity("kind") or "document"
    if kind == "sticker":
        return [render("utter_sticker", turn.language)]
    case = escalations.open_of(s, contact)
    if case is not None:
        number = turn.entity("value")
        escalations.add(s, case, f"[{kind} {number}]" if number else f"[{kind}]", turn.key("media"))
    kept, unread = _VOICE if kind == "voice" else _FILE
    said = render(kept if case else unread, turn.language, **contacts.values(s, contact, turn.language))
    if case is None or not ask_again:
        return [said]
    return [said, *(troubles.evidence_came(s, contact, turn) or answers.ask_open(s, contact, turn.language))]


def location(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """A place on the map belongs to the open case, danger first; nobody here can tell which village it is."""
    case = escalations.open_of(s, contact)
    if case is None:
        return [render("utter_location_unread", turn.language)]
    place = f"[location {turn.entity('latitude')},{turn.entity('longitude')}]"
    escalations.add(s, case, place, turn.key("location"))
    return [render("utter_location_kept", turn.language)]
