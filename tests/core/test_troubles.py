import pytest

from core import troubles


@pytest.mark.parametrize(
    "words",
    [
        "妈的厂里头把工时给砍了，以前一天十个钟头现在就五个",
        "是加班没得了，厂里头活路少",
        "活路少得可怜，天天早下班",
        "overtime is gone, only base pay",
        "厂里淡季，叫我们上半天",
    ],
)
def test_it_hears_that_hours_were_cut(words):
    assert troubles.problem_of(words) == "hours_cut"


@pytest.mark.parametrize("words", ["天天加班到半夜", "no day off, overtime every night"])
def test_it_keeps_too_much_work_apart(words):
    assert troubles.problem_of(words) == "overtime"
