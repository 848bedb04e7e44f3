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


def test_the_settings_are_a_key_away_and_find_searches_them(shelf, qtbot):
    main = shelf.main
    press(qtbot, shelf, Qt.Key.Key_Comma)
    assert main.pages.currentWidget() is main.settings
    main.settings.list.setFocus()
    press(qtbot, shelf, Qt.Key.Key_F)
    assert main.pages.currentWidget() is main.settings
    assert main.focusWidget() is main.settings.search


def test_the_summary_leads_to_where_its_model_is_named_and_a_change_holds_at_once(shelf, qtbot):
    main = shelf.main
    writer = main.after.summary.writer
    way = writer.count() - 1
    assert writer.itemText(way) == "Set up a model writer…"
    writer.setCurrentIndex(way)
    writer.activated.emit(way)
    assert writer.currentData() == "offline"
    assert main.pages.currentWidget() is main.settings
    fields = main.settings.fields
    assert main.focusWidget() is fields["summary.base_url"].editor
    for name, text in (
        ("summary.base_url", "https://models.example/v1"),
        ("summary.model", "large"),
        ("documents.max_pages", "7"),
    ):
        with qtbot.waitSignal(main.settings.changed):
            main.settings.go(name)
            fields[name].editor.selectAll()
            qtbot.keyClicks(fields[name].editor, text)
            qtbot.keyClick(fields[name].editor, Qt.Key.Key_Return)
    assert [writer.itemText(n) for n in (0, 1)] == ["Offline", "large"]
    assert "everything stays on this computer" in main.status_line.text.accessibleName()
    with qtbot.waitSignal(main.settings.changed):
        fields["summary.writer"].editor.setCurrentIndex(1)
        fields["summary.writer"].editor.activated.emit(1)
    assert "written by models.example" in main.status_line.text.accessibleName()
    assert main.after._documents.limits.max_pages == 7


def test_a_damaged_file_is_told_at_the_start_until_it_is_mended(make_desk, qtbot, home):
    home.mkdir(exist_ok=True)
    (home / "settings.json").write_text("{")
    main = make_desk().main
    main.show()
    told = [banner.accessibleName() for banner in main.notices.banners]
    assert "settings.damaged-1.json" in told[0]
    main.show_settings()
    qtbot.waitUntil(main.settings.banner.isVisible)
    main.settings.mend.click()
    qtbot.waitUntil(lambda: not main.notices.banners)


def test_a_file_that_is_damaged_meanwhile_is_told_on_every_page(make_desk, qtbot, home):
    main = make_desk().main
    main.show()
    with qtbot.waitSignal(main.settings.broken):
        (home / "settings.json").write_text("{")
    told = [banner.accessibleName() for banner in main.notices.banners]
    assert "settings.damaged-1.json" in told[0]
    with qtbot.waitSignal(main.settings.changed):
        (home / "settings.json").write_text('{"privacy": {"log_days": 90}}')
    assert main.notices.banners == []
    assert main.after.privacy.rules.boxes["log_days"].currentData() == 90
