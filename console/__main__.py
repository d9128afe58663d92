"""`python -m console`: serve the desk until SIGTERM; requests under way get five seconds."""

import uvicorn

from console.app import make_app
from core import logs
from core.config import settings


def main() -> None:
    house = settings()
    logs.setup()
    uvicorn.run(
        make_app(),
        host=house.bind,
        port=house.console_port,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
