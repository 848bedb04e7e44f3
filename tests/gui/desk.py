"""Puts the windows together over the scripted backend."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from liveconvo_desktop.call.plan import CallPlan
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.main_window import MainWindow
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.overlay import Overlay
from liveconvo_desktop.ui.style import Theme
from tests.gui.script import NOW, ScriptedBackend, ScriptedCall


class Desk:
    """Theme, bridge, call and the two windows, as app.py builds them."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        backend: ScriptedBackend | None = None,
        scheme: str = "light",
        scale: float = 1.0,
    ) -> None:
        self.backend = backend or ScriptedBackend()
        self.theme = Theme(app, scale=scale, scheme=scheme)
        self.memory = Memory(folder / "window.ini")
        self.bridge = Bridge()
        self.live = LiveCall(self.backend, self.bridge)
        self.main = MainWindow(
            self.theme, self.backend, self.bridge, self.live, self.memory, lambda: NOW
        )
        self.overlay = Overlay(self.theme, self.live, self.memory)
        self.live.state_changed.connect(self._on_state)

    @property
    def call(self) -> ScriptedCall:
        return self.backend.calls[-1]

    def start(self, plan: CallPlan | None = None) -> None:
        self.live.start(plan or CallPlan(title="Northwind renewal"))

    def close(self) -> None:
        self.bridge.close()
        for window in (self.overlay, self.main):
            window.hide()
            window.deleteLater()
        self.live.deleteLater()

    def _on_state(self, state: str) -> None:
        if state == "starting":
            self.overlay.restart()
