import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from core import rights
from tests.core.rooms import contact, office, stand_at
from tests.core.turns import Turn

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("不签合同合法吗", "contract"),
        ("加班费怎么算", "hours"),
        ("老板不交社保可以吗", "insurance"),
        ("劳动仲裁怎么申请", "arbitration"),
        ("最低工资是多少", "minimum_wage"),
        ("辞职要提前几天", "leaving"),
        ("辞退有没有赔偿", "dismissal"),
        ("炒魷魚有冇賠償", "dismissal"),
        ("工伤怎么认定", "injury"),
        ("厂里能不能扣押金", "papers_kept"),
        ("招工不要女的行吗，只要男的", "discrimination"),
        ("怀孕了能不能被开除", "pregnancy"),
        ("失业金要交几年保险", "unemployment"),
        ("do they have to give me a contract", "contract"),
        ("how many hours can they make you work", "hours"),
        ("can an employer keep ID cards", "papers_kept"),
        ("年假有几天", None),
        ("劳务派遣是啥", None),
    ],
)
def test_it_finds_the_topic(words, topic):
    assert rights.topic_of(words) == topic


def test_it_knows_most_of_what_workers_ask():
    (row,) = YAML(typ="safe").load((ROOT / "nlu/intents/rights.yml").read_text("utf-8"))["nlu"]
    lines = [re.sub(r"\[([^\]]*)\]\(\w+\)", r"\1", line[2:]) for line in row["examples"].splitlines()]
    assert sum(rights.topic_of(line) is not None for line in lines) / len(lines) > 0.8


@pytest.fixture
def chat(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    return contact(s, office=office(s))


def test_it_says_what_usually_holds_with_the_article_and_12333(s, chat):
    for topic in rights.topics():
        for language, article in (("zh", "条"), ("en", "art.")):
            text = rights.about(s, chat, topic, language).text
            assert article in text, topic
            assert "12333" in text, topic


def test_the_minimum_wage_is_no_figure(s, chat):
    assert not re.search(r"\d{3,}元", rights.about(s, chat, "minimum_wage", "zh").text)


def test_somebody_to_whom_it_happened_has_a_button(s, chat):
    (bubble,) = rights.answer(s, chat, Turn("不签合同合法吗"))
    assert '/report_work_problem{"kind": "no_contract"}' in [b["payload"] for b in bubble.buttons]


def test_the_fast_track_is_one_tap_away(s, chat):
    (bubble,) = rights.answer(s, chat, Turn("仲裁要钱不"))
    assert "30天" in bubble.text
    assert any('"arbitration"' in b["payload"] for b in bubble.buttons)


def test_an_unknown_topic_leads_to_the_lines_and_the_caseworker(s, chat):
    (bubble,) = rights.answer(s, chat, Turn("年假有几天"))
    assert "12333" in bubble.text
    assert "12348" in bubble.text
    assert "0930-0000000" in bubble.text
