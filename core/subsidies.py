"""Subsidies: which one is meant, what holds where, and the short answer with its place, its day and its source."""

import dataclasses
import functools
import re

from sqlalchemy.orm import Session

from core import areas, clock, contacts, doors, rights, sequences, spelling, troubles
from core.models import Contact, Office
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard
from core.subsidy_files import Instrument, Rule, catalogue

# A sound-alike counts from this many syllables on: 中菜 is no 仲裁.
SOUNDS = 3
MOST_ASPECTS = 3
OVERVIEW = ("amount", "conditions")


# -- which one -------------------------------------------------------------------------------------------------------


def fold(words: str) -> str:
    """As the catalogue's names are compared: one width, simplified, small letters, one word for 补贴."""
    plain = spelling.plain(words)
    if plain.isascii():
        return _latin(plain)
    for said, meant in load("subsidy_words")["fold"].items():
        plain = plain.replace(str(said), meant)
    return plain


def _latin(plain: str) -> str:
    return " ".join(re.findall("[a-z0-9]+", plain))


@functools.lru_cache(maxsize=1)
def _names() -> list[tuple[str, str]]:
    """(folded name, id), the longest first; those of one instrument only."""
    said = {
        fold(name): instrument.id
        for instrument in catalogue().values()
        for name in [*instrument.names["zh"], *instrument.names["en"], instrument.name.zh, instrument.name.en]
    }
    return sorted(said.items(), key=lambda pair: -len(pair[0]))


@functools.lru_cache(maxsize=1)
def _sounds() -> list[tuple[str, str]]:
    """(the sound of a Chinese name, id), the longest first."""
    spoken = [(spelling.syllables(name), subsidy) for name, subsidy in _names() if not name.isascii()]
    long = [(" ".join(sound), subsidy) for sound, subsidy in spoken if len(sound) >= SOUNDS]
    return sorted(long, key=lambda pair: -len(pair[0]))


def _named(said: str) -> str | None:
    folded = fold(said)
    words = f" {_latin(spelling.plain(said))} "
    for name, subsidy in _names():
        if (f" {name} " in words or f" {name}s " in words) if name.isascii() else name in folded:
            return subsidy
    return None


def _sounding(said: str) -> str | None:
    folded = fold(said)
    letters = "".join(re.findall("[a-z]", folded)) if folded.isascii() else ""
    sounds = f" {' '.join(spelling.syllables(folded))} "
    for sound, subsidy in _sounds():
        if sound.replace(" ", "") in letters or f" {sound} " in sounds:
            return subsidy
    return None


def find(words: str, entity: str | None = None) -> Instrument | None:
    """The instrument named in free words (zh, en, pinyin, sound-alikes): the entity first, the longest name wins."""
    said = [part for part in (entity, words) if part]
    for look in (_named, _sounding):
        for part in said:
            if subsidy := look(part):
                return catalogue()[subsidy]
    return None


def meant(s: Session, contact: Contact, turn: Heard) -> Instrument | None:
    """The instrument of a turn: by button, by name, else the one that was spoken of last (for two days)."""
    known = catalogue().get(turn.entity("subsidy_id") or "") or find(turn.text, turn.entity("subsidy"))
    if known is not None:
        return known
    last = sequences.current(s, contact, "subsidy")
    fresh = last is not None and not sequences.stale(last)
    return catalogue().get(last.data["subsidy"]) if last is not None and fresh else None


def speak_of(s: Session, contact: Contact, instrument: Instrument) -> None:
    """Remember that this one is spoken of, so that "which papers?" needs no name."""
    last = sequences.current(s, contact, "subsidy")
    if last is None:
        sequences.open_(s, contact, "subsidy", {"subsidy": instrument.id})
    else:
        sequences.keep(last, subsidy=instrument.id)


# -- what is asked about it --------------------------------------------------------------------------------------------


def aspects() -> dict[str, str]:
    """Aspect → field of the rule that answers it, in the order in which they are answered."""
    return {row["aspect"]: row["field"] for row in load("subsidy_words")["aspects"]}


@functools.lru_cache
def _pattern(aspect: str) -> re.Pattern[str]:
    (row,) = [row for row in load("subsidy_words")["aspects"] if row["aspect"] == aspect]
    return troubles.pattern(row["words"])


def aspects_of(words: str) -> list[str]:
    """What is asked (amount, conditions, documents, place, deadline, steps), at most three; empty when nothing is said."""
    told = troubles.plain(words)
    asked = [aspect for aspect in aspects() if aspect == told or _pattern(aspect).search(told)]
    return asked[:MOST_ASPECTS]


# -- what holds where --------------------------------------------------------------------------------------------------


def rules_for(instrument: Instrument, code: str | None) -> list[Rule]:
    """The rules that cover an area, the most specific first; those that have ended behind those that may hold."""
    covering = [rule for rule in instrument.rules if not rule.area or (code and rule.covers(code))]
    near = sorted(covering, key=lambda rule: -len(areas.digits(rule.area)) if rule.area else 0)
    return sorted(near, key=lambda rule: rule.state() == "expired")


@dataclasses.dataclass(frozen=True)
class Told:
    """One text and the rule that states it."""

    words: str
    rule: Rule


def tell(instrument: Instrument, aspect: str, code: str | None, language: str) -> Told | None:
    """What the rule in force for an area says of an aspect, else the wider one; None where none says anything."""
    for rule in rules_for(instrument, code):
        if said := getattr(rule, aspects()[aspect]):
            return Told(said.in_(language), rule)
    return None


def area_of(s: Session, contact: Contact, instrument: Instrument | None, region: str | None = None) -> str | None:
    """For which area to answer: one that is named and has a rule of its own, else home, else the office's county."""
    worker = contacts.active_worker(s, contact)
    home = worker.county_code if worker is not None else None
    local = [rule for rule in instrument.rules if rule.area and rule.state() != "expired"] if instrument else []
    for area in areas.find(region, near=home) if region else []:
        if any(rule.covers(area.code) for rule in local):
            return area.code
    office = s.get(Office, contact.office_id) if home is None and contact.office_id else None
    return home or (office.county_code if office is not None else None)


# -- the answer --------------------------------------------------------------------------------------------------------


def basis(rule: Rule, language: str) -> str:
    """The place that a rule holds for, the day it was checked, its document."""
    place = rule.place_name(language) or text("utter_subsidy_nation", language)
    day = f"{rule.checked_on.year}年{rule.checked_on.month}月{rule.checked_on.day}日"
    if language == "en":
        day = f"{rule.checked_on.day} {rule.checked_on:%B %Y}"
    return text("utter_subsidy_basis", language, place=place, day=day, document=rule.document.in_(language))


def caution(s: Session, contact: Contact, rule: Rule, language: str) -> str | None:
    """That a rule has ended, or is not known to be in force, and whom to ask; None for one that is in force."""
    state, who = rule.state(), contacts.values(s, contact, language)
    if state == "active":
        return None
    if state == "expired":
        year = (rule.valid_to or rule.checked_on).year
        return text("utter_subsidy_ended", language, year=year, caseworker=who["caseworker"])
    if rule.valid_to is not None and rule.valid_to < clock.today():
        year = rule.valid_to.year
        return text("utter_subsidy_ran_until", language, year=year, caseworker=who["caseworker"])
    return text("utter_subsidy_not_sure", language, caseworker=who["caseworker"])


def before(instrument: Instrument, aspect: str, code: str | None, told: Told, language: str) -> str | None:
    """That the area had a rule of its own which has ended, where a wider one answers."""
    for rule in rules_for(instrument, code):
        closer = len(areas.digits(rule.area)) > len(areas.digits(told.rule.area)) if told.rule.area else bool(rule.area)
        if rule.state() == "expired" and closer and getattr(rule, aspects()[aspect]) and rule.valid_to:
            return text("utter_subsidy_local_ended", language, place=rule.place_name(language), year=rule.valid_to.year)
    return None


def buttons(instrument: Instrument, asked: list[str], language: str) -> list[dict[str, str]]:
    """The next three things to ask about it, then the way to have it."""
    offered = render("utter_subsidy_next", language, subsidy=instrument.id).buttons
    about = {aspect: button for button, aspect in zip(offered, aspects(), strict=False)}
    chosen = [button for aspect, button in about.items() if aspect not in asked][:3]
    last = offered[-2] if instrument.personal else offered[-1]
    return [{**button, "payload": button["payload"].replace("SUBSIDY", instrument.id)} for button in [*chosen, last]]


def about(
    s: Session, contact: Contact, instrument: Instrument, asked: list[str], code: str | None, language: str
) -> Said:
    """The answer to what was asked (the amount and the conditions where nothing was), in one bubble."""
    wanted = asked or list(OVERVIEW)
    found = [(aspect, told) for aspect in wanted if (told := tell(instrument, aspect, code, language))]
    lines: list[str] = []
    cautions: list[str | None] = []
    for position, (aspect, told) in enumerate(found):
        lines.append(told.words)
        if position + 1 == len(found) or found[position + 1][1].rule is not told.rule:
            lines.append(basis(told.rule, language))
        cautions += [before(instrument, aspect, code, told, language), caution(s, contact, told.rule, language)]
    if not found:
        lines.append(text("utter_subsidy_not_found", language, **contacts.values(s, contact, language)))
    if not instrument.personal:
        lines.append(text("utter_subsidy_for_employers", language))
    lines += [line for line in dict.fromkeys(cautions) if line]
    head = text("utter_subsidy_head", language, name=instrument.title(language))
    return Said(head + "\n".join(lines), buttons(instrument, wanted, language))


def answer(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`ask_subsidy`: the aspect asked, in short; what is no subsidy is answered by its own topic or door."""
    asked = aspects_of(turn.entity("aspect") or "") or aspects_of(turn.text)
    named = catalogue().get(turn.entity("subsidy_id") or "") or find(turn.text, turn.entity("subsidy"))
    if named is None and (elsewhere := _elsewhere(s, contact, turn)):
        return [elsewhere]
    instrument = named or (meant(s, contact, turn) if asked and not _generic(turn) else None)
    if instrument is None:
        return [which(s, contact, "ask_subsidy", turn.language)]
    speak_of(s, contact, instrument)
    code = area_of(s, contact, instrument, turn.entity("region"))
    return [about(s, contact, instrument, asked, code, turn.language)]


def _generic(turn: Heard) -> bool:
    """「补贴咋领」: a subsidy, but none by name and not "that one"."""
    words = load("subsidy_words")
    said = troubles.pattern(words["any"]).search(fold(turn.text))
    return bool(said) and not troubles.pattern(words["that"]).search(troubles.plain(turn.text))


def _elsewhere(s: Session, contact: Contact, turn: Heard) -> Said | None:
    said = turn.text or turn.entity("subsidy") or ""
    if (door := doors.kind_of(said)) != "other":
        return doors.answer(s, contact, door, turn.language)
    topic = rights.topic_of(said)
    return rights.about(s, contact, topic, turn.language) if topic else None


def which(s: Session, contact: Contact, intent: str, language: str) -> Said:
    """ "Which one do you mean?", with the commonest as buttons."""
    asked = render("utter_subsidy_which", language)
    offered = [choice(catalogue()[subsidy], intent, language) for subsidy in load("subsidy_words")["common"]]
    return Said(asked.text, [*offered, *asked.buttons])


def choice(instrument: Instrument, intent: str, language: str) -> dict[str, str]:
    """A button that names an instrument and goes on with `intent`."""
    return {"title": instrument.short.in_(language), "payload": f'/{intent}{{"subsidy_id": "{instrument.id}"}}'}
