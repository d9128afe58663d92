"""Every sentence that a worker reads: short, plain, without a word about anybody's standing."""

import re

import pytest

from core import responses, wording

SENTENCES = [
    pytest.param(language, responses.raw(name, language), id=f"{name}-{language}")
    for name in sorted(responses.names())
    for language in ("zh", "en")
]


def readable(variation: dict) -> str:
    told = "\n".join([variation["text"], *(b["title"] for b in variation.get("buttons", []))])
    return re.sub(r"{\w+}", "＿＿", told)


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_holds_to_policy_wording(language, variation):
    assert wording.faults(readable(variation), language) == []


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_asks_one_thing_at_a_time(language, variation):
    assert len(re.findall(r"[?？]", variation["text"])) <= 1


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_asks_in_short(language, variation):
    questions = re.findall(r"[^。！？!?\n]*[?？]", variation["text"])
    assert all(len(question) <= {"zh": 31, "en": 110}[language] for question in questions)


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_writes_numbers_as_digits(language, variation):
    assert not re.search(r"[一二三四五六七八九十]{2,}(?:元|块|天|个月)", variation["text"]), "numbers as digits"


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_has_buttons_that_fit_a_thumb(language, variation):
    buttons = variation.get("buttons", [])
    assert len(buttons) <= 8
    assert all(len(button["title"]) <= {"zh": 16, "en": 32}[language] for button in buttons)
