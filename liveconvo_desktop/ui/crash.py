"""The crash hook: an unforeseen error is logged and said, and the call goes on."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from liveconvo_desktop.events import Fault
from liveconvo_desktop.ui.bridge import Bridge

log = logging.getLogger(__name__)


class CrashHook(QObject):
    """One dialog at a time, however many errors there are; all of them reach the log.

    The call's threads are not the windows' threads: capturing, reading and saving go on.
    """

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._post = bridge.sink({Fault: self._show})
        self._before = (sys.excepthook, threading.excepthook)
        self.dialog: QMessageBox | None = None

    def install(self) -> None:
        """Catch what nobody caught, on every thread."""
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def remove(self) -> None:
        """Put back what was there."""
        sys.excepthook, threading.excepthook = self._before

    def _caught(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        log.critical("nobody caught this", exc_info=(kind, error, trace))
        said = "".join(traceback.format_exception_only(kind, error)).strip()
        self._post(
            Fault(
                "app",
                "Something in LiveConvo failed.",
                f"A running call goes on and is saved. Details are in the log: {said}",
            )
        )

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, fault: Fault) -> None:
        if self.dialog is not None:
            return
        box = QMessageBox(self._window)
        box.setWindowTitle("LiveConvo")
        box.setText(fault.message)
        box.setInformativeText(fault.hint)
        box.setWindowModality(Qt.WindowModality.NonModal)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._closed)
        self.dialog = box
        box.show()

    @Slot()
    def _closed(self) -> None:
        self.dialog = None
