"""The field in which the words of a line are edited in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit


class LineEditor(QPlainTextEdit):
    """Enter saves, Escape gives up, Ctrl+Enter splits the line at the cursor.

    Attributes:
        split_wanted: The user wants two lines, cut at the cursor.
    """

    split_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A line has no line breaks."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.split_wanted.emit()
            else:
                event.ignore()  # the view's delegate saves
            return
        super().keyPressEvent(event)
