"""The app as a whole: it ends calls properly, survives errors, and keeps what the user did."""

from __future__ import annotations

import sqlite3
import sys
import threading
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import QTimer, Slot

from liveconvo_desktop import app as app_module
from liveconvo_desktop import app_backend
from liveconvo_desktop.app import Windows
from liveconvo_desktop.app_backend import AppBackend
from liveconvo_desktop.call import CallPlan
from liveconvo_desktop.events import Chip, Fault, Session, new_id
from liveconvo_desktop.store import SafeSink, Store
from liveconvo_desktop.ui.crash import CrashHook
from liveconvo_desktop.ui.memory import Memory
from liveconvo_desktop.ui.pictures import Pictures
from tests.gui.script import ScriptedBackend, chip


def test_the_overlay_comes_and_goes_with_the_call(make_desk, qtbot):
    desk = make_desk()
    desk.start()
    qtbot.waitUntil(desk.overlay.isVisible)
    qtbot.waitUntil(lambda: desk.live.state == "running")
    desk.live.stop()
    qtbot.waitUntil(lambda: desk.live.state == "idle")
    assert not desk.overlay.isVisible()
    assert desk.main.isVisible()


def test_a_running_call_always_has_a_window(desk, qtbot):
    desk.main.hide()
    desk.overlay.header.close_button.click()
    assert not desk.overlay.isVisible()
    assert desk.main.isVisible()
    desk.main.overlay_wanted.emit()
    assert desk.overlay.isVisible()


def test_quitting_ends_the_call_and_waits(desk):
    desk.finish()
    assert desk.call.ended.is_set()


def test_quitting_while_the_call_starts_ends_it_too(make_desk):
    desk = make_desk()
    desk.backend.hold.clear()
    desk.start()
    threading.Timer(0.05, desk.backend.hold.set).start()
    desk.finish()
    assert desk.call.ended.is_set()


def test_asking_to_end_while_it_starts_is_not_forgotten(make_desk, qtbot):
    desk = make_desk()
    desk.backend.hold.clear()
    desk.start()
    desk.live.stop()
    desk.backend.hold.set()
    qtbot.waitUntil(lambda: desk.live.state == "idle")
    assert desk.call.ended.is_set()


def test_a_late_event_of_the_last_call_stays_out_of_the_next(desk, qtbot):
    first = desk.call
    desk.live.stop()
    qtbot.waitUntil(lambda: desk.live.state == "idle")
    desk.start()
    qtbot.waitUntil(lambda: desk.live.state == "running")
    first.show(chip("late"))
    desk.call.show(chip("mine"))
    qtbot.waitUntil(lambda: len(desk.live.deck.top()) == 1)
    assert desk.live.deck.top()[0].id == "mine"


def test_an_unforeseen_error_is_said_and_the_call_goes_on(desk, qtbot, allow_log):
    allow_log("nobody caught this")
    hook = CrashHook(desk.bridge, desk.main)
    hook.install()
    try:
        error = ValueError("the third of the month")
        sys.excepthook(ValueError, error, None)
        thread = threading.Thread(target=_fail)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: hook.dialog is not None)
        assert "the third of the month" in hook.dialog.informativeText()
        assert desk.live.state == "running"
        hook.dialog.reject()
        assert hook.dialog is None
    finally:
        hook.remove()


def _fail() -> None:
    raise RuntimeError("in a thread")


def test_pictures_are_taken_and_the_end_is_told(desk, qtbot, tmp_path):
    desk.main.show()
    pictures = Pictures(tmp_path / "shots", desk.live, desk.main, desk.overlay, desk)
    ends: list[int] = []
    pictures.finished.connect(ends.append)
    desk.call.clock = 31.0
    qtbot.waitUntil(lambda: (tmp_path / "shots" / "overlay-030s.png").exists())
    QTimer.singleShot(0, desk.live.stop)
    qtbot.waitUntil(lambda: ends == [0])
    names = {path.name for path in (tmp_path / "shots").iterdir()}
    assert {"window-010s.png", "overlay-010s.png", "window-end.png"} <= names


@pytest.fixture
def stored(tmp_path):
    """A real database with one call."""
    store = Store.open(tmp_path / "calls.db")
    session = Session(new_id(), "Stored", "sales_call", None, datetime.now(UTC))
    store.save(session)
    yield store, session
    store.close()


class KeepingCall:
    """A call as its notes see it: its own sink, in trouble together with the database."""

    session_id = "call"

    def __init__(self, store: Store) -> None:
        self.faults: list[Fault] = []
        self.noted: list[tuple[str, str]] = []
        self.sink = SafeSink(store, self.faults.append)
        self.write = self.sink.do

    def begin(self) -> None:
        pass

    def note(self, chip_id: str, action: str) -> None:
        self.noted.append((chip_id, action))


def test_a_note_waits_behind_its_chip_while_the_database_refuses(stored, monkeypatch):
    store, session = stored
    store.patience = 0.0
    call = KeepingCall(store)
    monkeypatch.setattr(app_backend, "build_call", lambda *_: call)
    backend = AppBackend(store)
    backend.start_call(CallPlan(), print)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    one = Chip(new_id(), session.id, "ask", "cue", "Ask", "", 1.0, 2, 1e6, ())
    call.sink(one)
    backend.note_chip(one.id, displayed=True)
    other.close()
    assert call.sink.flush(wait=True) == 0
    (row,) = store.chips(session.id)
    assert row.displayed
    assert ["locked" in fault.message for fault in call.faults] == [True]
    assert call.noted == [(one.id, "displayed")]


def test_the_end_of_the_planned_call_is_told_once_and_the_app_goes_on(
    qapp, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setenv("LIVECONVO_HOME", str(tmp_path))
    monkeypatch.setattr(app_module, "_end_on_signals", lambda *_: None)
    backend, told = ScriptedBackend(), []

    class Driven(Windows):
        """Each call ends as soon as it runs; after the second one the app is left."""

        def __init__(self, *args) -> None:
            super().__init__(*args)
            self.live.state_changed.connect(self._drive)

        @Slot(str)
        def _drive(self, state: str) -> None:
            if state == "running":
                QTimer.singleShot(0, self.live.stop)
            elif state == "idle":
                QTimer.singleShot(0, self._next)

        def _next(self) -> None:
            if len(backend.calls) == 1:
                self.live.start(CallPlan())
            else:
                qapp.exit(0)

    ended = partial(told.append, "ended")
    store = Store.open(tmp_path / "liveconvo.db")
    windows = Driven(qapp, backend, store, Memory(tmp_path / "window.ini"), "light")
    assert app_module._run(qapp, windows, CallPlan(), None, ended) == 0
    store.close()
    assert len(backend.calls) == 2
    assert told == ["ended"]


class HalfScripted(ScriptedBackend):
    """Scripted, but chips are noted by the real backend in a real database."""

    def __init__(self, real: AppBackend) -> None:
        super().__init__()
        self.note_chip, self.put_off = real.note_chip, real.put_off


class Noting:
    """A running call that keeps what guidance is told."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.noted = []

    def write(self, write):
        write(self.store)

    def note(self, chip_id, action):
        self.noted.append(action)


def test_guidance_learns_what_each_answer_means(stored):
    store, session = stored
    one = Chip(new_id(), session.id, "ask", "cue", "Chip", "", 1.0, 2, 1e6, ())
    store.save(one)
    backend = AppBackend(store)
    backend._call = call = Noting(store)
    backend.put_off(one.id)
    backend.note_chip(one.id, dismissed=True)
    backend.note_chip(one.id, dismissed=True, feedback="irrelevant")
    assert call.noted == ["not_now", "dismissed", "irrelevant"]


def test_what_the_user_does_with_chips_lands_in_the_database(make_desk, qtbot, stored):
    store, session = stored
    desk = make_desk(HalfScripted(AppBackend(store)))
    desk.overlay.show()
    desk.start()
    qtbot.waitUntil(lambda: desk.live.state == "running")
    for n in range(3):
        one = Chip(new_id(), session.id, "ask", "cue", f"Chip {n}", "", float(n), 2, 1e6, ())
        store.save(one)
        desk.call.show(one)
    stack = desk.overlay.chips
    qtbot.waitUntil(lambda: len(stack.cards) == 3)
    qtbot.waitUntil(lambda: all(row.displayed for row in store.chips(session.id)))
    newest, middle, oldest = stack.cards
    newest.useful.click()
    middle.not_now.click()
    oldest.close_button.click()

    def landed():
        rows = {row.chip.text: row for row in store.chips(session.id)}
        return [(row.clicked, row.dismissed, row.feedback) for _, row in sorted(rows.items())] == [
            (False, True, None),
            (False, True, None),
            (True, False, "helpful"),
        ]

    qtbot.waitUntil(landed)
