import pytest

from core.readers import ordinals

TABLE = [
    ("第一个", 1), ("我要报第二个", 2), ("第3个包吃住不", 3), ("头一个", 1), ("最后一个", -1), ("就最后那个吧", -1), ("上面那个", 1),
    ("the second one", 2), ("first", 1), ("2nd", 2), ("number 3", 3), ("no. 2", 2), ("the last one", -1), ("2", 2), ("二", 2),
    ("三号", 3), ("选2", 2), ("第十二个", 12), ("option two", 2),
    ("都不要", None), ("广东有没有活", None), ("5000以上", None), ("一个月四千", None), ("", None), ("我叫王二", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place"), TABLE)
def test_it_reads_which_one(text, place):
    assert ordinals.read(text) == place
