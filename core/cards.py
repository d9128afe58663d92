"""An opening in words for a small phone: the card, what is known of one point of it, what was given up to find it."""

import re
from decimal import Decimal
from typing import Any

from core import areas, clock, times, vacancy_words
from core.models import Employer, Vacancy
from core.readers import trades
from core.responses import Said, text
from core.vacancies import Card

JOINS = {"zh": "、", "en": ", "}
# Kinds that the title does not tell, and that matter to somebody who chooses.
SAID_KINDS = ("public_welfare", "work_for_relief", "workshop", "part_time", "short_term")
PER = {
    "zh": {"month": "一个月", "day": "一天", "hour": "一小时", "week": "一周", "year": "一年", "piece": "一件"},
    "en": {"month": "a month", "day": "a day", "hour": "an hour", "week": "a week", "year": "a year", "piece": "a piece"},
}  # fmt: skip
CURRENCIES = {"CNY": {"zh": "元", "en": "yuan"}, "USD": {"zh": "美元", "en": "US dollars"}}
ASPECTS = ("pay", "room", "insurance", "transport", "hours", "address", "demands", "start")


def button(title: str, intent: str, vacancy: Vacancy) -> dict[str, str]:
    return {"title": title, "payload": f'/{intent}{{"vacancy_id": "{vacancy.id}"}}'}


def apply_button(vacancy: Vacancy, language: str, n: int = 0) -> dict[str, str]:
    """ "Apply 1" under a card, "Apply" for an opening without a number."""
    title = text("utter_button_apply_n", language, n=n) if n else text("utter_button_apply", language)
    return button(title, "apply_job", vacancy)


def more_button(language: str) -> dict[str, str]:
    return {"title": text("utter_button_more", language), "payload": "/more_jobs"}


# -- parts of a card -------------------------------------------------------------------------------------------------


def title(vacancy: Vacancy, language: str) -> str:
    """The title as the source has it, in English with the trade's English name; with the kind where it matters."""
    notes = []
    trade = trades.common().get(vacancy.occupation_code or "")
    if language == "en" and trade is not None and not vacancy.title.isascii():
        notes.append(trade.en)
    if vacancy.kind in SAID_KINDS:
        notes.append(vacancy_words.label("kinds", vacancy.kind, language))
    if not notes:
        return vacancy.title
    return f"{vacancy.title}（{'、'.join(notes)}）" if language == "zh" else f"{vacancy.title} ({', '.join(notes)})"


def _number(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')).normalize():f}"


def _span(least: Decimal | int | None, most: Decimal | int | None, language: str) -> str:
    low, high = (None if amount is None else _number(Decimal(amount)) for amount in (least, most))
    if low is None or high is None:
        name = "utter_pay_from" if high is None else "utter_pay_to"
        return text(name, language, amount=low or high)
    return low if low == high else f"{low}-{high}"


def pay(vacancy: Vacancy, language: str) -> str | None:
    """Pay as the source says it, and about how much that is a month where it can be reckoned; None: not on record."""
    if vacancy.wage_min is None and vacancy.wage_max is None:
        return text("utter_pay_by_piece", language) if vacancy.wage_unit == "piece" else None
    money = CURRENCIES.get(vacancy.currency, {}).get(language, vacancy.currency)
    per = PER[language].get(vacancy.wage_unit or "", "")
    amount = _span(vacancy.wage_min, vacancy.wage_max, language)
    said = f"{per}{amount}{money}" if language == "zh" else f"{amount} {money} {per}".strip()
    if vacancy.wage_unit in (None, "month") or (vacancy.month_min is None and vacancy.month_max is None):
        return said
    month = _span(vacancy.month_min, vacancy.month_max, language)
    return text("utter_pay_month_about", language, pay=said, month=month)


def place(vacancy: Vacancy, language: str) -> str:
    """Where it is: the source's words; in English the area's usual form where the area is known."""
    if language == "en" and vacancy.region_code:
        return areas.label(vacancy.region_code, "en")
    return vacancy.place


def benefits(vacancy: Vacancy, language: str) -> str:
    """What comes with it, as far as the source says; empty when it says nothing."""
    return JOINS[language].join(vacancy_words.label("benefits", b, language) for b in vacancy.benefits)


def reasons(why: list[tuple[str, dict[str, Any]]], language: str, most: int = 2) -> str:
    """The strongest true reasons in one line."""
    said = []
    for response, values in why[:most]:
        filled = {k: areas.name(v, language) if k == "area" else v for k, v in values.items()}
        said.append(text(response, language, **filled))
    return {"zh": "，", "en": ", "}[language].join(said)


def card(shown: Card, language: str, *, last: bool = False) -> Said:
    """One opening as a bubble: what, who, where, pay, places left, benefits, why; apply and details under it."""
    vacancy = shown.vacancy
    lines = [
        text("utter_card_head", language, n=shown.n, title=title(vacancy, language), employer=shown.employer.name),
        text("utter_card_place", language, place=place(vacancy, language)),
        text("utter_card_pay", language, pay=pay(vacancy, language) or text("utter_pay_unknown", language)),
        _places_line(vacancy, language),
        text("utter_card_why", language, why=reasons(shown.why, language)),
    ]
    buttons = [
        apply_button(vacancy, language, shown.n),
        button(text("utter_button_details", language), "ask_job_detail", vacancy),
    ]
    return Said("\n".join(lines), [*buttons, *([more_button(language)] if last else [])])


def _places_line(vacancy: Vacancy, language: str) -> str:
    left = text("utter_card_places", language, places=vacancy.places_left)
    given = benefits(vacancy, language)
    led = text("utter_card_led", language) if vacancy_words.led_by_caseworker(vacancy.kind) else ""
    return left + (text("utter_card_benefits", language, benefits=given) if given else "") + led


# -- one point of an opening -----------------------------------------------------------------------------------------


def _pay(vacancy: Vacancy, language: str) -> str | None:
    said = pay(vacancy, language)
    return said and text("utter_job_pay", language, pay=said)


def _room(vacancy: Vacancy, language: str) -> str | None:
    given = [b for b in vacancy.benefits if b in ("room", "board")]
    if not given:
        return None
    said = JOINS[language].join(vacancy_words.label("benefits", b, language) for b in given)
    missing = {"room": "utter_job_room_untold", "board": "utter_job_board_untold"}
    untold = [text(response, language) for word, response in missing.items() if word not in given]
    return text("utter_job_room", language, room=said) + "".join(untold)


def _benefit(word: str, response: str):
    def told(vacancy: Vacancy, language: str) -> str | None:
        return text(response, language) if word in vacancy.benefits else None

    return told


def _english(hours: str) -> str:
    """Hours of a source in Chinese: its common words in English, what cannot be said in English left out."""
    for zh, en in vacancy_words.words()["hours_words"].items():
        hours = hours.replace(zh, f" {en} ")
    parts = (" ".join(part.split()) for part in re.split("[，,；;。]", hours))
    return ", ".join(part for part in parts if part and part.isascii())


def _hours(vacancy: Vacancy, language: str) -> str | None:
    shift = vacancy.shift and vacancy_words.label("shifts", vacancy.shift, language)
    hours = _english(vacancy.hours or "") if language == "en" else vacancy.hours
    told = [part for part in (shift, hours) if part]
    if not told or (shift and vacancy.hours == shift):
        told = told[:1]
    return text("utter_job_hours", language, hours=JOINS[language].join(told)) if told else None


def _address(vacancy: Vacancy, language: str) -> str | None:
    where = place(vacancy, language)
    if language == "en" and where != vacancy.place:
        where = f"{where} ({vacancy.place})"
    return text("utter_job_address", language, place=where)


def _ages(vacancy: Vacancy, language: str) -> str | None:
    least, most = vacancy.age_min, vacancy.age_max
    if least is None and most is None:
        return None
    if most is None:
        return text("utter_job_age_from", language, least=least)
    return text("utter_job_age_span", language, least=least or 16, most=most)


def _demands(vacancy: Vacancy, language: str) -> str | None:
    told = [
        vacancy.duties and text("utter_job_duties", language, duties=vacancy.duties),
        vacancy.demands
        and text(
            "utter_job_demands",
            language,
            demands=JOINS[language].join(vacancy_words.label("demands", d, language) for d in vacancy.demands),
        ),
        _ages(vacancy, language),
        vacancy.school_years_min and text(_school(vacancy.school_years_min), language),
        vacancy.certificate and text("utter_job_certificate", language, certificate=vacancy.certificate),
    ]
    return "\n".join(line for line in told if line) or None


def _school(years: int) -> str:
    if years <= 6:
        return "utter_job_school_primary"
    return "utter_job_school_middle" if years <= 9 else "utter_job_school_high"


def _start(vacancy: Vacancy, language: str) -> str | None:
    lines = [text("utter_job_places", language, places=vacancy.places_left)]
    if vacancy.starts_on and vacancy.starts_on >= clock.today():
        lines.append(text("utter_job_starts", language, day=times.day(vacancy.starts_on, language)))
    if vacancy.expires_on:
        lines.append(text("utter_job_until", language, day=times.day(vacancy.expires_on, language)))
    return "\n".join(lines)


_POINTS = {
    "pay": _pay,
    "room": _room,
    "insurance": _benefit("insurance", "utter_job_insurance"),
    "transport": _benefit("transport", "utter_job_transport"),
    "hours": _hours,
    "address": _address,
    "demands": _demands,
    "start": _start,
}


def point(vacancy: Vacancy, aspect: str, language: str) -> str | None:
    """What is on record about one of ASPECTS; None when nothing is."""
    return _POINTS[aspect](vacancy, language)


def details(vacancy: Vacancy, employer: Employer, asked: list[str], language: str, n: int, who: dict[str, str]) -> Said:
    """What is on record about an opening: all of it, or the aspects asked; what is not is said, with whom to ask.

    `who`: the values of core.contacts.values.
    """
    lines = [text("utter_job_head", language, title=title(vacancy, language), employer=employer.name)]
    known = {aspect: point(vacancy, aspect, language) for aspect in asked or ASPECTS}
    lines += [told for told in known.values() if told]
    unknown = [text(f"utter_aspect_{aspect}", language) for aspect, told in known.items() if told is None]
    if unknown:
        lines.append(text("utter_job_not_on_record", language, what=JOINS[language].join(unknown), **who))
    if vacancy_words.led_by_caseworker(vacancy.kind):
        lines.append(text("utter_job_led", language))
    if vacancy.checked_on and not asked:
        lines.append(text("utter_job_checked", language, day=times.day(vacancy.checked_on, language)))
    buttons = [apply_button(vacancy, language, n), more_button(language)]
    if unknown and asked:
        buttons.insert(1, {"title": text("utter_button_person", language), "payload": "/talk_to_caseworker"})
    return Said("\n".join(lines), buttons)


# -- what was given up -----------------------------------------------------------------------------------------------


def given_up(relaxed: list[str], language: str) -> str:
    """In what the openings shown differ from what was wished."""
    words = JOINS[language].join(text(f"utter_wide_{name}", language) for name in relaxed)
    return text("utter_widened", language, what=words)
