import pytest
from ruamel.yaml import YAML

from core.config import ROOT
from core.readers import limits

TABLE = [
    ("我腰不好，干不了重活", ["no_lifting", "no_bending"]), ("bad back", ["no_lifting", "no_bending"]), ("站不住，膝盖疼", ["no_standing"]),
    ("can't stand long, my knee hurts", ["no_standing"]), ("恐高", ["no_heights"]), ("上不了夜班", ["no_night"]), ("哮喘，闻不了油漆", ["no_dust"]),
    ("眼睛花了看不清", ["no_eyesight"]), ("耳朵背", ["no_hearing"]), ("身体好着呢啥都能干", []), ("没有", []), ("nothing, I'm fine", []), ("腰带厂", []),
    ("come back home", []), ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), TABLE)
def test_it_reads_what_the_body_does_not_allow(text, found):
    assert limits.read(text) == found


def test_it_says_each_limit_in_both_languages():
    assert all(limits.label(name, language) for name in limits.names() for language in ("zh", "en"))


def test_it_uses_the_names_that_openings_are_ruled_out_by():
    known = YAML(typ="safe").load((ROOT / "policy/vacancies.yml").read_text(encoding="utf-8"))["limits"]
    assert set(limits.names()) - set(known) <= {"no_hearing"}
