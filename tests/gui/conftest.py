"""A real X server and window manager for the GUI tests, started and ended here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_SERVERS: list[subprocess.Popen[bytes]] = []


def _start_screen() -> None:
    """Before anything makes a QApplication: the platform cannot change later."""
    if shutil.which("Xvfb") is None or shutil.which("openbox") is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    _SERVERS.append(subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL))
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    os.environ["DISPLAY"] = f":{number}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    os.environ.pop("WAYLAND_DISPLAY", None)
    manager = subprocess.Popen(
        ["openbox", "--sm-disable"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _SERVERS.append(manager)


def _end_screen() -> None:
    for server in reversed(_SERVERS):
        server.terminate()
        server.wait(10)
    _SERVERS.clear()


@pytest.fixture(scope="session")
def screen() -> Iterator[bool]:
    """True where windows have a real window manager."""
    _start_screen()
    yield os.environ["QT_QPA_PLATFORM"] == "xcb"
    _end_screen()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["liveconvo"]


@pytest.fixture(scope="session")
def qapp(screen, qapp_args, pytestconfig):
    """pytest-qt's application, on our screen."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(qapp_args)
    app.setQuitOnLastWindowClosed(False)
    yield app
    # Before the X server goes, or Qt ends the process.
    app.shutdown()


@pytest.fixture
def make_desk(qtbot, qapp, tmp_path: Path):
    """Builds the windows over a scripted backend; several may follow each other in one test."""
    from tests.gui.desk import Desk

    made = []

    def make(backend=None, **options) -> Desk:
        desk = Desk(qapp, tmp_path, backend, **options)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.finish()
        desk.close()
        desk.deleteLater()
    qapp.processEvents()


@pytest.fixture
def desk(make_desk, qtbot):
    """The windows with a call that runs."""
    made = make_desk()
    made.overlay.show()
    made.start()
    qtbot.waitUntil(lambda: made.live.state == "running")
    return made


@pytest.fixture
def review_store(tmp_path):
    from liveconvo_desktop.store import Store

    opened = Store.open(tmp_path / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def empty_review(qtbot, qapp, review_store):
    """A review page with nothing open."""
    from tests.gui.review_desk import ReviewDesk

    made = ReviewDesk(qapp, review_store)
    made.page.show()
    yield made
    made.close()
    qapp.processEvents()


@pytest.fixture
def review(empty_review, qtbot):
    """A review page with a session open, and its player."""
    from tests.gui.review_desk import keep_session

    session_id = keep_session(empty_review.store)
    with qtbot.waitSignal(empty_review.page.opened):
        empty_review.page.open(session_id)
    qtbot.waitUntil(lambda: bool(empty_review.players) and empty_review.page.bar.play.isVisible())
    qtbot.waitUntil(lambda: empty_review.page.reading.figures is not None)
    return empty_review
