"""A Bot API server and waiting on conditions, for the tests of the gateway."""

import asyncio
import time

import pytest

from tests.botapi.server import TOKEN, running


@pytest.fixture
def botapi(house, database):
    """The strict Bot API server, and settings that point to it."""
    with running() as server:
        house(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_BASE=server.address)
        yield server


async def until(condition, seconds: float = 60):
    """Wait until the condition holds; its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)
    return value
