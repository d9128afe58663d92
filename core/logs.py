"""Logs of our processes: one line a record, as text or JSON, without personal numbers or secrets."""

import json
import logging
import re
import sys
import traceback

from core import sealing
from core.config import settings

QUIET = ("httpx", "httpcore", "apscheduler", "telegram", "uvicorn.access")
# PostgreSQL quotes the row that it refuses.
_ROW = re.compile(r"DETAIL:.*?(?=\n\n\[SQL|\n\nThe above|\Z)", re.DOTALL)
_TOKEN = re.compile(r"\b(bot)?\d{6,}:[\w-]{20,}")


def redacted(line: str) -> str:
    """The line with ID numbers, phones, bank cards, bot tokens and rows of the database replaced."""
    return sealing.struck(_TOKEN.sub("‹token›", _ROW.sub("DETAIL: ‹row›", line)), "‹number›")


def named(error: BaseException) -> str:
    """An error without its message, which may hold a worker's words."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {where.filename}:{where.lineno}"


class TextLines(logging.Formatter):
    """`time level logger message`, redacted as a whole, tracebacks included."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def setup() -> None:
    """Send the records of this process to standard error, as LOG_LEVEL and LOG_FORMAT say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings().log_format == "json" else TextLines())
    logging.basicConfig(level=settings().log_level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
