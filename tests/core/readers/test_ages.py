import datetime as dt

import pytest

from core.readers import ages

TODAY = dt.date(2026, 11, 24)
TABLE = [
    ("43", 43), ("四十三", 43), ("我今年43岁", 43), ("四十五岁了", 45), ("今年四十三初中毕业", 43), ("I'm 43 and finished middle school", 43),
    ("she is 51 years old", 51), ("83年的", 43), ("1983年生", 43), ("born in 1997", 29), ("05年的", 21), ("虚岁46", 45), ("十八岁", 18),
    ("五十多岁", None), ("快五十了", None), ("五十出头", None), ("5000", None), ("第二个", None), ("干了3年", None), ("", None), ("一个月四千", None),
    ("焊工", None), ("3", None), ("200岁", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "age"), TABLE)
def test_it_reads_an_age(text, age):
    assert ages.read(text, TODAY) == age


def test_it_reads_no_year_of_birth_without_a_day():
    assert ages.read("83年的") is None
