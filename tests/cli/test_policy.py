import shutil

import pytest
from click.testing import CliRunner

from cli.policy import group
from core import policies, policy_checks, subsidy_files


def run():
    return CliRunner().invoke(group, ["check"])


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of policy/ that a test may spoil: returns a function that changes words of one of its files."""
    policy = tmp_path / "policy"
    shutil.copytree(policy_checks.POLICY, policy)
    monkeypatch.setattr(policy_checks, "POLICY", policy)
    monkeypatch.setattr(subsidy_files, "FOLDER", policy / "subsidies")

    def change(name, old, new):
        path = policy / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    yield change
    policies.load.cache_clear()


def test_the_policy_of_this_house_is_in_order():
    result = run()
    assert result.exit_code == 0, result.output
    assert "26 instruments" in result.output


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("subsidies/travel.yml", "外省600元", "外省650元", "650 yuan is not under"),
        ("subsidies/travel.yml", "another province, 400", "another province, 450", "450 yuan is not under"),
        ("subsidies/travel.yml", "村里名单上的家庭，出省", "贫困家庭，出省", "banned word"),
        ("subsidies/travel.yml", "of families on the village's list", "of poor families", "banned word"),
        ("subsidies/travel.yml", "到村里登记，村里公示", "到村里登记" + "，再去一趟" * 12, "characters in"),
        ("subsidies/travel.yml", "先到户口所在的村委会", "打12366", "phone number 12366"),
        ("subsidies/travel.yml", "checked_on: 2026-11-24", "checked_on: 2999-01-01", "lies ahead"),
        ("subsidies/travel.yml", '  area: "620823"', '  area: "629999"', "no area has the code"),
        ("subsidies/travel.yml", "status: unknown", "status: perhaps", "status"),
        ("subsidies/travel.yml", "id: travel", "id: trip", "is not the file's name"),
        ("subsidies/travel.yml", "[交通补贴,", "[雨露计划,", "is also that of"),
        ("subsidies/travel.yml", "id: travel", "id: [", "while parsing"),
        ("subsidies/job_search.yml", "  valid_to: 2021-12-31\n", "", "expired, without a day"),
        ("rights.yml", "扣身份证、收押金，一般都不许", "扣身份证、收押金都不许", "must say"),
        ("eligibility.yml", "order: [public_post,", "order: [pony,", "no instrument 'pony'"),
        ("eligibility.yml", "utter_eligibility_ask_working", "utter_eligibility_ask_wurking", "no response"),
        ("doors.yml", "kind: pension", "kind: pensions", "has no words to say"),
    ],
)
def test_it_names_the_file_and_what_is_wrong(copy, name, old, new, said):
    if name == "subsidies/travel.yml" and old.startswith("  area"):
        old, new = '- area: "620823"', '- area: "629999"'
    copy(name, old, new)
    result = run()
    assert result.exit_code == 1
    assert any(line.startswith(f"{name}: ") and said in line for line in result.output.splitlines()), result.output


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("一个人600元，最多1000元", "zh", {600, 1000}),
        ("1500到2500元", "zh", {1500, 2500}),
        ("最多300000元（30万）", "zh", {300000}),
        ("2020年一天25元", "zh", {25}),
        ("600 yuan for one, 1,000 yuan more", "en", {600, 1000}),
        ("满12个月，打12333", "zh", set()),
    ],
)
def test_it_reads_the_sums_in_a_text(text, language, found):
    assert policy_checks.amounts(text, language) == found
