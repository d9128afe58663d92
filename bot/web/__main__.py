"""`python -m bot.web`: serve the web chat until SIGTERM; requests under way get three seconds."""

import uvicorn

from bot.web.app import make_app
from core import logs
from core.config import settings


def main() -> None:
    logs.setup()
    uvicorn.run(
        make_app(),
        host=settings().bind,
        port=settings().bot_port,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=3,  # shorter than the long poll
    )


if __name__ == "__main__":
    main()
