"""Notices that the file of settings was changed by another program, as ``liveconvo settings``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

_PAUSE_MS = 200
"""Changes that come together are looked at together."""


class SettingsWatch(QObject):
    """Watches the folder, where most programs replace the file, and the file, for the others.

    Attributes:
        changed: The file is another one than before.
    """

    changed = Signal()

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._watcher = QFileSystemWatcher([str(path.parent)], self)
        self._follow()
        self._seen = self._stamp()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._look)
        self._watcher.directoryChanged.connect(self._timer.start)
        self._watcher.fileChanged.connect(self._timer.start)

    @Slot()
    def _look(self) -> None:
        self._follow()
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self.changed.emit()

    def _follow(self) -> None:
        """Watch the file that has the name now; what is watched is lost with each replacement."""
        name = str(self._path)
        self._watcher.removePath(name)
        if self._path.exists():
            self._watcher.addPath(name)

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)
