"""Offers to finish the transcript of calls that a crash cut off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liveconvo_desktop.events import Fault, Session
from liveconvo_desktop.ui.backend import Backend, CallHandle
from liveconvo_desktop.ui.banner import Banner
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.live import explain
from liveconvo_desktop.ui.style import Theme


class RecoveryBar(QWidget):
    """One banner for each unfinished session.

    Attributes:
        recovered: A session's transcript is complete; carries its id.
    """

    recovered = Signal(str)

    def __init__(self, theme_: Theme, backend: Backend, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._backend, self._bridge = theme_, backend, bridge
        self._handles: dict[str, CallHandle] = {}
        self.banners: dict[str, Banner] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @Slot()
    def ask(self) -> None:
        """Look for unfinished sessions."""
        self._bridge.run(self._backend.unfinished, self._offer, self._unknown)

    @property
    def busy(self) -> bool:
        """A transcript is being finished now."""
        return bool(self._handles)

    def finish(self, timeout: float) -> None:
        """End what runs; it is offered again at the next start."""
        for handle in self._handles.values():
            handle.stop()
            handle.join(timeout)

    def _offer(self, sessions: list[Session]) -> None:
        for session in sessions:
            if session.id not in self.banners:
                self._add(session)

    def _add(self, session: Session) -> None:
        banner = Banner(
            self._theme,
            "info",
            f"“{session.title}” was cut off",
            "Its audio is safe. LiveConvo can finish the transcript from the recording.",
            focusable=True,
        )
        button = banner.add_button("Finish transcript")
        button.clicked.connect(partial(self._recover, session.id))
        banner.closed.connect(partial(self._drop, session.id))
        self.banners[session.id] = banner
        self._box.addWidget(banner)
        self.show()

    def _recover(self, session_id: str, _checked: bool = False) -> None:
        banner = self.banners[session_id]
        for button in banner.buttons:
            button.setEnabled(False)
        banner.set_closable(False)
        banner.say("info", "Finishing the transcript…", "You can go on working, or start a call.")
        show = self._bridge.sink(
            {Session: self._on_session, Fault: partial(self._on_fault, session_id)}
        )
        work = partial(self._backend.recover, session_id, show)
        self._bridge.run(work, self._began, partial(self._failed, session_id), "write")

    def _began(self, handle: CallHandle) -> None:
        if handle.session_id in self.banners:
            self._handles[handle.session_id] = handle

    def _on_session(self, session: Session) -> None:
        if session.ended_at is None:
            return
        self._handles.pop(session.id, None)
        if session.status == "active":
            self._failed(session.id, RuntimeError("some words could not be read"))
            return
        self._drop(session.id)
        self.recovered.emit(session.id)

    def _on_fault(self, session_id: str, fault: Fault) -> None:
        if session_id in self.banners:
            self.banners[session_id].say("warning", fault.message, fault.hint)

    def _failed(self, session_id: str, error: Exception) -> None:
        self._handles.pop(session_id, None)
        fault = explain(error, "The transcript was not finished")
        banner = self.banners.get(session_id)
        if banner is not None:
            banner.say("warning", fault.message, fault.hint)
            banner.set_closable(True)
            for button in banner.buttons:
                button.setEnabled(True)

    def _unknown(self, error: Exception) -> None:
        explain(error, "Unfinished calls cannot be looked up")

    def _drop(self, session_id: str) -> None:
        banner = self.banners.pop(session_id, None)
        if banner is not None:
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self.banners))
