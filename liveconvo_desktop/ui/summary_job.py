"""The writing of a summary as the window sees it: how far it is, and a way to stop it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from liveconvo_desktop.review.summarize import summarize, writer_for
from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.summary_records import Version


@dataclass(slots=True)
class SummaryJob:
    """One run. The working thread writes ``done`` and ``doing``, a timer of the window reads them.

    Attributes:
        done: 0..1.
    """

    session_id: str
    settings: SummarySettings
    done: float = 0.0
    doing: str = "Starting"
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, store: Store) -> Version:
        """Write and keep it; for a thread."""
        writer = writer_for(self.settings)
        return summarize(store, self.session_id, writer, self._report, self.stopped.is_set)

    def stop(self) -> None:
        """Cancel; the run ends with ``CancelledError`` at once."""
        self.stopped.set()

    def _report(self, done: float, doing: str) -> None:
        self.done, self.doing = done, doing
