"""The library calls people by the names that the user gave them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from liveconvo_desktop.store.edits import name_speaker
from tests.gui.shelf import fill


def test_named_speakers_are_people_and_are_called_so_in_results(make_desk, qtbot):
    desk = make_desk()
    ids = fill(desk.store)
    name_speaker(desk.store, ids[6], "other", "Robin Hale")
    desk.main.show()
    desk.main.show_library()
    page, hits = desk.main.library, desk.main.library.results.hits
    qtbot.waitUntil(lambda: page.model.rowCount() == 10)
    assert page.model.index(6, 4).data() == "Robin Hale"
    page.field.setText("speaker:robin price")
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: hits.rowCount() > 1)
    assert " Robin Hale: " in hits.index(hits.rowCount() - 1).data()
    # A long name is cut, and leaves the words their room.
    for who in ids:
        name_speaker(desk.store, who, "other", "Dr. Wilhelmina Featherstonehaugh-Montgomery")
    page.field.setText("price")
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: hits.rowCount() == 30)
    assert any("Wilhelmina" in hits.index(at).data() for at in range(30))
    QApplication.processEvents()
    delegate = page.results.itemDelegate()
    assert delegate._text_width(page.results.viewport().width()) > 300
