"""One sentence of each meaning, in both languages, to the real Rasa and the real actions: each has an answer."""

import re

import pytest
from ruamel.yaml import YAML

from core.languages import detect
from tests.e2e.stack import ROOT

MARKED = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")


def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "nlu" / "intents").glob("*.yml")):
        for part in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:] for line in part.get("examples", "").splitlines() if line.startswith("- ")]
            found.setdefault(part.get("intent", ""), []).extend(MARKED.sub(r"\1", line) for line in lines)
    found.pop("", None)
    return found


def one_of_each(language: str) -> list[tuple[str, str]]:
    other = "en" if language == "zh" else "zh"
    return [
        (intent, next(text for text in said if detect(text, other) == language)) for intent, said in examples().items()
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_answers_every_meaning_at_the_first_try_in_the_language_it_was_asked(chat, language):
    asked = [(intent, text, chat(language)) for intent, text in one_of_each(language)]
    for _, text, one in asked:
        one.write(text)
    wrong = {}
    for intent, text, one in asked:
        said = one.hear()
        if not said or any(row.attempts or row.state != "done" for row in one.rows()):
            wrong[intent] = (text, [(row.state, row.error) for row in one.rows()])
        elif intent != "switch_language" and {row.language for row in said} != {language}:
            wrong[intent] = (text, [row.text for row in said])
    assert not wrong
