"""The files of `policy/subsidies`: what must stand in them, read once, each mistake named by file and place."""

import datetime as dt
import functools
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Extra, Field, ValidationError, root_validator, validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from core import areas, clock
from core.config import ROOT

FOLDER = ROOT / "policy/subsidies"
FIELDS = ("who", "amount", "papers", "where", "until", "steps")
# What may stand under `when`; core/eligibility.py reads them.
CONDITIONS = frozenset(
    [
        "age",
        "can_lift",
        "certificate",
        "child_in_vocational",
        "goes_away",
        "hard_to_place",
        "in_training",
        "insured_months",
        "left_by_wish",
        "months",
        "organised",
        "own_business_months",
        "relocated",
        "standing",
        "sudden_hardship",
        "wages_owed",
        "wants_business",
        "wants_training",
        "working",
        "works",
    ]
)


class Strict(BaseModel):
    """Knows its own fields only and does not change."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False


class Text(Strict):
    """One thing said in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Source(Strict):
    """Where it was read. `grade`: A official site · B press or reprint · C mirror, forum · D from memory."""

    title: str = Field(min_length=1)
    url: str | None
    grade: Literal["A", "B", "C", "D"]


class Rule(Strict):
    """What holds in one area: `area` "" (the nation) or six figures. Texts that it lacks are those of the wider area."""

    area: str = Field(regex=r"^(\d{6})?$")
    place: Text | None  # its name, where no division has the code
    document: Text
    status: Literal["active", "expired", "unknown"]
    verified: bool
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: Source
    checked_on: dt.date
    yuan: list[int] = []
    yuan_other: list[int] = []  # amounts that are named but not paid, such as income asked for
    per: str | None
    rates: dict[str, int] = {}
    near_provinces: list[str] = []
    who: Text | None
    amount: Text | None
    papers: Text | None
    where: Text | None
    until: Text | None
    steps: Text | None

    @validator("document", pre=True)
    def _number_of_a_document(cls, value: Any) -> Any:
        return {"zh": value, "en": value} if isinstance(value, str) else value

    @validator("area")
    def _is_an_area(cls, value: str) -> str:
        if value and areas.get(value) is None:
            raise ValueError(f"no area has the code {value}")
        return value

    @root_validator(skip_on_failure=True)
    def _fits_together(cls, rule: dict[str, Any]) -> dict[str, Any]:
        if rule["valid_from"] and rule["valid_to"] and rule["valid_from"] > rule["valid_to"]:
            raise ValueError("ends before it begins")
        if rule["status"] == "active" and not rule["verified"]:
            raise ValueError("what was not verified cannot be known to be in force")
        if not set(rule["rates"].values()) <= set(rule["yuan"]):
            raise ValueError("rates that are not under yuan")
        return rule

    def state(self, today: dt.date | None = None) -> str:
        """`active`, `expired` or `unknown`; what ran to a day that is gone is not known to be in force."""
        if self.status != "active" or self.valid_to is None:
            return self.status
        return "unknown" if self.valid_to < (today or clock.today()) else "active"

    def covers(self, code: str) -> bool:
        """Whether an area lies in this rule's."""
        return not self.area or areas.within(code, self.area)

    def place_name(self, language: str) -> str:
        """The place it holds for; "" for the nation."""
        if self.place:
            return self.place.in_(language)
        return areas.label(self.area, language) if self.area else ""


class Instrument(Strict):
    """A subsidy, loan, post or programme. `recipient`: worker, family, employer, agency."""

    id: str = Field(regex=r"^[a-z_]+$")
    no: str = Field(regex=r"^2\.\d+$")
    recipient: Literal["worker", "family", "employer", "agency"] = Field(alias="for")
    name: Text
    short: Text  # for a button
    names: dict[Literal["zh", "en"], list[str]]
    when: dict[str, Any] = {}
    rules: list[Rule] = Field(min_items=1)

    @validator("names")
    def _has_names(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        if sorted(value) != ["en", "zh"] or not all(value.values()):
            raise ValueError("names in zh and en are needed")
        return value

    @validator("when")
    def _knows_the_conditions(cls, value: dict[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(value) - CONDITIONS):
            raise ValueError(f"unknown conditions {', '.join(unknown)}")
        return value

    @validator("rules")
    def _one_rule_an_area(cls, value: list[Rule]) -> list[Rule]:
        codes = [rule.area for rule in value]
        if len(set(codes)) < len(codes):
            raise ValueError("two rules for one area")
        return value

    def title(self, language: str) -> str:
        """Its name, as a line begins with it."""
        name = self.name.in_(language)
        return name[0].upper() + name[1:]

    @property
    def personal(self) -> bool:
        """Whether a worker or the family receives it."""
        return self.recipient in ("worker", "family")


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.yml"))


def raw(path: Path) -> dict[str, Any]:
    """A file as it stands; ValueError when it is no YAML."""
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


def read(path: Path) -> tuple[Instrument | None, list[str]]:
    """One file: the instrument, or what is wrong with it, a line each."""
    try:
        instrument = Instrument.parse_obj(raw(path))
    except ValidationError as error:
        return None, [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
    except ValueError as error:
        return None, [str(error)]
    if instrument.id != path.stem:
        return instrument, [f"id: {instrument.id} is not the file's name"]
    return instrument, []


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, Instrument]:
    """id → instrument, all of policy/subsidies; ValueError that names each file and what is wrong with it."""
    read_in = {path: read(path) for path in files()}
    wrong = [f"{path.name}: {line}" for path, (_, lines) in read_in.items() for line in lines]
    if wrong:
        raise ValueError("; ".join(wrong))
    return {instrument.id: instrument for instrument, _ in read_in.values() if instrument is not None}
