"""Every question has its words, and each of its buttons means something to the one who hears it."""

import pytest

from core import buttons, consents, profile_words
from core import registration_fields as fields
from core.registration_draft import consent_words, who
from core.registration_fields import FIELDS
from core.responses import names, raw

NAMES = set(names())
STEPS = [field.name for field in FIELDS]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_it_has_words_for_every_field(field):
    assert {f"utter_registration_ask_{field.name}", f"utter_field_{field.name}"} <= NAMES


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("step", STEPS)
def test_it_understands_each_of_its_buttons(step, language):
    for button in raw(f"utter_registration_ask_{step}", language).get("buttons", []):
        intent, carried = buttons.parse(button["payload"])
        assert (intent, carried["field"]) == ("choose", step)
        assert fields.of_button(step, carried["value"]) is not None


def test_it_means_nothing_by_a_button_that_was_never_made():
    for field, value in [("wish", "mars"), ("trades", "9-99"), ("limits", "x"), ("school", "200"), ("home", "999999")]:
        assert fields.of_button(field, value) is None


def test_it_has_words_for_every_column_source_and_consent():
    assert {f"utter_fact_{column}" for column in profile_words.COLUMNS} <= NAMES
    sources = ("list", "worker", "family", "caseworker", "document", "demo")
    assert {f"utter_source_{source}" for source in sources} <= NAMES
    for purpose in (*consents.PURPOSES, "health"):
        assert {consent_words(purpose, "self"), consent_words(purpose, "我妈")} <= NAMES


@pytest.mark.parametrize(
    ("relation", "zh", "en"),
    [("self", "你", "you"), ("我妈", "你妈", "they"), ("俺婆婆", "你婆婆", "they"), ("family", "这位", "they")],
)
def test_it_calls_the_person_by_what_they_are_to_the_writer(relation, zh, en):
    assert (who(relation, "zh"), who(relation, "en")) == (zh, en)


def test_it_knows_what_somebody_means_who_says_that_it_has_changed():
    assert [fields.named(text) for text in ("我换手机号了", "搬家了", "my phone changed", "天气变了")] == [
        "phone", "home", "phone", None,
    ]  # fmt: skip
