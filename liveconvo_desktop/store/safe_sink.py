"""A sink that loses nothing while the database cannot be written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Event, Fault
from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.store import Store

Write = Callable[[Store], None]


class SafeSink:
    """Saves events in order; while the database refuses, keeps them and tries again with the next.

    A write that fails stays at the head of the queue, so nothing overtakes it. Once one has
    failed, the next tries do not wait for locks: a call in progress is not slowed down. A row that
    can never be saved is reported and dropped, so that it does not hold up the rest.

    Args:
        store: Where events go.
        report: Called once when saving begins to fail and for each refused row, in the thread
            that saved; it may feed the fault back into this sink.
    """

    def __init__(self, store: Store, report: Callable[[Fault], None]) -> None:
        self._store = store
        self._report = report
        self._waiting: deque[Write] = deque()
        self._failing = False
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Save an event, or keep it; never raises ``StoreError``."""
        self.do(lambda store: store.save(event))

    def do(self, write: Write) -> None:
        """Do any other write in its turn (``lambda store: store.note_chip(...)``)."""
        with self._lock:
            self._waiting.append(write)
            faults = self._drain()
        for fault in faults:
            self._report(fault)

    def flush(self, *, wait: bool = False) -> int:
        """Try again to save what is kept.

        Args:
            wait: Wait for locks, as at the end of a call.

        Returns:
            How many writes are still not saved.
        """
        with self._lock:
            faults = self._drain(wait=wait)
            left = len(self._waiting)
        for fault in faults:
            self._report(fault)
        return left

    @property
    def unsaved(self) -> int:
        """How many writes are kept in memory."""
        return len(self._waiting)

    def _drain(self, *, wait: bool = False) -> list[Fault]:
        faults: list[Fault] = []
        while self._waiting:
            write = self._waiting.popleft()
            try:
                with self._store.waiting(
                    0.0 if self._failing and not wait else self._store.patience
                ):
                    write(self._store)
            except RowRefusedError as refused:
                faults.append(refused.fault())
            except StoreError as failure:
                self._waiting.appendleft(write)
                if not self._failing:
                    faults.append(failure.fault())
                self._failing = True
                return faults
        self._failing = False
        return faults
