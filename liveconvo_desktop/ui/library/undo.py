"""What was just done, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import Elided, IconLabel, PushButton, ToolButton
from liveconvo_desktop.ui.style import Theme

_LEAVES_MS = 8000


class UndoBar(QFrame):
    """Stays until the next change, an undo, or the user closes it: nobody has to be quick.

    What cannot be undone and asks for nothing goes by itself.

    Attributes:
        undo: The user wants it back.
    """

    undo = Signal()

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.setProperty("banner", "info")
        self._icon = IconLabel(theme_, "check", "info")
        self.text = Elided()
        self.button = PushButton(theme_, "Undo", "undo", small=True)
        self.button.setAccessibleName("Undo the last change")
        self._close = ToolButton(theme_, "close", "Close message", small=True)
        self._close.setFixedSize(24, 24)
        self.button.clicked.connect(self.undo)
        self._close.clicked.connect(self.hide)
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.M, theme.XS, theme.S, theme.XS)
        box.setSpacing(theme.M)
        box.addWidget(self._icon)
        box.addWidget(self.text, 1)
        box.addWidget(self.button)
        box.addWidget(self._close)
        self._leaves = QTimer(self)
        self._leaves.setSingleShot(True)
        self._leaves.setInterval(_LEAVES_MS)
        self._leaves.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, look: str = "info", *, can_undo: bool = True) -> None:
        """Show what was done, or with the look ``warning`` what could not be done."""
        self.setProperty("banner", look)
        self.style().polish(self)
        self._icon.describe("check" if look == "info" else "warn", look)
        self.text.set_whole(text)
        self.button.setVisible(can_undo)
        self._leaves.stop()
        if not can_undo and look == "info":
            self._leaves.start()
        self.show()

    @Slot()
    def press(self) -> None:
        """As if the button were pressed, where there is one."""
        if self.isVisible() and self.button.isVisibleTo(self):
            self.undo.emit()
