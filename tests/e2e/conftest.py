"""The answering half of the house, started once for all tests of this room."""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.brain import Brain, Chat, at_home, train


@pytest.fixture(scope="package")
def started(tmp_path_factory) -> Iterator[Brain]:
    train()
    with Brain(tmp_path_factory.mktemp("brain")) as brain:
        yield brain


@pytest.fixture
def brain(started) -> Iterator[Brain]:
    """Rasa, the action server and the relay over demo data; this test has their settings."""
    with at_home(started.settings):
        yield started


@pytest.fixture
def chat(brain) -> Callable[..., Chat]:
    """Opens a new chat: `chat()`, `chat("en")`."""
    return lambda language="zh": Chat(brain, language)


@pytest.fixture
def kills(request) -> tuple[int, int]:
    """How often each process dies, and how often Rasa."""
    return request.config.getoption("kills"), request.config.getoption("rasa_kills")
