"""Looks now and then whether a command or another window has changed the database."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from liveconvo_desktop.store import Store
from liveconvo_desktop.store.watching import Watch
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain

EVERY_MS = 2000


class Watcher(QObject):
    """Asks while the window can be seen, and at once when the user comes back to it.

    Attributes:
        changed: Something was written, by whomever: what is shown may be out of date.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, store: Store, window: QWidget) -> None:
        super().__init__(window)
        self._bridge, self._window = bridge, window
        self._watch = Watch(store)
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.ask)
        self._timer.start()
        window.installEventFilter(self)

    @Slot()
    def ask(self) -> None:
        """Look now; nothing where nobody would see the difference."""
        if not self._asking and self._window.isVisible() and not self._window.isMinimized():
            self._asking = True
            self._bridge.run(self._watch.changed, self._answered, self._failed)

    def stop(self) -> None:
        """At the end of the program: let the database go."""
        self._timer.stop()
        self._watch.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The user comes back, perhaps from a terminal."""
        if event.type() == QEvent.Type.WindowActivate:
            self.ask()
        return super().eventFilter(watched, event)

    def _answered(self, changed: bool) -> None:
        self._asking = False
        if changed:
            self.changed.emit()

    def _failed(self, error: Exception) -> None:
        # Whoever needs the database says so; this only looks again the next time.
        self._asking = False
        explain(error, "The database cannot be watched")
