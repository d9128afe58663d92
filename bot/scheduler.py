"""`python -m bot.scheduler`: a clock that wakes up queries. All state is in rows; a missed tick is made up by the next."""

import asyncio
import datetime as dt
import inspect
import logging
from collections.abc import Callable
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot import process, pushes
from core import buttons, checkins, clock, db, jobs, media, outbox, privacy, reach, registration_draft, turns

log = logging.getLogger(__name__)
LATE = 3600  # seconds: a tick that comes late still runs
_running: set[asyncio.Task] = set()


def _checkins(s) -> int:
    """The questions that are due by the programme's time, which the demo may move."""
    return checkins.send_due(s, clock.due_now())


# What runs how often, in seconds. A plain function of a session runs in one write transaction of its own.
JOBS: dict[str, tuple[float, Callable[..., Any]]] = {
    "checkins": (5, _checkins),
    "outbox_recover": (10, outbox.recover),
    "turns_free": (10, turns.free_dead),
    "reach": (15, reach.run),
    "pushes": (5, pushes.run_once),
    "buttons_expired": (3600, buttons.drop_expired),
    "media_orphans": (3600, media.sweep),
    "drafts_forgotten": (3600, registration_draft.sweep),
    "conversations_deleted": (60, privacy.drop_trackers),
}


async def _tick(name: str) -> None:
    # A task of our own: APScheduler cancels what is under way when it is shut down.
    task = asyncio.create_task(run_job(name))
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.shield(task)


async def run_job(name: str) -> None:
    """Run a job once and count it; what goes wrong in one job stops neither it nor the others."""
    _, function = JOBS[name]
    error = None
    try:
        done = await (function() if inspect.iscoroutinefunction(function) else db.write(function))
        if done:
            log.info("%s: %s", name, done)
    except Exception as broken:  # the next tick must come whatever this one met
        log.exception("job %s failed", name)
        error = type(broken).__name__
    try:
        await db.write(jobs.ran, name, error)
    except SQLAlchemyError as away:
        log.warning("run of %s not counted: %s", name, type(away).__name__)


def scheduled() -> AsyncIOScheduler:
    """The jobs on their clock, not started: no job store, one run of a job at a time, late runs made one."""
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE}
    scheduler = AsyncIOScheduler(timezone=dt.timezone.utc, job_defaults=defaults)
    now = dt.datetime.now(dt.timezone.utc)
    for name, (seconds, _) in JOBS.items():
        scheduler.add_job(_tick, "interval", args=[name], seconds=seconds, id=name, next_run_time=now)
    return scheduler


async def _announce(stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await db.write(jobs.announce, {name: seconds for name, (seconds, _) in JOBS.items()})
            return
        except SQLAlchemyError as error:
            log.warning("no database yet: %s", type(error).__name__)
            await process.pause(stopping, 1)


async def main(stopping: asyncio.Event) -> None:
    """Tick until told to stop; a job under way ends first."""
    await _announce(stopping)
    scheduler = scheduled()
    scheduler.start()
    await stopping.wait()
    scheduler.shutdown(wait=False)
    if _running:
        await asyncio.wait(_running, timeout=process.GRACE - 1)


if __name__ == "__main__":
    process.run("scheduler", main)
