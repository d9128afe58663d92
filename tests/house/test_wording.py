"""Every sentence that a worker reads: short, plain, without a word about anybody's standing."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
RESPONSES = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
SENTENCES = [
    pytest.param(v["metadata"]["language"], v, id=f"{name}-{v['metadata']['language']}")
    for name, variations in sorted(RESPONSES.items())
    for v in variations
]
BANNED_ZH = ("贫困", "脱贫", "弱劳", "半劳", "监测对象", "监测户", "返贫", "低收入", "建档立卡", "五保", "穷")
BANNED_EN = re.compile(r"\b(poor|poverty|weak labou?r|half labou?r|monitored|low[- ]income|lifted[- ]out)\b", re.I)
HARD_ZH = ("综上", "鉴于", "予以", "兹", "敬请", "系统检测", "贵方", "您所")
ENDS = re.compile(r"[。！？!?\n]")


def sentences(text: str) -> list[str]:
    return [part.strip() for part in ENDS.split(re.sub(r"{\w+}", "＿＿", text)) if part.strip()]


def readable(variation: dict) -> str:
    return "\n".join([variation["text"], *(b["title"] for b in variation.get("buttons", []))])


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_names_nobodys_standing(language, variation):
    text = readable(variation)
    assert not [word for word in BANNED_ZH if word in text]
    assert not BANNED_EN.search(text)


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_asks_one_thing_at_a_time(language, variation):
    assert len(re.findall(r"[?？]", variation["text"])) <= 1


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_stays_short(language, variation):
    limit = {"zh": 60, "en": 160}[language]
    assert all(len(sentence) <= limit for sentence in sentences(variation["text"]))
    questions = re.findall(r"[^。！？!?\n]*[?？]", variation["text"])
    assert all(len(question) <= {"zh": 31, "en": 110}[language] for question in questions)


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_uses_words_that_a_school_leaver_knows(language, variation):
    assert not [word for word in HARD_ZH if word in variation["text"]]
    assert not re.search(r"[一二三四五六七八九十]{2,}(?:元|块|天|个月)", variation["text"]), "numbers as digits"


@pytest.mark.parametrize(("language", "variation"), SENTENCES)
def test_it_has_buttons_that_fit_a_thumb(language, variation):
    buttons = variation.get("buttons", [])
    assert len(buttons) <= 8
    assert all(len(button["title"]) <= {"zh": 16, "en": 32}[language] for button in buttons)
