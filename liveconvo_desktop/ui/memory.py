"""What the windows remember between runs: their places, sizes and the last choices."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from liveconvo_desktop.ui import theme


class Memory:
    """A small file of window state.

    Args:
        file: An INI file; made on the first save.
    """

    def __init__(self, file: Path) -> None:
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def flush(self) -> None:
        """Write now what is to be remembered: nothing is written later, unasked."""
        self._settings.sync()

    def text(self, key: str, default: str = "") -> str:
        """A remembered word."""
        return str(self._settings.value(key, default))

    def number(self, key: str, default: float) -> float:
        """A remembered number; the default where the file makes no sense."""
        try:
            return float(str(self._settings.value(key, default)))
        except ValueError:
            return default

    def flag(self, key: str, default: bool) -> bool:
        """A remembered yes or no."""
        return self.text(key, str(default)).lower() == "true"

    def keep(self, key: str, value: str | float | bool) -> None:
        """Remember."""
        self._settings.setValue(key, str(value))

    def keep_place(self, key: str, rect: QRect) -> None:
        """Remember a window's place and size."""
        self._settings.setValue(key, rect)

    def place(self, key: str, window: QWidget) -> bool:
        """Put a window where it was, if a screen still shows that place."""
        rect = self._settings.value(key)
        if not isinstance(rect, QRect):
            return False
        grip = QRect(rect.topLeft(), rect.size()).adjusted(0, 0, 0, 40 - rect.height())
        if not any(s.availableGeometry().intersects(grip) for s in QGuiApplication.screens()):
            return False
        window.setGeometry(rect)
        return True


def corner(window: QWidget) -> QPoint:
    """Where a new overlay stands: top right of the main screen, clear of the edge."""
    screen = QGuiApplication.primaryScreen().availableGeometry()
    return QPoint(screen.right() - window.width() - theme.XL, screen.top() + theme.XL)
