"""Correcting a transcript: nothing is lost, everything can be taken back, nothing overwritten."""

from __future__ import annotations

import sqlite3

from PySide6.QtCore import Qt

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
