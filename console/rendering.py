"""Templates and what they may call: words in two languages, times as China reads them, names of places."""

import datetime as dt
import functools
import re
from typing import Any

import jinja2
from markupsafe import Markup
from ruamel.yaml import YAML
from starlette.requests import Request

from console import sessions
from core import areas, clock, responses, sealing
from core.config import ROOT, settings
from core.errors import Invalid
from core.models import User
from core.readers import trades

MARK = re.compile(r"\[[\w ]+\]\s*")
LINE = 40
NAVIGATION = (
    ("/", "今天", "My day"),
    ("/cases", "求助", "Cases"),
    ("/workers", "人员", "People"),
    ("/vacancies", "岗位", "Openings"),
    ("/employers", "单位", "Employers"),
    ("/lists", "两个清单", "Two lists"),
    ("/reports", "报表", "Reports"),
    ("/subsidies", "补贴", "Subsidies"),
    ("/audit", "留痕", "Audit"),
    ("/health", "运行", "Health"),
)


@functools.lru_cache(maxsize=1)
def words() -> dict[str, dict[str, list[str]]]:
    """The desk's names of coded values: group → code → [zh, en]."""
    groups = YAML(typ="safe").load((ROOT / "console/words.yml").read_text(encoding="utf-8"))
    return {group: {str(code): names for code, names in named.items()} for group, named in groups.items()}


def word(language: str, group: str, code: Any) -> str:
    """The name of a coded value; the code itself where nobody named it, a dash for nothing."""
    if code is None or code == "":
        return "—"
    named = words()[group].get(str(code))
    return named[language == "en"] if named else str(code)


def moment(value: dt.datetime | None, form: str = "%m-%d %H:%M") -> str:
    """A moment in China's time."""
    return clock.local(value).strftime(form) if value else "—"


def span(language: str, seconds: float) -> str:
    """A length of time in its largest unit, rounded down: `3 小时`, `3 h`."""
    for size, zh, en in ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {en if language == 'en' else zh}"
    return f"{max(1, int(seconds))} {'s' if language == 'en' else '秒'}"


def due(language: str, at: dt.datetime) -> Markup:
    """Until when, or since when it is overdue: in words, so that colour is not needed."""
    left = (at - clock.due_now()).total_seconds()
    length = span(language, abs(left))
    if left < 0:
        text = f"overdue {length}" if language == "en" else f"已超时 {length}"
    else:
        text = f"{length} left" if language == "en" else f"还剩 {length}"
    return Markup('<span class="{}">{}</span>').format("late" if left < 0 else "due", text)


def spoken(detail: str) -> str:
    """What a case is about: without its sorting marks, numbers masked."""
    return sealing.masked(MARK.sub("", detail)).strip()


def told(detail: str) -> str:
    """Its first words, cut to a line."""
    words = spoken(detail)
    return words if len(words) <= LINE else f"{words[: LINE - 1]}…"


def place(language: str, *codes: str | None) -> str:
    """Names of areas, joined; unknown ones are left out."""
    return " ".join(areas.name(code, language) for code in codes if code)


def said(error: Invalid, language: str) -> str:
    """What the service says the person can put right."""
    return responses.text(error.response, language, **error.values)


@functools.lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(ROOT / "console/templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(moment=moment, masked=sealing.masked, spoken=spoken, told=told)
    environment.globals.update(NAVIGATION=NAVIGATION, demo=settings().demo)
    return environment


def page(request: Request, user: User | None, template: str, **values: Any) -> str:
    """A template as text, with the words of the session's language."""
    language = sessions.language(request)
    english = language == "en"
    return (
        _templates()
        .get_template(template)
        .render(
            request=request,
            user=user,
            language=language,
            csrf=sessions.csrf(request),
            now=clock.due_now(),
            t=lambda zh, en: en if english else zh,
            word=functools.partial(word, language),
            due=functools.partial(due, language),
            trade=lambda code: trades.name(code, language),
            place=functools.partial(place, language),
            span=functools.partial(span, language),
            **values,
        )
    )
