"""A small question: one line of text about a call."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from liveconvo_desktop.ui.parts import PushButton, label, row
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, L, S

_WIDTH = 420


class LineDialog(QDialog):
    """Asks for one line; Enter takes it, Escape leaves all as it was.

    Attributes:
        answered: What was typed.
    """

    answered = Signal(str)

    def __init__(
        self, theme_: Theme, parent: QWidget, title: str, hint: str, text: str, place: str
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(theme_.px(_WIDTH))
        self.field = QLineEdit(text)
        self.field.setPlaceholderText(place)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        save = PushButton(theme_, "Save", kind="primary")
        save.setDefault(True)
        cancel = PushButton(theme_, "Cancel")
        save.clicked.connect(self._take)
        cancel.clicked.connect(self.reject)
        self.field.returnPressed.connect(self._take)
        box = QVBoxLayout(self)
        box.setContentsMargins(XL, XL, XL, L)
        box.setSpacing(S)
        box.addWidget(label(title, "title"))
        box.addWidget(label(hint, "", "second", wrap=True))
        box.addSpacing(S)
        box.addWidget(self.field)
        box.addSpacing(L)
        box.addLayout(row(None, cancel, save, spacing=S))

    @Slot()
    def _take(self) -> None:
        if self.result() != QDialog.DialogCode.Accepted:
            self.answered.emit(self.field.text())
            self.accept()


def tags_of(text: str) -> list[str]:
    """The tags of a line with commas between them."""
    return [part.strip() for part in text.split(",") if part.strip()]
