import pytest

from core.readers import education

TABLE = [
    ("初中毕业", 9), ("初中", 9), ("小学", 6), ("高中", 12), ("中专", 12), ("技校", 12), ("大专", 15), ("本科", 16), ("初二", 8), ("高一", 10),
    ("念了五年书", 5), ("上了3年学", 3), ("小学三年级", 3), ("没上过学", 0), ("我不识字", 0), ("初中没毕业", 7), ("小学没念完", 3), ("高中没读完", 10),
    ("middle school", 9), ("I finished junior high", 9), ("high school", 12), ("primary school", 6), ("five years of school", 5),
    ("never went to school", 0), ("8th grade", 8), ("dropped out of middle school", 7), ("vocational school", 12), ("university", 16),
    ("43岁", None), ("跳过", None), ("焊工", None), ("", None), ("干了五年", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "years"), TABLE)
def test_it_reads_years_of_school(text, years):
    assert education.read(text) == years
