"""The review of a call: read it, hear it, correct it, without a word or a place lost."""

from __future__ import annotations

import sqlite3

import pytest
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Fault, new_id
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.review.delegate import LineEditor
from tests.gui.review_desk import SAID, ReviewDesk, keep_session

WORDS = [text for _, _, _, text in SAID]


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "liveconvo.db")
    yield opened
    opened.close()


@pytest.fixture
def empty_desk(qtbot, qapp, store):
    made = ReviewDesk(qapp, store)
    made.page.show()
    yield made
    made.close()
    qapp.processEvents()


@pytest.fixture
def desk(empty_desk, qtbot):
    """A session is open, and its player."""
    session_id = keep_session(empty_desk.store)
    with qtbot.waitSignal(empty_desk.page.opened):
        empty_desk.page.open(session_id)
    qtbot.waitUntil(lambda: bool(empty_desk.players) and empty_desk.page.bar.play.isVisible())
    qtbot.waitUntil(lambda: empty_desk.page._figures is not None)
    return empty_desk


def stored(desk) -> list[str]:
    return [one.text for one in desk.store.transcript(desk.page.session_id)]


def select(desk, at: int) -> None:
    desk.page.transcript.show_row(at, select=True)
    desk.page.transcript.setFocus()


def click(desk, qtbot, at: int) -> None:
    view = desk.page.transcript
    view.show_row(at)
    box = view.visualRect(desk.model.index(at))
    place = QPoint(box.left() + 120, box.center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_session_opens_with_its_words_facts_figures_and_marks(desk, qtmodeltester):
    page = desk.page
    assert page.title.text() == "Northwind renewal"
    assert "Sales call" in page.header.facts.toolTip()
    assert desk.texts() == WORDS
    assert "4 s missing" in desk.model.index(5).data()
    assert "Price objection" in desk.model.index(4).data()
    assert "dismissed" not in desk.model.index(4).data()
    assert page.figures._share.text().startswith("You talked 4")
    assert page.timeline.told(page.timeline._x(26.5), 30).startswith("0:26  Their side: 4 s")
    qtmodeltester.check(desk.model)


def test_clicking_a_line_is_heard_and_the_heard_line_is_marked(desk, qtbot):
    click(desk, qtbot, 3)
    assert desk.player.position == 15.0
    assert desk.page.transcript.lines.current == 3
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Space)
    assert desk.player.playing
    desk.player.hear(19.0)
    qtbot.waitUntil(lambda: desk.page.transcript.lines.current == 4)
    assert desk.page.bar.clock.text() == "0:19 / 0:40"
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Space)
    assert not desk.player.playing


def test_arrows_go_from_line_to_line_and_five_seconds(desk, qtbot):
    click(desk, qtbot, 1)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Down)
    assert desk.player.position == 9.5
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Up)
    assert desk.player.position == 4.5
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Right)
    assert desk.player.position == 9.5
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Left)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Left)
    assert desk.player.position == 0.0
    for t in (0.5, 4.5):
        desk.page.bar.after.click()
        assert desk.player.position == t


def test_speed_silences_and_sides_reach_the_player(desk, qtbot):
    qtbot.keyClick(desk.page.transcript, "]")
    assert desk.player.speed == 1.25
    desk.page.bar.speed.setCurrentIndex(5)
    assert desk.player.speed == 2.0
    desk.page.bar.skip.setChecked(True)
    assert desk.player.skips == [(13.0, 15.0), (33.0, 40.0)]
    desk.page.bar.skip.setChecked(False)
    assert desk.player.skips == []
    desk.page.bar.sides.setCurrentText("Only them")
    assert desk.player.sides == ("speaker",)


def test_the_timeline_seeks_and_says_where_it_is(desk, qtbot):
    line = desk.page.timeline
    x = round(line._x(20.0))
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(x, line.height() // 2))
    assert desk.player.position == pytest.approx(20.0, abs=0.2)
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert desk.player.position == pytest.approx(25.0, abs=0.2)
    assert line.accessibleDescription() == "0:25 of 0:40"
    # A chip's triangle leads to the second at which it was raised.
    near = QPoint(round(line._x(13.5)) + 2, 12)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=near)
    assert desk.player.position == 13.5


def test_a_line_is_edited_in_place_marked_and_restored(desk, qtbot):
    select(desk, 1)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Return)
    editor = desk.page.transcript.findChild(LineEditor)
    assert editor.toPlainText() == WORDS[1]
    editor.setPlainText("Better than we expected.")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(desk)[1] == "Better than we expected.")
    assert desk.model.line(1).edited
    assert "edited" in desk.model.index(1).data()
    qtbot.waitUntil(lambda: desk.page.figures._cells["other", "Words"].text() == "26")
    select(desk, 1)
    qtbot.keyClick(desk.page.transcript, "R")
    qtbot.waitUntil(lambda: stored(desk) == WORDS)
    assert not desk.model.line(1).edited


def test_escape_leaves_a_line_as_it_was(desk, qtbot):
    select(desk, 1)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_F2)
    editor = desk.page.transcript.findChild(LineEditor)
    editor.setPlainText("Nonsense")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert desk.texts() == WORDS
    assert not desk.page.editing.can_undo


def test_a_line_is_split_at_the_cursor_and_merged_again(desk, qtbot):
    select(desk, 1)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_F2)
    editor = desk.page.transcript.findChild(LineEditor)
    cursor = editor.textCursor()
    cursor.setPosition(WORDS[1].index("The onboarding"))
    editor.setTextCursor(cursor)
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    split = ["Honestly, better than I expected.", "The onboarding took two days."]
    assert desk.texts()[1:3] == split
    qtbot.waitUntil(lambda: stored(desk)[1:3] == split)
    select(desk, 1)
    qtbot.keyClick(desk.page.transcript, "M")
    qtbot.waitUntil(lambda: stored(desk) == WORDS)


def test_everything_can_be_undone_and_done_again(desk, qtbot):
    select(desk, 1)
    for key in ("M", "S", "K"):
        qtbot.keyClick(desk.page.transcript, key)
        select(desk, 1)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Delete)
    assert len(desk.texts()) == 4
    for _ in range(4):
        desk.page.header.undo.click()
    qtbot.waitUntil(lambda: stored(desk) == WORDS)
    assert desk.texts() == WORDS
    assert not desk.page.header.undo.isEnabled()
    for _ in range(4):
        desk.page.header.redo.click()
    qtbot.waitUntil(lambda: len(stored(desk)) == 4)
    assert desk.page.commands.deleted.isEnabled()
    desk.page.commands.deleted.trigger()
    qtbot.waitUntil(lambda: stored(desk) == WORDS)


def test_merging_with_another_person_is_refused_with_a_reason(desk, qtbot):
    select(desk, 0)
    qtbot.keyClick(desk.page.transcript, "M")
    assert "somebody else" in desk.page.faults.banners[0].accessibleName()
    assert desk.texts() == WORDS


def test_a_comment_is_kept_and_shown(desk, qtbot):
    select(desk, 4)
    qtbot.keyClick(desk.page.transcript, "C")
    desk.page.commands.dialog.setTextValue("Ask Kim about the price")
    before = desk.page.transcript.visualRect(desk.model.index(4)).height()
    desk.page.commands.dialog.accept()
    assert desk.model.line(4).comment == "Ask Kim about the price"
    qtbot.waitUntil(lambda: desk.page.transcript.visualRect(desk.model.index(4)).height() > before)
    with qtbot.waitSignal(desk.page.opened):
        desk.page.open(desk.page.session_id)
    assert "Ask Kim" in desk.model.index(4).data()


def test_speakers_and_the_title_are_renamed_for_good(desk, qtbot):
    desk.page.header.people["other"].click()
    desk.page.commands.dialog.setTextValue("Dana Whitfield")
    desk.page.commands.dialog.accept()
    assert desk.model.index(1).data().startswith("Dana Whitfield, 0:04:")
    desk.page.title.setFocus()
    desk.page.title.setText("Acme: renewal")
    with qtbot.waitSignal(desk.page.renamed):
        qtbot.keyClick(desk.page.title, Qt.Key.Key_Return)
    with qtbot.waitSignal(desk.page.opened):
        desk.page.open(desk.page.session_id)
    assert desk.page.title.text() == "Acme: renewal"
    assert desk.page.header.people["other"].text() == "Dana Whitfield"


def test_a_chip_tells_what_became_of_it_and_leads_to_its_words(desk, qtbot):
    view = desk.page.transcript
    view.show_row(4)
    box = view.lines._chip_rect(view.visualRect(desk.model.index(4)), True, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    note = desk.page.note
    said = " ".join(one.text() for one in note.findChildren(QLabel))
    assert "Price objection" in said
    assert "You found it helpful" in said
    assert "the price has to come down" in said
    buttons = {one.text(): one for one in note.findChildren(type(desk.page.header.people["user"]))}
    buttons["Hear what was said"].click()
    assert desk.player.position == 18.5


def test_a_chip_leads_to_its_words_after_the_line_was_merged_away(desk, qtbot):
    last = desk.model.line(4)
    select(desk, 3)
    qtbot.keyClick(desk.page.transcript, "K")
    select(desk, 3)
    qtbot.keyClick(desk.page.transcript, "M")
    qtbot.waitUntil(lambda: len(stored(desk)) == 5)
    with qtbot.waitSignal(desk.page.opened):
        desk.page.open(desk.page.session_id)
    assert desk.model.place(last.id) == -1
    view = desk.page.transcript
    view.chip_clicked.emit(desk.model.chips(3)[0], QPoint(0, 0))
    assert desk.page.note._targets == [24.2, 15.0]
    desk.page.note.close()


def test_find_goes_through_the_matches_and_closes(desk, qtbot):
    bar = desk.page.find_bar
    bar.open()
    qtbot.keyClicks(bar.field, "they")
    assert bar.count.text() == "1 of 1"
    bar.field.setText("o")
    assert bar.count.text() == "1 of 6"
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "2 of 6"
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "6 of 6"
    bar.field.setText("zebra")
    assert bar.count.text() == "No match"
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert desk.page.transcript.lines.sought == ""


def test_opening_at_a_second_shows_and_selects_its_line(empty_desk, qtbot):
    said = [("other", 10.0 * n, 10.0 * n + 8, f"Line number {n}. " * 12) for n in range(300)]
    session_id = keep_session(empty_desk.store, said, chips=False)
    with qtbot.waitSignal(empty_desk.page.opened):
        empty_desk.page.open_at(session_id, 2345.0)
    view = empty_desk.page.transcript
    assert view.currentIndex().row() == 234
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))
    qtbot.waitUntil(lambda: bool(empty_desk.players))
    qtbot.waitUntil(lambda: empty_desk.player.position == 2345.0)
    empty_desk.page.open_at(session_id, 15.0)
    assert view.currentIndex().row() == 1


def test_looking_elsewhere_stops_following_until_the_user_comes_back(desk, qtbot):
    desk.page.resize(1040, 420)
    click(desk, qtbot, 0)
    view = desk.page.transcript
    view._look_away()
    view.scrollToTop()
    desk.page.hearing.moved.emit(31.0)
    assert view.verticalScrollBar().value() == 0
    view.follow()
    assert view.following
    assert view.viewport().rect().intersects(view.visualRect(desk.model.index(6)))


def test_without_a_recording_everything_else_works_and_the_reason_is_said(empty_desk, qtbot):
    empty_desk.silent = "yes"
    with qtbot.waitSignal(empty_desk.page.opened):
        empty_desk.page.open(keep_session(empty_desk.store))
    bar = empty_desk.page.bar
    qtbot.waitUntil(lambda: bar._why.toolTip() == "This call was not recorded.")
    assert not bar.play.isVisible()
    click(empty_desk, qtbot, 3)
    assert empty_desk.page.transcript.lines.current == 3
    qtbot.keyClick(empty_desk.page.transcript, Qt.Key.Key_Space)
    assert not empty_desk.page.hearing.playing


def test_no_sound_output_is_said_with_what_to_do(desk, qtbot):
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Space)
    desk.player.fault = Fault("audio.player", "No sound output is connected.", "Connect one.")
    desk.player.playing = False
    qtbot.waitUntil(lambda: bool(desk.page.faults.banners))
    said = desk.page.faults.banners[0].accessibleName()
    assert said == "No sound output is connected. Connect one."
    assert desk.page.bar.play.toolTip() == "Play (Space)"


def test_a_broken_recording_leaves_the_words(empty_desk, qtbot):
    def broken(recording):
        raise AudioError("The recording call.flac cannot be read.", "Restore it.", "audio.player")

    empty_desk.page.hearing._open = broken
    with qtbot.waitSignal(empty_desk.page.opened):
        empty_desk.page.open(keep_session(empty_desk.store))
    qtbot.waitUntil(lambda: "cannot be read" in empty_desk.page.bar._why.toolTip())
    assert empty_desk.texts() == WORDS


def test_a_session_without_words_and_one_that_is_gone_say_so(empty_desk, qtbot):
    page = empty_desk.page
    with qtbot.waitSignal(page.opened):
        page.open(keep_session(empty_desk.store, [("user", 0, 1, " ")], chips=False))
    assert page.transcript._empty[1] == "No words in this call"
    page.open(new_id())
    qtbot.waitUntil(lambda: page.transcript._empty[1] == "This session is no longer there.")


def test_what_another_program_changed_is_shown_not_overwritten(desk, qtbot):
    raw = sqlite3.connect(desk.store.path)
    raw.execute("UPDATE transcripts SET content = 'Theirs.' WHERE content = ?", (WORDS[1],))
    raw.commit()
    raw.close()
    select(desk, 1)
    with qtbot.waitSignal(desk.page.opened):
        desk.page.editing.edit(desk.model.line(1).id, "Mine.")
    assert desk.texts()[1] == "Theirs."
    assert stored(desk)[1] == "Theirs."
    assert "changed by another" in desk.page.faults.banners[0].accessibleName()


def test_a_running_call_is_read_but_not_edited(empty_desk, qtbot):
    session_id = keep_session(empty_desk.store)
    raw = sqlite3.connect(empty_desk.store.path)
    raw.execute("UPDATE sessions SET status = 'active'")
    raw.commit()
    raw.close()
    with qtbot.waitSignal(empty_desk.page.opened):
        empty_desk.page.open(session_id)
    select(empty_desk, 1)
    qtbot.keyClick(empty_desk.page.transcript, Qt.Key.Key_Delete)
    assert empty_desk.texts() == WORDS
    assert not empty_desk.page.commands.actions["delete"].isEnabled()


def test_another_session_silences_the_first_and_late_answers_are_dropped(desk, qtbot):
    first = desk.player
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Space)
    other = keep_session(desk.store, [("user", 0, 1, "Other.")], title="Other", chips=False)
    desk.page.open(desk.page.session_id)
    with qtbot.waitSignal(desk.page.opened):
        desk.page.open(other)
    assert desk.texts() == ["Other."]
    qtbot.waitUntil(lambda: first.closed)
    qtbot.waitUntil(lambda: desk.page.hearing._player is not None)
    open_ones = [one for one in desk.players if not one.closed]
    assert open_ones == [desk.player]


def test_hiding_the_page_pauses(desk, qtbot):
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_Space)
    desk.page.hide()
    assert not desk.player.playing


def test_panels_of_others_seek(desk, qtbot):
    class Panel(QWidget):
        jump = Signal(float)

    panel = Panel()
    desk.page.add_panel("Summary", panel)
    assert desk.page.side.tabText(1) == "Summary"
    panel.jump.emit(18.5)
    assert desk.player.position == 18.5


def test_selected_lines_are_copied_as_text(desk, qtbot):
    select(desk, 0)
    qtbot.keyClick(desk.page.transcript, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("You, 0:00: Thanks")
