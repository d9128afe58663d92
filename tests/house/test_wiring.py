"""What the domain names exists, and what the code names is in the domain."""

import importlib
import re
from pathlib import Path

import pytest
from rasa_sdk import Action
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
YAML_ = YAML(typ="safe")
DOMAIN = YAML_.load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = [
    rule for path in sorted((ROOT / "nlu/rules").glob("*.yml")) for rule in YAML_.load(path.read_text("utf-8"))["rules"]
]
CODE = {
    path: path.read_text(encoding="utf-8")
    for room in ("core", "actions", "bot", "console")
    for path in (ROOT / room).rglob("*.py")
}
DEFAULTS = {"action_listen", "action_deactivate_loop", "nlu_fallback"}


def subclasses(cls):
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def actions_with_a_class() -> set[str]:
    for path in (ROOT / "actions").glob("*.py"):
        importlib.import_module(f"actions.{path.stem}" if path.stem != "__init__" else "actions")
    named = [cls for cls in subclasses(Action) if cls.__module__.startswith("actions.")]
    return {cls().name() for cls in named if "name" in dir(cls) and not cls.__name__.startswith(("House", "_"))}


def steps(rule):
    return rule["steps"]


def test_it_has_a_class_for_every_action():
    own = {name for name in DOMAIN["actions"] if not name.startswith("utter_")}
    assert own <= actions_with_a_class()


def test_it_names_every_action_class_in_the_domain():
    assert actions_with_a_class() <= set(DOMAIN["actions"])


def test_it_has_exactly_one_unconditional_rule_for_every_intent():
    opened = [
        step["intent"] for rule in RULES if "condition" not in rule for step in steps(rule)[:1] if "intent" in step
    ]
    intents = {i if isinstance(i, str) else next(iter(i)) for i in DOMAIN["intents"]} | {"nlu_fallback"}
    assert {i: opened.count(i) for i in sorted(intents)} == dict.fromkeys(sorted(intents), 1)


def test_it_knows_every_intent_and_action_of_the_rules():
    known = {i if isinstance(i, str) else next(iter(i)) for i in DOMAIN["intents"]} | {"nlu_fallback"}
    does = set(DOMAIN["actions"]) | set(DOMAIN["responses"]) | set(DOMAIN["forms"] or {}) | DEFAULTS
    for rule in RULES:
        for step in steps(rule):
            assert step.get("intent", "greet") in known
            assert step.get("action", "action_listen") in does


def test_it_has_the_words_for_every_utterance_of_the_code():
    used = {name for text in CODE.values() for name in re.findall(r"[\"'](utter_\w+)[\"']", text)}
    used -= {name for name in used if name.endswith("_")}
    assert used <= set(DOMAIN["responses"])


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_it_says_everything_in_both_languages(name):
    variations = DOMAIN["responses"][name]
    assert sorted(v["metadata"]["language"] for v in variations) == ["en", "zh"]
    fields = [set(re.findall(r"{(\w+)}", v["text"])) for v in variations]
    assert fields[0] == fields[1]
    payloads = [[b["payload"] for b in v.get("buttons", [])] for v in variations]
    assert payloads[0] == payloads[1]


def test_it_declares_every_entity_that_a_button_carries():
    text = (ROOT / "domain.yml").read_text("utf-8") + "".join(CODE.values())
    carried = {
        name
        for braces in re.findall(r'payload"?: ["\']/\w+({[^}]*})', text)
        for name in re.findall(r'"(\w+)":', braces)
    }
    assert carried <= {e if isinstance(e, str) else next(iter(e)) for e in DOMAIN["entities"]}
