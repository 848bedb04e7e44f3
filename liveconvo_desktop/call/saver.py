"""Saved before shown: the one way by which a call's events reach the database and the screen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from liveconvo_desktop.call.liveness import unmark_live
from liveconvo_desktop.events import Event, Fault, Sink
from liveconvo_desktop.store import SafeSink, Store

log = logging.getLogger(__name__)

_RETRY = 2.0
"""Seconds between tries to save what is left at the end of a call."""


class Saver:
    """Saves, then shows; thread-safe.

    While the database refuses, events are kept in memory in their order, the user is told once,
    and the call goes on.

    Args:
        store: Where events are kept.
        face: Called after the save, from the thread that emitted.
    """

    def __init__(self, store: Store, face: Sink) -> None:
        self._store = store
        self._face = face
        self._sink = SafeSink(store, self.show)
        self._waiting = threading.Event()

    def __call__(self, event: Event) -> None:
        """Save and show one event."""
        self._sink(event)
        self.show(event)

    def show(self, event: Event) -> None:
        """Show an event; a face that fails costs the view, never the call."""
        try:
            self._face(event)
        except Exception:
            log.exception("an event could not be shown")

    @property
    def unsaved(self) -> int:
        """How many entries the database has not taken yet."""
        return self._sink.unsaved

    def write(self, write: Callable[[Store], None]) -> None:
        """Any other write, in its turn behind the events before it."""
        self._sink.do(write)

    def finish(self, session_id: str, ended_at: datetime, audio_seconds: float) -> None:
        """Complete a session; returns when everything of it is saved.

        A database that refuses is tried again until it takes the rest or the program ends; then
        the session is offered for recovery.
        """
        self._sink.do(lambda store: store.finish_session(session_id, ended_at, audio_seconds))
        self._save_rest(session_id)

    def _save_rest(self, session_id: str) -> None:
        told = False
        while left := self._sink.flush(wait=True):
            if not told:
                told = True
                self.show(
                    Fault(
                        "store",
                        f"{left} entries of this call wait to be saved to {self._store.path}.",
                        "Free the disk or close what holds the database, and keep LiveConvo open "
                        "until this message is followed by the end of the call.",
                        session_id=session_id,
                    )
                )
            self._waiting.wait(_RETRY)

    def release(self, session_id: str) -> None:
        """The session no longer runs in this process."""
        self._save_rest(session_id)
        unmark_live(self._store.path, session_id)
