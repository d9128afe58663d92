import datetime as dt
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from core import subsidies, subsidy_files
from core.subsidy_files import Instrument, catalogue
from tests.core.rooms import contact, office, stand_at, user, worker
from tests.core.turns import Turn

CHONGXIN, ROOT = "620823", Path(__file__).resolve().parents[2]


@pytest.fixture
def chat(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    home = office(s, CHONGXIN)
    helper = user(s, "lihua", area=CHONGXIN, office_id=home.id)
    return contact(s, worker(s, caseworker=helper, county=CHONGXIN), office=home)


def said(s, chat, text, language="zh", **entities):
    (bubble,) = subsidies.answer(s, chat, Turn(text, language, **entities))
    return bubble.text


def test_it_has_every_instrument_of_the_policy_facts():
    assert {instrument.no for instrument in catalogue().values()} >= {f"2.{n}" for n in range(1, 20)}
    assert len(catalogue()) >= 26


@pytest.mark.parametrize(
    ("words", "subsidy"),
    [
        ("交通补贴给多少", "travel"),
        ("路费咋报", "travel"),
        ("没有车票能领钱吗", "travel"),
        ("交通津貼有幾多", "travel"),
        ("jiaotong butie duoshao qian", "travel"),
        ("交通不贴要啥材料", "travel"),
        ("雨路计划咋申请", "rain_and_dew"),
        ("孩子上职校的补助去哪办", "rain_and_dew"),
        ("一次性求职补贴", "job_search"),
        ("求职创业补贴要什么材料", "job_search"),
        ("返乡创业补贴", "startup_grant"),
        ("创业担保贷款能贷多少", "startup_loan"),
        ("公岗工资一月几块", "public_post"),
        ("失业金怎么办理", "unemployment_benefit"),
        ("灵活就业社保补贴", "social_insurance"),
        ("how do I claim the train fare money", "travel"),
        ("Rain and Dew deadline", "rain_and_dew"),
        ("public-welfare posts", "public_post"),
        ("job-seeking subsidy", "job_search"),
        ("我想种菜", None),
        ("补贴咋领", None),
        ("", None),
    ],
)
def test_it_finds_one_by_any_common_name(words, subsidy):
    found = subsidies.find(words)
    assert (found and found.id) == subsidy


def test_it_finds_most_of_what_workers_write():
    nlu = YAML(typ="safe").load((ROOT / "nlu/intents/subsidies.yml").read_text("utf-8"))["nlu"]
    (examples,) = [row["examples"] for row in nlu if row["intent"] == "ask_subsidy"]
    lines = [re.sub(r"\[([^\]]*)\]\(\w+\)", r"\1", line[2:]) for line in examples.splitlines()]
    assert sum(subsidies.find(line) is not None for line in lines) / len(lines) > 0.85


def test_the_longest_name_wins():
    assert subsidies.find("技能培训补贴和培训生活费").id == "training"


def test_the_entity_goes_before_the_sentence():
    assert subsidies.find("坐了点对点的车还能领不", "交通补贴").id == "travel"


@pytest.mark.parametrize(
    ("words", "aspects"),
    [
        ("给多少", ["amount"]),
        ("谁能领", ["conditions"]),
        ("要啥材料，去哪办", ["documents", "place"]),
        ("到几号截止", ["deadline"]),
        ("咋领", ["steps"]),
        ("which papers", ["documents"]),
        ("until when can I ask", ["deadline"]),
        ("amount", ["amount"]),
        ("说说", []),
    ],
)
def test_it_reads_what_is_asked(words, aspects):
    assert subsidies.aspects_of(words) == aspects


def test_it_tells_the_amount_of_the_county_with_place_day_and_source(s, chat):
    text = said(s, chat, "交通补贴给多少")
    assert "外省600元" in text
    assert "甘肃平凉崇信县" in text
    assert "2026年11月24日" in text
    assert "甘人社通〔2024〕155号" in text


def test_what_ran_out_is_not_said_to_be_in_force(s, chat):
    text = said(s, chat, "交通补贴给多少")
    assert "2024年" in text
    assert "lihua姓名" in text
    assert "12333" in text


def test_a_rule_in_force_needs_no_warning(s, chat):
    assert "核对。" not in said(s, chat, "创业担保贷款能贷多少")


def test_the_county_takes_from_the_nation_what_it_does_not_say(s, chat):
    text = said(s, chat, "交通补贴要啥材料")
    assert "身份证" in text
    assert "全国" in text


def test_it_says_which_year_it_ended(s, chat):
    assert "2021年已经到期" in said(s, chat, "求职补贴给多少")
    assert "ended in 2021" in said(s, chat, "how much is the job-search grant", "en")


def test_it_says_that_the_place_had_a_rule_which_ended(s, chat):
    text = said(s, chat, "云南的交通补贴给多少")
    assert "1000" not in text


def test_an_expired_rule_of_home_is_named_beside_the_wider_one(s, chat):
    chat.worker_id = worker(s, "乙二", county="532501").id
    text = said(s, chat, "交通补贴给多少")
    assert "数额由各县定" in text
    assert "云南省自己的规定2020年已经到期" in text


def test_a_place_that_is_named_counts_only_with_a_rule_of_its_own(s, chat):
    assert "崇信" in said(s, chat, "去浙江的交通补贴给多少", region="浙江")
    assert "抚远" in said(s, chat, "抚远的交通补贴给多少", region="抚远")


def test_a_chat_without_a_home_hears_the_rule_of_its_office(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    assert "崇信" in said(s, contact(s, office=office(s, CHONGXIN)), "交通补贴给多少")


def test_without_an_office_it_tells_the_nation(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    assert "数额由各县定" in said(s, contact(s), "交通补贴给多少")


def test_a_question_without_a_name_is_about_the_one_spoken_of(s, chat):
    said(s, chat, "雨露计划")
    assert said(s, chat, "要啥材料").startswith("雨露计划：")


def test_a_subsidy_without_a_name_is_asked_back(s, chat):
    said(s, chat, "雨露计划")
    (bubble,) = subsidies.answer(s, chat, Turn("补贴咋领"))
    assert '/ask_subsidy{"subsidy_id": "travel"}' in [b["payload"] for b in bubble.buttons]


def test_employers_are_told_apart(s, chat):
    (bubble,) = subsidies.answer(s, chat, Turn("稳岗返还给多少"))
    assert "个人领不到" in bubble.text
    assert not [b for b in bubble.buttons if "apply_subsidy" in b["payload"]]


def test_a_button_asks_on_by_id(s, chat):
    assert "村委会" in said(s, chat, "去哪办", subsidy_id="travel", aspect="place")


def test_what_is_no_subsidy_goes_to_its_door(s, chat):
    assert "12345" in said(s, chat, "低保咋领", subsidy="低保")
    assert "30天" in said(s, chat, "工伤咋报", subsidy="工伤")


@pytest.mark.parametrize("subsidy", sorted(catalogue()))
def test_every_aspect_of_every_one_is_answered_with_its_basis(subsidy, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    for aspect in subsidies.aspects():
        for language in ("zh", "en"):
            for code in (None, CHONGXIN, "532501"):
                told = subsidies.tell(catalogue()[subsidy], aspect, code, language)
                if told is None:
                    assert (subsidy, code != CHONGXIN) == ("labour_brand", True)  # Gansu's own
                else:
                    assert told.rule.document.in_(language) in subsidies.basis(told.rule, language)


def broken(**changes):
    data = {
        "id": "x", "no": "2.9", "for": "worker", "name": {"zh": "甲", "en": "a"}, "short": {"zh": "甲", "en": "a"},
        "names": {"zh": ["甲"], "en": ["a"]},
        "rules": [
            {
                "area": "", "document": "一号", "status": "unknown", "verified": True, "checked_on": dt.date(2026, 1, 1),
                "source": {"title": "t", "url": "http://example.invalid", "grade": "A"},
            }
        ],
    }  # fmt: skip
    rule = changes.pop("rule", {})
    data["rules"][0].update(rule)
    return {**data, **changes}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"rule": {"status": "maybe"}}, "status"),
        ({"rule": {"checked_on": None}}, "checked_on"),
        ({"rule": {"source": None}}, "source"),
        ({"rule": {"area": "999999"}}, "no area has the code"),
        ({"rule": {"amount": {"zh": "一百"}}}, "en"),
        ({"rule": {"status": "active", "verified": False}}, "verified"),
        ({"rule": {"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 1)}}, "ends before"),
        ({"when": {"moon": [1]}}, "unknown conditions moon"),
        ({"names": {"zh": ["甲"]}}, "zh and en"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(changes, what, tmp_path):
    path = tmp_path / "x.yml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(broken(**changes), file)
    _, lines = subsidy_files.read(path)
    assert lines
    assert any(what in line for line in lines)


def test_a_sound_one_is_read():
    assert Instrument.parse_obj(broken()).rules[0].document.en == "一号"


def test_a_rule_whose_day_is_gone_is_not_known_to_be_in_force():
    rule = Instrument.parse_obj(broken(rule={"status": "active", "valid_to": dt.date(2026, 1, 31)})).rules[0]
    assert rule.state(dt.date(2026, 1, 31)) == "active"
    assert rule.state(dt.date(2026, 2, 1)) == "unknown"
