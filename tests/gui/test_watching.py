"""What a command or another window writes is shown, and nothing is lost of what the user does."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.language.history import change
from liveconvo_desktop.review import summarize
from liveconvo_desktop.review.session import read_review
from liveconvo_desktop.store import Store, edits, reviews
from liveconvo_desktop.store.library import Library
from liveconvo_desktop.store.summaries import Summaries
from liveconvo_desktop.summary.base import Draft, Statement
from liveconvo_desktop.ui.review import looking
from liveconvo_desktop.ui.review.line_editor import LineEditor
from tests.gui.review_desk import WORDS, keep_session
from tests.gui.shelf import fill


class Other:
    """Another program on the same database."""

    def __init__(self, path):
        self.store = Store.open(path)
        self.library = Library(self.store)

    def edit(self, session_id: str, at: int, text: str) -> None:
        with self.store.reading() as connection:
            before = reviews.read_lines(connection, session_id)
        after = before.edit(before.lines[at].id, text)
        edits.apply_change(self.store, session_id, change(before, after))


@pytest.fixture
def other(desk_):
    made = Other(desk_.store.path)
    yield made
    made.store.close()


@pytest.fixture
def desk_(make_desk, qtbot):
    """The windows, which have looked once."""
    made = make_desk()
    made.main.show()
    return made


@pytest.fixture
def shelf(desk_, qtbot):
    """The library page with sixty calls."""
    desk_.ids = fill(desk_.store, 60, lines=1)
    desk_.main.show_library()
    qtbot.waitUntil(lambda: desk_.main.library.model.rowCount() == 60)
    settle(desk_, qtbot)
    return desk_


@pytest.fixture
def opened(desk_, qtbot):
    """A call in the review, with its summary beside it."""
    desk_.session = keep_session(desk_.store)
    summarize.summarize(desk_.store, desk_.session, Writing("Written"))
    desk_.main.show_session(desk_.session)
    page = desk_.main.session_page
    qtbot.waitUntil(lambda: page.reading.figures is not None)
    qtbot.waitUntil(lambda: desk_.main.after.summary._draft is not None)
    settle(desk_, qtbot)
    return desk_


class Writing:
    model = "scripted"

    def __init__(self, title: str):
        self.title = title

    def write(self, conversation, report, cancelled):
        said = Statement(text=self.title, sources=(conversation.lines[0].id,))
        return Draft(title=self.title, tldr=(said,), model=self.model)


def settle(desk, qtbot) -> None:
    """Everything that was begun is done, and the last writing was noticed."""
    done: list[object] = []
    for count, lane in enumerate(("read", "write", "read"), 1):
        desk.bridge.run(lambda: None, done.append, done.append, lane)
        qtbot.waitUntil(partial(reached, done, count))
    desk.main.after._watcher._watch.changed()


def reached(done: list[object], count: int) -> bool:
    return len(done) == count


def look(desk, qtbot) -> None:
    """As when the time has come to look."""
    watcher = desk.main.after._watcher
    with qtbot.waitSignal(watcher.changed):
        watcher.ask()


def lines(page) -> list[str]:
    return [line.text for line in page.model.lines()]


def test_the_library_shows_what_a_command_changed_and_keeps_place_and_choice(shelf, qtbot, other):
    page = shelf.main.library
    flags = page.table.selectionModel().SelectionFlag
    for row in (40, 41):
        index = page.model.index(row, 0)
        page.table.selectionModel().setCurrentIndex(index, flags.Select | flags.Rows)
    place = page.table.verticalScrollBar().value()
    assert place > 0
    resets = []
    page.model.modelReset.connect(lambda: resets.append(1))
    other.library.rename(shelf.ids[39], "Renamed elsewhere")
    look(shelf, qtbot)
    qtbot.waitUntil(lambda: page.model.index(39, 0).data() == "Renamed elsewhere")
    assert (page.table.rows(), page.table.verticalScrollBar().value()) == ([40, 41], place)
    assert not resets
    # A call that goes above the ones that are looked at moves nothing.
    seen = page.table.visualRect(page.model.index(41, 0)).top()
    other.library.delete([shelf.ids[0]])
    look(shelf, qtbot)
    qtbot.waitUntil(lambda: page.model.rowCount() == 59)
    assert page.table.rows() == [39, 40]
    assert page.table.currentIndex().row() == 40
    assert page.table.visualRect(page.model.index(40, 0)).top() == seen


def test_a_title_that_is_typed_is_not_taken_away(shelf, qtbot, other):
    page = shelf.main.library
    page.table.setCurrentIndex(page.model.index(3, 0))
    page.table.rename()
    field = page.table.findChild(QLineEdit)
    field.setText("Half a tit")
    other.library.rename(shelf.ids[3], "Theirs")
    look(shelf, qtbot)
    settle(shelf, qtbot)
    assert field.isVisible()
    assert field.text() == "Half a tit"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.model.index(3, 0).data() == "Theirs")


def test_a_search_is_done_again_and_stays_where_it_was(shelf, qtbot, other):
    page = shelf.main.library
    page.field.setText("thanks")
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.results.hits.rowCount() == 120)
    page.results.setCurrentIndex(page.results.hits.index(61))
    place = page.results.verticalScrollBar().value()
    assert place > 0
    hit = page.results.currentIndex().data()
    other.library.rename(shelf.ids[59], "Renamed elsewhere")
    look(shelf, qtbot)
    hits = page.results.hits
    qtbot.waitUntil(
        lambda: any("Renamed" in hits.index(at).data() for at in range(hits.rowCount()))
    )
    assert (page.results.currentIndex().data(), page.results.verticalScrollBar().value()) == (
        hit,
        place,
    )


def test_the_sidebar_shows_a_call_that_came_from_elsewhere(desk_, qtbot, other):
    settle(desk_, qtbot)
    came = other.store.session(keep_session(other.store, title="From elsewhere"))
    desk_.backend.rows = [came, *desk_.backend.rows]
    look(desk_, qtbot)
    qtbot.waitUntil(lambda: desk_.main.sessions.index(0).data() == "From elsewhere")


def test_the_review_shows_what_another_window_wrote(opened, qtbot, other):
    page = opened.main.session_page
    page.transcript.show_row(4, select=True)
    undo = page.editing._history
    other.library.rename(opened.session, "Renamed elsewhere")
    edits.name_speaker(other.store, opened.session, "other", "Dana Whitfield")
    look(opened, qtbot)
    qtbot.waitUntil(lambda: page.title.text() == "Renamed elsewhere")
    assert page.header.people["other"].text() == "Dana Whitfield"
    assert page.editing._history is undo, "nothing was changed that could be undone"
    other.edit(opened.session, 1, "Other words altogether now.")
    look(opened, qtbot)
    qtbot.waitUntil(lambda: lines(page)[1] == "Other words altogether now.")
    assert page.transcript.currentIndex().row() == 4
    assert page.model.line(1).edited
    words = sum(len(text.split()) for text in lines(page))
    qtbot.waitUntil(lambda: f"{words} words" in page.header.facts.toolTip())


def test_a_line_that_is_typed_is_not_taken_away(opened, qtbot, other):
    page = opened.main.session_page
    page.transcript.show_row(2, select=True)
    page.transcript.setFocus()
    qtbot.keyClick(page.transcript, Qt.Key.Key_Return)
    editor = page.transcript.findChild(LineEditor)
    editor.setPlainText("Half a sen")
    other.edit(opened.session, 1, "Theirs.")
    look(opened, qtbot)
    settle(opened, qtbot)
    assert editor.isVisible()
    assert editor.toPlainText() == "Half a sen"
    assert lines(page) == WORDS
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: lines(page)[1:3] == ["Theirs.", "Half a sen"])
    assert [one.text for one in opened.store.transcript(opened.session)] == lines(page)


def test_ones_own_edits_are_not_shown_anew(opened, qtbot, monkeypatch):
    page = opened.main.session_page
    page.transcript.show_row(1, select=True)
    page.transcript.setFocus()
    qtbot.keyClick(page.transcript, "S")
    settle(opened, qtbot)
    touched, read = [], []
    page.model.dataChanged.connect(lambda *_: touched.append(1))
    monkeypatch.setattr(
        looking, "read_review", lambda *asked: read.append(1) or read_review(*asked)
    )
    opened.main.after._look_again()
    settle(opened, qtbot)
    assert read
    assert not touched
    assert page.editing.can_undo


def test_a_database_that_refuses_once_takes_nothing_away(opened, qtbot, other, monkeypatch):
    """Words and undo stay, and what another window wrote is shown when it can be read."""
    page, after = opened.main.session_page, opened.main.after
    page.transcript.show_row(1, select=True)
    page.transcript.setFocus()
    qtbot.keyClick(page.transcript, "S")
    settle(opened, qtbot)
    refused = []

    def refuse(*asked):
        refused.append(1)
        raise StoreError("The database is locked.", "Wait a moment.", "store")

    monkeypatch.setattr(looking, "read_review", refuse)
    # It looks again when this test says so.
    after._later.setInterval(3_600_000)
    other.edit(opened.session, 2, "Theirs.")
    look(opened, qtbot)
    settle(opened, qtbot)
    assert refused
    assert lines(page) == WORDS
    assert page.model.editable
    assert page.editing.can_undo
    monkeypatch.undo()
    assert after._later.isActive()
    after._later.timeout.emit()
    qtbot.waitUntil(lambda: lines(page)[2] == "Theirs.")


def test_a_call_that_is_deleted_elsewhere_says_so_and_comes_back(opened, qtbot, other):
    page = opened.main.session_page
    other.library.delete([opened.session])
    look(opened, qtbot)
    qtbot.waitUntil(lambda: "no longer there" in page.transcript.accessibleDescription())
    assert page.model.rowCount() == 0
    other.library.restore([opened.session])
    look(opened, qtbot)
    qtbot.waitUntil(lambda: lines(page) == WORDS)


def test_a_summary_that_a_command_wrote_is_shown(opened, qtbot, other):
    panel = opened.main.after.summary
    summarize.summarize(other.store, opened.session, Writing("Written elsewhere"))
    look(opened, qtbot)
    qtbot.waitUntil(lambda: panel.page.rows[0].words == "Written elsewhere")
    # A statement under the user's hands stays there.
    panel.page.rows[0].edit()
    typed = panel.page.rows[0].editor
    typed.setPlainText("Half a sen")
    Summaries(other.store).mark_done(opened.session, True)
    look(opened, qtbot)
    settle(opened, qtbot)
    assert panel.page.rows[0].editor is typed
    qtbot.keyClick(typed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.finished.text() == "Done")
    assert Summaries(opened.store).get(opened.session).text.tldr == "Half a sen"


def test_nothing_is_looked_up_for_a_window_that_nobody_sees(desk_, qtbot):
    watcher = desk_.main.after._watcher
    settle(desk_, qtbot)
    desk_.main.hide()
    watcher.ask()
    assert not watcher._asking
    desk_.main.show()
    qtbot.waitUntil(lambda: desk_.main.isVisible())
    watcher.ask()
    assert watcher._asking
