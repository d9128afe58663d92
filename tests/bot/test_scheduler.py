import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys

import pytest
import sqlalchemy as sa

from bot import scheduler
from core import checkins, clock, contacts, db, jobs, outbox, states
from core.config import ROOT
from core.models import Heartbeat, JobRun, OutboundMessage
from tests.bot.conftest import until


def runs():
    with db.reading() as s:
        return {job: (n, bad, why) for job, n, bad, why in s.execute(sa.select(JobRun.job, JobRun.runs, JobRun.failures, JobRun.last_error))}  # fmt: skip


@pytest.fixture
def quick(monkeypatch):
    """Every job twenty times a second."""
    monkeypatch.setattr(scheduler, "JOBS", {name: (0.05, job) for name, (_, job) in scheduler.JOBS.items()})


@pytest.fixture
async def ticking(database, quick):
    """A scheduler beside the test."""
    stopping = asyncio.Event()
    task = asyncio.create_task(scheduler.main(stopping))
    yield task
    stopping.set()
    await asyncio.wait_for(task, 8)


async def test_it_runs_every_job_and_counts(ticking):
    await until(lambda: len(runs()) == len(scheduler.JOBS) and all(n > 1 for n, _, _ in runs().values()))
    assert not any(bad for _, bad, _ in runs().values()), runs()


async def test_it_says_how_often_each_should_run(ticking):
    await until(runs)
    with db.reading() as s:
        assert set(states.with_prefix(s, jobs.EVERY)) == set(scheduler.JOBS)


async def test_it_goes_on_when_a_job_fails(database, quick, monkeypatch):
    def broken(_):
        raise RuntimeError("an ID number would stand here")

    monkeypatch.setitem(scheduler.JOBS, "reach", (0.05, broken))
    stopping = asyncio.Event()
    task = asyncio.create_task(scheduler.main(stopping))
    await until(lambda: runs().get("reach", (0,))[0] > 2 and runs().get("pushes", (0,))[0] > 2)
    stopping.set()
    await task
    assert runs()["reach"][1:] == (runs()["reach"][0], "RuntimeError")


async def test_it_asks_by_the_programme_s_time(ticking, monkeypatch):
    asked = []
    monkeypatch.setattr(checkins, "send_due", lambda s, now: asked.append(now) or 0)
    await until(lambda: len(asked) > 1)
    assert abs(asked[-1] - clock.now()) < dt.timedelta(minutes=1)
    with db.writing() as s:
        states.put(s, "clock_offset_seconds", "86400")
    await until(lambda: asked[-1] - clock.now() > dt.timedelta(hours=23))


async def test_it_frees_what_a_dead_sender_left(ticking):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    owner = f"sender@{socket.gethostname()}:{dead.stdout.strip()}:ab"
    with db.writing() as s:
        message = outbox.put(s, contacts.of_channel(s, "telegram", "1"), dedupe="m", text="好").id
        assert outbox.claim(s, owner, ["telegram"]) is not None

    def free():
        with db.reading() as s:
            return s.scalar(sa.select(OutboundMessage.state).where(OutboundMessage.id == message)) == "ready"

    await until(free)


async def test_it_never_runs_a_job_beside_itself(database, quick, monkeypatch):
    at_once, most = 0, 0

    async def slow():
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.2)
        at_once -= 1
        return 0

    monkeypatch.setitem(scheduler.JOBS, "pushes", (0.05, slow))
    stopping = asyncio.Event()
    task = asyncio.create_task(scheduler.main(stopping))
    await until(lambda: runs().get("pushes", (0,))[0] > 2)
    stopping.set()
    await task
    assert (most, at_once) == (1, 0)


async def test_it_keeps_no_job_store_and_misses_nothing():
    clockwork = scheduler.scheduled()
    clockwork.start(paused=True)
    for job in clockwork.get_jobs():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, scheduler.LATE)
    clockwork.shutdown(wait=False)
    assert clockwork.timezone is dt.timezone.utc
    assert scheduler.JOBS["checkins"][0] <= 5, "the demo's clock is followed within 5 seconds"


async def test_it_lives_and_leaves_as_a_process(database):
    process = subprocess.Popen([sys.executable, "-m", "bot.scheduler"], cwd=ROOT, env=dict(os.environ))

    def beats():
        with db.reading() as s:
            return list(s.scalars(sa.select(Heartbeat.process)))

    await until(lambda: beats() and len(runs()) >= 5, 30)
    process.terminate()
    assert process.wait(10) == 0
    assert beats() == ["scheduler"]
