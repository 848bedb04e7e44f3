"""The tray icon: what the call does, at a glance. The product works without one."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from liveconvo_desktop.ui import icons
from liveconvo_desktop.ui.call_state import STATE_WORDS
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.style import Theme


class Tray(QObject):
    """Shown where the desktop has a place for it.

    Attributes:
        main_wanted: Show the main window. ``overlay_wanted`` the overlay; ``quit_wanted`` to end.
    """

    main_wanted = Signal()
    overlay_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, theme_: Theme, live: LiveCall, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._live = theme_, live
        self._icon = QSystemTrayIcon(icons.app_icon(), self)
        self._menu = QMenu()
        self._state = self._menu.addAction("Ready")
        self._state.setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction("Open LiveConvo", self.main_wanted.emit)
        self._overlay = self._menu.addAction("Show overlay", self.overlay_wanted.emit)
        self._pause = self._menu.addAction("Pause", live.toggle_pause)
        self._stop = self._menu.addAction("End call", live.stop)
        self._menu.addSeparator()
        self._menu.addAction("Quit", self.quit_wanted.emit)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        live.state_changed.connect(self._on_state)
        self._on_state(live.state)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon.show()

    @property
    def visible(self) -> bool:
        """True where the desktop shows it."""
        return self._icon.isVisible()

    @property
    def tooltip(self) -> str:
        """What hovering says."""
        return self._icon.toolTip()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.main_wanted.emit()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        text = STATE_WORDS.get(state, "Ready")
        self._state.setText(text)
        self._icon.setToolTip(f"LiveConvo: {text}")
        self._icon.setIcon(self._badge(state))
        on = state in ("running", "paused")
        self._pause.setText("Resume" if state == "paused" else "Pause")
        for action in (self._pause, self._stop):
            action.setEnabled(on)
        self._overlay.setEnabled(state != "idle")

    def _badge(self, state: str) -> QIcon:
        """The logo with a dot in the state's colour."""
        if state == "idle":
            return icons.app_icon()
        palette = self._theme.palette
        colour = palette.warning.ink if state == "paused" else palette.success.ink
        image = icons.pixmap("logo", "", 64).copy()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colour))
        painter.setPen(QColor(palette.canvas))
        painter.drawEllipse(QPoint(50, 50), 12, 12)
        painter.end()
        return QIcon(image)
