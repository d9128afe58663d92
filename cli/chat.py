"""`wengang chat`: a worker's chat in the terminal."""

import contextlib
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator

import click
import httpx

from core.config import settings


class Client:
    """One worker's session over the web chat's HTTP interface."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, timeout=40, trust_env=False)
        answer = self.http.post("/api/session", json={})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['session']}"
        self.seen = 0
        self.buttons: list[dict] = []

    def send(self, words: str) -> None:
        """Words, or the number of a button of the last message."""
        body: dict[str, str] = {"id": uuid.uuid4().hex, "kind": "text", "text": words}
        if words.isdigit() and 0 < int(words) <= len(self.buttons):
            body |= {"kind": "button", "payload": self.buttons[int(words) - 1]["payload"]}
        answer = self.http.post("/api/messages", json=body)
        if answer.status_code != 202:
            click.echo(f"  ! {answer.text}")

    def follow(self) -> None:
        """Print what arrives, until the process ends."""
        while True:
            try:
                answer = self.http.get("/api/messages", params={"after": self.seen, "wait": 20})
                for message in answer.json()["messages"]:
                    self._show(message)
            except httpx.HTTPError:
                time.sleep(1)

    def _show(self, message: dict) -> None:
        self.seen = max(self.seen, message["n"])
        if message["from"] == "worker":
            return
        click.echo(f"\n{'  ' if message['from'] == 'bot' else '👤'} {message['text']}")
        if message.get("buttons"):
            self.buttons = message["buttons"]
            click.echo("   " + "  ".join(f"[{i}] {b['title']}" for i, b in enumerate(self.buttons, 1)))


def _is_up(base: str) -> bool:
    try:
        return httpx.get(f"{base}/", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@contextlib.contextmanager
def _stack(base: str) -> Iterator[None]:
    """The running stack, or one that is started for this chat and stopped after it."""
    if _is_up(base):
        yield
        return
    click.echo("Nothing runs yet: starting it (its words go to var/log/start.log) …")
    log = settings().var_dir / "log" / "start.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "cli.main", "start"], stdout=out, stderr=out)
    try:
        while not _is_up(base):
            if process.poll() is not None:
                raise click.ClickException(f"it did not start: see {log}")
            time.sleep(0.5)
        yield
    finally:
        process.send_signal(2)
        process.wait(timeout=30)


@click.command()
def chat() -> None:
    """Chat as a worker; type a number to press a button, an empty line to leave."""
    base = f"http://{settings().bind}:{settings().bot_port}"
    with _stack(base):
        client = Client(base)
        threading.Thread(target=client.follow, daemon=True).start()
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            while words := input("> ").strip():
                client.send(words)
