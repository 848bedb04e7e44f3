"""Has somebody changed the database? SQLite counts commits for whoever asks on one connection."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from sqlalchemy import Connection

from liveconvo_desktop.store.failures import translated
from liveconvo_desktop.store.store import Store


class Watch:
    """Notices commits of other connections: of other programs, and of this one's own writes.

    It holds a connection of its own, without a transaction; any thread may call it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held = ExitStack()
        self._connection: Connection | None = None
        self._seen: int | None = None
        self._closed = False

    def changed(self) -> bool:
        """Whether anything was committed since the last call; False the first time.

        Raises:
            StoreError: The database cannot be read.
        """
        with self._lock, translated(self._store.path):
            if self._closed:
                return False
            if self._connection is None:
                self._connection = self._held.enter_context(self._store.reading())
            now = self._connection.exec_driver_sql("PRAGMA data_version").scalar()
            # A transaction left open would hold on to an old view, and the log to its pages.
            self._connection.rollback()
            before, self._seen = self._seen, now
            return before is not None and before != now

    def close(self) -> None:
        """Let the connection go; nothing is noticed any more. Idempotent."""
        with self._lock:
            self._closed = True
            self._connection = None
            self._held.close()
