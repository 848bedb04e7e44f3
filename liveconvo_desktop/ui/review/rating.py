"""What the user says of a chip afterwards: it is saved first, then shown as done."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from liveconvo_desktop.events import Feedback
from liveconvo_desktop.store import ChipRow, Store
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain


class Rating(QObject):
    """Saves verdicts on chips through the bridge's write lane.

    Attributes:
        rated: A chip as it is saved now: with the verdict, or as before where saving failed.
        failed: The verdict was not saved; carries the error.
    """

    rated = Signal(object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._store = bridge, store

    def rate(self, one: ChipRow, verdict: Feedback) -> None:
        """Say what a chip was worth; another verdict takes its place."""
        self._bridge.run(
            partial(self._store.note_chip, one.chip.id, feedback=verdict),
            partial(self._saved, replace(one, feedback=verdict)),
            partial(self._not_saved, one),
            lane="write",
        )

    def _saved(self, one: ChipRow, _: None) -> None:
        self.rated.emit(one)

    def _not_saved(self, one: ChipRow, error: Exception) -> None:
        self.rated.emit(one)
        self.failed.emit(explain(error, "The verdict was not saved"))
