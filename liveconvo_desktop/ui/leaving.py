"""What is done when the app has closed everything: erasing, or going back to a backup."""

from __future__ import annotations

import faulthandler
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.review.erase import Erased, erase, places_of
from liveconvo_desktop.store import backups


@dataclass(frozen=True, slots=True)
class Farewell:
    """What to tell the user at the end, and whether the app begins again."""

    message: str
    hint: str
    restart: bool


class Leaving(QObject):
    """Keeps the wish until the store is closed, then does it.

    Attributes:
        quit_wanted: Close everything; then call ``carry_out``.
    """

    quit_wanted = Signal()

    def __init__(self, database: Path, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database, self._home = database, home
        self._erase = False
        self._backup: Path | None = None

    @Slot()
    def erase(self) -> None:
        """Erase everything at the end."""
        self._erase = True
        self.quit_wanted.emit()

    @Slot(object)
    def restore(self, backup: Path) -> None:
        """Go back to this backup at the end, and begin again."""
        self._backup = backup
        self.quit_wanted.emit()

    @Slot()
    def forget(self) -> None:
        """The app was not closed after all: a later end is an ordinary one."""
        self._erase, self._backup = False, None

    def carry_out(self) -> Farewell | None:
        """Do what was wished for; None where nothing was. The store must be closed."""
        try:
            if self._erase:
                return self._erase_now()
            if self._backup is not None:
                return self._restore_now(self._backup)
        except LiveConvoError as error:
            return Farewell(error.message, error.hint, restart=self._backup is not None)
        return None

    def _erase_now(self) -> Farewell:
        release_logs()
        done = erase(places_of(self._database, self._home))
        return Farewell(*_told(done), restart=False)

    def _restore_now(self, backup: Path) -> Farewell:
        done = backups.restore(self._database, backup)
        hint = "The database that was there is in the list of backups."
        if done.audio_gone:
            hint += f" The recordings of {done.audio_gone} calls were deleted since."
        return Farewell("The backup is restored.", hint, restart=True)


def _told(done: Erased) -> tuple[str, str]:
    if done.left:
        left = "\n".join(f"{one.what} ({one.why})" for one in done.left)
        return "Almost everything is erased. This is left:", left
    hint = "What no program can promise: the drive itself and backup programs may keep copies."
    if done.foreign:
        names = ", ".join(path.name for path in done.foreign)
        hint += f"\nNot touched, because it holds nobody's words or is not ours: {names}."
    return "Everything is erased.", hint


def release_logs() -> None:
    """Let go of the log files: Windows removes none that is open, and none may be written again."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, logging.FileHandler):
            root.removeHandler(handler)
            handler.close()
    faulthandler.disable()


def say(farewell: Farewell) -> None:
    """Tell the user."""
    box = QMessageBox()
    box.setWindowTitle("LiveConvo")
    box.setText(farewell.message)
    box.setInformativeText(farewell.hint)
    box.exec()


def begin_again() -> None:
    """Start the app anew, as it was started."""
    subprocess.Popen(sys.orig_argv, close_fds=True)
