"""Notices that the file of settings was changed by another program, as ``liveconvo settings``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

_PAUSE_MS = 200
"""Changes that come together are looked at together."""


class SettingsWatch(QObject):
    """Watches the folder: the file itself is replaced by each change.

    Attributes:
        changed: The file is another one than before.
    """

    changed = Signal()

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._seen = self._stamp()
        self._watcher = QFileSystemWatcher([str(path.parent)], self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._look)
        self._watcher.directoryChanged.connect(self._timer.start)

    @Slot()
    def _look(self) -> None:
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self.changed.emit()

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
