"""Everything under `policy/`, checked: what is wrong, by file, in a line each. Nothing is changed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core import areas, clock, doors, responses, subsidies, subsidy_files, wording
from core.config import ROOT
from core.policies import load
from core.subsidy_files import CONDITIONS, FIELDS, Instrument, Rule

POLICY = ROOT / "policy"
LANGUAGES = ("zh", "en")
_WAN = re.compile(r"(\d+)万")
_MONEY = {
    "zh": re.compile(r"(\d+)\s*(?=元|块)|(\d+)到(?=\d+元)"),
    "en": re.compile(r"([\d,]*\d)\s*(?=yuan)|([\d,]*\d) to (?=[\d,]+ yuan)"),
}
_BIG = re.compile(r"(?<![\d,])(\d{1,3}(?:,\d{3})+|\d{3,7})(?![\d,万])")
_YEARS = range(1990, 2051)

Problem = tuple[str, str]  # file under policy/, what is wrong
Catalogue = dict[Path, Instrument]


def problems() -> list[Problem]:
    """All that is wrong with policy/: files that can't be read first; empty when all is well."""
    if unread := list(_unread()):
        return unread
    read = {path: subsidy_files.read(path) for path in subsidy_files.files()}
    if broken := [(_file(path), line) for path, (_, lines) in read.items() for line in lines]:
        return broken
    catalogue = {path: instrument for path, (instrument, _) in read.items() if instrument is not None}
    of_catalogue = (_instruments, _names, _subsidy_words, _eligibility, _rights)
    return [
        *(problem for check in of_catalogue for problem in check(catalogue)),
        *_doors(),
        *_told_by_domain(),
    ]


def _unread() -> Iterator[Problem]:
    for path in sorted(POLICY.rglob("*.yml")):
        try:
            subsidy_files.raw(path)
        except ValueError as error:
            yield str(path.relative_to(POLICY)), str(error)


def _file(path: Path) -> str:
    return str(path.relative_to(POLICY)) if path.is_relative_to(POLICY) else path.name


# -- subsidies -----------------------------------------------------------------------------------------------------------


def _instruments(catalogue: Catalogue) -> Iterator[Problem]:
    for path, instrument in catalogue.items():
        for line in instrument_faults(instrument):
            yield _file(path), line


def instrument_faults(instrument: Instrument) -> Iterator[str]:
    """What is wrong with one instrument beyond its schema."""
    for language in LANGUAGES:
        for field in ("name", "short"):
            yield from _wording(field, getattr(instrument, field).in_(language), language)
    if unsaid := [field for field in FIELDS if not any(getattr(rule, field) for rule in instrument.rules)]:
        yield f"no rule says {', '.join(unsaid)}"
    for rule in instrument.rules:
        where = f"rule {rule.area or 'nation'}"
        yield from (f"{where}: {line}" for line in rule_faults(rule))


def rule_faults(rule: Rule) -> Iterator[str]:
    """What is wrong with one rule: days that are not yet, amounts that are not data, words that no worker should read."""
    if rule.checked_on > clock.now().date():
        yield f"checked_on {rule.checked_on} lies ahead"
    if rule.status == "expired" and (rule.valid_to is None or rule.valid_to >= clock.now().date()):
        yield "expired, without a day on which it ended"
    if rule.source.grade != "D" and not (rule.source.url or "").startswith("http"):
        yield "source without an address"
    known = {*rule.yuan, *rule.yuan_other}
    for language in LANGUAGES:
        yield from _wording("document", rule.document.in_(language), language)
        for field in FIELDS:
            said = getattr(rule, field)
            if said is None:
                continue
            yield from _wording(field, said.in_(language), language)
            for amount in sorted(amounts(said.in_(language), language, all_big=field == "amount") - known):
                yield f"{field}.{language}: {amount} yuan is not under yuan or yuan_other"


def amounts(text: str, language: str, *, all_big: bool = False) -> set[int]:
    """The sums of money in a text; with `all_big` every number of three and more figures that is no year or phone line."""
    found = {int(n.replace(",", "")) for pair in _MONEY[language].findall(text) for n in pair if n}
    found |= {int(n) * 10_000 for n in _WAN.findall(text)}
    if all_big:
        big = {int(n.replace(",", "")) for n in _BIG.findall(text) if n not in load("wording")["numbers"]}
        found |= {n for n in big if n not in _YEARS}
    return found


def _wording(where: str, text: str, language: str) -> Iterator[str]:
    yield from (f"{where}.{language}: {fault}" for fault in wording.faults(text, language))


def _names(catalogue: Catalogue) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for path, instrument in catalogue.items():
        for name in {subsidies.fold(name) for names in instrument.names.values() for name in names}:
            if name in taken and taken[name] != instrument.id:
                yield _file(path), f"name {name!r} is also that of {taken[name]}"
            taken[name] = instrument.id


# -- the tables about subsidies, rights and doors ---------------------------------------------------------------------------


def _table(name: str) -> dict[str, Any]:
    return subsidy_files.raw(POLICY / f"{name}.yml")


def _known(catalogue: Catalogue, file: str, ids: list[str]) -> Iterator[Problem]:
    have = {instrument.id for instrument in catalogue.values()}
    yield from ((file, f"no instrument {subsidy!r}") for subsidy in ids if subsidy not in have)


def _subsidy_words(catalogue: Catalogue) -> Iterator[Problem]:
    table = _table("subsidy_words")
    for row in table["aspects"]:
        if row["field"] not in FIELDS or not row["words"]:
            yield "subsidy_words.yml", f"aspect {row['aspect']}: field and words are needed"
    yield from _known(catalogue, "subsidy_words.yml", table["common"])


def _eligibility(catalogue: Catalogue) -> Iterator[Problem]:
    file, table = "eligibility.yml", _table("eligibility")
    yield from _known(catalogue, file, [*table["order"], *table["common"]])
    personal = {instrument.id for instrument in catalogue.values() if instrument.personal}
    yield from ((file, f"order lacks {subsidy}") for subsidy in sorted(personal - set(table["order"])))
    told = {row["fact"] for row in table["facts"]}
    yield from ((file, f"facts lack {fact}") for fact in sorted(CONDITIONS - told))
    for row in table["facts"]:
        if row["fact"] == "standing" and row.get("ask"):
            yield file, "standing is never asked"
        for language in LANGUAGES:
            yield from ((file, line) for line in _wording(row["fact"], row[language], language))
        if row.get("ask") and row["ask"] not in responses.names():
            yield file, f"{row['fact']}: no response {row['ask']}"


def _rights(catalogue: Catalogue) -> Iterator[Problem]:
    file, table = "rights.yml", _table("rights")
    if table["checked_on"] > clock.now().date():
        yield file, "checked_on lies ahead"
    for row in table["topics"]:
        if not row["words"]:
            yield file, f"{row['topic']}: words are needed"
        for field in ("says", "article"):
            for language in LANGUAGES:
                yield from (
                    (file, f"{row['topic']}: {line}") for line in _wording(field, row[field][language], language)
                )
        for language, hedge in (("zh", "一般"), ("en", "usual")):
            if hedge not in row["says"][language].lower() and row["topic"] != "minimum_wage":
                yield file, f"{row['topic']}: says.{language} must say {hedge!r}"
            if found := amounts(row["says"][language], language):
                yield file, f"{row['topic']}: amounts {sorted(found)} are no data"
        yield from _known(catalogue, file, [row["ask"]] if row.get("ask") else [])


def _doors() -> Iterator[Problem]:
    kinds = [row["kind"] for row in _table("doors")["kinds"]]
    yield from (("doors.yml", f"kind {kind!r} has no words to say") for kind in kinds if kind not in doors.SAYS)
    missing = set(doors.SAYS) - set(kinds) - {"other"}
    yield from (("doors.yml", f"kind {kind!r} is missing") for kind in sorted(missing))


# -- responses and areas that the other tables name ---------------------------------------------------------------------------


def _told_by_domain() -> Iterator[Problem]:
    have = set(responses.names())
    for path in sorted(POLICY.glob("*.yml")):
        for name in sorted(set(re.findall(r"\butter_\w+[a-z]\b", path.read_text(encoding="utf-8"))) - have):
            yield path.name, f"no response {name}"
    for row in areas.divisions().values():
        if not re.fullmatch(r"\d{6}", row["code"]):
            yield "areas/divisions.csv", f"{row['code']!r} is no code"
