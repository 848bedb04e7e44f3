"""A live call goes first: what else reads speech steps back while one runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_EVERY = 1.0
"""Seconds between two looks whether a call runs."""
_LONGEST_REST = 10.0


class GivingWay:
    """Lets readers work: as many as there are, or one with rests while a call runs.

    Args:
        readers: How many there are.
        call_runs: Asked once a second at most, on a reader's thread.
        now: Monotonic seconds.
    """

    def __init__(
        self, readers: int, call_runs: Callable[[], bool], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._readers, self._call_runs, self._now = readers, call_runs, now
        self._changed = threading.Condition()
        self._reading = 0
        self._asked, self._running = -_EVERY, False
        self._closed = threading.Event()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for its turn, and rests after it as long as it took if a call runs by then."""
        with self._changed:
            while self._reading >= self._most() and not self._closed.is_set():
                # Nobody says when a call ends.
                self._changed.wait(_EVERY)
            self._reading += 1
        begun = self._now()
        try:
            yield
            self._most()
            if self._running:
                self._closed.wait(min(self._now() - begun, _LONGEST_REST))
        finally:
            with self._changed:
                self._reading -= 1
                self._changed.notify()

    def close(self) -> None:
        """Nobody waits any more: the work is over or unwanted."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()

    def _most(self) -> int:
        if self._now() - self._asked >= _EVERY:
            self._asked = self._now()
            self._running = self._call_runs()
        return 1 if self._running else self._readers
