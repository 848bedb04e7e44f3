"""What is asked when the window is closed while a call runs, or is still being saved."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.ui.boxes import message_box
from liveconvo_desktop.ui.call_state import unsaved
from liveconvo_desktop.ui.live import LiveCall


class Ending(QObject):
    """Asks once at a time.

    Attributes:
        question: The open question, or None.
        wanted: The window is to be closed as soon as the call has ended.
        keep_running: The window goes, the call stays in the overlay.
        quit_wanted: Nothing holds the window any more.
    """

    keep_running = Signal()
    quit_wanted = Signal()

    def __init__(self, live: LiveCall, window: QWidget) -> None:
        super().__init__(window)
        self._live, self._window = live, window
        self.question: QMessageBox | None = None
        self.wanted = False
        self._waits = False

    def ask(self) -> None:
        """The window was closed during a call."""
        if self.question is not None:
            return
        if self._live.state == "stopping":
            self._ask_to_wait()
        else:
            self._ask_to_end()

    def over(self) -> None:
        """The call has ended: there is nothing to ask."""
        if self.question is not None:
            self.question.done(0)

    def _ask_to_end(self) -> None:
        box = message_box(
            self._window,
            "A call is running",
            "Ending it saves everything said so far. You can also keep it running in the overlay.",
        )
        end = box.addButton("End call and quit", QMessageBox.ButtonRole.DestructiveRole)
        end.clicked.connect(self._end_and_quit)
        keep = box.addButton("Keep running", QMessageBox.ButtonRole.AcceptRole)
        keep.clicked.connect(self.keep_running)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        self._show(box)

    def _ask_to_wait(self) -> None:
        """The call is ending, but what is left of it cannot be saved, or not yet."""
        box = message_box(
            self._window,
            unsaved(self._live.status),
            "LiveConvo closes by itself when everything is saved. "
            "If you quit now, the call is offered for recovery at the next start.",
        )
        leave = box.addButton("Quit anyway", QMessageBox.ButtonRole.DestructiveRole)
        leave.clicked.connect(self._quit_anyway)
        wait = box.addButton("Wait", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(wait)
        self.wanted = True
        self._show(box)
        self._waits = True
        self._live.polled.connect(self._recount)

    def _show(self, box: QMessageBox) -> None:
        self.question = box
        box.finished.connect(self._answered)
        box.open()

    @Slot()
    def _answered(self) -> None:
        self.question = None
        if self._waits:
            self._waits = False
            self._live.polled.disconnect(self._recount)

    @Slot()
    def _end_and_quit(self) -> None:
        self.wanted = True
        self._live.stop()

    @Slot()
    def _quit_anyway(self) -> None:
        self._live.abandon()
        self.quit_wanted.emit()

    @Slot(object)
    def _recount(self, status: CallStatus) -> None:
        if self.question is not None:
            self.question.setText(unsaved(status))
