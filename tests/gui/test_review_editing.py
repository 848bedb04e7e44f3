"""Correcting a transcript: nothing is lost, everything can be taken back, nothing overwritten."""

from __future__ import annotations

import sqlite3

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics

from liveconvo_desktop.ui.review.line_editor import LineEditor
from tests.gui.review_desk import WORDS, keep_session, select, stored


def test_a_line_is_edited_in_place_marked_and_restored(review, qtbot):
    select(review, 1)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Return)
    editor = review.page.transcript.findChild(LineEditor)
    assert editor.toPlainText() == WORDS[1]
    editor.setPlainText("Better than we expected.")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(review)[1] == "Better than we expected.")
    assert review.model.line(1).edited
    assert "edited" in review.model.index(1).data()
    qtbot.waitUntil(lambda: review.page.figures._cells["other", "Words"].text() == "26")
    select(review, 1)
    qtbot.keyClick(review.page.transcript, "R")
    qtbot.waitUntil(lambda: stored(review) == WORDS)
    assert not review.model.line(1).edited


def test_escape_leaves_a_line_as_it_was(review, qtbot):
    select(review, 1)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_F2)
    editor = review.page.transcript.findChild(LineEditor)
    editor.setPlainText("Nonsense")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert review.texts() == WORDS
    assert not review.page.editing.can_undo


def test_a_line_is_split_at_the_cursor_and_merged_again(review, qtbot):
    select(review, 1)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_F2)
    editor = review.page.transcript.findChild(LineEditor)
    cursor = editor.textCursor()
    cursor.setPosition(WORDS[1].index("The onboarding"))
    editor.setTextCursor(cursor)
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    split = ["Honestly, better than I expected.", "The onboarding took two days."]
    assert review.texts()[1:3] == split
    qtbot.waitUntil(lambda: stored(review)[1:3] == split)
    select(review, 1)
    qtbot.keyClick(review.page.transcript, "M")
    qtbot.waitUntil(lambda: stored(review) == WORDS)


def test_everything_can_be_undone_and_done_again(review, qtbot):
    select(review, 1)
    for key in ("M", "S", "K"):
        qtbot.keyClick(review.page.transcript, key)
        select(review, 1)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Delete)
    assert len(review.texts()) == 4
    for _ in range(4):
        review.page.header.undo.click()
    qtbot.waitUntil(lambda: stored(review) == WORDS)
    assert review.texts() == WORDS
    assert not review.page.header.undo.isEnabled()
    for _ in range(4):
        review.page.header.redo.click()
    qtbot.waitUntil(lambda: len(stored(review)) == 4)
    assert review.page.commands.deleted.isEnabled()
    review.page.commands.deleted.trigger()
    qtbot.waitUntil(lambda: stored(review) == WORDS)


def test_merging_with_another_person_is_refused_with_a_reason(review, qtbot):
    select(review, 0)
    qtbot.keyClick(review.page.transcript, "M")
    assert "somebody else" in review.page.faults.banners[0].accessibleName()
    assert review.texts() == WORDS


def test_a_comment_is_kept_and_shown(review, qtbot):
    select(review, 4)
    qtbot.keyClick(review.page.transcript, "C")
    review.page.commands.dialog.setTextValue("Ask Kim about the price")
    before = review.page.transcript.visualRect(review.model.index(4)).height()
    review.page.commands.dialog.accept()
    assert review.model.line(4).comment == "Ask Kim about the price"
    qtbot.waitUntil(
        lambda: review.page.transcript.visualRect(review.model.index(4)).height() > before
    )
    with qtbot.waitSignal(review.page.opened):
        review.page.open(review.page.session_id)
    assert "Ask Kim" in review.model.index(4).data()


def test_speakers_and_the_title_are_renamed_for_good(review, qtbot):
    review.page.header.people["other"].click()
    review.page.commands.dialog.setTextValue("Dana Whitfield")
    review.page.commands.dialog.accept()
    assert review.model.index(1).data().startswith("Dana Whitfield, 0:04:")
    review.page.title.setFocus()
    review.page.title.setText("Acme: renewal")
    with qtbot.waitSignal(review.page.renamed):
        qtbot.keyClick(review.page.title, Qt.Key.Key_Return)
    with qtbot.waitSignal(review.page.opened):
        review.page.open(review.page.session_id)
    assert review.page.title.text() == "Acme: renewal"
    assert review.page.header.people["other"].text() == "Dana Whitfield"


def test_what_another_program_changed_is_shown_not_overwritten(review, qtbot):
    raw = sqlite3.connect(review.store.path)
    raw.execute("UPDATE transcripts SET content = 'Theirs.' WHERE content = ?", (WORDS[1],))
    raw.commit()
    raw.close()
    select(review, 1)
    with qtbot.waitSignal(review.page.opened):
        review.page.editing.edit(review.model.line(1).id, "Mine.")
    assert review.texts()[1] == "Theirs."
    assert stored(review)[1] == "Theirs."
    assert "changed by another" in review.page.faults.banners[0].accessibleName()


def test_a_running_call_is_read_but_not_edited(empty_review, qtbot):
    session_id = keep_session(empty_review.store)
    raw = sqlite3.connect(empty_review.store.path)
    raw.execute("UPDATE sessions SET status = 'active'")
    raw.commit()
    raw.close()
    with qtbot.waitSignal(empty_review.page.opened):
        empty_review.page.open(session_id)
    select(empty_review, 1)
    qtbot.keyClick(empty_review.page.transcript, Qt.Key.Key_Delete)
    assert empty_review.texts() == WORDS
    assert not empty_review.page.commands.actions["delete"].isEnabled()


def test_the_header_and_the_timeline_follow_an_edit(review, qtbot):
    page = review.page
    words = sum(len(text.split()) for text in WORDS)
    assert f"{words} words" in page.header.facts.toolTip()
    scene = page.timeline._scene
    select(review, 1)
    qtbot.keyClick(page.transcript, Qt.Key.Key_Delete)
    left = words - len(WORDS[1].split())
    qtbot.waitUntil(lambda: f"{left} words" in page.header.facts.toolTip())
    assert len(page.timeline._scene.lines) == len(scene.lines) - 1
    assert review.store.session(page.session_id).words == left


def test_a_double_click_puts_the_cursor_where_it_was_and_selects_nothing(review, qtbot):
    view = review.page.transcript
    view.show_row(2)
    box = view.lines.text_rect(2, view.visualRect(review.model.index(2)))
    before = "Two of the reps "
    x = box.left() + _advance(review, before)
    place = QPoint(x, box.top() + 6)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert review.player.playing
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not review.player.playing, "it talks into what one types"
    editor = view.findChild(LineEditor)
    cursor = editor.textCursor()
    assert abs(cursor.position() - len(before)) <= 1
    assert not cursor.hasSelection()
    qtbot.keyClick(editor, "x")
    assert editor.toPlainText().replace("x", "", 1) == WORDS[2]


def test_a_key_opens_a_line_at_its_end(review, qtbot):
    select(review, 2)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_F2)
    cursor = review.page.transcript.findChild(LineEditor).textCursor()
    assert (cursor.position(), cursor.hasSelection()) == (len(WORDS[2]), False)


def test_words_that_are_typed_outlast_a_change_beside_them(review, qtbot):
    select(review, 2)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_F2)
    editor = review.page.transcript.findChild(LineEditor)
    editor.setPlainText("Half a sen")
    review.page.naming.name_speaker("other", "Dana")
    assert editor.toPlainText() == "Half a sen"


def test_the_menu_says_which_line_it_acts_on(review, qtbot):
    header, commands = review.page.header, review.page.commands
    header.menu.aboutToShow.emit()
    first = header.menu.actions()[0]
    assert (first.text(), first.isEnabled()) == ("No line is selected: click one first", False)
    assert {one.toolTip() for one in commands.actions.values()} == {"Click a line first"}
    assert not any(one.isEnabled() for one in commands.actions.values())
    select(review, 3)
    header.menu.aboutToShow.emit()
    assert first.text() == "Line 4, 0:15 – “What would have to be true for them to s…”"
    assert commands.actions["edit"].isEnabled()
    assert commands.actions["merge"].toolTip() == "The next line is somebody else's"
    assert commands.actions["restore"].toolTip() == "The words are as they were recognised"
    # The gap is a row, too, but nothing was said in it.
    gap = next(at for at in range(review.model.rowCount()) if review.model.line(at) is None)
    select(review, gap)
    header.menu.aboutToShow.emit()
    assert first.text() == "No line is selected: click one first"


def test_after_a_deletion_the_next_key_has_a_line_to_act_on(review, qtbot):
    """The one that follows, across a gap; after the last one the one before."""
    view = review.page.transcript
    select(review, 1)
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert review.texts() == [WORDS[0], *WORDS[3:]]
    select(review, 2)
    for left in (WORDS[5], WORDS[3]):
        qtbot.keyClick(view, Qt.Key.Key_Delete)
        assert [line.text for line in view.chosen()] == [left]
    # A gap is all that comes after.
    assert review.model.line(view.currentIndex().row() + 1) is None
    qtbot.waitUntil(lambda: stored(review) == [WORDS[0], WORDS[3]])


def test_keys_and_menu_act_on_what_is_selected_wherever_the_arrows_are(review, qtbot):
    view, guidance = review.page.transcript, review.page.commands.actions["guidance"]
    flags = view.selectionModel().SelectionFlag
    for selected, current in ((3, 4), (4, 3)):
        select(review, selected)
        view.selectionModel().setCurrentIndex(review.model.index(current), flags.NoUpdate)
        review.page.commands.suit()
        assert guidance.isEnabled() is (selected == 4)
        opened = []
        view.chip_clicked.connect(lambda one, _point, to=opened: to.append(one.chip.text))
        qtbot.keyClick(view, "G")
        assert [text.partition(":")[0] for text in opened] == ["Price objection"] * (selected == 4)
    review.page.note.close()


def test_several_lines_are_changed_as_one_step(review, qtbot):
    view = review.page.transcript
    select(review, 1)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    review.page.commands.suit()
    assert review.page.commands.target.text() == "2 lines, from 0:04 to 0:13"
    assert review.page.commands.actions["comment"].toolTip() == "Select one line for this"
    qtbot.keyClick(view, "S")
    assert [line.starred for line in review.model.lines()] == [False, True, True, *[False] * 3]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: stored(review) == [WORDS[0], *WORDS[3:]])
    review.page.header.undo.click()
    qtbot.waitUntil(lambda: stored(review) == WORDS)


def _advance(review, text: str) -> int:
    return QFontMetrics(review.theme.font("callout")).horizontalAdvance(text)
