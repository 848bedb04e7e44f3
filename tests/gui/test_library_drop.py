"""What comes into the library from outside: documents on a call, and imported calls."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from liveconvo_desktop.store.documents import Owner
from tests.gui.shelf import fill


@pytest.fixture
def shelf(make_desk, qtbot):
    """The library page with three calls."""
    desk = make_desk()
    fill(desk.store, 3)
    desk.main.show()
    desk.main.show_library()
    qtbot.waitUntil(lambda: desk.main.library.model.rowCount() == 3)
    return desk


def drag(page, kind, row: int, *files):
    """A drag of files over a row, as Qt tells it; whether they are welcome there."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    spot = page.table.visualRect(page.model.index(row, 0)).center()
    place = QPointF(spot) if kind is QDropEvent else spot
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = kind(place, Qt.DropAction.CopyAction, data, buttons, keys)
    event.ignore()
    handlers = {
        QDragEnterEvent: page.table.dragEnterEvent,
        QDragMoveEvent: page.table.dragMoveEvent,
        QDropEvent: page.table.dropEvent,
    }
    handlers[kind](event)
    return event.isAccepted()


def test_documents_dropped_on_a_call_are_its_own_and_can_be_taken_back(shelf, qtbot, tmp_path):
    page, documents = shelf.main.library, shelf.main.library._documents
    note, sound = tmp_path / "note.txt", tmp_path / "call.wav"
    note.write_text("The setup takes two days.")
    sound.write_bytes(b"RIFF")
    owner = Owner("session", page.model.ids([2])[0])
    assert page.table.viewport().acceptDrops()
    assert not drag(page, QDragEnterEvent, 2, sound), "a recording is imported, not read"
    assert drag(page, QDragEnterEvent, 2, note)
    assert drag(page, QDragMoveEvent, 2, note)
    assert page.table._target == 2
    assert drag(page, QDropEvent, 2, note)
    assert page.table._target == -1
    qtbot.waitUntil(page.undo.isVisible)
    assert page.undo.text.toolTip() == "1 document added to “Weekly pipeline review”"
    assert [one.filename for one in documents.of(owner)] == ["note.txt"]
    page.undo.button.click()
    qtbot.waitUntil(lambda: page.undo.text.toolTip() == "Undone")
    assert documents.of(owner) == []


def test_what_is_there_already_is_said_and_not_taken_back(shelf, qtbot, tmp_path):
    page = shelf.main.library
    note = tmp_path / "note.txt"
    note.write_text("The setup takes two days.")
    page._documents.add(Owner("session", page.model.ids([0])[0]), [note])
    drag(page, QDropEvent, 0, note)
    qtbot.waitUntil(page.undo.isVisible)
    assert page.undo.text.toolTip() == "“Northwind renewal” has this document already"
    assert not page.undo.button.isVisible()


def test_a_file_is_imported_by_the_keyboard_alone(shelf, qtbot):
    shelf.main.activateWindow()
    for widget in (shelf.main.library.bring_in, shelf.main.sidebar.bring_in):
        assert widget.accessibleName() == "Import a recording or a transcript"
        assert "Ctrl+I" in widget.toolTip()
    qtbot.waitUntil(shelf.main.isActiveWindow)
    qtbot.keyClick(shelf.main, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shelf.main.after._importing is not None)
    dialog = shelf.main.after._importing
    assert dialog.isVisible()
    dialog.close()
    shelf.main.library.bring_in.click()
    assert shelf.main.after._importing is not None
    shelf.main.after._importing.close()
