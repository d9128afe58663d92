"""Who kills, and who writes meanwhile: over the web, over Telegram and at the desk, resending what was not confirmed."""

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import psutil
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core import db
from core.demo.staff import PASSWORD
from core.models import Heartbeat
from tests import postgres
from tests.botapi.world import World
from tests.e2e.stack import Stack, until

# The processes by name, and the words that their command lines hold.
PROCESSES = {
    "web": "bot.web", "relay": "bot.relay", "sender": "bot.sender", "scheduler": "bot.scheduler",
    "telegram": "bot.telegram.poller", "actions": "rasa_sdk", "console": "-m console", "rasa": "rasa run",
}  # fmt: skip
AGAIN = 600.0  # seconds in which everything must be back on a busy machine; 5 are enough on an idle one, Rasa takes 20
LIVES = 3.0  # seconds of work, at most, until it is killed again
LEAVES = 10.0
SENTENCES = ("你好", "谢谢你啊", "你是机器人吧", "你能帮我干啥", "thanks a lot", "今天股票涨了没")


class Killer(threading.Thread):
    """Lets one process work for a random while, kills it, waits until it is back, so many times; the last time it asks (SIGTERM)."""

    def __init__(self, stack: Stack | None, name: str, times: int, seed: int) -> None:
        super().__init__(name=f"kills {name}", daemon=True)
        self.stack, self.victim, self.times = stack, name, times
        self.chance = random.Random(f"{seed} {name}")
        self.deaths, self.left_after = 0, float("inf")
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            old = None
            for _ in range(self.times):
                old = self.working(old)
                time.sleep(self.chance.uniform(0, LIVES))
                os.kill(old, signal.SIGKILL)
                self.deaths += 1
            self._ask_to_leave(self.working(old))
        except BaseException as error:
            self.error = error

    def working(self, old: int | None) -> int:
        """The process id, as soon as another process than `old` is at work."""
        return until(lambda: self._at_work(old), AGAIN, f"{self.victim} ({self.stack.folder})", every=0.2)

    def _at_work(self, old: int | None) -> int | None:
        if self.victim in ("actions", "console", "rasa"):
            found = self.stack.pid(PROCESSES[self.victim]) if self._answers() else None
        else:
            found = _heartbeat(self.victim)
        return found if found != old and found and psutil.pid_exists(found) else None

    def _answers(self) -> bool:
        address = {
            "actions": f"http://127.0.0.1:{self.stack.settings['ACTIONS_URL']}/health",
            "console": f"{self.stack.desk}/login",
            "rasa": f"http://127.0.0.1:{self.stack.settings['RASA_URL']}/webhooks/gateway/ready",
        }[self.victim]
        try:
            return httpx.get(address, timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _ask_to_leave(self, pid: int) -> None:
        process, began = psutil.Process(pid), time.monotonic()
        process.terminate()
        process.wait(60)
        self.left_after = time.monotonic() - began


class Restarter(Killer):
    """Stops the PostgreSQL server at once and starts it again."""

    def __init__(self, server: postgres.Server, times: int, seed: int) -> None:
        super().__init__(None, "database", times, seed)
        self.server, self.left_after = server, 0

    def run(self) -> None:
        try:
            for _ in range(self.times):
                until(lambda: _heartbeat("web"), AGAIN, "the database", every=0.2)
                time.sleep(self.chance.uniform(0, 2 * LIVES))
                self.server.stop()
                self.deaths += 1
                time.sleep(self.chance.uniform(0, 1))
                self.server.start()
        except BaseException as error:
            self.error = error


def _heartbeat(name: str) -> int | None:
    try:
        with db.reading() as s:
            return s.scalar(sa.select(Heartbeat.pid).where(Heartbeat.process == name))
    except SQLAlchemyError:
        return None


class Person(threading.Thread):
    """Somebody who goes on until told to stop; `steps` yields after each thing done, and ends by itself."""

    def __init__(self, name: str, stopping: threading.Event, seed: int, pause: tuple[float, float]) -> None:
        super().__init__(name=name, daemon=True)
        self.stopping, self.pause, self.chance = stopping, pause, random.Random(f"{seed} {name}")
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for _ in self.steps():
                self.stopping.wait(self.chance.uniform(*self.pause))
        except BaseException as error:
            self.error = error

    def steps(self) -> Iterator[None]:
        raise NotImplementedError


def insisting(call: Callable[[], httpx.Response], status: int) -> httpx.Response:
    """Again and again until it is answered so; a refusal other than "later" is an error."""

    def tried() -> httpx.Response | None:
        try:
            answer = call()
        except httpx.TransportError:
            return None
        assert answer.status_code in (status, 429, 500, 502, 503), (answer.status_code, answer.text[:200])
        return answer if answer.status_code == status else None

    return until(tried, AGAIN, f"{status}", every=0.3)


class Writer(Person):
    """A worker in the web chat, who also taps the buttons of `taps` in between, and reads as the page does."""

    def __init__(self, address: str, code: str, stopping: threading.Event, seed: int) -> None:
        super().__init__(f"writer {code}", stopping, seed, (2, 8))
        self.http = httpx.Client(base_url=address, timeout=10, trust_env=False)
        begun = insisting(lambda: self.http.post("/api/session", json={"code": code}), 201)
        self.http.headers["Authorization"] = f"Bearer {begun.json()['session']}"
        self.contact_id = 0
        self.taps: list[str] = []
        self.stored: list[str] = []  # ids of our own, confirmed, in order
        self.heard: list[dict] = []

    def steps(self) -> Iterator[None]:
        while self.taps or not self.stopping.is_set():
            if self.taps and (self.stopping.is_set() or self.chance.random() < 0.3):
                self.write(kind="button", payload=self.taps.pop(0))
            else:
                self.write(kind="text", text=self.chance.choice(SENTENCES))
            self.read()
            yield

    def write(self, **message: str) -> None:
        """Store it for certain."""
        own = f"own-{len(self.stored)}"
        insisting(lambda: self.http.post("/api/messages", json={"id": own, **message}), 202)
        self.stored.append(own)

    def read(self, after: int | None = None) -> list[dict]:
        """What is new since the last time, or since `after`."""
        since = (self.heard[-1]["n"] if self.heard else 0) if after is None else after
        fresh = insisting(lambda: self.http.get(f"/api/messages?after={since}&wait=0"), 200).json()["messages"]
        if after is None:
            self.heard += fresh
        return fresh

    def everything(self) -> list[dict]:
        """All that the page shows when it is opened again."""
        shown: list[dict] = []
        while fresh := self.read(after=shown[-1]["n"] if shown else 0):
            shown += fresh
        return shown


class Phone(Person):
    """A worker on Telegram."""

    def __init__(self, world: World, chat: int, stopping: threading.Event, seed: int) -> None:
        super().__init__(f"phone {chat}", stopping, seed, (4, 10))
        self.world, self.chat = world, chat
        self.said: list[str] = []

    def steps(self) -> Iterator[None]:
        while not self.stopping.is_set():
            self.said.append(self.chance.choice(SENTENCES))
            self.world.says(self.chat, self.said[-1])
            yield


class Helper(Person):
    """A caseworker who has taken a case and replies; a form that was not answered is sent again."""

    def __init__(self, desk: str, login: str, case_id: int, stopping: threading.Event, seed: int) -> None:
        super().__init__(f"helper {login}", stopping, seed, (2, 8))
        self.http = httpx.Client(base_url=desk, timeout=10, trust_env=False, headers={"Origin": desk})
        self.login, self.case = login, f"/cases/{case_id}"
        self.said: list[str] = []

    def steps(self) -> Iterator[None]:
        self._post("/login", login=self.login, password=PASSWORD, next=self.case)
        self._post(f"{self.case}/take")
        while not self.stopping.is_set():
            self.said.append(f"第{len(self.said)}句")
            self._post(f"{self.case}/reply", text=self.said[-1], key=f"key{len(self.said)}")
            yield

    def _post(self, path: str, **form: str) -> None:
        page = "/login" if path == "/login" else self.case
        shown = insisting(lambda: self.http.get(page), 200).text
        form["csrf"] = re.search(r'name="csrf" value="([^"]+)"', shown)[1]
        insisting(lambda: self.http.post(path, data=form), 303)
