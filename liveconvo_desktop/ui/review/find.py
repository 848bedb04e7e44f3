"""Find in this transcript."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from liveconvo_desktop.ui.parts import ToolButton, label, row
from liveconvo_desktop.ui.review.model import ReviewModel
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, S


class FindBar(QWidget):
    """A field over the transcript; Enter goes on, Shift+Enter back, Escape closes.

    Attributes:
        found: (row) to show.
        sought: What is looked for; empty when the bar is closed.
        closed: The transcript gets the keyboard back.
    """

    found = Signal(int)
    sought = Signal(str)
    closed = Signal()

    def __init__(self, theme_: Theme, model: ReviewModel) -> None:
        super().__init__()
        self._model = model
        self._rows: list[int] = []
        self._at = -1
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find in this call")
        self.field.setAccessibleName("Find in this call")
        self.field.setClearButtonEnabled(True)
        self.count = label("", "small", "second")
        back = ToolButton(theme_, "arrow-up", "Previous match (Shift+Enter)", small=True)
        on = ToolButton(theme_, "arrow-down", "Next match (Enter)", small=True)
        shut = ToolButton(theme_, "close", "Close (Escape)", small=True)
        line = row(self.field, self.count, back, on, shut, spacing=S)
        line.setStretch(0, 1)
        line.setContentsMargins(L, S, L, S)
        self.setLayout(line)
        self.hide()
        self.field.textChanged.connect(self._search)
        back.clicked.connect(self.back)
        on.clicked.connect(self.on)
        shut.clicked.connect(self.shut)
        model.dataChanged.connect(self._again)

    @Slot()
    def open(self) -> None:
        """Show the field with what was looked for last."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._search(self.field.text())

    @Slot()
    def shut(self) -> None:
        """Hide it and give the keyboard back."""
        self.reset()
        self.closed.emit()

    def reset(self) -> None:
        """Another session: nothing is looked for."""
        self.hide()
        self.sought.emit("")

    @Slot()
    def on(self) -> None:
        """The next match, the first again after the last."""
        self._go(1)

    @Slot()
    def back(self) -> None:
        """The match before."""
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Shift+Enter, Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _again(self) -> None:
        """Lines have changed under the matches."""
        if self.isVisible():
            self._rows = self._model.find(self.field.text()) if self.field.text() else []
            self._at = min(self._at, len(self._rows) - 1)
            self._tell()

    @Slot(str)
    def _search(self, text: str) -> None:
        self.sought.emit(text)
        self._rows = self._model.find(text) if text else []
        self._at = -1
        if self._rows:
            self._go(1)
        else:
            self._tell()

    def _go(self, step: int) -> None:
        if self._rows:
            self._at = (self._at + step) % len(self._rows)
            self.found.emit(self._rows[self._at])
        self._tell()

    def _tell(self) -> None:
        if not self.field.text():
            self.count.setText("")
        elif not self._rows:
            self.count.setText("No match")
        else:
            self.count.setText(f"{self._at + 1} of {len(self._rows)}")
