"""Job fairs, training, coaches: what is announced (policy/fairs.yml), else an honest no and a person who tells."""

import datetime as dt

from sqlalchemy.orm import Session

from core import areas, clock, contacts, escalations, profile, times, vacancy_words
from core.models import Contact, Office, Worker
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard

MOST = 3
NONE = {"fair": "utter_fair_none", "training": "utter_training_none", "transport": "utter_transport_none"}


def announced(kind: str, area: str | None, today: dt.date) -> list[dict]:
    """The entries of `fair`, `training` or `transport` that are not over, in the same province, nearest first."""
    coming = [row for row in load("fairs")[kind] if dt.date.fromisoformat(str(row.get("until") or row["on"])) >= today]
    if area:
        coming = [row for row in coming if areas.province(str(row["area"])) == areas.province(area)]
        coming.sort(key=lambda row: areas.distance_rank(area, str(row["area"])))
    return coming[:MOST]


def _home(s: Session, contact: Contact, worker: Worker | None) -> str | None:
    if worker is not None and worker.county_code:
        return worker.county_code
    office = s.get(Office, contact.office_id) if contact.office_id else None
    return office and office.county_code


def answer(s: Session, contact: Contact, turn: Heard, kind: str) -> list[Said]:
    """What is announced near home; when nothing is, that is said, and a person can tell later."""
    if kind == "transport" and vacancy_words.says(turn.text, load("fairs")["missed_words"]):
        return _missed(s, contact, turn)
    rows = announced(kind, _home(s, contact, contacts.active_worker(s, contact)), clock.today())
    values = contacts.values(s, contact, turn.language)
    if not rows:
        return [render(NONE[kind], turn.language, **values)]
    said = render("utter_fairs_known", turn.language, **values)
    return [Said("\n".join([said.text, *(_line(row, turn.language) for row in rows)]), said.buttons)]


def _line(row: dict, language: str) -> str:
    return text(
        "utter_fair_line",
        language,
        title=row["title"][language],
        day=times.day(dt.date.fromisoformat(str(row["on"])), language),
        hours=row.get("hours") or "",
        place=row["place"][language],
        source=row["source"],
    )


def _missed(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    case = escalations.open_case(s, contact, "call", key=turn.key("missed"), detail=turn.text, severity=2)
    said = render("utter_transport_missed", turn.language)
    return [Said(f"{said.text}\n{escalations.who_comes(s, case, turn.language)}", said.buttons)]


def wish(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """They want to be told of fairs, classes or coaches: a person keeps it in mind, and that is said."""
    kind = turn.entity("value") if turn.entity("value") in NONE else "fair"
    worker = contacts.active_worker(s, contact)
    if kind == "training" and worker is not None:
        author = f"contact:{contact.id}"
        profile.set_fact(s, worker, "training_wish", "yes", source="worker", author=author, key=turn.key("training"))
    detail = text(f"utter_fair_note_{kind}", "zh")
    case = escalations.open_case(s, contact, "other", key=turn.key("fair_wish"), detail=detail)
    return [Said(f"{text('utter_tell_later', turn.language)}\n{escalations.who_comes(s, case, turn.language)}", [])]
