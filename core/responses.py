"""The only reader of the texts in `domain.yml`: for Rasa, reminders, notices and the desk alike."""

import dataclasses
import functools
import string
from typing import Any

from ruamel.yaml import YAML

from core.config import ROOT


@dataclasses.dataclass(frozen=True)
class Said:
    """One bubble: words, buttons `[{"title", "payload"}]` (payload `/intent{json}`), and what the client may offer."""

    text: str
    buttons: list[dict[str, str]]
    ask_for: str | None = None


@functools.lru_cache(maxsize=1)
def _responses() -> dict[str, dict[str, dict]]:
    domain = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return {
        name: {variation["metadata"]["language"]: variation for variation in variations}
        for name, variations in domain["responses"].items()
    }


def names() -> list[str]:
    """All utterances of the domain."""
    return list(_responses())


def raw(name: str, language: str) -> dict:
    """The variation as it stands in the domain; KeyError if there is none in that language."""
    return _responses()[name][language]


def _fill(template: str, values: dict[str, Any]) -> str:
    missing = [field for _, field, _, _ in string.Formatter().parse(template) if field and field not in values]
    if missing:
        raise ValueError(f"nothing given for {missing}")
    return template.format_map({k: "" if v is None else v for k, v in values.items()})


def render(name: str, language: str, /, **values: Any) -> Said:
    """The utterance `name` in `language` (zh or en), its `{fields}` filled; raises ValueError on a missing value."""
    variation = raw(name, language)
    payload = (variation.get("metadata") or {}).get("ask_for")
    buttons = [{"title": _fill(b["title"], values), "payload": b["payload"]} for b in variation.get("buttons", [])]
    return Said(_fill(variation["text"], values), buttons, payload)


def text(name: str, language: str, /, **values: Any) -> str:
    """Only the words of an utterance."""
    return render(name, language, **values).text
