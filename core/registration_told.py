"""Facts of a registration: found in sentences, checked, kept in the draft."""

import re

from core import areas
from core import registration_readers as readers
from core.policies import load
from core.readers import numbers
from core.registration import flagged
from core.registration_draft import Run, worker_of
from core.registration_fields import Facts
from core.registration_readers import Answer, Values
from core.responses import Said
from core.sequences import Heard

OLDEST = 66  # a bare figure above is a year of birth
NUMBERED = ("birth", "phone", "school", "household", "id_number")
PLACE_ALONE, WISH_ALONE = 12, 6  # characters


def volunteered(turn: Heard, answer: Answer) -> Facts:
    """Facts in a sentence that was not (only) an answer to the question: only what is said beyond doubt."""
    region = turn.entity("region")
    at_home = re.search(r"家|住|人$|人[，,。 ]|是[^，,。]{2,12}的|\bfrom\b|\blive\b|\bhome\b", turn.text, re.I)
    named = turn.entity("person_name")
    found: dict[str, Values | None] = {
        "name": (readers.name(named) if named else None) or readers.name_told(turn.text),
        "home": readers.home(answer) if region and at_home and not re.search("附近|门口|near", turn.text) else None,
        "birth": readers.id_number(answer) or readers.birth_told(turn.text),
        "phone": readers.phone(answer) if readers.sealed(answer, "phone") else None,
        "trades": readers.trades_told(turn.text) if re.search("会(?!计)|(?<!不)能(?!不)|干过|做过|当过|can|worked as|used to", turn.text) or (turn.entity("occupation") and re.search("工|work", turn.text)) else None,
        "limits": readers.limits_told(turn.text),
        "school": readers.school_told(turn.text) if turn.entity("education") or re.search("毕业|[小中高大]学|[初高]中|中专|大专|读到|念到|没念|年级", turn.text) else None,
        "id_number": readers.id_number(answer),
    }  # fmt: skip
    return {name: values for name, values in found.items() if values}


def ahead(answer: Answer, step: str | None) -> Facts:
    """Few words that can only be one thing, whatever is asked: an age, a name before anything else, a place, near or away."""
    text = answer.text.strip(" 。.！!")
    age = numbers.whole(text)
    if age is not None:
        grown = load("registration")["working_age"] <= age <= OLDEST and step not in NUMBERED
        return {"birth": born} if grown and (born := readers.birth_told(f"{age}岁")) else {}
    if step in ("home", "village"):
        return {}
    named = readers.name(text) if answer.plain and "谢" not in text[1:] else None
    found: dict[str, Values | None] = {"name": named if step in ("who", "matching") else None}
    if named is None and len(text) <= PLACE_ALONE and len(areas.find(text, near=answer.near)) == 1:
        found["home"] = readers.home(answer)
    if len(text) <= WISH_ALONE and step not in ("reach", "hours"):
        wish = readers.choice("wish", text)
        found["wish"] = {"wish": wish} if wish in ("local", "away") else None
    return {name: values for name, values in found.items() if values}


def take(run: Run, found: Facts) -> list[Said]:
    """Keep facts; what they say of age, of a place that may be several, of a number already on record is settled here."""
    notes: list[Said] = []
    found = dict(found)
    if readers.CHOICES in found.get("home", {}):
        home = found.pop("home")
        inside = home.get("inside")
        run.keep(choices=home[readers.CHOICES] or (readers.counties(inside) if inside else []), inside=inside)
    elif found.get("home"):
        run.keep(choices=[], inside=None)
        village = {c: v for c, v in found["home"].items() if c != "county_code"}
        found["home"] = {"county_code": found["home"]["county_code"]}
        found |= {"village": village} if village else {}
    if "id_number" in found:
        notes += _numbered(run, found)
    order = [*[name for name in run.data["order"] if name not in found], *found]
    run.keep(facts={**run.data["facts"], **found}, order=order, confirmed=False)
    born = run.data["facts"].get("birth", {}).get("birth_on")
    if born and readers.age(born) < load("registration")["working_age"]:
        run.keep(outcome="too_young")
    return notes


def _numbered(run: Run, found: Facts) -> list[Said]:
    values = found["id_number"]
    if "birth_on" in values:
        found["birth"] = {c: values[c] for c in ("birth_on", "birth_exact", "sex")}
        found["id_number"] = values = {c: v for c, v in values.items() if c not in found["birth"]}
    if values.get("id_number_reason") == "old_number":
        return [run.say("utter_id_number_old")]
    if values.get("id_number_id") is None:
        return []
    worker = worker_of(run.s, run.data)
    if flagged(run.s, run.contact, worker, values["id_number_id"], key=f"draft:{run.draft.id}:same_number"):
        run.keep(outcome="same_number")
    return []
