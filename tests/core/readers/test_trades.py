import pytest

from core.readers import trades

TABLE = [
    ("广东有没有电焊工的活", ["6-18-02-04"]), ("我会电焊", ["6-18-02-04"]), ("any welding jobs in Guangdong", ["6-18-02-04"]), ("welders", ["6-18-02-04"]),
    ("想进厂", ["6-00-00-00"]), ("电子厂", ["6-25-04-07"]), ("在服装厂踩缝纫机", ["6-05-01-03"]), ("sewing machine work", ["6-05-01-03"]),
    ("工地上搬砖的小工", ["6-29-00-00"]), ("会开叉车", ["6-30-05-01"]), ("送外卖", ["4-10-08-01"]), ("摘苹果套袋", ["5-01-02-02"]),
    ("保洁或者保安都行", ["4-09-08-01", "4-07-05-01"]), ("cleaner or security guard", ["4-09-08-01", "4-07-05-01"]),
    ("cook", ["4-03-02-01"]), ("铣工", ["6-18-01-02"]), ("月嫂", ["4-10-01-06"]), ("伺候老人的活", ["4-10-01-05"]), ("ＣＮＣ", ["6-18-01-07"]),
    ("我今年43", []), ("I said what's mine is mine till Friday", []), ("", []), ("家附近的活", []), ("overcooking", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codes"), TABLE)
def test_it_reads_trades_in_workers_words(text, codes):
    assert [trade.code for trade in trades.read(text)] == codes


def test_it_names_a_trade_in_both_languages():
    assert trades.read("电焊")[0] == trades.Trade("6-18-02-04", "焊工", "welder")
    assert trades.name("6-18-02-04", "en") == "welder"
    assert trades.name("9-99", "zh") == "9-99"


def test_it_knows_at_least_120_trades_each_in_the_classification():
    assert len(trades.common()) >= 120
    assert set(trades.common()) <= set(trades._occupations())


def test_it_gives_every_word_to_one_trade():
    said = [word for row in trades._table() for word in {row["zh"], *row["words"], row["en"], *row["words_en"]}]
    assert sorted(said) == sorted(set(said))
