"""The windows as app.py builds them, over the scripted backend."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from liveconvo_desktop.app import Windows
from liveconvo_desktop.call.plan import CallPlan
from liveconvo_desktop.ui.memory import Memory
from tests.gui.script import NOW, ScriptedBackend, ScriptedCall


class Desk(Windows):
    """Windows with short ways to the script behind them."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        backend: ScriptedBackend | None = None,
        scheme: str = "light",
    ) -> None:
        self.backend = backend or ScriptedBackend()
        self.left = False
        self.store = self.backend.store
        memory = Memory(folder / "window.ini")
        super().__init__(app, self.backend, self.store, memory, scheme, lambda: NOW)

    @property
    def call(self) -> ScriptedCall:
        return self.backend.calls[-1]

    def close(self) -> None:
        super().close()
        self.backend.close()

    def start(self) -> None:
        self.live.start(CallPlan(title="Northwind renewal"))

    def _leave(self) -> None:
        """Ending the tests' application would end every event loop of the tests after this one."""
        self.left = True
