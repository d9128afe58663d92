"""Invented employers and openings, and turns about them, for the tests of openings and applications."""

import datetime as dt
import itertools

from core import clock
from core.models import Employer, Vacancy
from tests.core.chats import Turn, named

_numbers = itertools.count(1)
WELDER, SEWER, WAITER = "6-18-02-04", "6-05-01-03", "4-03-02-05"
MAYING, PINGXIANG = "621121102000", "621121100000"


def employer(s, name="示范厂", **values):
    row = Employer(name=name, source="test", made_at=clock.now(), **values)
    s.add(row)
    s.flush()
    return row


def opening(s, title="电焊工", firm=None, **values):
    """An opening of a welder in Jiaxing, 6000 to 8000 a month, 3 places, unless told otherwise."""
    n = next(_numbers)
    firm = firm or employer(s, f"示范厂{n}号")
    known = {
        "occupation_code": WELDER, "kind": "factory", "region_code": "330402", "place": "浙江省嘉兴市南湖区",
        "wage_min": 6000, "wage_max": 8000, "wage_unit": "month", "month_min": 6000, "month_max": 8000,
        "places_total": 3, "places_left": 3, "benefits": [], "demands": [], "published_on": clock.today(),
        "expires_on": clock.today() + dt.timedelta(days=30),
    }  # fmt: skip
    now = clock.now()
    row = Vacancy(
        external_id=f"t{n}",
        source="test",
        employer_id=firm.id,
        title=title,
        made_at=now,
        changed_at=now,
        **(known | values),
    )
    s.add(row)
    s.flush()
    return row


def turn(intent, text="", language="zh", kind="text", message_id=None, **entities):
    more = {"message_id": message_id} if message_id else {}
    return Turn(intent, text, language, named(entities), kind, **more)


def words(bubbles):
    return "\n".join(bubble.text for bubble in bubbles)


def titles(bubbles):
    return [button["title"] for bubble in bubbles for button in bubble.buttons]


def payloads(bubbles):
    return [button["payload"] for bubble in bubbles for button in bubble.buttons]
