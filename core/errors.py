"""Errors by who reads them."""

from typing import Any


class Invalid(Exception):
    """The person can put it right: `response` names an utterance of domain.yml, `values` fill it."""

    def __init__(self, response: str, **values: Any):
        super().__init__(response)
        self.response = response
        self.values = values


class NotAllowed(Exception):
    """The one who asks may not do that (desk, buttons of another contact)."""


class NotFound(Exception):
    """There is no such row, or it is not visible to the one who asks."""


class TryAgain(Exception):
    """The loop tries again later: `after` in seconds."""

    def __init__(self, after: float, reason: str = ""):
        super().__init__(reason or f"try again after {after} s")
        self.after = after


class DoNotSend(Exception):
    """An outgoing message that does not go, and why."""
