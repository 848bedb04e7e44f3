"""The main window: past calls at the left; a new, running or past call at the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import Settings
from liveconvo_desktop.ui import icons
from liveconvo_desktop.ui.after_call import AfterCall
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.banner import FaultList
from liveconvo_desktop.ui.boxes import message_box
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.ending import Ending
from liveconvo_desktop.ui.live import LiveCall, explain
from liveconvo_desktop.ui.live_page import LivePage
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.new_call import NewCallPage
from liveconvo_desktop.ui.parts import column
from liveconvo_desktop.ui.recovery import RecoveryBar
from liveconvo_desktop.ui.sessions import SESSION_ROLE, SessionList, SessionModel
from liveconvo_desktop.ui.settings_page import SettingsPage
from liveconvo_desktop.ui.sidebar import Sidebar
from liveconvo_desktop.ui.status_line import StatusLine
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import L
from liveconvo_desktop.ui.zoom import Zoom

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
        stayed: The window was closed during a call: it asks, and stays.
    """

    overlay_wanted = Signal()
    quit_wanted = Signal()
    stayed = Signal()

    def __init__(
        self,
        theme_: Theme,
        backend: Backend,
        bridge: Bridge,
        live: LiveCall,
        memory: Memory,
        make_after: Callable[[QWidget], AfterCall],
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._theme, self._live, self._memory = theme_, live, memory
        self._wanted = self._shown = ""
        self.setWindowTitle("LiveConvo")
        self.setWindowIcon(icons.app_icon())
        self.sessions = SessionModel(backend, bridge, now)
        self.list = SessionList(theme_, self.sessions, now)
        self.sidebar = Sidebar(theme_, self.list)
        self.new_button = self.sidebar.new
        self.notices = FaultList(theme_, focusable=True)
        self.recovery = RecoveryBar(theme_, backend, bridge)
        self.new_call = NewCallPage(theme_, backend, bridge, memory)
        self.live_page = LivePage(theme_, live)
        self.after = make_after(self)
        self.session_page, self.library = self.after.review, self.after.library
        self.settings = SettingsPage(theme_, bridge)
        self.pages = QStackedWidget()
        self.status_line = StatusLine(theme_, live)
        self.ending = Ending(live, self)
        self._zoom = Zoom(theme_, memory, self)
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
        self._leave_session()
        page = self.live_page if self._live.active else self.new_call
        self.pages.setCurrentWidget(page)

    @Slot()
    def show_library(self) -> None:
        """Every call, to be searched and sorted."""
        self._leave_session()
        self.pages.setCurrentWidget(self.library)
        self.library.table.setFocus()

    @Slot()
    def show_privacy(self) -> None:
        """What is kept, for how long, and everything that can be done with it."""
        self._leave_session()
        self.after.privacy.open()
        self.pages.setCurrentWidget(self.after.privacy)

    @Slot()
    def show_settings(self) -> None:
        """Everything that can be set, with the cursor in its search box."""
        self._leave_session()
        self.settings.open()
        self.pages.setCurrentWidget(self.settings)
        self.settings.start_search()

    @Slot()
    def set_up_model(self) -> None:
        """Where a language model for summaries is named."""
        self.show_settings()
        self.settings.go("summary.base_url")

    @Slot()
    def start_search(self) -> None:
        """The library with the cursor in its search box."""
        self.show_library()
        self.library.start_search()

    @Slot()
    def find_words(self) -> None:
        """Find in the call or the settings that are shown, or else among all calls."""
        if self.pages.currentWidget() is self.session_page:
            self.session_page.find_bar.open()
        elif self.pages.currentWidget() is self.settings:
            self.settings.start_search()
        else:
            self.start_search()

    @Slot()
    def export(self) -> None:
        """The call that is on screen: shown, or selected in the library."""
        if self.pages.currentWidget() is self.session_page:
            self.after.export()
        elif self.pages.currentWidget() is self.library:
            self.after.export_call(self.library.chosen)

    @Slot(str)
    @Slot(str, float)
    def show_session(self, session_id: str, seconds: float | None = None) -> None:
        """A past call, at a second if one is given: the one place where a call is opened."""
        self._shown = session_id
        if seconds is None:
            self.session_page.open(session_id)
        else:
            self.session_page.open_at(session_id, seconds)
        self.pages.setCurrentWidget(self.session_page)
        if not self.list.hasFocus():
            # Not its first field, the title: keys pressed by habit must not rename the call.
            self.session_page.transcript.setFocus()
        at = self.sessions.row_of(session_id)
        self.list.setCurrentIndex(QModelIndex() if at is None else self.sessions.index(at))
        if at is None:
            self.list.clearSelection()

    def closeEvent(self, event: QCloseEvent) -> None:
        """During a call, ask; otherwise the program ends with its window."""
        self._memory.keep_place("main/place", self.geometry())
        if self._live.active:
            event.ignore()
            self.stayed.emit()
            self.ending.ask()
            return
        event.accept()
        self.quit_wanted.emit()

    def _build(self) -> None:
        self.setObjectName("window")
        content = QWidget()
        content.setObjectName("content")
        for page in (self.new_call, self.live_page, *self.after.pages, self.settings):
            self.pages.addWidget(page)
        notices = column(self.notices, self.recovery)
        notices.setContentsMargins(L, 0, L, 0)
        inside = column(spacing=0)
        inside.addLayout(notices)
        inside.addWidget(self.pages, 1)
        content.setLayout(inside)
        for bar in (self.notices, self.recovery):
            bar.setContentsMargins(0, L, 0, 0)
        centre = QWidget()
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.sidebar)
        body.addWidget(content, 1)
        outer = QVBoxLayout(centre)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(body, 1)
        outer.addWidget(self.status_line)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        live = self._live
        self.new_button.clicked.connect(self.show_new)
        self.sidebar.library.clicked.connect(self.show_library)
        self.library.open_session.connect(self.show_session)
        self.library.open_at.connect(self.show_session)
        self.library.bring_in.clicked.connect(self.after.bring_in)
        self.library.blank.bring_in.clicked.connect(self.after.bring_in)
        self.library.blank.start.clicked.connect(self.show_new)
        self.sidebar.bring_in.clicked.connect(self.after.bring_in)
        self.sidebar.privacy.clicked.connect(self.show_privacy)
        self.sidebar.settings.clicked.connect(self.show_settings)
        self.after.set_up_wanted.connect(self.set_up_model)
        self.settings.changed.connect(self.after.apply)
        self.settings.changed.connect(self._settings_changed)
        self.settings.broken.connect(self._settings_broken)
        self.after.changed.connect(self._refresh)
        self.after.imported.connect(self.show_session)
        self.new_call.start.connect(live.start)
        self.new_call.heard.connect(self.status_line.set_deaf)
        self.live_page.overlay_wanted.connect(self.overlay_wanted)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.sessions.failed.connect(self._list_failed)
        self.sessions.loaded.connect(self._mark_shown)
        self.recovery.recovered.connect(self._refresh)
        self.recovery.recovered.connect(self.library.refresh)
        live.ended.connect(self.library.refresh)
        self.recovery.recovered.connect(self.after.sum_up)
        live.ended.connect(self.after.sum_up)
        live.state_changed.connect(self._on_state)
        live.failed.connect(self.show_failure)
        live.ended.connect(self._on_end)
        self.ending.keep_running.connect(self._keep_running)
        self.ending.quit_wanted.connect(self.close)
        live.watch(self)
        for keys, act in (
            (QKeySequence.StandardKey.New, self.show_new),
            (QKeySequence.StandardKey.Find, self.find_words),
            (QKeySequence("Ctrl+L"), self.show_library),
            (QKeySequence("Ctrl+I"), self.after.bring_in),
            (QKeySequence("Ctrl+,"), self.show_settings),
            (QKeySequence("Ctrl+E"), self.export),
            (QKeySequence.StandardKey.ZoomIn, self._zoom.larger),
            (QKeySequence.StandardKey.ZoomOut, self._zoom.smaller),
            (QKeySequence("Ctrl+P"), live.toggle_pause),
            (QKeySequence.StandardKey.Quit, self.close),
        ):
            QShortcut(QKeySequence(keys), self, act)

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and index.data(SESSION_ROLE).session.id != self._shown:
            self.show_session(index.data(SESSION_ROLE).session.id)

    @Slot()
    def _mark_shown(self) -> None:
        """The list was read again: the call that is open is still the chosen one."""
        if self._shown:
            self.list.mark(self._shown)

    def _leave_session(self) -> None:
        self._shown = ""
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())

    @Slot(object)
    def _list_failed(self, error: Exception) -> None:
        fault = explain(error, "The calls cannot be read")
        self.list.show_error(f"{fault.message} {fault.hint}")

    @Slot(object)
    def _settings_changed(self, mine: Settings) -> None:
        # What was saved is valid.
        self.notices.mend("settings")
        self.status_line.set_destination(mine.summary.sends_to)

    @Slot(object)
    def _settings_broken(self, wrong: LiveConvoError) -> None:
        self.notices.show_fault(wrong.fault())

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
        if state == "stopping":
            self.ending.over()  # what it asks is answered
        if state == "running" and self.pages.currentWidget() is self.new_call:
            self.pages.setCurrentWidget(self.live_page)
            # Not one of its buttons: a space typed by habit must not mute or end the call.
            self.live_page.transcript.setFocus()

    @Slot(str)
    def _on_end(self, session_id: str) -> None:
        self.ending.over()
        if self.ending.wanted:
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
        box = message_box(self, error.message, error.hint)
        again = box.addButton("Try again", QMessageBox.ButtonRole.AcceptRole)
        again.setProperty("kind", "primary")
        box.addButton("Close", QMessageBox.ButtonRole.RejectRole)
        box.accepted.connect(self._again)
        self.pages.setCurrentWidget(self.new_call)
        box.open()

    @Slot()
    def _again(self) -> None:
        self._live.start(self._live.plan)

    @Slot()
    def _keep_running(self) -> None:
        self.hide()
        self.overlay_wanted.emit()

    @Slot()
    def _grow(self) -> None:
        self.setMinimumSize(self._theme.px(_LEAST), 520)
