"""How often each scheduled job ran on a day, to be compared with how often it should (the desk's /health)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, states
from core.models import JobRun
from core.rows import insert_new

EVERY = "job_every:"


def announce(s: Session, every: dict[str, float]) -> None:
    """Say how many seconds lie between two runs of each job; jobs that are no more are forgotten."""
    for old in set(states.with_prefix(s, EVERY)) - set(every):
        states.drop(s, EVERY + old)
    for name, seconds in every.items():
        states.put(s, EVERY + name, f"{seconds:g}")


def ran(s: Session, job: str, error: str | None = None) -> None:
    """Count a run of `job` on today's row (China's day, real time); `error` counts it as failed."""
    now = clock.now()
    day = clock.local(now).date()
    here = (JobRun.job == job, JobRun.day == day)
    insert_new(s, JobRun, job=job, day=day, runs=0, failures=0)
    counted = {"runs": JobRun.runs + 1, "last_at": now}
    if error is not None:
        counted |= {"failures": JobRun.failures + 1, "last_error": error[:300]}
    s.execute(sa.update(JobRun).where(*here).values(**counted).execution_options(synchronize_session=False))
