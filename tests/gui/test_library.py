"""The library page: finding calls, looking after them, and taking it back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QMenu

from liveconvo_desktop.call.liveness import mark_live, unmark_live
from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.store.library import Filter, Library
from liveconvo_desktop.ui.library.model import COLUMNS, PAGE, ROW_ROLE
from liveconvo_desktop.ui.library.results import ITEM_ROLE, Head
from tests.gui.shelf import fill


@pytest.fixture
def shelf(make_desk, qtbot):
    """The library page with ten calls."""
    desk = make_desk()
    desk.ids = fill(desk.store)
    desk.main.show()
    desk.main.show_library()
    qtbot.waitUntil(lambda: desk.main.library.model.rowCount() == 10)
    return desk


def titles(page) -> list[str]:
    return [page.model.index(at, 0).data() for at in range(page.model.rowCount())]


def select(page, *rows: int) -> None:
    page.table.clearSelection()
    model = page.table.selectionModel()
    flags = model.SelectionFlag
    for row in rows:
        model.setCurrentIndex(page.model.index(row, 0), flags.Select | flags.Rows)


def type_(qtbot, page, text: str) -> None:
    page.field.setText(text)
    qtbot.keyClick(page.field, Qt.Key.Key_Return)


def test_calls_are_listed_with_their_facts(shelf):
    page = shelf.main.library
    row = {name: page.model.index(0, at).data() for at, (name, _) in enumerate(COLUMNS)}
    assert row["title"] == "Northwind renewal"
    assert row["type"] == "Sales call"
    assert row["people"] == "Dana Whitfield, Lee Ito"
    assert row["status"] == "Completed"
    assert row["talk"].endswith("%")
    assert page.model.index(1, 6).data() == "Unfinished"
    assert page.tools.text.toolTip() == "10 calls"


def test_a_click_on_a_heading_sorts_and_a_second_turns_it_round(shelf, qtbot):
    page = shelf.main.library
    header = page.table.horizontalHeader()
    for _ in range(2):
        with qtbot.waitSignal(page.model.loaded):
            header.sectionClicked.emit(0)
    found = titles(page)
    with qtbot.waitSignal(page.model.loaded):
        header.sectionClicked.emit(0)
    assert titles(page) == sorted(found, key=lambda t: "" if t == "Untitled call" else t.casefold())


def test_thousands_are_loaded_as_they_are_scrolled(make_desk, qtbot):
    desk = make_desk()
    with closing(sqlite3.connect(desk.store.path)) as raw, raw:
        raw.executemany(
            "INSERT INTO sessions (user_id, title, conversation_type, status)"
            " VALUES (?, ?, 'meeting', 'completed')",
            [(desk.store.user_id, f"Call {n:04}") for n in range(5000)],
        )
    desk.main.show()
    desk.main.show_library()
    page = desk.main.library
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    assert page.model.rowCount() == PAGE
    assert page.tools.text.toolTip() == "5,000 calls"

    def scrolled() -> bool:
        page.table.scrollToBottom()
        return page.model.rowCount() >= 5 * PAGE

    qtbot.waitUntil(scrolled)
    assert len(set(titles(page))) == page.model.rowCount()
    page.table.selectAll()
    qtbot.waitUntil(lambda: page.tools.text.toolTip() == "5,000 of 5,000 calls selected")
    page.tools.delete.click()
    qtbot.waitUntil(lambda: page.undo.text.toolTip() == "5,000 calls deleted")


def test_filters_narrow_and_are_cleared(shelf, qtbot):
    page, bar = shelf.main.library, shelf.main.library.filters
    bar.type.setCurrentIndex(bar.type.findData("interview"))
    qtbot.waitUntil(lambda: titles(page) == ["Backend engineer, second round"])
    qtbot.waitUntil(lambda: bar.tag.count() > 1)
    bar.tag.setCurrentIndex(bar.tag.findData("q4"))
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert page.table._emptiness()[1] == "No call passes these filters"
    assert not bar.clear.isHidden()
    bar.clear.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 10)
    assert bar.value().types == ()
    bar.time.setCurrentIndex(1)
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < 10)


def test_an_empty_library_says_what_it_will_hold(make_desk, qtbot):
    desk = make_desk()
    desk.main.show()
    desk.main.show_library()
    page = desk.main.library
    assert page.table._emptiness()[1] == "Loading calls…"
    qtbot.waitUntil(lambda: not page.model.waiting)
    assert page.table._emptiness()[1] == "No calls yet"
    assert "Import… (Ctrl+I)" in page.table.accessibleDescription()
    qtbot.waitUntil(page.blank.isVisible)
    assert not page.table.isVisible()
    assert not page.filters.isVisible()
    page.blank.start.click()
    assert desk.main.pages.currentWidget() is desk.main.new_call


def test_a_library_whose_calls_are_all_deleted_keeps_the_way_to_them(shelf, qtbot):
    page = shelf.main.library
    page._library.delete(shelf.ids)
    page.reload()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0 and not page.model.waiting)
    assert not page._library.is_empty()
    assert page.filters.isVisible()
    assert page.table.isVisible()


def test_a_library_that_cannot_be_read_says_why(shelf, qtbot, monkeypatch, allow_log):
    def fail(*_args, **_more):
        raise StoreError("The disk fails.", "Check the disk.", "store")

    page = shelf.main.library
    monkeypatch.setattr(Library, "page", fail)
    page.filters.type.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.table._emptiness()[1:] == ("The disk fails.", "Check the disk."))


def test_deleting_is_undone(shelf, qtbot):
    page = shelf.main.library
    select(page, 0, 2)
    assert page.tools.text.toolTip() == "2 of 10 calls selected"
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model.rowCount() == 8)
    assert page.undo.text.toolTip() == "2 calls deleted"
    assert not page.undo._leaves.isActive()
    page.undo.button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 10)
    assert page.undo.text.toolTip() == "Undone"
    assert not page.undo.button.isVisible()
    assert page.undo._leaves.isActive(), "it says nothing that one would want to keep"


def test_deleted_calls_wait_and_are_restored(shelf, qtbot):
    page, bar = shelf.main.library, shelf.main.library.filters
    select(page, 0)
    page.tools.delete.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 9)
    bar.state.setCurrentIndex(bar.state.findText("Recently deleted"))
    qtbot.waitUntil(lambda: titles(page) == ["Northwind renewal"])
    select(page, 0)
    assert page.tools.delete.text() == "Restore"
    assert not page.tools.rename.isVisible()
    opened = []
    page.open_session.connect(opened.append)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened == []
    page.tools.delete.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    bar.clear.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 10)


def test_a_running_call_is_left_and_that_is_said(shelf, qtbot):
    page = shelf.main.library
    mark_live(shelf.store.path, shelf.ids[1])
    try:
        page.reload()
        qtbot.waitUntil(lambda: page.model.index(1, 6).data() == "On call")
        select(page, 0, 1)
        page.tools.delete.click()
        qtbot.waitUntil(lambda: page.model.rowCount() == 9)
    finally:
        unmark_live(shelf.store.path, shelf.ids[1])
    assert page.undo.text.toolTip().startswith("1 call deleted; 1 call left as it is")
    assert shelf.store.session(shelf.ids[1]) is not None


def test_archiving_and_bringing_back(shelf, qtbot):
    page, bar = shelf.main.library, shelf.main.library.filters
    select(page, 0, 2)
    page.tools.archive.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 8)
    bar.state.setCurrentIndex(bar.state.findText("Archived"))
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    select(page, 0)
    assert page.tools.archive.text() == "Unarchive"
    page.tools.archive.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)


def test_renaming_in_place_is_saved_shown_and_undone(shelf, qtbot):
    page = shelf.main.library
    select(page, 0)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.findChild(QLineEdit)
    assert editor.text() == "Northwind renewal"
    editor.setText("  Northwind  2027 ")
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert shelf.store.session(shelf.ids[0]).session.title == "Northwind 2027"
    qtbot.waitUntil(lambda: titles(page)[0] == "Northwind 2027")
    with qtbot.waitSignal(page.changed):
        page.undo.press()
    qtbot.waitUntil(lambda: titles(page)[0] == "Northwind renewal")


def test_a_change_leaves_the_place_and_the_chosen_calls(make_desk, qtbot):
    desk = make_desk()
    ids = fill(desk.store, 60, lines=1)
    desk.main.show()
    desk.main.show_library()
    page = desk.main.library
    qtbot.waitUntil(lambda: page.model.rowCount() == 60)
    select(page, 40, 41)
    place = page.table.verticalScrollBar().value()
    assert place > 0
    Library(desk.store).tag(ids[40:41], ["new"])
    with qtbot.waitSignal(page.model.loaded):
        page.reload()
    assert page.table.rows() == [40, 41]
    assert page.table.verticalScrollBar().value() == place
    assert page.table.currentIndex().row() == 41
    # What is gone is no longer chosen; the cursor stays where it was.
    page.tools.delete.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 58)
    assert page.table.rows() == []
    assert page.table.currentIndex().row() == 41
    # Another order starts at its top.
    page.table.horizontalHeader().sectionClicked.emit(0)
    qtbot.waitUntil(lambda: page.table.verticalScrollBar().value() == 0)


def test_the_menu_offers_what_the_bar_offers(shelf, qtbot):
    page = shelf.main.library
    select(page, 0)
    page.table.customContextMenuRequested.emit(
        page.table.visualRect(page.model.index(0, 0)).center()
    )
    menu = page.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == [
        *("Open", "Rename", "Tags…", "People…", "Archive", "Delete", "Add documents…")
    ]
    menu.actions()[-2].trigger()
    menu.close()
    qtbot.waitUntil(lambda: page.model.rowCount() == 9)


def test_an_empty_title_leaves_the_old_one(shelf, qtbot):
    page = shelf.main.library
    assert not page.model.setData(page.model.index(0, 0), "  ")
    assert titles(page)[0] == "Northwind renewal"


def test_tags_and_people_are_written_as_a_line(shelf, qtbot):
    page = shelf.main.library
    select(page, 0, 8)
    page.tools.tags.click()
    assert page.dialog.field.text() == "q4"
    page.dialog.field.setText("Won, q1")
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(page.dialog.field, Qt.Key.Key_Return)
    both = Library(shelf.store).get([shelf.ids[0], shelf.ids[8]])
    assert [one.tags for one in both] == [("q1", "renewal", "won"), ("q1", "won")]
    with qtbot.waitSignal(page.changed):
        page.undo.button.click()
    qtbot.waitUntil(lambda: page.model.index(0, 0).data(ROW_ROLE).tags == ("q4", "renewal"))
    select(page, 0)
    page.tools.people.click()
    assert page.dialog.field.text() == "Dana Whitfield (Northwind), Lee Ito"
    page.dialog.field.setText("Zoe")
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(page.dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.index(0, 4).data() == "Zoe")


def test_searching_shows_hits_by_call_and_a_click_opens_that_second(shelf, qtbot):
    page = shelf.main.library
    type_(qtbot, page, "forty dollars")
    hits = page.results.hits
    qtbot.waitUntil(lambda: hits.rowCount() > 0)
    items = [hits.index(at).data(ITEM_ROLE) for at in range(hits.rowCount())]
    assert isinstance(items[0], Head)
    line = items[1]
    assert [line.snippet[a:b] for a, b in line.marks] == ["forty", "dollars"]
    assert page.tools.text.toolTip() == "10 hits in 10 calls"
    with qtbot.waitSignal(page.open_at) as opened:
        page.results.clicked.emit(hits.index(1))
    assert opened.args == [line.session_id, 49.0]
    assert shelf.main.pages.currentWidget() is shelf.main.session_page


def test_the_last_word_is_searched_while_it_is_typed(shelf, qtbot):
    page = shelf.main.library
    qtbot.keyClicks(page.field, "onboar")
    qtbot.waitUntil(lambda: page.results.hits.rowCount() > 0)
    assert page.searching
    qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    assert not page.searching
    assert page.tools.text.toolTip() == "10 calls"


def test_filters_narrow_a_search_too(shelf, qtbot):
    page, bar = shelf.main.library, shelf.main.library.filters
    bar.type.setCurrentIndex(bar.type.findData("interview"))
    type_(qtbot, page, "pilot")
    qtbot.waitUntil(lambda: page.results.hits.rowCount() == 2)
    bar.reset()
    qtbot.waitUntil(lambda: page.results.hits.rowCount() == 20)


def test_a_search_without_hits_and_one_that_fails_say_so(shelf, qtbot, monkeypatch):
    page = shelf.main.library
    type_(qtbot, page, "zebra from:nowhere")
    qtbot.waitUntil(lambda: page.results._state[1] == "Nothing found")
    assert "from:nowhere" in page.results._state[2]

    def fail(*_args):
        raise StoreError("The disk fails.", "Check the disk.", "store")

    monkeypatch.setattr(page._searcher, "find", fail)
    type_(qtbot, page, "zebra")
    qtbot.waitUntil(lambda: page.results._state == ("error", "The disk fails.", "Check the disk."))


def test_an_answer_that_comes_late_is_not_shown(shelf, qtbot):
    page, read = shelf.main.library, []
    type_(qtbot, page, "pilot")
    page.field.clear()
    shelf.bridge.run(lambda: "the search before it", read.append, read.append)
    qtbot.waitUntil(lambda: bool(read))
    assert not page.searching
    assert page.tools.text.toolTip() == "10 calls"
    assert page.results.hits.rowCount() == 0


def test_the_keyboard_reaches_and_opens_everything(shelf, qtbot):
    page = shelf.main.library
    shelf.main.start_search()
    assert shelf.main.focusWidget() is page.field
    qtbot.keyClick(page.field, Qt.Key.Key_Down)
    assert shelf.main.focusWidget() is page.table
    with qtbot.waitSignal(page.open_session) as opened:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.args == [shelf.ids[0]]
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in page.findChildren(kind):
            # Qt's own parts inside a table or a field are reached through it.
            if control.objectName() or control.parent() in (page.table, page.field):
                continue
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control
            assert control.accessibleName() or control.text(), control


def test_a_call_opens_where_it_is_not_in_the_sidebar(shelf, qtbot):
    """The sidebar's list is the scripted one: a call of the library is opened by its id alone."""
    row = shelf.store.session(shelf.ids[0])
    shelf.backend.rows = [*shelf.backend.rows, row]
    shelf.main.show_session(shelf.ids[0], 13.0)
    page = shelf.main.session_page
    qtbot.waitUntil(lambda: page.title.text() == "Northwind renewal")
    assert not shelf.main.list.currentIndex().isValid()
    shelf.main.show_session(new_id())
    qtbot.waitUntil(lambda: "no longer there" in page.transcript.accessibleDescription())


def test_a_call_opened_at_a_second_shows_its_line(shelf, qtbot):
    shelf.main.show_session(shelf.ids[0], 50.0)
    page = shelf.main.session_page
    qtbot.waitUntil(lambda: page.transcript.currentIndex().isValid())
    assert "around forty dollars" in page.transcript.currentIndex().data()
    shown = page.transcript.visualRect(page.transcript.currentIndex())
    assert page.transcript.viewport().rect().intersects(shown)


def test_the_filter_of_the_page_is_kept_apart_from_the_default(shelf):
    assert shelf.main.library.model.filter == shelf.main.library.filters.value() != Filter()
