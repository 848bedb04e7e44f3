"""The search box: says what is typed once the typing pauses."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit

from liveconvo_desktop.ui import icons
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import S

_PAUSE_MS = 150
HELP = (
    "Words, “exact phrases”, begin*, -without.\n"
    "speaker:me  speaker:them  speaker:Dana  with:Dana  tag:acme  type:sales\n"
    "from:2026-03  to:2026-03-09  on:yesterday  in:summary"
)


class SearchField(QLineEdit):
    """A field with a glass; Escape clears it.

    Attributes:
        asked: The text, when typing pauses, on Enter, and when it was cleared.
        leave_wanted: Enter or Down: on to the results.
    """

    asked = Signal(str)
    leave_wanted = Signal()

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self._last = ""
        self.setPlaceholderText("Search every call")
        self.setAccessibleName("Search every call")
        self.setAccessibleDescription(HELP)
        self.setToolTip(HELP)
        self.setClearButtonEnabled(True)
        # The icon brings its own space; the sheet's padding would double it.
        self.setTextMargins(-S, 0, 0, 0)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self.textChanged.connect(self._typed)
        theme_.changed.connect(self._tint)
        self._tint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears, Enter searches at once, Down goes to the results."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self._ask()
            self.leave_wanted.emit()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _typed(self, text: str) -> None:
        if text.strip():
            self._timer.start()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        self._timer.stop()
        text = self.text().strip()
        if text != self._last:
            self._last = text
            # Not stripped: a blank at the end says that the word is finished.
            self.asked.emit(self.text())

    @Slot()
    def _tint(self) -> None:
        self._glass.setIcon(icons.icon("search", self._theme.palette.text_3))
