"""Openings in the chat: searched, changed, gone on with, asked about; where home is, asked after the cards."""

import re

from sqlalchemy.orm import Session

from core import areas, cards, clock, contacts, doors, escalations, minors, vacancies, vacancy_wishes, vacancy_words
from core.models import Contact, Search, Vacancy
from core.readers import limits, ordinals, trades
from core.responses import Said, render, text
from core.sequences import Heard
from core.vacancies import Found, Option

PLACE_ALONE = {"zh": 14, "en": 40}  # characters of an answer that is a place and nothing else
MOST_PLACES = 6
# Told alone, these belong to the search just made: what the body allows, how old, where home is.
OF_THE_PERSON = ("limits", "age", "home")
MANY = 100  # a count from here on says no more than "many"
# Wishes that make a count of openings a finding; without one, "3000 fit" says nothing.
NARROWING = (
    "trades",
    "words",
    "employer",
    "region_codes",
    "near",
    "away",
    "kind",
    "wage_min",
    "benefits",
    "shift",
    "limits",
)
_SEEKS = re.compile(r"[?？吗不没呢活招工干找想]|\b(?:jobs?|work|any|find|looking|want)\b", re.IGNORECASE)


def search(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Openings for the wishes told, at once; at most one question after them."""
    if doors.employer_speaks(turn.text):
        return [doors.answer(s, contact, "employer_writes", turn.language)]
    if (answered := _home_alone(s, contact, turn)) is not None:
        return answered
    if (young := minors.hear(s, contact, turn)) is not None:
        return young
    told = _told(s, contact, turn)
    if told and set(told) <= set(OF_THE_PERSON) and vacancies.lately(s, contact):
        return refine(s, contact, turn)
    return _shown(s, contact, vacancies.search(s, contact, told, key=turn.key("search")), turn)


def _told(s: Session, contact: Contact, turn: Heard) -> dict:
    worker = contacts.active_worker(s, contact)
    home, _ = vacancy_wishes.home_of(s, contact, worker, vacancies.under_way(s, contact))
    # A button's title is our own word, no wish.
    return vacancy_wishes.read("" if turn.kind == "button" else turn.text, turn.entities, home=home)


def refine(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The search under way with what is told changed: nearer, better paid, with a room, elsewhere."""
    told, table = _told(s, contact, turn), vacancy_words.words()
    value = turn.entity("value")
    if value in ("near", "away"):
        told[value] = True
    if turn.entity("kind") == "any":
        told["kind"] = None
    if vacancy_words.says(turn.text, table["farther_words"]):
        told["away"] = True
    more_pay = vacancy_words.says(turn.text, table["more_pay_words"]) and "wage_min" not in told
    return _shown(s, contact, vacancies.refine(s, contact, told, key=turn.key("search"), more_pay=more_pay), turn)


def more(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The next openings of the same search."""
    return _shown(s, contact, vacancies.more(s, contact, key=turn.key("search")), turn)


# -- what is shown ---------------------------------------------------------------------------------------------------


def _shown(s: Session, contact: Contact, found: Found, turn: Heard) -> list[Said]:
    return [*minors.notes(s, contact, found, turn), *_openings(s, contact, found, turn)]


def _openings(s: Session, contact: Contact, found: Found, turn: Heard) -> list[Said]:
    if not found.cards:
        return _nothing(s, contact, found, turn)
    language = turn.language
    found.search.wishes = {**found.search.wishes, "language": language}
    if vacancies.just_shown(s, found.search):
        return [_same(found, turn)]
    last = found.cards[-1]
    bubbles = [_head(found, turn.text, language)]
    bubbles += [
        cards.card(card, language, last=card is last and found.total > len(found.cards)) for card in found.cards
    ]
    question = _question(s, contact, found, language)
    return [*bubbles, question] if question else bubbles


def _head(found: Found, words: str, language: str) -> Said:
    first = _first(found)
    name = "utter_jobs_found" if first else "utter_jobs_more"
    if first and not any(found.search.wishes.get(wish) for wish in NARROWING):
        name = "utter_jobs_open"
    elif first and found.total >= MANY:
        name = "utter_jobs_many"
    if found.relaxed and first:
        name = "utter_jobs_near"
    count = text(name, language, total=found.total, count=len(found.cards))
    return Said("\n".join([*_notes(found, words, language), count]), [])


def _first(found: Found) -> bool:
    return len(found.search.seen) == len(found.search.shown)


def _notes(found: Found, words: str, language: str) -> list[str]:
    """What the body does not allow is said back only where it was told just now: the phone may be the family's."""
    lines = []
    if told_limits := limits.read(words):
        told = cards.JOINS[language].join(limits.label(limit, language) for limit in told_limits)
        lines.append(text("utter_jobs_limits", language, limits=told))
    elif vacancy_wishes.limits_told(words):
        lines.append(text("utter_jobs_light", language))
    if found.relaxed:
        lines += _given_up(found, language)
    elif _first(found) and _none_in_town(found):
        lines.append(text("utter_widened_town", language, area=areas.name(found.search.wishes["home"], language)))
    return lines


def _same(found: Found, turn: Heard) -> Said:
    """Nothing better than the openings that stand just above: said in a line, not shown once more."""
    said = render("utter_jobs_same", turn.language, count=len(found.cards))
    return Said("\n".join([*_notes(found, turn.text, turn.language), said.text]), said.buttons)


def _given_up(found: Found, language: str) -> list[str]:
    """Where the work itself was given up that is said first, by name: the rest is no answer to what was asked."""
    if "trade" not in found.relaxed or not found.search.wishes.get("trades"):
        return [*_no_such_place(found, language), cards.given_up(found.relaxed, language)]
    others = [name for name in found.relaxed if name not in ("related", "trade")]
    lines = [text("utter_widened_trade", language, trade=_trades_wished(found, language))]
    return [*lines, cards.given_up(others, language)] if others else lines


def _no_such_place(found: Found, language: str) -> list[str]:
    """The place that was named is named again where nothing of it is shown."""
    codes = found.search.wishes.get("region_codes") or []
    if not codes or not {"county", "prefecture", "province", "anywhere"} & set(found.relaxed):
        return []
    named = cards.JOINS[language].join(areas.name(code, language) for code in codes[:2])
    return [text("utter_widened_place", language, area=named)]


def _trades_wished(found: Found, language: str) -> str:
    return cards.JOINS[language].join(trades.name(code, language) for code in found.search.wishes["trades"][:2])


def _none_in_town(found: Found) -> bool:
    home = found.search.wishes.get("home") or ""
    if not found.search.wishes.get("near") or len(areas.digits(home)) <= 6:
        return False
    regions = [card.vacancy.region_code for card in found.cards]
    return all(areas.distance_rank(home, region) > 0 for region in regions if region)


def _question(s: Session, contact: Contact, found: Found, language: str) -> Said | None:
    """Where home is, when that was only supposed; else near or away, when nothing at all was wished."""
    wishes = found.search.wishes
    if found.asks_home:
        return render("utter_ask_home", language, area=areas.name(wishes["home"], language))
    told = ("trades", "words", "employer", "region_codes", "near", "away", "kind", "other")
    return render("utter_ask_reach", language) if _first(found) and not any(wishes.get(name) for name in told) else None


def _nothing(s: Session, contact: Contact, found: Found, turn: Heard) -> list[Said]:
    values = contacts.values(s, contact, turn.language)
    name = "utter_jobs_no_more" if found.search.seen else "utter_jobs_none"
    if vacancy_words.led_by_caseworker(found.search.wishes.get("kind") or ""):
        name = "utter_jobs_none_led"
    elif found.search.wishes.get("trades") and name == "utter_jobs_none":
        name, values = "utter_jobs_none_trade", {**values, "trade": _trades_wished(found, turn.language)}
    question = render("utter_ask_home", turn.language, area=areas.name(found.search.wishes["home"], turn.language)) if (
        found.asks_home and name != "utter_jobs_no_more"
    ) else None  # fmt: skip
    said = render(name, turn.language, **values)
    return [said, question] if question else [said]


def tell_later(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """They want to hear when something turns up: a person keeps an eye on it, and that is said."""
    row = vacancies.under_way(s, contact)
    detail = text("utter_tell_later_note", "zh", wishes=_in_words(row) if row else "-")
    case = escalations.open_case(s, contact, "other", key=turn.key("tell_later"), detail=detail)
    who = escalations.who_comes(s, case, turn.language)
    return [Said(f"{text('utter_tell_later', turn.language)}\n{who}", [])]


def _in_words(row: Search) -> str:
    """The wishes of a search for the desk, in zh."""
    wishes = row.wishes
    from_codes = [trades.name(code, "zh") for code in wishes.get("trades") or []]
    places = [areas.name(code, "zh") for code in wishes.get("region_codes") or []]
    kind = [vacancy_words.label("kinds", wishes["kind"], "zh")] if wishes.get("kind") else []
    pay = [f"{wishes['wage_min']}元"] if wishes.get("wage_min") else []
    near = [areas.name(wishes["home"], "zh")] if wishes.get("near") and wishes.get("home") else []
    return (
        "、".join(
            [
                *from_codes,
                *(wishes[name] for name in ("words", "employer") if wishes.get(name)),
                *places,
                *near,
                *kind,
                *pay,
            ]
        )
        or "-"
    )


# -- where home is ---------------------------------------------------------------------------------------------------


def _home_alone(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """A bare place name after "where is home?" is that answer, whatever intent it looks like."""
    short = bool(turn.text) and len(turn.text.strip()) <= PLACE_ALONE[turn.language] and not _SEEKS.search(turn.text)
    alone = short and set(_told(s, contact, turn)) <= {"region_codes", "near", "home"}
    return answer_home(s, contact, turn) if alone else None


def answer_home(s: Session, contact: Contact, turn: Heard) -> list[Said] | None:
    """The openings near home, now that it is told where that is; None when it was not asked or no place is told."""
    waiting = vacancies.waits_for_home(s, contact)
    if not waiting and not _taken_before(s, contact, turn):
        return None
    row = vacancies.under_way(s, contact)
    supposed = row.wishes.get("home") if row is not None else None
    # The whole sentence first: "county, township" comes as two entities, and the township counts.
    places = areas.find(turn.text, near=supposed) or areas.find(turn.entity("region") or "", near=supposed)
    if not places:
        return None
    if len(places) > 1:
        return [_which_place(places, turn.language)]
    return _near(s, contact, places[0].code, turn)


def _taken_before(s: Session, contact: Contact, turn: Heard) -> bool:
    row = vacancies.under_way(s, contact)
    return row is not None and row.dedupe == turn.key("home")


def choose_home(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """One of several places of that name was tapped."""
    return _near(s, contact, turn.entity("value") or "", turn)


def _near(s: Session, contact: Contact, code: str, turn: Heard) -> list[Said]:
    return _shown(s, contact, vacancies.set_home(s, contact, code, key=turn.key("home")), turn)


def _which_place(places: list[areas.Area], language: str) -> Said:
    asked = render("utter_ask_which_place", language)
    buttons = [
        {"title": areas.label(place.code, language)[-16:] if language == "zh" else areas.label(place.code, language),
         "payload": f'/choose{{"field": "job_home", "value": "{place.code}"}}'}
        for place in places[:MOST_PLACES]
    ]  # fmt: skip
    return Said(asked.text, buttons)


# -- one opening -----------------------------------------------------------------------------------------------------


def detail(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """What is on record about the opening that is meant; which one, when that is unclear."""
    options = vacancies.meant(s, contact, turn.text, turn.entity("vacancy_id"))
    if not options:
        return [render("utter_no_job_in_view", turn.language)]
    if len(options) > 1:
        return [_each(options, turn) or which(options, "ask_job_detail", turn.language)]
    (option,) = options
    vacancy, employer = vacancies.get(s, option.vacancy.id)
    asked = [] if turn.entity("vacancy_id") else vacancy_words.found("aspects", turn.text)
    values = contacts.values(s, contact, turn.language)
    said = cards.details(vacancy, employer, asked, turn.language, option.n, values)
    if vacancies.is_open(vacancy, clock.today()):
        return [said]
    closed = text("utter_job_closed", turn.language, title=vacancy.title)
    return [Said(f"{said.text}\n{closed}", [cards.more_button(turn.language)])]


def _each(options: list[Option], turn: Heard) -> Said | None:
    """One point asked of all that were shown, a line each; None where it is not one point, or nothing of it is on record."""
    asked = vacancy_words.found("aspects", turn.text)[:1]
    numbered = [option for option in options if option.n]
    if not asked or ordinals.read(turn.text) is not None or len(numbered) > vacancies.CARDS:
        return None
    told = [(option, cards.point(option.vacancy, asked[0], turn.language)) for option in numbered]
    if not any(what for _, what in told):
        return None
    lines = [
        text(
            "utter_jobs_each",
            turn.language,
            n=option.n,
            title=cards.title(option.vacancy, turn.language),
            what=_one_line(what) if what else text("utter_pay_untold", turn.language),
        )
        for option, what in told
    ]
    return Said("\n".join(lines), which(numbered, "ask_job_detail", turn.language).buttons)


def _one_line(words: str) -> str:
    return "; ".join(words.splitlines())


def which(options: list[Option], intent: str, language: str) -> Said:
    """Asks which of several openings is meant."""
    asked = render("utter_ask_which_job", language)
    buttons = [
        cards.button(
            text("utter_button_job", language, n=option.n, title=_short(option.vacancy)), intent, option.vacancy
        )
        for option in options
    ]
    return Said(asked.text, buttons)


def _short(vacancy: Vacancy) -> str:
    return vacancy.title[:10] if not vacancy.title.isascii() else vacancy.title[:24]
