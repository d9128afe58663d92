"""`wengang start`: from nothing to a running house, saying what it waits for, and one card at the end."""

import functools
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import click
import httpx
from tornado.ioloop import IOLoop

from cli import demo as demo_data
from cli import processes, training
from cli.keeper import Keeper
from core import db, demo, migrations
from core.config import settings
from core.demo.staff import LOGINS, PASSWORD

TRIES = {"zh": "我腰不好，想在家附近找点活干", "en": "My hours have been cut at the factory"}
APART = 0.8  # seconds between the starts of two processes
GUIDE_LEAVES = 5.0  # seconds in which a training that is under way is ended
SLEEPERS = {"rasa": "the dialogue model", "actions": "the actions"}


def _say(line: str = "") -> None:
    click.echo(line)
    sys.stdout.flush()


def _refuse_taken_ports() -> None:
    for name, port in processes.ports().items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings().bind, port))
            except OSError:
                raise click.ClickException(
                    f"port {port} ({name}) is taken: is Wengang running already? "
                    f"Stop it, or set {'BOT_PORT' if name == 'web' else 'CONSOLE_PORT'} to another."
                    if name in ("web", "console")
                    else f"port {port} ({name}) is taken: set {name.upper()}_URL to another port."
                ) from None


def _prepare() -> None:
    _say("Database …")
    migrations.upgrade()
    with db.reading() as s:
        empty = demo.is_empty(s)
    if settings().demo and empty:
        _say("Demo data (all persons and firms are invented) …")
        demo_data.fill()


def _ticks(what: Callable[[], str]) -> Iterator[float]:
    """Yields the seconds since now, twice a second, showing them."""
    began, last = time.monotonic(), -10.0
    while True:
        elapsed = time.monotonic() - began
        if sys.stdout.isatty():
            click.echo(f"\r\033[K{what()} … {elapsed:.0f} s ", nl=False)
        elif elapsed - last >= 10:
            last = elapsed
            _say(f"{what()} … {elapsed:.0f} s")
        yield elapsed
        time.sleep(0.5)


class House:
    """The running processes: circus keeps them, a thread of ours starts them, trains, waits and tells."""

    def __init__(self) -> None:
        self.spawned: Counter[str] = Counter()
        self.keeper = Keeper(processes.watchers(self._on_spawn, IOLoop.current()))
        self.leaving = self.keeper.leaving

    def _on_spawn(self, watcher, **_) -> bool:
        self.spawned[watcher.name] += 1
        if self.spawned[watcher.name] > 1 and not self.leaving.is_set():
            _say(f"\n{watcher.name} had died and was started again; its words are in var/log/{watcher.name}.log")
        return True

    def run(self) -> None:
        guide = threading.Thread(target=self._guide, daemon=True)
        guide.start()
        try:
            self.keeper.start()
        finally:
            self.leaving.set()
            guide.join(GUIDE_LEAVES)
            _say("\nStopped.")

    def _guide(self) -> None:
        fresh = training.is_fresh()
        self._begin(fresh)
        if not self._wait_for("Opening the desk and the chat", _answers_http):
            return
        _say(
            f"\nThe desk is open:  {desk_address()}\nThe chat is open:  {settings().base_url}/  (it keeps what is written)"
        )
        if not fresh:
            if not self._train():
                return
            self.keeper.begin("rasa")
        if self._wait_for("Waking up", _is_ready, _what_sleeps):
            _card()

    def _begin(self, fresh: bool) -> None:
        """One after the other: all at once they would share two cores with Rasa, whom everybody waits for."""
        for name in processes.commands():
            if name != "rasa" or fresh:
                self.keeper.begin(name)
                self.leaving.wait(APART)

    def _train(self) -> bool:
        log = settings().var_dir / "log" / "train.log"
        process = training.begin(log)
        for _ in _ticks(lambda: "Training the dialogue model (once, some minutes)"):
            if self.leaving.is_set():
                process.terminate()
                return False
            if process.poll() is not None:
                break
        if process.returncode or not training.model_path().exists():
            _say(f"\nTraining failed: see {log}. The chat keeps what is written; the desk works.")
            return False
        training.drop_old_models()
        return True

    def _wait_for(self, what: str, is_so: Callable[[], bool], why: Callable[[], str] = str) -> bool:
        for elapsed in _ticks(lambda: what + why()):
            if self.leaving.is_set():
                return False
            if is_so():
                return True
            if elapsed > 120 and int(elapsed) % 60 == 0:
                _say(f"\nStill waiting: `wengang doctor` says what is not up; logs are in {settings().var_dir / 'log'}")
        return False


def desk_address() -> str:
    return f"http://{settings().bind}:{settings().console_port}/"


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=3, trust_env=False)


def _get(url: str) -> httpx.Response | None:
    try:
        return _client().get(url)
    except httpx.HTTPError:
        return None


def _answers_http() -> bool:
    chat, desk = _get(f"http://{settings().bind}:{settings().bot_port}/"), _get(f"{desk_address()}healthz")
    return bool(chat and chat.status_code == 200 and desk and desk.status_code == 200)


def _health() -> httpx.Response | None:
    return _get(f"http://{settings().bind}:{settings().bot_port}/healthz")


def _is_ready() -> bool:
    health = _health()
    return bool(health and health.status_code == 200)


def _what_sleeps() -> str:
    """What the first answer waits for, in words."""
    health = _health()
    told = health.json() if health else {}
    states = {name: told.get(name) for name in SLEEPERS} | told.get("processes", {})
    waited_for = [SLEEPERS.get(name, name) for name, state in states.items() if state != "up"]
    return f" (waiting for {', '.join(waited_for)})" if waited_for else ""


def _card() -> None:
    house = settings()
    lines = ["稳岗 Wengang is up.", "", f"Chat   {house.base_url}/", f"Desk   {desk_address()}"]
    if house.demo:
        lines += [
            f"       {login:<9} {PASSWORD}   {name_en}, {role.replace('_', ' ')}"
            for login, _, name_en, role, *_ in LOGINS
        ]
    lines += ["", f"Say    {TRIES['zh']}", f"       {TRIES['en']}", ""]
    if house.telegram_token:
        lines.append(f"Telegram by {house.telegram_mode} is on.")
    else:
        lines.append("Telegram: put TELEGRAM_TOKEN=… (from @BotFather) into .env and start again.")
    lines.append("Ctrl-C stops everything.")
    _say("\n\n" + "\n".join(f"  │ {line}" for line in lines) + "\n")


@click.command()
def start() -> None:
    """Migrate, fill the demo, train if needed, run every process, and print where to go."""
    _refuse_taken_ports()
    _prepare()
    House().run()
