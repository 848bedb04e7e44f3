"""The running call as the windows see it: one state, one deck of chips, signals for the rest."""

from __future__ import annotations

import logging
from concurrent.futures import Future, wait
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from liveconvo_desktop.call.plan import CallPlan, CallStatus
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Chip, Fault, Feedback, Gap, Segment, Session
from liveconvo_desktop.ui.backend import Backend, CallHandle
from liveconvo_desktop.ui.bridge import Bridge, Handlers
from liveconvo_desktop.ui.call_state import mended
from liveconvo_desktop.ui.deck import Deck

log = logging.getLogger(__name__)
LiveState = Literal["idle", "starting", "running", "paused", "stopping"]
_VISIBLE_MS, _HIDDEN_MS = 100, 1000


class LiveCall(QObject):
    """At most one call at a time, on the GUI thread.

    Attributes:
        state_changed: The new ``state``.
        line: A Segment or Gap of this call.
        chips_changed: ``deck`` holds other chips.
        polled: A CallStatus.
        faulted: A Fault of this call or of the windows.
        mended: A part (``Fault.where``) that works again.
        failed: A LiveConvoError: the call did not start.
        ended: The session's id; everything is saved.
    """

    state_changed = Signal(str)
    line = Signal(object)
    chips_changed = Signal()
    polled = Signal(object)
    faulted = Signal(object)
    mended = Signal(str)
    failed = Signal(object)
    ended = Signal(str)

    def __init__(self, backend: Backend, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend, self._bridge = backend, bridge
        self._call: CallHandle | None = None
        self._starting: Future[CallHandle] | None = None
        self._watchers: list[QWidget] = []
        self._stop_asked = False
        self._feed = 0
        self._raised: set[str] = set()
        self._shown: set[str] = set()
        self.status: CallStatus | None = None
        """The newest poll of the running call."""
        self.deck = Deck()
        self.state: LiveState = "idle"
        self.session_id = ""
        self.plan = CallPlan()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._poll)

    @property
    def active(self) -> bool:
        """A call is on, or about to be, or being saved."""
        return self.state != "idle"

    def watch(self, window: QWidget) -> None:
        """Poll often while this window is visible."""
        self._watchers.append(window)

    def start(self, plan: CallPlan) -> None:
        """Start a call off the GUI thread; ``state_changed`` or ``failed`` follows."""
        if self.active:
            return
        self.plan, self.deck, self.session_id = plan, Deck(), ""
        self.status = None
        self._raised.clear()
        self._shown.clear()
        self._feed += 1
        self._stop_asked = False
        self._set("starting")
        self.chips_changed.emit()
        show = self._bridge.sink(self._handlers(self._feed))
        work = partial(self._backend.start_call, plan, show)
        self._starting = self._bridge.run(work, self._started, self._failed, "write")

    def toggle_pause(self) -> None:
        """Pause, or listen again."""
        if self._call is None:
            return
        if self.state == "running":
            self._call.pause()
            self._set("paused")
        elif self.state == "paused":
            self._call.resume()
            self._set("running")

    def mute(self, on: bool) -> None:
        """Silence the user's microphone in this app."""
        if self._call is not None:
            self._call.mute(on)

    def stop(self) -> None:
        """End the call properly; ``ended`` follows."""
        self._stop_asked = True
        if self._call is not None and self.state in ("running", "paused"):
            self._set("stopping")
            self._call.stop()

    def abandon(self) -> None:
        """Do not wait for the end any longer: what is not saved is left for recovery."""
        self._timer.stop()
        self._call = self._starting = None
        self._feed += 1
        self._set("idle")

    def finish(self, timeout: float) -> bool:
        """End the call and wait for it; for the very end of the program."""
        call, starting = self._call, self._starting
        if call is None and starting is not None:
            wait([starting], timeout)
            if starting.done() and starting.exception() is None:
                call = starting.result()
        if call is None:
            return True
        call.stop()
        return call.join(timeout)

    def displayed(self, chip: Chip) -> None:
        """A chip was painted on a screen for the first time."""
        if chip.id not in self._shown:
            self._shown.add(chip.id)
            self._note(chip, displayed=True)

    def useful(self, chip: Chip) -> None:
        """The user took it up: clicked, and judged helpful."""
        self._leave(chip, clicked=True, feedback="helpful")

    def not_now(self, chip: Chip) -> None:
        """Dismissed; guidance is to leave this matter alone for a while."""
        self._take_out(chip)
        work = partial(self._backend.put_off, chip.id)
        self._bridge.run(work, _nothing, self._note_failed, "write")

    def dismiss(self, chip: Chip) -> None:
        """Closed: seen, and no judgement."""
        self._leave(chip, dismissed=True)

    def judge(self, chip: Chip, feedback: Feedback) -> None:
        """Closed with what was wrong about it."""
        self._leave(chip, dismissed=True, feedback=feedback)

    def _leave(
        self,
        chip: Chip,
        *,
        clicked: bool | None = None,
        dismissed: bool | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        self._take_out(chip)
        self._note(chip, clicked=clicked, dismissed=dismissed, feedback=feedback)

    def _take_out(self, chip: Chip) -> None:
        self.deck.remove(chip.id)
        self.chips_changed.emit()

    def _note(
        self,
        chip: Chip,
        *,
        displayed: bool | None = None,
        clicked: bool | None = None,
        dismissed: bool | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        work = partial(
            self._backend.note_chip,
            chip.id,
            displayed=displayed,
            clicked=clicked,
            dismissed=dismissed,
            feedback=feedback,
        )
        self._bridge.run(work, _nothing, self._note_failed, "write")

    def _handlers(self, feed: int) -> Handlers:
        on = partial(partial, self._mine, feed)
        return {
            Segment: on(self.line.emit),
            Gap: on(self.line.emit),
            Chip: on(self._on_chip),
            Fault: on(self.faulted.emit),
            Session: on(self._on_session),
        }

    def _mine(self, feed: int, handle: object, event: object) -> None:
        """Late events of a call that is over do not reach the next one."""
        if feed == self._feed and callable(handle):
            handle(event)

    def _on_chip(self, chip: Chip) -> None:
        """A second one of the same id takes the first back; it is not for one long answered."""
        if chip.id in self._raised:
            self.deck.remove(chip.id)
        else:
            self._raised.add(chip.id)
            self.deck.add(chip)
        self.chips_changed.emit()

    def _on_session(self, session: Session) -> None:
        self.session_id = session.id
        if session.ended_at is not None:
            self._end()

    def _started(self, call: CallHandle) -> None:
        self._starting = None
        if self.state != "starting":
            return
        self._call, self.session_id = call, call.session_id
        self._set("running")
        self._timer.start(_VISIBLE_MS)
        if self._stop_asked:
            self.stop()

    def _failed(self, error: Exception) -> None:
        self._starting = None
        self._set("idle")
        self.failed.emit(explain(error, "LiveConvo could not start the call"))

    def _note_failed(self, error: Exception) -> None:
        self.faulted.emit(explain(error, "Your answer to a chip was not saved").fault())

    def _end(self) -> None:
        if not self.active:
            return
        self._timer.stop()
        self._call = None
        self._feed += 1
        self.deck = Deck()
        self.chips_changed.emit()
        self._set("idle")
        self.ended.emit(self.session_id)

    def _set(self, state: LiveState) -> None:
        self.state = state
        self.state_changed.emit(state)

    @Slot()
    def _poll(self) -> None:
        if self._call is None:
            return
        visible = any(window.isVisible() for window in self._watchers)
        self._timer.setInterval(_VISIBLE_MS if visible else _HIDDEN_MS)
        status: CallStatus = self._call.status()
        if status.state == "stopping" and self.state in ("running", "paused"):
            self._set("stopping")
        before, self.status = self.status, status
        for where in mended(before, status) if before else ():
            self.mended.emit(where)
        if self.deck.expire(status.clock):
            self.chips_changed.emit()
        self.polled.emit(status)


def _nothing(_: object) -> None:
    return None


def explain(error: Exception, what: str) -> LiveConvoError:
    """An error that a user can read; one that nobody foresaw is logged with its trace."""
    if isinstance(error, LiveConvoError):
        return error
    log.error("%s", what, exc_info=error)
    return LiveConvoError(f"{what}: {error}", "Try again; if it stays, send us the log.", "ui")
