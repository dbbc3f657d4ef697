"""Limits how many calls a second are served, as AWS does."""

import threading
import time
from collections.abc import Callable

from rekognition.exceptions import ThrottlingError


class CallRate:
    """Serves at most so many calls a second of each operation.

    Each operation has a bucket of as many tokens, which fills at this rate. So the calls of one
    second may come at once.
    """

    def __init__(self, a_second: int, now: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._now = a_second, now
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, operation: str) -> None:
        """Take one of the operation's tokens; raise `ThrottlingError` where there is none."""
        with self._lock:
            now = self._now()
            tokens, then = self._buckets.get(operation, (self._a_second, now))
            tokens = min(self._a_second, tokens + (now - then) * self._a_second)
            taken = tokens >= 1
            self._buckets[operation] = tokens - taken, now
        if not taken:
            raise ThrottlingError
