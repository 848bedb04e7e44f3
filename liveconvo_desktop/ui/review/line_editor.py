"""The field in which the words of a line are edited in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from liveconvo_desktop.ui.style import Theme


class LineEditor(QPlainTextEdit):
    """Enter saves, Escape gives up, Ctrl+Enter splits the line at the cursor.

    Attributes:
        line_id: The line that is edited.
        split_wanted: The user wants two lines, cut at the cursor.
    """

    split_wanted = Signal()

    def __init__(self, parent: QWidget, theme_: Theme) -> None:
        super().__init__(parent)
        self.line_id = ""
        self.setObjectName("line")
        self.setAccessibleName("Words of this line")
        self.setFont(theme_.font("callout"))
        self.document().setDocumentMargin(2)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def begin(self, line_id: str, text: str, cursor: int) -> None:
        """Take up a line; nothing is selected, so that no key replaces it."""
        self.line_id = line_id
        self.setPlainText(text)
        place = self.textCursor()
        place.setPosition(cursor)
        self.setTextCursor(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A line has no line breaks."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.split_wanted.emit()
            else:
                event.ignore()  # the view's delegate saves
            return
        super().keyPressEvent(event)
