"""Composition root of the window app: build, wire, run, shut down."""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from liveconvo_desktop import __version__, paths, settings
from liveconvo_desktop.app_backend import AppBackend, Started
from liveconvo_desktop.call import CallPlan
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Sink
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui import icons
from liveconvo_desktop.ui.after_call import AfterCall
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.boxes import message_box
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.crash import CrashHook
from liveconvo_desktop.ui.leaving import Leaving, begin_again, say
from liveconvo_desktop.ui.live import LiveCall
from liveconvo_desktop.ui.main_window import MainWindow, local_now
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.overlay import Overlay
from liveconvo_desktop.ui.pictures import Pictures
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.tray import Tray

_SAVING = 20.0
"""Seconds that the last words of a call get at the end of the program."""
_SIGNAL_MS = 250


class Windows(QObject):
    """Every window and the wires between them, over any backend."""

    def __init__(
        self,
        app: QApplication,
        backend: Backend,
        store: Store,
        memory: Memory,
        scheme: str = "system",
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self._app = app
        self.memory = memory
        self.theme = Theme(app, memory.number("text_scale", 1.0), scheme)
        self.bridge = Bridge(self)
        self.live = LiveCall(backend, self.bridge, self)
        home = paths.data_dir()

        mine, wrong = settings.load()[0], settings.examine()

        def after(window: QWidget) -> AfterCall:
            return AfterCall(self.theme, self.bridge, store, home, now, mine.documents, window)

        self.main = MainWindow(self.theme, backend, self.bridge, self.live, memory, after, now)
        self.main.status_line.set_destination(mine.summary.sends_to)
        if wrong is not None:
            self.main.notices.show_fault(wrong.fault())
        self.leaving = Leaving(store.path, home, self)
        self.overlay = Overlay(self.theme, self.live, memory)
        self.tray = Tray(self.theme, self.live, self)
        self.live.state_changed.connect(self._on_state)
        self.overlay.hidden.connect(self._on_overlay_hidden)
        self.overlay.main_wanted.connect(self.show_main)
        self.main.overlay_wanted.connect(self.overlay.show)
        self.main.quit_wanted.connect(self._leave)
        self.main.after.privacy.erase_wanted.connect(self._erase)
        self.main.after.privacy.restore_wanted.connect(self._restore)
        self.main.stayed.connect(self.leaving.forget)
        self.leaving.quit_wanted.connect(self.quit)
        self.tray.main_wanted.connect(self.show_main)
        self.tray.overlay_wanted.connect(self.overlay.show)
        self.tray.quit_wanted.connect(self.quit)
        app.aboutToQuit.connect(self.finish)

    @Slot()
    def show_main(self) -> None:
        """Bring the main window to the front: the user asked for it."""
        self.main.show()
        self.main.raise_()
        self.main.activateWindow()

    @Slot()
    def quit(self) -> None:
        """Ask if a call is running, then end."""
        if self.live.active:
            self.show_main()
        self.main.close()

    @Slot()
    def finish(self) -> None:
        """End what runs and wait until it is saved; nothing is lost by quitting. Idempotent."""
        self.live.finish(_SAVING)
        self.main.recovery.finish(_SAVING)
        self.main.settings.finish()
        self.main.after.finish()

    def close(self) -> None:
        """Take everything down, after ``finish``."""
        self.bridge.close()
        for window in (self.overlay, self.main):
            window.hide()
            window.deleteLater()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "starting":
            self.overlay.restart()
            self.overlay.show()
        elif state == "idle":
            self.overlay.hide()
            if not self.main.isVisible():
                self.main.show()

    @Slot()
    def _leave(self) -> None:
        self._app.exit(0)

    @Slot()
    def _erase(self) -> None:
        if self._free_to_leave("Nothing was erased. Erase everything when the call has ended."):
            self.leaving.erase()

    @Slot(object)
    def _restore(self, backup: Path) -> None:
        if self._free_to_leave("Nothing was restored. Restore it when the call has ended."):
            self.leaving.restore(backup)

    def _free_to_leave(self, hint: str) -> bool:
        """A call must not be lost to a wish that was made beside it."""
        if self.live.active:
            box = message_box(self.main, "A call is running", hint)
            box.addButton("OK", QMessageBox.ButtonRole.AcceptRole)
            box.open()
        return not self.live.active

    @Slot()
    def beat(self) -> None:
        """Runs Python, so that it notices a signal."""

    @Slot()
    def _on_overlay_hidden(self) -> None:
        """A running call always has a window."""
        if not self.main.isVisible():
            self.main.show()


def main(
    argv: list[str] | None = None,
    *,
    plan: CallPlan | None = None,
    screenshots: Path | None = None,
    tap: Sink | None = None,
    started: Started | None = None,
    ended: Callable[[], None] | None = None,
) -> int:
    """Run the app until it is closed.

    Args:
        argv: Command line without the program's name; None reads ``sys.argv``.
        plan: Start this call at once.
        screenshots: Save pictures of both windows here and end with the call.
        tap: Also gets every event, on the call's threads, before the windows do.
        started: Called once with ``time.monotonic()`` at audio time zero, before the first line.
        ended: Called once, on the GUI thread, when the call of ``plan`` has ended and the app goes
            on; not when the app is closed first.

    Returns:
        The exit status.

    Raises:
        LiveConvoError: There is no screen; or with ``screenshots``, the database cannot be opened.
    """
    options = _options(argv)
    _choose_platform()
    _keep_logs()
    app = QApplication.instance() or QApplication(["liveconvo"])
    assert isinstance(app, QApplication)
    app.setApplicationName("LiveConvo")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("liveconvo")
    app.setWindowIcon(icons.app_icon())
    app.setQuitOnLastWindowClosed(False)
    try:
        store = Store.open(paths.default_database())
    except LiveConvoError as error:
        if screenshots:
            raise
        return _refuse(error)
    memory = Memory(paths.data_dir() / "window.ini")
    try:
        windows = Windows(app, AppBackend(store, tap, started), store, memory, options.theme)
        status = _run(app, windows, plan, screenshots, ended)
    finally:
        memory.flush()
        store.close()
    farewell = windows.leaving.carry_out()
    if farewell is not None:
        say(farewell)
        if farewell.restart:
            begin_again()
    return status


def _run(
    app: QApplication,
    windows: Windows,
    plan: CallPlan | None,
    screenshots: Path | None,
    ended: Callable[[], None] | None,
) -> int:
    hook = CrashHook(windows.bridge, windows.main)
    hook.install()
    _end_on_signals(app, windows)
    windows.main.show()
    if plan is not None:
        if screenshots is not None:
            pictures = Pictures(screenshots, windows.live, windows.main, windows.overlay, windows)
            pictures.finished.connect(app.exit)
        if ended is not None:
            windows.live.ended.connect(lambda _: ended(), Qt.ConnectionType.SingleShotConnection)
        windows.live.start(plan)
    try:
        return app.exec()
    finally:
        windows.finish()
        windows.close()
        hook.remove()


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="liveconvo", description="LiveConvo's windows.")
    parser.add_argument("--theme", choices=("system", "light", "dark"), default="system")
    return parser.parse_args(argv)


def _choose_platform() -> None:
    """On Wayland run under XWayland: Wayland lets no window stay on top or choose its place."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "xcb"
    elif not os.environ.get("WAYLAND_DISPLAY"):
        raise LiveConvoError(
            "There is no screen to open a window on.",
            "Use `liveconvo call` in the terminal, or start LiveConvo from a desktop.",
            "app",
        )


def _keep_logs() -> None:
    folder = paths.data_dir()
    handler = RotatingFileHandler(
        folder / "liveconvo.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    qInstallMessageHandler(_log_qt)
    # Kept open on purpose: a crash in native code is written when nothing can be opened any more.
    faulthandler.enable((folder / "crash.log").open("a", encoding="utf-8"))


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt's own remarks belong into the log, not between the lines of the demo."""
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    logging.getLogger("qt").log(levels.get(kind, logging.WARNING), "%s", message)


def _end_on_signals(app: QApplication, windows: Windows) -> None:
    """Ctrl+C and a system shutdown end the call properly."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not quit(), which asks the windows first, and they would ask the user.
        signal.signal(number, lambda *_: app.exit(0))
    # Python looks at signals only while Python code runs.
    beat = QTimer(windows)
    beat.timeout.connect(windows.beat)
    beat.start(_SIGNAL_MS)


def _refuse(error: LiveConvoError) -> int:
    """The database cannot be opened: say so, and end."""
    box = QMessageBox()
    box.setWindowTitle("LiveConvo")
    box.setText(error.message)
    box.setInformativeText(error.hint)
    box.exec()
    return 1
