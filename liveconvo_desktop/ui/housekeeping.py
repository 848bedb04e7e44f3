"""The cleaning at the start of the app and once a day, out of the way of everything else."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from liveconvo_desktop.review.privacy import Cleaning, Privacy
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain

log = logging.getLogger(__name__)

FIRST_MS = 20_000
"""After the start: the window and the list of calls come first."""
DAY_MS = 24 * 3_600_000
AGAIN_MS = 15 * 60_000
"""After a cleaning that had to wait for a call, or failed."""


class Housekeeping(QObject):
    """Runs ``Privacy.run`` now and then.

    Attributes:
        cleaned: Something was deleted: lists of calls are out of date; carries the ``Cleaning``.
    """

    cleaned = Signal(object)

    def __init__(self, bridge: Bridge, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._privacy = bridge, privacy
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.run)
        self._timer.start(FIRST_MS)

    @property
    def wait_ms(self) -> int:
        """Milliseconds from the last cleaning to the next; -1 while one is under way."""
        return self._timer.interval() if self._timer.isActive() else -1

    @Slot()
    def run(self) -> None:
        """Clean now."""
        self._timer.stop()
        self._bridge.run(self._privacy.run, self._done, self._failed, "long")

    def _done(self, done: Cleaning) -> None:
        self._timer.start(AGAIN_MS if done.postponed else DAY_MS)
        for one in done.kept:
            # Their names may be the user's words: not into the log.
            log.info("something could not be deleted yet: %s", one.why)
        if done.gone:
            self.cleaned.emit(done)

    def _failed(self, error: Exception) -> None:
        explain(error, "The daily cleaning failed")
        self._timer.start(AGAIN_MS)
