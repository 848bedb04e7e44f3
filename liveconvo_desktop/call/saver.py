"""Saved before shown: the one way by which a call's events reach the database and the screen."""

from __future__ import annotations

from datetime import datetime

from liveconvo_desktop.call.liveness import unmark_live
from liveconvo_desktop.events import Event, Fault, Sink
from liveconvo_desktop.store import SafeSink, Store


class Saver:
    """Saves, then shows; thread-safe.

    While the database refuses, events are kept in memory in their order, the user is told once,
    and the call goes on.

    Args:
        store: Where events are kept.
        show: The face: called after the save, from the thread that emitted.
    """

    def __init__(self, store: Store, show: Sink) -> None:
        self._store = store
        self._sink = SafeSink(store, show)
        self.show = show

    def __call__(self, event: Event) -> None:
        """Save and show one event."""
        self._sink(event)
        self.show(event)

    def finish(self, session_id: str, ended_at: datetime, audio_seconds: float) -> bool:
        """Complete a session; False when the database still refuses and lines may be lost."""
        self._sink.do(lambda store: store.finish_session(session_id, ended_at, audio_seconds))
        left = self._sink.flush(wait=True)
        if left:
            self.show(
                Fault(
                    "store",
                    f"{left} lines of this call could not be saved to {self._store.path}.",
                    "Free the disk or close what holds the database, then recover the session "
                    "from its recording.",
                    session_id=session_id,
                )
            )
        return not left

    def release(self, session_id: str) -> None:
        """The session no longer runs in this process."""
        unmark_live(self._store.path, session_id)
