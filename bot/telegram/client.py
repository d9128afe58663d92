"""The Bot API as our processes use it: PTB's `Bot`, with its own connections, and what its errors mean for us."""

import contextlib
import warnings
from collections.abc import AsyncIterator
from typing import Any

import httpx
import telegram
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from core.config import settings

# PTB warns at each RetryAfter that its seconds will be a timedelta one day; `seconds` takes both.
warnings.filterwarnings("ignore", category=PTBDeprecationWarning)
CONNECT, READ = 5.0, 30.0  # seconds; the lease of a message is 60
AT_ONCE = 16


class Client(telegram.Bot):
    """PTB's bot; updates can be had as they came, so that one malformed update does not spoil its whole batch."""

    async def raw_updates(self, offset: int, wait: int) -> list[dict[str, Any]]:
        """What Telegram holds from `offset` on, at most 100; waits up to `wait` seconds for the first one."""
        asked = {"offset": offset, "timeout": wait, "limit": 100, "allowed_updates": WANTED}
        result = await self._post("getUpdates", asked, read_timeout=wait + 10)
        return [update for update in result if isinstance(update, dict)] if isinstance(result, list) else []


WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[Client]:
    """A client for as long as it is needed. It makes no call by itself, so it opens also while Telegram is away."""
    known = settings()
    base = known.telegram_api_base.rstrip("/")
    own: dict[str, Any] = {
        "connect_timeout": CONNECT,
        "read_timeout": READ,
        "write_timeout": READ,
        "pool_timeout": CONNECT,
    }
    calls, polls = HTTPXRequest(connection_pool_size=AT_ONCE, **own), HTTPXRequest(connection_pool_size=1, **own)
    client = Client(
        known.telegram_token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=calls,
        get_updates_request=polls,
    )
    try:
        yield client
    finally:
        await calls.shutdown()
        await polls.shutdown()


def seconds(error: telegram.error.RetryAfter) -> float:
    """How long a RetryAfter says to wait."""
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()


def was_sent(error: telegram.error.NetworkError) -> bool:
    """Whether the request may have reached Telegram: no for a connection that never came about, nor for a 5xx."""
    cause = error.__cause__
    unsent = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, unsent)
