"""A door between Rasa and the action server that can be shut, or lose an answer after the action has run."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Door:
    """`faults`: what the next calls meet, `fails` (500, nothing ran) or `loses` (500 after it ran); `calls`: their number."""

    def __init__(self, target: str, port: int) -> None:
        self.target, self.address = target, f"http://127.0.0.1:{port}/webhook"
        self.faults: list[str] = []
        self.calls = 0
        self.lock = threading.Lock()

    def pass_on(self, body: bytes) -> tuple[int, bytes]:
        with self.lock:
            self.calls += 1
            fault = self.faults.pop(0) if self.faults else None
        if fault == "fails":
            return 500, b"{}"
        answer = httpx.post(
            self.target, content=body, headers={"Content-Type": "application/json"}, timeout=30, trust_env=False
        )
        return (500, b"{}") if fault == "loses" else (answer.status_code, answer.content)


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, content = door.pass_on(body)
            except httpx.HTTPError:
                return  # the action server died: so does the connection
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextlib.contextmanager
def door_to(target: str) -> Iterator[Door]:
    """A door on a free port to the action server at `target`, for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    door = Door(target, server.server_address[1])
    server.RequestHandlerClass = _handler(door)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
