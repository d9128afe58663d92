"""Which processes an installation runs, and with what environment."""

import sys
import urllib.parse

from circus.watcher import Watcher

from cli.training import quiet_environment
from core import sealing
from core.config import ROOT, settings

PYTHON = sys.executable
# A process is given this long to leave before it is killed: shorter than ten seconds, longer than a turn's commit.
GRACE = 8


def _port(url: str) -> int:
    return urllib.parse.urlsplit(url).port or 80


def ports() -> dict[str, int]:
    """The ports that this installation listens on, by process."""
    house = settings()
    return {
        "web": house.bot_port,
        "console": house.console_port,
        "rasa": _port(house.rasa_url),
        "actions": _port(house.actions_url),
    }


def commands() -> dict[str, list[str]]:
    """The command line of each process, in the order of starting: what takes longest first."""
    port = ports()
    rasa = [PYTHON, "-m", "bot.lean_rasa", "run", "--enable-api", "--auth-token", rasa_token()]
    rasa += ["-i", "127.0.0.1", "-p", str(port["rasa"]), "--model", "models"]
    rasa += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    listed = {
        "rasa": rasa,
        "console": [PYTHON, "-m", "console"],
        "web": [PYTHON, "-m", "bot.web"],
        "relay": [PYTHON, "-m", "bot.relay"],
        "sender": [PYTHON, "-m", "bot.sender"],
        "scheduler": [PYTHON, "-m", "bot.scheduler"],
        "actions": [PYTHON, "-m", "rasa_sdk", "--actions", "actions", "-p", str(port["actions"])],
    }
    if settings().telegram_token and settings().telegram_mode == "polling":
        listed["telegram"] = [PYTHON, "-m", "bot.telegram.poller"]
    return listed


def rasa_token() -> str:
    """The token of Rasa's HTTP API."""
    return sealing.keyed_hash("rasa", "")[:32]


def environment() -> dict[str, str]:
    """What `endpoints.yml` and `credentials.yml` expand, and what keeps the libraries quiet."""
    house = settings()
    return {
        **quiet_environment(),
        "TRACKER_URL": house.tracker_url,
        "SANIC_HOST": "127.0.0.1",
        "ACTIONS_URL": house.actions_url,
        "GATEWAY_SECRET": sealing.keyed_hash("gateway", ""),
        "WENGANG_VAR": str(house.var_dir),
        "SECRET_KEY": house.secret_key,
        "DATABASE_URL": house.database_url,
    }


def watchers(on_spawn, loop) -> list[Watcher]:
    """A circus watcher for each process; one that was started and dies is started again."""
    logs = settings().var_dir / "log"
    logs.mkdir(parents=True, exist_ok=True)
    shared = environment()

    def stream(name: str) -> dict:
        return {"class": "FileStream", "filename": str(logs / f"{name}.log"), "max_bytes": 5_000_000, "backup_count": 2}

    return [
        Watcher(
            name,
            command[0],
            args=command[1:],
            working_dir=str(ROOT),
            env=shared,
            copy_env=False,
            graceful_timeout=GRACE,
            max_retry=-1,
            autostart=False,
            stop_children=True,
            stdout_stream=stream(name),
            stderr_stream=stream(name),
            hooks={"after_spawn": (on_spawn, True)},
            loop=loop,
        )
        for name, command in commands().items()
    ]
