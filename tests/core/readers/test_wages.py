import csv
from decimal import Decimal
from pathlib import Path

import pytest

from core.readers import wages

TABLE = [
    ("一个月四五千", 4000, 5000, "month", 4000),
    ("4千5", 4500, 4500, "month", 4500),
    ("一天两百", 200, 200, "day", 5200),
    ("200一天", 200, 200, "day", 5200),
    ("200/天", 200, 200, "day", 5200),
    ("日结260", 260, 260, "day", 6760),
    ("时薪18", 18, 18, "hour", 3744),
    ("18块一小时", 18, 18, "hour", 3744),
    ("底薪2800加提成", 2800, None, "month", 2800),
    ("5k", 5000, 5000, "month", 5000),
    ("6k-8k", 6000, 8000, "month", 6000),
    ("at least 200 a day", 200, None, "day", 5200),
    ("20 yuan an hour", 20, 20, "hour", 4160),
    ("1-1.5万/月", 10000, 15000, "month", 10000),
    ("0.8-1万/月", 8000, 10000, "month", 8000),
    ("3000-5000", 3000, 5000, "month", 3000),
    ("四千到六千", 4000, 6000, "month", 4000),
    ("八千以上", 8000, None, "month", 8000),
    ("五千多块就行", 5000, None, "month", 5000),
    ("一万二", 12000, 12000, "month", 12000),
    ("三千八百块", 3800, 3800, "month", 3800),
    ("不低于4500", 4500, None, "month", 4500),
    ("1.5千以下/月", None, 1500, "month", None),
    ("20-30万/年", 200000, 300000, "year", Decimal(200000) / 12),
    ("100万以上/年", 1000000, None, "year", Decimal(1000000) / 12),
    ("年薪十万", 100000, 100000, "year", Decimal(100000) / 12),
    ("800元/天", 800, 800, "day", 20800),
    ("计件，每件0.5元", Decimal("0.5"), Decimal("0.5"), "piece", None),
    ("five thousand a month", 5000, 5000, "month", 5000),
    ("4,500 yuan per month", 4500, 4500, "month", 4500),
    ("我43岁了，想找个五千以上的", 5000, None, "month", 5000),
    ("４５００元", 4500, 4500, "month", 4500),
    ("工资5000-7000包吃住", 5000, 7000, "month", 5000),
]


@pytest.mark.parametrize(("text", "least", "most", "unit", "monthly"), TABLE, ids=[row[0] for row in TABLE])
def test_it_reads_pay(text, least, most, unit, monthly):
    assert wages.read(text) == wages.Wage(
        *(None if v is None else Decimal(v) for v in (least, most)), unit, None if monthly is None else Decimal(monthly)
    )


@pytest.mark.parametrize(
    "text",
    [
        "面议",
        "工资面议",
        "",
        "我今年43岁",
        "3月15号",
        "干了3个月",
        "第二个",
        "有电焊的活吗",
        "20个人",
        "两个月没发工资",
        "🙂",
    ],
)
def test_it_reads_no_pay_where_none_is_told(text):
    assert wages.read(text) is None


def seen():
    with Path(__file__).with_name("wage_formats.csv").open(encoding="utf-8") as file:
        return [row["as_written"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("text", seen())
def test_it_reads_what_job_sites_write(text):
    wage = wages.read(text)
    if text == "面议":
        assert wage is None
        return
    assert wage.unit == {"年": "year", "天": "day"}.get(text[-1], "month")
    for bound in (wage.min, wage.max):
        assert bound is None or bound >= {"year": 10_000, "day": 80, "month": 1000}[wage.unit]
    assert (wage.max is None) == ("以上" in text)
    assert (wage.min is None) == ("以下" in text)
    if "-" in text:
        assert wage.min < wage.max


@pytest.mark.parametrize("text", ["我姓张，电话13800138000，下午打", "给我存个电话‹phone:1506›", "‹phone:6000›"])
def test_it_takes_no_phone_for_pay(text):
    assert wages.read(text) is None
