"""The command that brings lists in: what it says, what it leaves, how it ends."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from cli.main import wengang
from core import db
from core.models import Vacancy

LIST = "企业名称,岗位名称,招聘人数\n演示厂,焊工,3\n,普工,2\n演示厂,质检员,许多\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text(LIST, encoding="gb18030")
    return path


def run(*words):
    return CliRunner().invoke(wengang, ["import", *map(str, words)])


def stored():
    with db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).select_from(Vacancy))


def test_it_keeps_good_rows_and_tells_each_bad_one(database, file):
    done = run("vacancies", file, "--county", "621121")
    assert done.exit_code == 0, done.output
    assert "Row 3, 企业名称: is empty" in done.output
    assert "Row 4, 招聘人数: is no whole number" in done.output
    assert "3 read, 1 added, 0 changed, 0 same, 2 bad" in done.output
    assert stored() == 1
    report = file.with_name("jobs.report.csv")
    assert str(report) in done.output
    assert len(report.read_text(encoding="utf-8-sig").splitlines()) == 3


def test_it_changes_nothing_the_second_time(database, file):
    run("vacancies", file, "--county", "621121")
    assert "0 added, 0 changed, 1 same" in run("vacancies", file, "--county", "621121").output
    assert stored() == 1


def test_it_keeps_nothing_in_a_dry_run(database, file):
    done = run("vacancies", file, "--county", "621121", "--dry-run")
    assert "Dry run" in done.output
    assert stored() == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--map", "workers"), 1, "is not for vacancies"),
        (("--map", "nothing"), 1, "no column map"),
        (("--county", "999999"), 1, "no county"),
        (("--colour",), 2, "No such option"),
    ],
)
def test_it_refuses_with_a_reason(database, file, words, code, said):
    done = run("vacancies", file, *words)
    assert done.exit_code == code
    assert said in done.output or said in str(done.exception)


def test_it_refuses_a_file_that_is_not_there_or_no_list(database, file, tmp_path):
    assert run("vacancies", tmp_path / "nowhere.csv").exit_code == 2
    file.write_text("甲,乙\n1,2\n")
    done = run("workers", file)
    assert done.exit_code == 1
    assert "姓名" in done.output


@pytest.mark.parametrize("verb", ["vacancies", "workers", "employers"])
def test_it_explains_itself(verb):
    done = run(verb, "--help")
    assert done.exit_code == 0
    assert all(option in done.output for option in ("--county", "--dry-run", "--map"))
