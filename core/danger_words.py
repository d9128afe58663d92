"""What words tell of danger (policy/danger.yml): which kind and how surely, whether it is over, what else is asked for."""

import dataclasses
import functools
import re

from core import troubles
from core.policies import load

ANY = "any"
SHORT = {"zh": 5, "en": 3}  # characters, words
Kinds = list[tuple[str, re.Pattern[str], re.Pattern[str]]]


@dataclasses.dataclass(frozen=True)
class Danger:
    """`kind`: held, violence, trafficking, self_harm, accident_now, or any; `sure` False: ask whether they are safe."""

    kind: str
    sure: bool


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


@functools.lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], Kinds, re.Pattern[str]]:
    table = load("danger")
    kinds = [(row["kind"], _any_of(row["sure"]), _any_of(row.get("maybe", []))) for row in table["kinds"]]
    return _any_of(table["not"]), kinds, _any_of(table["maybe"])


@functools.lru_cache
def _words(name: str) -> re.Pattern[str]:
    return _any_of(load("danger")[name])


def read(text: str) -> Danger | None:
    """The danger that the words of `text` tell of (zh or en); None for none. Words, not a verdict: policy/danger.yml."""
    harmless, kinds, idioms = _table()
    told = harmless.sub(" ", troubles.plain(text))
    for kind, sure, _ in kinds:
        if sure.search(told):
            return Danger(kind, True)
    for kind, _, maybe in kinds:
        if maybe.search(told):
            return Danger(kind, False)
    return Danger(ANY, False) if idioms.search(told) else None


def feared(text: str) -> str:
    """The kind where the model fears danger and no word of `read` tells which: despair, where there is any, else `any`."""
    return "self_harm" if _words("despair").search(troubles.plain(text)) else ANY


def sounds_only(text: str) -> bool:
    """Whether the model may fear danger for the sound of a word alone: an idiom (机器死机了), or hardly any words at all."""
    told = troubles.plain(text).strip()
    few = len(told.split()) <= SHORT["en"] if told.isascii() else len(told) <= SHORT["zh"]
    return few or bool(_table()[0].search(told))


def abroad(text: str) -> bool:
    """Whether they are in another country, where 110 does not reach."""
    return bool(_words("abroad").search(troubles.plain(text)))


def over(text: str, asked: bool) -> bool | None:
    """Whether they say that they are safe now (True), that they are not (False), or neither; a bare yes or no if `asked`."""
    told = troubles.plain(text)
    if read(text) is not None and not _words("unsafe").search(told):
        return None
    for name, value in (("unsafe", False), ("safe", True), *((("no", False), ("yes", True)) if asked else ())):
        if _words(name).search(told):
            return value
    return None


def cares(text: str) -> bool:
    """Whether it is their old people and children that keep them, and nobody else."""
    return read(text) is None and bool(_words("cares").search(troubles.plain(text)))


def elsewhere(text: str) -> tuple[bool, str | None]:
    """Whether they ask for something else, and which intent does it."""
    told = troubles.plain(text)
    row = next((row for row in load("danger")["elsewhere"] if re.search(row["words"], told)), None)
    return row is not None, row and row.get("intent")


def only_heard(text: str) -> bool:
    """Whether it is a thanks or an "ok" and nothing to be kept."""
    return bool(_words("only_heard").search(troubles.plain(text)))


def no_line(text: str) -> bool:
    """Whether a number that they were given does not answer."""
    return bool(_words("no_line").search(troubles.plain(text)))
