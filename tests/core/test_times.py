"""Until when a person comes, told so that nobody has to count: the weekday beside the date."""

import pytest

from core import deadlines, times
from tests.core.rooms import at


@pytest.mark.parametrize(
    ("now", "severity", "zh", "en"),
    [
        ("2026-11-25 10:00", 2, "今天18:00", "today 18:00"),
        ("2026-11-25 17:00", 2, "明天12:00", "tomorrow 12:00"),
        ("2026-11-25 10:00", 4, "下周一（11月30日）18:00", "Monday 30 November 18:00"),
        ("2026-11-27 17:00", 2, "下周一（11月30日）12:00", "Monday 30 November 12:00"),
        ("2026-11-28 09:00", 2, "下周一（11月30日）12:00", "Monday 30 November 12:00"),
        ("2026-11-29 22:00", 2, "明天12:00", "tomorrow 12:00"),
        ("2026-11-23 09:00", 4, "周四（11月26日）18:00", "Thursday 26 November 18:00"),
        ("2026-09-30 17:00", 2, "10月5日12:00", None),
    ],
)
def test_it_tells_the_moment_by_weekday(now, severity, zh, en):
    due = deadlines.due(severity, at(now))
    said = times.moment(due, "zh", at(now))
    assert said == zh or (en is None and said.endswith("12:00"))
    assert en is None or times.moment(due, "en", at(now)) == en
