"""The whole house in a folder of its own, run as `make start` runs it, on ports that are free."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
# A second start reaches its first answer in 20 s on an idle machine; the first one also trains.
PATIENCE = 420.0


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def until(is_so: Callable[[], Any], seconds: float = 30.0, what: str = "it", every: float = 0.05) -> Any:
    """Wait for something to be true; returns it, or fails saying what did not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = is_so()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"{what} did not come within {seconds:.0f} s")


class Stack:
    """Every process of an installation. `settings` are those of docs/settings.md."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        web, desk, rasa, actions = free_ports(4)
        self.chat, self.desk = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{desk}"
        self.settings = {
            "WENGANG_VAR": str(folder / "var"), "BOT_PORT": str(web), "CONSOLE_PORT": str(desk), "RASA_URL": str(rasa),
            "ACTIONS_URL": str(actions), "DEMO": "1", "LOG_LEVEL": "INFO",
        } | {name: str(value) for name, value in settings.items()}  # fmt: skip
        self.log = folder / "start.log"
        self.process: subprocess.Popen | None = None

    def command(self, *words: str) -> str:
        """What `wengang` answers to these words."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words], env=self.environment, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY", "TELEGRAM_TOKEN")}
        return clean | self.settings

    def start(self) -> "Stack":
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "start"],
                env=self.environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self

    def ready(self, seconds: float = PATIENCE) -> "Stack":
        """Until the card is printed."""
        until(self._is_up, seconds, f"the card ({self.log})")
        return self

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return "is up" in self.log.read_text()

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.chat}/healthz", timeout=3, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def pid(self, words: str) -> int | None:
        """The process whose command line holds `words`, e.g. `bot.relay`, `rasa_sdk`."""
        assert self.process is not None
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if words in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
                    return child.pid
            except psutil.NoSuchProcess:
                continue
        return None

    def kill(self, words: str) -> None:
        """kill -9 of a process."""
        if pid := self.pid(words):
            os.kill(pid, signal.SIGKILL)

    def stop(self, how: int = signal.SIGINT) -> float:
        """Ctrl-C (or another signal); returns the seconds until every process was gone."""
        assert self.process is not None
        family = [self.process.pid, *(c.pid for c in psutil.Process(self.process.pid).children(recursive=True))]
        began = time.monotonic()
        os.kill(self.process.pid, how)
        self.process.wait(60)
        until(lambda: not any(psutil.pid_exists(pid) for pid in family), 30, "the end of every process")
        return time.monotonic() - began

    def close(self) -> None:
        """Stop it if it still runs, however the test ended."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
