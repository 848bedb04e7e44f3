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

    A call needs the speech model for itself: while one runs, nothing is finished here.

    Attributes:
        recovered: A session's transcript is complete; carries its id.
    """

    recovered = Signal(str)

    def __init__(self, theme_: Theme, backend: Backend, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._backend, self._bridge = theme_, backend, bridge
        # None until the backend has begun: the end of a short one may be told before its handle.
        self._running: dict[str, CallHandle | None] = {}
        self._stopped: set[str] = set()
        self._titles: dict[str, str] = {}
        self._held = False
        self.banners: dict[str, Banner] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @Slot()
    def ask(self) -> None:
        """Look for unfinished sessions."""
        self._bridge.run(self._backend.unfinished, self._found, self._unknown)

    @property
    def busy(self) -> bool:
        """A transcript is being finished now."""
        return bool(self._running)

    def hold(self, on: bool) -> None:
        """A call begins: stop what runs and offer nothing until the call has ended."""
        if on == self._held:
            return
        self._held = on
        for session_id, handle in self._running.items():
            if on and handle is not None:
                self._stop(session_id, handle)
        for session_id in self.banners:
            if session_id not in self._running or session_id in self._stopped:
                self._offer(session_id)

    def finish(self, timeout: float) -> None:
        """End what runs; it is offered again at the next start."""
        for handle in self._running.values():
            if handle is not None:
                handle.stop()
                handle.join(timeout)

    def _found(self, sessions: list[Session]) -> None:
        for session in sessions:
            if session.id not in self.banners:
                self._add(session)

    def _add(self, session: Session) -> None:
        banner = Banner(self._theme, "info", "", "", focusable=True)
        button = banner.add_button("Finish transcript")
        button.clicked.connect(partial(self._recover, session.id))
        banner.closed.connect(partial(self._drop, session.id))
        self.banners[session.id] = banner
        self._titles[session.id] = session.title
        self._box.addWidget(banner)
        self._offer(session.id)
        self.show()

    def _offer(self, session_id: str) -> None:
        hint = "Its audio is safe. LiveConvo can finish the transcript from the recording."
        if self._held:
            hint = "Its audio is safe. The transcript can be finished when the call has ended."
        banner = self.banners[session_id]
        banner.say("info", f"“{self._titles[session_id]}” was cut off", hint)
        self._unlock(session_id)

    def _unlock(self, session_id: str) -> None:
        banner = self.banners[session_id]
        banner.set_closable(True)
        for button in banner.buttons:
            button.setEnabled(not self._held and session_id not in self._running)

    def _recover(self, session_id: str, _checked: bool = False) -> None:
        banner = self.banners[session_id]
        for button in banner.buttons:
            button.setEnabled(False)
        banner.set_closable(False)
        banner.say("info", "Finishing the transcript…", "A call may start: this then waits for it.")
        show = self._bridge.sink(
            {Session: self._on_session, Fault: partial(self._on_fault, session_id)}
        )
        self._running[session_id] = None
        work = partial(self._backend.recover, session_id, show)
        self._bridge.run(work, self._began, partial(self._failed, session_id), "write")

    def _began(self, handle: CallHandle) -> None:
        if handle.session_id not in self._running:
            return
        self._running[handle.session_id] = handle
        if self._held:
            self._stop(handle.session_id, handle)
            self._offer(handle.session_id)

    def _stop(self, session_id: str, handle: CallHandle) -> None:
        self._stopped.add(session_id)
        handle.stop()

    def _on_session(self, session: Session) -> None:
        if session.ended_at is None:
            return
        self._running.pop(session.id, None)
        stopped = session.id in self._stopped
        self._stopped.discard(session.id)
        if session.status == "completed":
            self._drop(session.id)
            self.recovered.emit(session.id)
        elif not stopped:
            self._failed(session.id, RuntimeError("some words could not be read"))
        elif session.id in self.banners:
            self._offer(session.id)

    def _on_fault(self, session_id: str, fault: Fault) -> None:
        if session_id in self.banners:
            self.banners[session_id].say("warning", fault.message, fault.hint)

    def _failed(self, session_id: str, error: Exception) -> None:
        self._running.pop(session_id, None)
        fault = explain(error, "The transcript was not finished")
        banner = self.banners.get(session_id)
        if banner is not None:
            banner.say("warning", fault.message, fault.hint)
            self._unlock(session_id)

    def _unknown(self, error: Exception) -> None:
        explain(error, "Unfinished calls cannot be looked up")

    def _drop(self, session_id: str) -> None:
        banner = self.banners.pop(session_id, None)
        if banner is not None:
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self.banners))
