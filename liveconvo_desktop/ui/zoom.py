"""Making all text larger or smaller, and remembering it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.style import Theme


class Zoom(QObject):
    """Steps through ``theme.TEXT_SCALES``."""

    def __init__(self, theme_: Theme, memory: Memory, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._memory = theme_, memory

    @Slot()
    def larger(self) -> None:
        """One step up."""
        self._scale(1)

    @Slot()
    def smaller(self) -> None:
        """One step down."""
        self._scale(-1)

    def _scale(self, step: int) -> None:
        steps = theme.TEXT_SCALES
        at = min(range(len(steps)), key=lambda i: abs(steps[i] - self._theme.scale))
        scale = steps[min(len(steps) - 1, max(0, at + step))]
        self._theme.set_scale(scale)
        self._memory.keep("text_scale", scale)
