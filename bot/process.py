"""What every process of the gateway does: logs, heartbeat, leaving within ten seconds when told to."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from core import db, heartbeats, logs

log = logging.getLogger(__name__)
# Work that is under way may end; the supervisor kills after 8 seconds.
GRACE = 6.0


async def heartbeat(name: str, detail: Callable[[], str | None] = lambda: None) -> None:
    """Say every five seconds that `name` is alive; a database that is gone only delays it."""
    while True:
        try:
            await db.write(heartbeats.beat, name, detail())
        except SQLAlchemyError as error:
            log.warning("no heartbeat: %s", type(error).__name__)
        await asyncio.sleep(heartbeats.EVERY.total_seconds())


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait, or less when the process is told to stop."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except asyncio.TimeoutError:
        return


async def _run(name: str, main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    beating = asyncio.create_task(heartbeat(name))
    log.info("%s is up", name)
    try:
        await main(stopping)
    finally:
        beating.cancel()
    log.info("%s left", name)


def run(name: str, main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `main(stopping)` until SIGTERM or Ctrl-C sets `stopping`; `main` then ends within `GRACE` seconds."""
    logs.setup()
    asyncio.run(_run(name, main))
