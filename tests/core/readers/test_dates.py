import datetime as dt

import pytest

from core.readers import dates

TODAY = dt.date(2026, 11, 24)  # a Tuesday; the 16th of the tenth month in the farmers' calendar


def day(month, number, year=2026):
    return dt.date(year, month, number)


ONE_DAY = [
    ("今天", day(11, 24)), ("今晚再问我", day(11, 24)), ("昨天进的厂", day(11, 23)), ("前天", day(11, 22)), ("明天", day(11, 25)), ("大后天", day(11, 27)),
    ("下周一", day(11, 30)), ("上周五就走了", day(11, 20)), ("周一", day(11, 30)), ("我周一上班的，已经干了", day(11, 23)), ("星期天", day(11, 29)),
    ("next Monday", day(11, 30)), ("I started on Monday", day(11, 23)), ("last Friday", day(11, 20)), ("on Friday", day(11, 27)),
    ("半个月后", day(12, 9)), ("回家收麦子半个月就回厂", day(12, 9)), ("10天后", day(12, 4)), ("三天前", day(11, 21)), ("两周后回来", day(12, 8)),
    ("in two weeks", day(12, 8)), ("a week ago", day(11, 17)), ("一个月后", day(12, 24)), ("back in 3 days", day(11, 27)), ("干了三个月了", day(8, 26)), ("一个半月后", day(1, 8, 2027)), ("一个多月前", day(10, 25)),
    ("8号回", day(12, 8)), ("back on the 8th", day(12, 8)), ("28号", day(11, 28)), ("15号就上班了", day(11, 15)),
    ("3月15号", day(3, 15, 2027)), ("三月十五日", day(3, 15, 2027)), ("March 15", day(3, 15, 2027)), ("the 3rd of December", day(12, 3)),
    ("10月8号进厂了", day(10, 8)), ("下个月5号", day(12, 5)), ("2027年1月3日", day(1, 3, 2027)), ("2026-12-01", day(12, 1)),
    ("腊月二十", day(1, 27, 2027)), ("正月初八", day(2, 13, 2027)), ("初八回去", day(2, 13, 2027)), ("农历十一月十五", day(12, 23)),
    ("大年三十", day(2, 5, 2027)), ("正月十五过完就走", day(2, 20, 2027)), ("中秋", day(9, 15, 2027)), ("元旦", day(1, 1, 2027)), ("五一", day(5, 1, 2027)),
    ("tomorrow", day(11, 25)), ("the day after tomorrow", day(11, 26)), ("yesterday", day(11, 23)),
]  # fmt: skip
SPANS = [
    ("下个月初", day(12, 1), day(12, 10)),
    ("月底", day(11, 21), day(11, 30)),
    ("月初", day(12, 1), day(12, 10)),
    ("下个月", day(12, 1), day(12, 31)),
    ("end of next month", day(12, 21), day(12, 31)),
    ("上个月", day(10, 1), day(10, 31)),
    ("12月份", day(12, 1), day(12, 31)),
    ("in March", day(3, 1, 2027), day(3, 31, 2027)),
    ("过完年", day(2, 11, 2027), day(2, 21, 2027)),
    ("年后再说", day(2, 11, 2027), day(2, 21, 2027)),
    ("年前", day(1, 26, 2027), day(2, 5, 2027)),
    ("下周", day(11, 30), day(12, 6)),
    ("this week", day(11, 23), day(11, 29)),
]


@pytest.mark.parametrize(("text", "when"), ONE_DAY, ids=[text for text, _ in ONE_DAY])
def test_it_reads_a_day(text, when):
    assert dates.read(text, TODAY) == dates.Span(when, when)


@pytest.mark.parametrize(("text", "start", "end"), SPANS, ids=[text for text, *_ in SPANS])
def test_it_reads_a_span(text, start, end):
    assert dates.read(text, TODAY) == dates.Span(start, end)


@pytest.mark.parametrize(
    "text",
    ["", "挺好的", "一个月四千", "第二个", "我今年43", "初中毕业", "welder", "🙂", "电焊工", "everything is fine"],
)
def test_it_reads_no_day_where_none_is_told(text):
    assert dates.read(text, TODAY) is None


def test_it_looks_back_when_told_to():
    assert dates.read("周一", TODAY, past=True).start == day(11, 23)
    assert dates.read("8号", TODAY, past=True).start == day(11, 8)


def test_it_knows_new_year_of_the_year_that_it_is():
    assert dates.read("过年", dt.date(2027, 1, 20)).start == day(2, 6, 2027)
    assert dates.read("过年", dt.date(2027, 3, 1)).start == day(1, 26, 2028)
