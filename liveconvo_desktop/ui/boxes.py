"""Questions and messages in a window of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from liveconvo_desktop.ui import icons


def message_box(parent: QWidget, text: str, hint: str) -> QMessageBox:
    """A box with the product's looks and no button yet; it goes when it is closed."""
    box = QMessageBox(parent)
    box.setWindowTitle("LiveConvo")
    box.setText(text)
    box.setInformativeText(hint)
    box.setIconPixmap(icons.pixmap("logo", "", 40, max(1.0, parent.devicePixelRatioF())))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
