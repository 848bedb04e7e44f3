"""The import dialog: what it asks, progress, cancel, and the errors of real files."""

from __future__ import annotations

import threading

import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from liveconvo_desktop.call import importing
from liveconvo_desktop.export import jsonfile
from liveconvo_desktop.paths import resource
from liveconvo_desktop.store import Store
from liveconvo_desktop.stt.base import Transcript
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.import_dialog import ImportDialog
from liveconvo_desktop.ui.style import Theme
from tests.export.make import ID, OPTIONS, conversation
from tests.review.test_importing import SRT


class Held:
    """A recogniser that waits until it is let go."""

    provider, model = "whisper", "held"
    go = threading.Event()

    def __init__(self, *_, **__):
        pass

    def transcribe(self, samples, effort):
        assert self.go.wait(30)
        return Transcript("some words", 0.9)


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "library" / "liveconvo.db")
    yield made
    made.close()


@pytest.fixture
def dialog(qtbot, qapp, store, monkeypatch):
    monkeypatch.setattr(importing, "WhisperTranscriber", Held)
    Held.go.clear()
    bridge = Bridge()
    made = ImportDialog(Theme(qapp, scheme="light"), bridge, store)
    qtbot.addWidget(made)
    made.show()
    yield made
    Held.go.set()
    made.finish()
    bridge.close()


@pytest.fixture
def call(tmp_path):
    samples, rate = soundfile.read(resource("demo/sales_call.opus"), frames=10 * 16_000)
    path = tmp_path / "acme_call.flac"
    soundfile.write(path, samples, rate)
    return path


def test_a_recording_is_imported_with_what_was_chosen(qtbot, dialog, store, call):
    assert not dialog.start_button.isEnabled()
    dialog.take([call])
    dialog.kind.setCurrentIndex(dialog.kind.findData("interview"))
    with qtbot.waitSignal(dialog.imported) as caught:
        dialog.start_button.click()
        assert dialog.running
        assert not dialog.kind.isEnabled()
        Held.go.set()
    row = store.session(caught.args[0])
    assert (row.session.title, row.session.conversation_type) == ("acme call", "interview")
    assert "acme call" in dialog.outcome.accessibleName()
    assert "left was taken for you" in dialog.outcome.accessibleName()
    dialog.again_button.click()
    assert dialog.drop.isVisible()
    assert not dialog.outcome.isVisible()


def test_cancel_leaves_nothing_and_the_window_waits_for_it(qtbot, dialog, store, call):
    dialog.take([call])
    dialog.start_button.click()
    dialog.close()
    assert dialog.isVisible()
    assert dialog.state.text() == "Cancelling…"
    Held.go.set()
    qtbot.waitUntil(lambda: not dialog.running)
    assert dialog.state.text() == "Cancelled; nothing was imported."
    assert store.sessions() == []
    dialog.close()
    assert not dialog.isVisible()


def test_a_transcript_asks_who_is_the_user(qtbot, dialog, store, tmp_path):
    path = tmp_path / "talk.srt"
    path.write_text(SRT)
    dialog.take([path])
    qtbot.waitUntil(lambda: dialog.me.count() == 3)
    assert dialog.me.isVisible()
    assert not dialog.sides.isVisible()
    dialog.me.setCurrentIndex(dialog.me.findData("Jo"))
    with qtbot.waitSignal(dialog.imported) as caught:
        dialog.start_button.click()
    assert [s.speaker for s in store.transcript(caught.args[0])] == ["user", "other", "user"]


def test_a_file_that_cannot_be_read_is_said_and_another_may_follow(qtbot, dialog, tmp_path, call):
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFF")
    dialog.take([bad])
    dialog.start_button.click()
    qtbot.waitUntil(lambda: "WAV, FLAC, MP3, OGG or M4A" in dialog.state.text())
    assert not dialog.running
    dialog.take([call])
    assert dialog.start_button.isEnabled()
    assert dialog.state.text() == ""


def test_a_session_that_is_there_may_be_imported_as_a_copy(qtbot, dialog, store, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(jsonfile.FORMAT.render(conversation(), OPTIONS))
    for _ in range(2):
        dialog.again()
        dialog.take([path])
        qtbot.waitUntil(dialog.start_button.isEnabled)
        dialog.start_button.click()
        qtbot.waitUntil(lambda: not dialog.running)
    assert "in the library already" in dialog.state.text()
    with qtbot.waitSignal(dialog.imported) as caught:
        dialog.copy_button.click()
    assert caught.args[0] != ID
    assert len(store.sessions()) == 2


def test_two_recordings_are_two_sides(qtbot, dialog, call):
    dialog.take([call, call.with_name("them.flac")])
    assert not dialog.sides.isVisible()
    assert dialog.plan().files == (call, call.with_name("them.flac"))
    dialog.take([call, call, call])
    assert len(dialog.plan().files) == 1
    assert "Only the first" in dialog.state.text()


def test_files_are_dropped_and_web_addresses_are_not(qtbot, dialog, call):
    def drop(url):
        data = QMimeData()
        data.setUrls([url])
        event = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        dialog.drop.dropEvent(event)

    drop(QUrl("https://example.com/a.wav"))
    assert not dialog.start_button.isEnabled()
    drop(QUrl.fromLocalFile(str(call)))
    assert dialog.plan().files == (call,)
    assert dialog.title_field.placeholderText() == "acme call"
