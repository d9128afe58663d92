"""A stand-in for Rasa's strict channel: answers, replays, and goes wrong on demand."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.rasa_client import secret


class FakeRasa:
    """`posts`: the turns that came, in order; `faults`: what the next turns meet; `kept`: what was answered, by id."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.posts: list[dict] = []
        self.kept: dict[str, list[dict]] = {}
        self.faults: list[str] = []
        self.is_ready = True
        self.buttons: list[dict] = []
        self.go = threading.Event()
        self.go.set()
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    def texts(self, sender: str | None = None) -> list[str]:
        return [post["text"] for post in self.posts if sender in (None, post["sender"])]

    def turn(self, post: dict) -> tuple[int, dict] | None:
        """Status and body; None hangs up."""
        with self.lock:
            self.posts.append(post)
            fault = self.faults.pop(0) if self.faults else None
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.go.wait(10)
        with self.lock:
            self.at_once -= 1
        said = {"text": f"re: {post['text']}", "buttons": self.buttons, "image": None, "ask_for": None}
        if fault == "empty":
            return 200, {"messages": [], "replayed": False}
        if fault == "hangs up":
            return None
        if fault in ("poison", "infrastructure", "store_unreachable"):
            return 503, {"reason": fault, "counts": fault == "poison"}
        replayed = post["message_id"] in self.kept
        messages = self.kept.setdefault(post["message_id"], [said])
        # The answer is kept, but the relay does not hear of it.
        return None if fault == "answers to nobody" else (200, {"messages": messages, "replayed": replayed})


def _handler(fake: FakeRasa) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200 if fake.is_ready else 503, {"reason": "no_model", "counts": False})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers["X-Gateway-Secret"] != secret():
                return self._answer(403, {"reason": "wrong_secret", "counts": False})
            answer = fake.turn(body)
            return self._answer(*answer) if answer else self.close_connection

        def _answer(self, status: int, body: dict) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextlib.contextmanager
def running(port: int = 0) -> Iterator[FakeRasa]:
    """A fake on a free port (or a given one), for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    fake = FakeRasa(server.server_address[1])
    server.RequestHandlerClass = _handler(fake)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.go.set()
        server.shutdown()
        server.server_close()
        thread.join()
