"""How often one address may do something; kept in this process's memory, so a restart forgets."""

import time
from collections import deque

from core.errors import TryAgain

KEYS = 10_000


class Limit:
    """At most `most` times in any `seconds` for one key."""

    def __init__(self, most: int, seconds: float):
        self.most, self.seconds = most, seconds
        self._times: dict[str, deque[float]] = {}

    def check(self, key: str) -> None:
        """Raises TryAgain if the key has used up its share."""
        times = self._recent(key)
        if len(times) >= self.most:
            raise TryAgain(times[0] + self.seconds - time.monotonic())

    def count(self, key: str) -> None:
        """It was done once more."""
        if len(self._times) > KEYS:
            self._times = {k: v for k, v in self._times.items() if self._recent(k)}
        self._times.setdefault(key, deque(maxlen=self.most)).append(time.monotonic())

    def _recent(self, key: str) -> deque[float]:
        times, now = self._times.get(key, deque()), time.monotonic()
        while times and now - times[0] > self.seconds:
            times.popleft()
        return times
