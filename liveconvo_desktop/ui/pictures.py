"""Saves pictures of both windows while a call plays, and tells when there is nothing to add."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.ui.live import LiveCall

MOMENTS = (10.0, 30.0, 60.0, 90.0, 115.0)
"""Seconds of the call."""
_SETTLE_MS = 1200


class Pictures(QObject):
    """Takes PNGs of the overlay and the main window at ``MOMENTS`` and of both ends.

    Attributes:
        finished: 0 when the call ended, 1 when it never started.
    """

    finished = Signal(int)

    def __init__(
        self, folder: Path, live: LiveCall, main: QWidget, overlay: QWidget, parent: QObject
    ) -> None:
        super().__init__(parent)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._windows = {"window": main, "overlay": overlay}
        self._due = list(MOMENTS)
        live.polled.connect(self._on_status)
        live.chips_changed.connect(self._on_chips)
        live.ended.connect(self._on_end)
        live.failed.connect(self._on_failure)
        self._live = live
        self._chip_seen = False

    def take(self, moment: str) -> None:
        """Save what can be seen now."""
        for name, window in self._windows.items():
            if window.isVisible():
                window.grab().save(str(self._folder / f"{name}-{moment}.png"))

    @Slot(object)
    def _on_status(self, status: CallStatus) -> None:
        if self._due and status.clock >= self._due[0]:
            self.take(f"{self._due.pop(0):03.0f}s")

    @Slot()
    def _on_chips(self) -> None:
        if self._live.deck.top() and not self._chip_seen:
            self._chip_seen = True
            QTimer.singleShot(_SETTLE_MS // 2, self._first_chip)

    @Slot()
    def _first_chip(self) -> None:
        self.take("first-chip")

    @Slot()
    def _on_end(self) -> None:
        QTimer.singleShot(_SETTLE_MS, self._last)

    @Slot()
    def _last(self) -> None:
        self.take("end")
        self.finished.emit(0)

    @Slot(object)
    def _on_failure(self, error: LiveConvoError) -> None:
        sys.stderr.write(f"error: {error.message}\n  {error.hint}\n")
        self.finished.emit(1)
