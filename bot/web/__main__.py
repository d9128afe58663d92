"""`python -m bot.web`: serve the web chat until SIGTERM; who waits for news is answered at once, the rest in 3 s."""

import asyncio
import socket
from types import FrameType

import uvicorn

from bot.web.app import make_app
from core import logs
from core.config import settings


class Server(uvicorn.Server):
    """uvicorn, whose long polls end when it is told to leave."""

    def __init__(self, config: uvicorn.Config, leaving: asyncio.Event):
        super().__init__(config)
        self.leaving = leaving

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.loop.call_soon_threadsafe(self.leaving.set)
        super().handle_exit(sig, frame)


def main() -> None:
    logs.setup()
    app = make_app()
    config = uvicorn.Config(
        app,
        host=settings().bind,
        port=settings().bot_port,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=3,  # shorter than the long poll
    )
    Server(config, app.state.leaving).run()


if __name__ == "__main__":
    main()
