"""The programme's numbers, each with the persons behind it."""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, lists
from core.models import Application, Checkin, Escalation, Placement, Worker

KEPT_DAYS = 90


@dataclasses.dataclass(frozen=True)
class Number:
    """One number: how many of how many (`whole` None: no share is claimed), and whose."""

    key: str
    zh: str
    en: str
    worker_ids: list[int]
    whole_ids: list[int] | None = None

    @property
    def value(self) -> int:
        return len(set(self.worker_ids))

    @property
    def whole(self) -> int | None:
        return None if self.whole_ids is None else len(set(self.whole_ids))


def month_of(text: str | None) -> tuple[dt.date, dt.date]:
    """First and last day of `YYYY-MM`, or of the programme's present month; ValueError for anything else."""
    first = dt.date.fromisoformat(f"{text}-01") if text else clock.today().replace(day=1)
    return first, (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def _ids(s: Session, query: sa.sql.Select) -> list[int]:
    return [row[0] for row in s.execute(query).all()]


def numbers(s: Session, area_prefix: str = "", month: str | None = None, reader_id: int | None = None) -> list[Number]:
    """The numbers of an area in a month.

    `kept`: of those whose placement began 90-180 days before the month's end, who is still in it (no official
    definition was found: policy-facts 5.1); the whole is fixed by the start dates, nobody drops out of it.
    Complaints about the user `reader_id` are left out: that user must not find them by counting.
    """
    first, last = month_of(month)
    here = sa.and_(Worker.left_at.is_(None), Worker.county_code.startswith(area_prefix))
    everyone = _ids(s, sa.select(Worker.id).where(here))
    in_work = [worker.id for worker, _ in s.execute(lists.query(lists.IN_WORK, area_prefix)).all()]
    wants = [worker.id for worker, _ in s.execute(lists.query(lists.WANTS_WORK, area_prefix)).all()]
    confirmed = [
        worker.id
        for worker, placement in s.execute(lists.query(lists.IN_WORK, area_prefix)).all()
        if lists.evidence(placement, last) == "confirmed"
    ]

    def during(column: sa.Column) -> sa.sql.ColumnElement:
        zone = clock.CHINA
        start = dt.datetime.combine(first, dt.time(), zone)
        return sa.and_(column >= start, column < dt.datetime.combine(last, dt.time(), zone) + dt.timedelta(days=1))

    def of(table, *conditions) -> list[int]:
        return _ids(s, sa.select(table.worker_id).join(Worker, Worker.id == table.worker_id).where(here, *conditions))

    told = sa.or_(Escalation.about_user_id.is_(None), Escalation.about_user_id != (reader_id or 0))
    cohort = Placement.started_on.between(last - dt.timedelta(days=180), last - dt.timedelta(days=KEPT_DAYS))
    stays = sa.or_(Placement.ended_on.is_(None), Placement.ended_on > last)
    return [
        Number("on_record", "在册人数", "People on record", everyone),
        Number("in_work", "在岗人数", "In work", in_work, everyone),
        Number("confirmed", "本人35天内确认在岗", "In work, confirmed by the person in 35 days", confirmed, in_work),
        Number("wants_work", "想就业未就业", "Want work", wants, everyone),
        Number("started", "本月新上岗", "Started this month", of(Placement, Placement.started_on.between(first, last))),
        Number("ended", "本月离岗", "Left work this month", of(Placement, Placement.ended_on.between(first, last))),
        Number("kept", "上岗90至180天仍在岗", "Still there after 90-180 days", of(Placement, cohort, stays), of(Placement, cohort)),
        Number("applied", "本月报名", "Applied this month", of(Application, during(Application.made_at))),
        Number(
            "checkins_answered", "本月回访有回音", "Check-ins answered this month",
            of(Checkin, during(Checkin.answered_at)), of(Checkin, during(Checkin.asked_at)),
        ),
        Number("cases_opened", "本月求助", "Cases opened this month", of(Escalation, told, during(Escalation.opened_at))),
        Number(
            "cases_closed", "其中已办结", "Of these, closed",
            of(Escalation, told, during(Escalation.opened_at), Escalation.state == "closed"),
            of(Escalation, told, during(Escalation.opened_at)),
        ),
    ]  # fmt: skip
