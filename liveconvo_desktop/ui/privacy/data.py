"""The user's data as a file, and the backups: the parts of the page that write files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QProgressBar, QVBoxLayout, QWidget

from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.parts import Elided, IconLabel, PushButton, column, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import S
from sync.backup import Backup, Reason

_REASONS: dict[Reason, str] = {
    "weekly": "weekly",
    "manual": "made by you",
    "migration": "before an update",
    "restore": "put aside by a restore",
}
_POLL_MS = 100


class ExportBox(QWidget):
    """Everything as one file: the button, then how far it is and a way to stop.

    Attributes:
        wanted: The user wants the file.
        cancelled: The user stops it.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._progress = (0, 0)
        self.button = PushButton(theme_, "Export my data…", "export")
        self.button.clicked.connect(self.wanted)
        self.recordings = QCheckBox("With recordings")
        self.recordings.setChecked(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Export")
        self.said = Elided("")
        self.said.setProperty("tone", "quiet")
        self.stop = PushButton(theme_, "Stop", "stop", small=True)
        self.stop.clicked.connect(self.cancelled)
        # Polled, not signalled: the work tells its progress thousands of times a second.
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._show)
        line = row(self.bar, self.stop)
        line.setStretch(0, 1)
        box = column(spacing=S)
        box.addLayout(row(self.button, self.recordings, None))
        box.addLayout(line)
        box.addWidget(self.said)
        self.setLayout(box)
        self.end("")

    def begin(self, name: str) -> None:
        """It is being written."""
        self._progress = (0, 0)
        self.button.setEnabled(False)
        self.recordings.setEnabled(False)
        self.bar.setValue(0)
        self.bar.show()
        self.stop.setEnabled(True)
        self.stop.show()
        self.said.set_whole(f"Writing {name}…")
        self.said.show()
        self._timer.start()

    def advance(self, done: int, total: int) -> None:
        """Any thread: how far it is."""
        self._progress = (done, total)

    def end(self, said: str) -> None:
        """It is over; say how it went."""
        self._timer.stop()
        self.button.setEnabled(True)
        self.recordings.setEnabled(True)
        self.bar.hide()
        self.stop.hide()
        self.said.set_whole(said)
        self.said.setVisible(bool(said))

    @Slot()
    def _show(self) -> None:
        done, total = self._progress
        self.bar.setValue(round(1000 * done / total) if total else 0)


class BackupRow(QWidget):
    """One backup: when, why, how large; a way back to it.

    Attributes:
        wanted: The user wants it back; carries it.
    """

    wanted = Signal(object)

    def __init__(self, theme_: Theme, backup: Backup, now: datetime) -> None:
        super().__init__()
        self._backup = backup
        when = words.when(backup.made_at, now)
        self.button = PushButton(theme_, "Restore…", small=True)
        self.button.setAccessibleName(f"Restore the backup of {when}")
        self.button.clicked.connect(self._want)
        text = Elided(f"{when}  ·  {_REASONS[backup.reason]}  ·  {words.size(backup.bytes)}")
        line = row(IconLabel(theme_, "backup", "text_3"), text, self.button)
        line.setStretch(1, 1)
        self.setLayout(line)

    @Slot()
    def _want(self) -> None:
        self.wanted.emit(self._backup)


class BackupBox(QWidget):
    """The backups and a way to make one.

    Attributes:
        make_wanted: The user wants one now.
        restore_wanted: The user wants to go back; carries the ``Backup``.
    """

    make_wanted = Signal()
    restore_wanted = Signal(object)

    def __init__(self, theme_: Theme, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme, self._now = theme_, now
        self.rows: list[BackupRow] = []
        self.button = PushButton(theme_, "Back up now", "backup")
        self.button.clicked.connect(self._make)
        self.said = label("", "small", "quiet", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(S)
        box = column(spacing=S)
        box.addLayout(self._lines)
        box.addWidget(self.said)
        box.addLayout(row(self.button, None))
        self.setLayout(box)

    def fill(self, backups: list[Backup]) -> None:
        """Show these."""
        for old in self.rows:
            self._lines.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = [BackupRow(self._theme, backup, self._now()) for backup in backups]
        for made in self.rows:
            made.wanted.connect(self.restore_wanted)
            self._lines.addWidget(made)
        self.button.setEnabled(True)
        self.say("" if backups else "There is no backup yet. One is made every week.")

    def say(self, text: str) -> None:
        """A line below the list."""
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.button.setEnabled(True)

    @Slot()
    def _make(self) -> None:
        self.button.setEnabled(False)
        self.make_wanted.emit()
