"""How a moment is told to a worker: today, tomorrow or the day, with the hour of China."""

import datetime as dt

from core import clock

_WORDS = {
    "zh": {"today": "今天", "tomorrow": "明天", "day": "{0.month}月{0.day}日"},
    "en": {"today": "today", "tomorrow": "tomorrow", "day": "{0:%A} {0.day} {0:%B}"},
}


def day(date: dt.date, language: str, today: dt.date | None = None) -> str:
    """`今天`, `明天` or `11月27日`; in English `Friday 27 November`."""
    ahead = (date - (today or clock.today())).days
    words = _WORDS[language]
    return words[{0: "today", 1: "tomorrow"}.get(ahead, "day")].format(date)


def moment(when: dt.datetime, language: str, now: dt.datetime | None = None) -> str:
    """The day and the hour, e.g. `明天12:00`, `下周一（11月30日）12:00`, `tomorrow 12:00`."""
    local = clock.local(when)
    today = clock.local(now or clock.due_now()).date()
    told = _weekday(local.date(), today) if language == "zh" else None
    told = told or day(local.date(), language, today)
    return f"{told}{'' if language == 'zh' else ' '}{local:%H:%M}"


def _weekday(date: dt.date, today: dt.date) -> str | None:
    """`周五（11月27日）`, `下周一（11月30日）`; None for a day that has a shorter name or is further off."""
    if (date - today).days < 2:
        return None
    weeks = (date - dt.timedelta(days=date.weekday()) - (today - dt.timedelta(days=today.weekday()))).days // 7
    name = f"周{'一二三四五六日'[date.weekday()]}（{date.month}月{date.day}日）"
    return {0: name, 1: f"下{name}"}.get(weeks)
