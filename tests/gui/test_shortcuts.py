"""The keys of the main window act on what is on screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from liveconvo_desktop.ui.export_dialog import ExportDialog
from tests.gui.shelf import fill
from tests.gui.test_library import select, type_


@pytest.fixture
def shelf(make_desk, qtbot):
    """The window with ten calls, of which the first is open in the review."""
    desk = make_desk()
    desk.ids = fill(desk.store)
    desk.main.show()
    desk.main.activateWindow()
    qtbot.waitUntil(desk.main.isActiveWindow)
    with qtbot.waitSignal(desk.main.session_page.opened):
        desk.main.show_session(desk.ids[0])
    return desk


@pytest.fixture
def exported(monkeypatch):
    """Ids of the calls whose export was opened, in place of the dialogs."""
    ids: list[str] = []
    real = ExportDialog.__init__

    def note(self, theme, bridge, store, session_id, parent):
        ids.append(session_id)
        real(self, theme, bridge, store, session_id, parent)

    monkeypatch.setattr(ExportDialog, "__init__", note)
    monkeypatch.setattr(ExportDialog, "open", lambda self: None)
    return ids


def press(qtbot, desk, key) -> None:
    qtbot.keyClick(desk.main.focusWidget() or desk.main, key, Qt.KeyboardModifier.ControlModifier)


def test_find_searches_the_call_that_is_shown_else_all_calls(shelf, qtbot):
    main = shelf.main
    bar = main.session_page.find_bar
    assert main.focusWidget() is main.session_page.transcript
    press(qtbot, shelf, Qt.Key.Key_F)
    assert bar.isVisible()
    assert main.focusWidget() is bar.field
    qtbot.keyClicks(bar.field, "price")
    assert bar.count.text() == "1 of 2"
    press(qtbot, shelf, Qt.Key.Key_F)
    assert bar.field.selectedText() == "price"
    for show in (main.show_privacy, main.show_new):
        show()
        press(qtbot, shelf, Qt.Key.Key_F)
        assert main.pages.currentWidget() is main.library
        assert main.focusWidget() is main.library.field


def test_export_takes_the_call_that_is_on_screen(shelf, qtbot, exported):
    main, library = shelf.main, shelf.main.library
    press(qtbot, shelf, Qt.Key.Key_E)
    assert exported == shelf.ids[:1]
    for show in (main.show_new, main.show_privacy, main.show_library):
        show()
        press(qtbot, shelf, Qt.Key.Key_E)
    assert exported == shelf.ids[:1]
    qtbot.waitUntil(lambda: library.model.rowCount() == 10)
    select(library, 2)
    press(qtbot, shelf, Qt.Key.Key_E)
    assert exported == [shelf.ids[0], shelf.ids[2]]
    select(library, 2, 3)
    press(qtbot, shelf, Qt.Key.Key_E)
    assert len(exported) == 2


def test_export_takes_the_call_of_the_search_result(shelf, qtbot, exported):
    main, library = shelf.main, shelf.main.library
    main.show_library()
    qtbot.waitUntil(lambda: library.model.rowCount() == 10)
    select(library, 2)
    type_(qtbot, library, "Fabrikam")
    qtbot.waitUntil(lambda: library.results.hits.rowCount() > 0)
    library.results.setCurrentIndex(library.results.hits.index(0))
    press(qtbot, shelf, Qt.Key.Key_E)
    assert exported == [shelf.ids[5]]
