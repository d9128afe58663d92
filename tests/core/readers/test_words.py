import pytest

from core.readers import words

TABLE = [
    ("跳过", "skip"), ("先不填", "skip"), ("不想说", "skip"), ("skip", "skip"), ("skip this one", "skip"), ("I'd rather not say", "skip"),
    ("上一步", "back"), ("返回", "back"), ("刚才填错了", "back"), ("back", "back"), ("go back please", "back"),
    ("不知道", "dont_know"), ("我也不清楚", "dont_know"), ("忘了", "dont_know"), ("I don't know", "dont_know"), ("not sure", "dont_know"),
    ("我不是本人", "not_me"), ("不是我", "not_me"), ("你认错人了", "not_me"), ("not me", "not_me"), ("wrong person", "not_me"),
    ("算了不填了", "cancel"), ("算了", "cancel"), ("不弄了", "cancel"), ("cancel", "cancel"), ("forget it, stop this", "cancel"),
    ("王秀英", None), ("我是甘肃的", None), ("手机不是我的", None), ("先说说工资多少，我不知道那个厂在哪里离家远不远能不能当天回来", None),
    ("", None), ("🙂", None), ("好的", None), ("焊工", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "word"), TABLE)
def test_it_reads_the_steering_words(text, word):
    assert words.read(text) == word
