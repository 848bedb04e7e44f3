"""The main window: past calls at the left; a new, running or past call at the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.call_state import unsaved
from liveconvo_desktop.ui.live import LiveCall, explain
from liveconvo_desktop.ui.live_page import LivePage
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.new_call import NewCallPage
from liveconvo_desktop.ui.parts import PushButton, SideColumn, column, label, row
from liveconvo_desktop.ui.recovery import RecoveryBar
from liveconvo_desktop.ui.session_page import SessionPage
from liveconvo_desktop.ui.sessions import SESSION_ROLE, SessionList, SessionModel
from liveconvo_desktop.ui.status_line import StatusLine
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L, M, S

_SIDEBAR = 296
_LEAST = 920
"""Least width: sidebar, the live page's controls and its guidance."""


def local_now() -> datetime:
    """Now, in the user's zone."""
    return datetime.now().astimezone()


class MainWindow(QMainWindow):
    """Every function of the product by mouse and by keyboard.

    Attributes:
        overlay_wanted: The user asks for the overlay.
        quit_wanted: The window was closed and no call is in the way.
    """

    overlay_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self,
        theme_: Theme,
        backend: Backend,
        bridge: Bridge,
        live: LiveCall,
        memory: Memory,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._theme, self._live, self._memory = theme_, live, memory
        self._quitting = self._waits = False
        self._wanted = ""
        self.setWindowTitle("LiveConvo")
        self.setWindowIcon(icons.app_icon())
        self.sessions = SessionModel(backend, bridge, now)
        self.list = SessionList(theme_, self.sessions, now)
        self.new_button = PushButton(theme_, "New call", "plus")
        self.recovery = RecoveryBar(theme_, backend, bridge)
        self.new_call = NewCallPage(theme_, backend, bridge, memory)
        self.live_page = LivePage(theme_, live)
        self.session_page = SessionPage(theme_, backend, bridge, now)
        self.pages = QStackedWidget()
        self.status_line = StatusLine(theme_, live)
        self.question: QMessageBox | None = None
        self._build()
        self._connect()
        self.resize(1120, 740)
        self._grow()
        theme_.changed.connect(self._grow)
        memory.place("main/place", self)
        self.new_call.setFocus()
        self.sessions.reload()
        self.recovery.ask()

    @Slot()
    def show_new(self) -> None:
        """The start page, or the running call."""
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())
        page = self.live_page if self._live.active else self.new_call
        self.pages.setCurrentWidget(page)

    @Slot(str)
    def show_session(self, session_id: str) -> None:
        """A past call, by its id, if the list has it."""
        at = self.sessions.row_of(session_id)
        if at is not None:
            self.list.setCurrentIndex(self.sessions.index(at))

    def closeEvent(self, event: QCloseEvent) -> None:
        """During a call, ask; otherwise the program ends with its window."""
        self._memory.keep_place("main/place", self.geometry())
        if self._live.active:
            event.ignore()
            if self._live.state == "stopping":
                self._ask_to_wait()
            else:
                self._ask_to_end()
            return
        event.accept()
        self.quit_wanted.emit()

    def _build(self) -> None:
        self.setObjectName("window")
        content = QWidget()
        content.setObjectName("content")
        for page in (self.new_call, self.live_page, self.session_page):
            self.pages.addWidget(page)
        notices = column(self.recovery)
        notices.setContentsMargins(L, 0, L, 0)
        inside = column(spacing=0)
        inside.addLayout(notices)
        inside.addWidget(self.pages, 1)
        content.setLayout(inside)
        self.recovery.setContentsMargins(0, L, 0, 0)
        centre = QWidget()
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._sidebar())
        body.addWidget(content, 1)
        outer = QVBoxLayout(centre)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(body, 1)
        outer.addWidget(self.status_line)
        self.setCentralWidget(centre)

    def _sidebar(self) -> QWidget:
        side = SideColumn(self._theme, _SIDEBAR)
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setObjectName("sidebar")
        logo = QLabel()
        logo.setPixmap(icons.pixmap("logo", "", 24, max(1.0, self.devicePixelRatioF())))
        brand = row(logo, label("LiveConvo", "title"), None, spacing=S)
        head = column(spacing=L)
        head.setContentsMargins(L, L, L, M)
        head.addLayout(brand)
        head.addWidget(self.new_button)
        caption = label("Calls", "section")
        caption.setContentsMargins(L, S, L, S)
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 1, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(caption)
        box.addWidget(self.list, 1)
        return side

    def _connect(self) -> None:
        live = self._live
        self.new_button.clicked.connect(self.show_new)
        self.new_call.start.connect(live.start)
        self.live_page.overlay_wanted.connect(self.overlay_wanted)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.sessions.failed.connect(self._list_failed)
        self.recovery.recovered.connect(self._refresh)
        live.state_changed.connect(self._on_state)
        live.failed.connect(self.show_failure)
        live.ended.connect(self._on_end)
        live.watch(self)
        for keys, act in (
            (QKeySequence.StandardKey.New, self.show_new),
            (QKeySequence.StandardKey.ZoomIn, self._larger),
            (QKeySequence.StandardKey.ZoomOut, self._smaller),
            (QKeySequence("Ctrl+P"), live.toggle_pause),
            (QKeySequence.StandardKey.Quit, self.close),
        ):
            QShortcut(QKeySequence(keys), self, act)

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.session_page.open(index.data(SESSION_ROLE))
            self.pages.setCurrentWidget(self.session_page)

    @Slot(object)
    def _list_failed(self, error: Exception) -> None:
        fault = explain(error, "The calls cannot be read")
        self.list.show_error(f"{fault.message} {fault.hint}")

    @Slot()
    def _refresh(self) -> None:
        self.sessions.reload()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        self.recovery.hold(state != "idle")
        self.new_call.set_starting(state == "starting")
        self.new_button.setText("New call" if state == "idle" else "Current call")
        self.new_button.set_icon("plus" if state == "idle" else "waveform")
        if state == "starting":
            self.live_page.restart()
        if state == "stopping" and self.question is not None:
            self.question.done(0)  # what it asks is answered
        if state == "running" and self.pages.currentWidget() is self.new_call:
            self.pages.setCurrentWidget(self.live_page)
            # Not one of its buttons: a space typed by habit must not mute or end the call.
            self.live_page.transcript.setFocus()

    @Slot(str)
    def _on_end(self, session_id: str) -> None:
        if self.question is not None:
            self.question.done(0)
        if self._quitting:
            self.close()
            return
        self._wanted = session_id
        self.sessions.loaded.connect(self._open_ended)
        self.sessions.reload()
        self.recovery.ask()

    @Slot()
    def _open_ended(self) -> None:
        """The call that just ended takes the place of the live page."""
        self.sessions.loaded.disconnect(self._open_ended)
        if self.pages.currentWidget() is self.live_page:
            self.show_new()
            self.show_session(self._wanted)

    @Slot(object)
    def show_failure(self, error: LiveConvoError) -> None:
        """Why the call did not start, and what to do."""
        box = self._box(error.message, error.hint)
        again = box.addButton("Try again", QMessageBox.ButtonRole.AcceptRole)
        again.setProperty("kind", "primary")
        box.addButton("Close", QMessageBox.ButtonRole.RejectRole)
        box.accepted.connect(self._again)
        self.pages.setCurrentWidget(self.new_call)
        box.open()

    def _ask_to_end(self) -> None:
        if self.question is not None:
            return
        box = self._box(
            "A call is running",
            "Ending it saves everything said so far. You can also keep it running in the overlay.",
        )
        end = box.addButton("End call and quit", QMessageBox.ButtonRole.DestructiveRole)
        end.clicked.connect(self._end_and_quit)
        keep = box.addButton("Keep running", QMessageBox.ButtonRole.AcceptRole)
        keep.clicked.connect(self._keep_running)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        self._show_question(box)

    def _ask_to_wait(self) -> None:
        """The call is ending, but what is left of it cannot be saved, or not yet."""
        if self.question is not None:
            return
        box = self._box(
            unsaved(self._live.status),
            "LiveConvo closes by itself when everything is saved. "
            "If you quit now, the call is offered for recovery at the next start.",
        )
        leave = box.addButton("Quit anyway", QMessageBox.ButtonRole.DestructiveRole)
        leave.clicked.connect(self._quit_anyway)
        wait = box.addButton("Wait", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(wait)
        self._quitting = True
        self._show_question(box)
        self._waits = True
        self._live.polled.connect(self._recount)

    def _show_question(self, box: QMessageBox) -> None:
        self.question = box
        box.finished.connect(self._answered)
        box.open()

    def _box(self, text: str, hint: str) -> QMessageBox:
        box = QMessageBox(self)
        box.setWindowTitle("LiveConvo")
        box.setText(text)
        box.setInformativeText(hint)
        box.setIconPixmap(icons.pixmap("logo", "", 40, max(1.0, self.devicePixelRatioF())))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box

    @Slot()
    def _again(self) -> None:
        self._live.start(self._live.plan)

    @Slot()
    def _answered(self) -> None:
        self.question = None
        if self._waits:
            self._waits = False
            self._live.polled.disconnect(self._recount)

    @Slot()
    def _end_and_quit(self) -> None:
        self._quitting = True
        self._live.stop()

    @Slot()
    def _quit_anyway(self) -> None:
        self._live.abandon()
        self.close()

    @Slot(object)
    def _recount(self, status: CallStatus) -> None:
        if self.question is not None:
            self.question.setText(unsaved(status))

    @Slot()
    def _keep_running(self) -> None:
        self.hide()
        self.overlay_wanted.emit()

    @Slot()
    def _grow(self) -> None:
        self.setMinimumSize(self._theme.px(_LEAST), 520)

    @Slot()
    def _larger(self) -> None:
        self._scale(1)

    @Slot()
    def _smaller(self) -> None:
        self._scale(-1)

    def _scale(self, step: int) -> None:
        steps = theme.TEXT_SCALES
        at = min(range(len(steps)), key=lambda i: abs(steps[i] - self._theme.scale))
        scale = steps[min(len(steps) - 1, max(0, at + step))]
        self._theme.set_scale(scale)
        self._memory.keep("text_scale", scale)
