"""The real Rasa, the action server and the relay over a database of demo data, and chats with them."""

import contextlib
import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from json import loads
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from cli import demo as demo_data
from cli import processes, training
from core import config, contacts, db, inbox, migrations
from core.models import Contact, InboundMessage, OutboundMessage
from tests.e2e.fault_proxy import Door, door_to
from tests.e2e.stack import ROOT, free_ports, until

WAKE_UP = 120.0  # seconds on a busy machine; 10 on an idle one
ANSWER = 60.0


@contextlib.contextmanager
def at_home(values: dict[str, str]) -> Iterator[None]:
    """This process has the settings of that installation."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        config.settings.cache_clear()
        db.engine.cache_clear()
        yield
        db.engine().dispose()
    config.settings.cache_clear()
    db.engine.cache_clear()


def train() -> None:
    """Train if need be; of two test processes one does."""
    (ROOT / "models").mkdir(exist_ok=True)
    with (ROOT / "models" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, "-m", "cli.main", "train"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


class Brain:
    """The three processes that answer, each started, killed and started again by name: rasa, actions, relay."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tracker = folder, folder / "tracker.db"
        rasa, actions = free_ports(2)
        self.settings = {
            "WENGANG_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'wengang.db'}", "SECRET_KEY": "e" * 32,
            "RASA_URL": f"http://127.0.0.1:{rasa}", "ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook", "DEMO": "1",
            "TELEGRAM_TOKEN": "",
        }  # fmt: skip
        self.running: dict[str, subprocess.Popen] = {}
        self.door: Door | None = None
        self._left = contextlib.ExitStack()

    def __enter__(self) -> "Brain":
        with at_home(self.settings):
            migrations.upgrade()
            demo_data.fill()
            self.commands, self.environment = processes.commands(), processes.environment()
        self.commands["rasa"][self.commands["rasa"].index("--model") + 1] = str(training.model_path())
        self.door = self._left.enter_context(door_to(self.settings["ACTIONS_URL"]))
        for name in ("rasa", "actions", "relay"):
            self.start(name)
        self.wait_for_rasa()
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.running):
            self.kill(name, signal.SIGTERM)
        self._left.close()

    def start(self, name: str) -> None:
        environment = {**os.environ, **self.environment, **self.settings}
        if name == "rasa":
            environment["ACTIONS_URL"] = self.door.address
        with (self.folder / f"{name}.log").open("ab") as out:
            self.running[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )

    def kill(self, name: str, how: int = signal.SIGKILL) -> None:
        process = self.running.pop(name)
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()

    def start_again(self, name: str) -> None:
        """kill -9, and at once a new one, as the supervisor does."""
        self.kill(name)
        self.start(name)

    def wait_for_rasa(self) -> None:
        until(self.is_ready, WAKE_UP, f"Rasa ({self.folder / 'rasa.log'})")

    def is_ready(self) -> bool:
        assert self.running["rasa"].poll() is None, (self.folder / "rasa.log").read_text()[-3000:]
        try:
            address = f"{self.settings['RASA_URL']}/webhooks/gateway/ready"
            return httpx.get(address, timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def events(self, key: str, kind: str | None = None) -> list[dict]:
        """What Rasa keeps of a conversation, in order."""
        with contextlib.closing(sqlite3.connect(self.tracker)) as connection:
            rows = connection.execute("SELECT type_name, data FROM events WHERE sender_id = ? ORDER BY id", (key,))
            return [loads(data) for type_name, data in rows if kind in (None, type_name)]


class Chat:
    """A worker's phone: what it writes goes into the inbox, what it hears comes from the outbox."""

    count = 0

    def __init__(self, brain: Brain, language: str = "zh") -> None:
        Chat.count += 1
        self.brain, self.written = brain, 0
        with db.writing() as s:
            contact = contacts.of_channel(s, "web", f"e2e-{Chat.count}", language=language)
            self.id, self.key, self.heard = contact.id, contact.key, contact.last_n

    def write(self, text: str = "", kind: str = "text", payload: dict | None = None) -> str:
        """Send something; its message id."""
        self.written += 1
        with db.writing() as s:
            contact = s.get(Contact, self.id)
            key = f"e2e:{self.id}:{self.written}"
            return f"m{inbox.put(s, contact, source_key=key, kind=kind, text=text, payload=payload).id}"

    def hear(self, seconds: float = ANSWER) -> list[OutboundMessage]:
        """What was said since the last time, when everything is answered."""
        until(lambda: not self.waiting(), seconds, f"the answer ({self.brain.folder})")
        with db.reading() as s:
            query = sa.select(OutboundMessage).where(
                OutboundMessage.contact_id == self.id, OutboundMessage.n > self.heard
            )
            rows = list(s.scalars(query.order_by(OutboundMessage.n)))
        self.heard = rows[-1].n if rows else self.heard
        return rows

    def say(self, text: str) -> str:
        """Write and hear: the words of the answer, one bubble a line."""
        self.write(text)
        return "\n".join(row.text for row in self.hear())

    def tap(self, title: str) -> str:
        """Tap the newest button of this title and hear."""
        with db.reading() as s:
            query = sa.select(OutboundMessage).where(OutboundMessage.contact_id == self.id)
            rows = s.scalars(query.order_by(OutboundMessage.n.desc())).all()
        shown = [button for row in rows for button in row.buttons or []]
        token = next(button["token"] for button in shown if button["title"] == title)
        self.write(kind="button", payload={"token": token})
        return "\n".join(row.text for row in self.hear())

    def titles(self) -> list[str]:
        """The buttons of the last message."""
        with db.reading() as s:
            query = sa.select(OutboundMessage).where(OutboundMessage.contact_id == self.id)
            last = s.scalars(query.order_by(OutboundMessage.n.desc()).limit(1)).first()
        return [button["title"] for button in (last.buttons or [])] if last else []

    def waiting(self) -> int:
        """How many messages are not answered yet."""
        with db.reading() as s:
            mine = sa.select(sa.func.count()).where(InboundMessage.contact_id == self.id)
            return s.scalar(mine.where(InboundMessage.state == "new"))

    def rows(self) -> list[InboundMessage]:
        with db.reading() as s:
            query = sa.select(InboundMessage).where(InboundMessage.contact_id == self.id)
            return list(s.scalars(query.order_by(InboundMessage.n)))

    def turns(self) -> list[str]:
        """The message ids of the turns that Rasa keeps."""
        return [event["metadata"]["message_id"] for event in self.brain.events(self.key, "user")]
