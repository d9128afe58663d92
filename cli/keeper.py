"""circus's arbiter as this house needs it: processes are started when it is time, and stopping always works."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable
from typing import Any

from circus.arbiter import Arbiter
from circus.watcher import Watcher


def _free_address() -> str:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


class Keeper(Arbiter):
    """Circus does one thing at a time and refuses a second one: here it waits for its turn, so no Ctrl-C is lost.

    Signals and `stop` are of the loop's thread, `begin` may be called from any.
    """

    def __init__(self, watchers: list[Watcher]) -> None:
        self.leaving = threading.Event()
        # Without a loop of its own, the arbiter runs the current one and blocks until it is told to stop.
        super().__init__(watchers, _free_address(), _free_address(), check_delay=0.5, loglevel="ERROR")

    def begin(self, name: str) -> None:
        """Have a process started as soon as nothing else is being done."""
        self.loop.add_callback(self._begin, name)

    def stop(self) -> Awaitable[None]:
        """Stop every process, each within its grace, then the loop; told again, it goes on stopping."""
        if not self.leaving.is_set():
            self.leaving.set()
            self._stopped = asyncio.ensure_future(self._stop())
        return self._stopped

    def manage_watchers(self) -> Any:
        """Look after the processes, unless something is being done with them."""
        return super().manage_watchers() if self._exclusive_running_command is None else None

    async def _begin(self, name: str) -> None:
        await self._turn()
        if not self.leaving.is_set():
            await self.get_watcher(name).start()

    async def _stop(self) -> None:
        await self._turn()
        await super().stop()

    async def _turn(self) -> None:
        while self._exclusive_running_command is not None:
            await asyncio.sleep(0.02)
