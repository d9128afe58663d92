"""`python -m console`: serve the desk until SIGTERM; requests under way get five seconds."""

import logging

import uvicorn

from console.app import make_app
from core.config import settings


def main() -> None:
    house = settings()
    logging.basicConfig(level=house.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    uvicorn.run(
        make_app(),
        host=house.bind,
        port=house.console_port,
        ws="none",
        log_level=house.log_level.lower(),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
