"""The review of a call: read it, hear it, correct it, without a word or a place lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from liveconvo_desktop.errors import AudioError, StoreError
from liveconvo_desktop.events import Fault, new_id
from liveconvo_desktop.ui.review.model import chip_told
from tests.gui.review_desk import WORDS, click, keep_session, select, stored


def test_a_session_opens_with_its_words_facts_figures_and_marks(review, qtmodeltester):
    page = review.page
    assert page.title.text() == "Northwind renewal"
    assert "Sales call" in page.header.facts.toolTip()
    assert review.texts() == WORDS
    assert "4 s of the other side is missing" in review.model.index(5).data()
    assert "Price objection" in review.model.index(4).data()
    assert "dismissed" not in review.model.index(4).data()
    assert page.figures._share.text().startswith("You talked 4")
    assert page.timeline.told(page.timeline._x(26.5), 30).startswith(
        "0:26  4 s of the other side is missing"
    )
    qtmodeltester.check(review.model)


def test_clicking_a_line_is_heard_and_the_heard_line_is_marked(review, qtbot):
    click(review, qtbot, 3)
    assert review.player.position == 15.0
    assert review.player.playing
    assert review.page.transcript.lines.current == 3
    review.player.hear(19.0)
    qtbot.waitUntil(lambda: review.page.transcript.lines.current == 4)
    assert review.page.bar.clock.text() == "0:19 / 0:40"
    for playing in (False, True):
        qtbot.keyClick(review.page.transcript, Qt.Key.Key_Space)
        assert review.player.playing == playing


def test_editing_a_line_silences_it(review, qtbot):
    click(review, qtbot, 3)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_F2)
    assert not review.player.playing


def test_arrows_go_from_line_to_line_and_five_seconds(review, qtbot):
    click(review, qtbot, 1)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Down)
    assert review.player.position == 9.5
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Up)
    assert review.player.position == 4.5
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Right)
    assert review.player.position == 9.5
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Left)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Left)
    assert review.player.position == 0.0
    for t in (0.5, 4.5):
        review.page.bar.after.click()
        assert review.player.position == t


def test_speed_silences_and_sides_reach_the_player(review, qtbot):
    qtbot.keyClick(review.page.transcript, "]")
    assert review.player.speed == 1.25
    review.page.bar.speed.setCurrentIndex(5)
    assert review.player.speed == 2.0
    review.page.bar.skip.setChecked(True)
    assert review.player.skips == [(13.0, 15.0), (33.0, 40.0)]
    review.page.bar.skip.setChecked(False)
    assert review.player.skips == []
    review.page.bar.sides.setCurrentText("Only them")
    assert review.player.sides == ("speaker",)


def test_the_timeline_seeks_and_says_where_it_is(review, qtbot):
    line = review.page.timeline
    x = round(line._x(20.0))
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(x, line.height() // 2))
    assert review.player.position == pytest.approx(20.0, abs=0.2)
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert review.player.position == pytest.approx(25.0, abs=0.2)
    assert line.accessibleDescription() == "0:25 of 0:40"
    # A chip's triangle leads to the second at which it was raised.
    near = QPoint(round(line._x(13.5)) + 2, 12)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=near)
    assert review.player.position == 13.5


def test_the_timeline_comes_closer_and_keeps_the_playhead_in_view(review, qtbot):
    line = review.page.timeline
    line.zoom(0.1, 20.0)
    assert (line._first, line._span) == (pytest.approx(5.0), 30.0)
    assert line._time(line._x(20.0)) == pytest.approx(20.0)
    review.page.hearing.seek(38.0)
    assert line._first <= 38.0 <= line._first + line._span
    qtbot.mouseDClick(line, Qt.MouseButton.LeftButton, pos=QPoint(300, 30))
    assert (line._first, line._span) == (0.0, 40.0)


def test_a_chip_tells_what_became_of_it_and_leads_to_its_words(review, qtbot):
    view = review.page.transcript
    view.show_row(4)
    box = view.lines._chip_rect(view.visualRect(review.model.index(4)), True, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    note = review.page.note
    said = " ".join(one.text() for one in note.findChildren(QLabel))
    assert "Price objection" in said
    assert "You found it helpful" in said
    assert "the price has to come down" in said
    buttons = {
        one.text(): one for one in note.findChildren(type(review.page.header.people["user"]))
    }
    buttons["Hear what was said"].click()
    assert review.player.position == 18.5


def test_a_chip_is_rated_afterwards_and_the_margin_shows_it(review, qtbot):
    page, model = review.page, review.model
    (row,) = [at for at in range(model.rowCount()) if "Ask who" in model.plain(at)]
    page.transcript.chip_clicked.emit(model.chips(row)[0], QPoint(0, 0))
    verdicts = page.note.verdicts
    assert not any(button.isChecked() for button in verdicts.values())
    with qtbot.waitSignal(page.rating.rated):
        verdicts["too_late"].click()
    assert page.note._state.text() == "It came too late for you"
    assert model.chips(row)[0].feedback == "too_late"
    with qtbot.waitSignal(page.rating.rated):
        verdicts["helpful"].click()
    assert [button.isChecked() for button in verdicts.values()] == [True, False, False]
    page.note.close()
    saved = {one.chip.id: one for one in review.store.chips(page.session_id)}
    one = saved[model.chips(row)[0].chip.id]
    assert (one.feedback, one.dismissed) == ("helpful", True)
    page.transcript.chip_clicked.emit(model.chips(row)[0], QPoint(0, 0))
    assert page.note.verdicts["helpful"].isChecked(), "it is still known when it opens again"
    page.note.close()


def test_a_verdict_that_cannot_be_saved_is_told_and_taken_back(review, qtbot, monkeypatch):
    page = review.page

    def refuse(*_, **__):
        raise StoreError("The disk is full.", "Make room.", "store")

    monkeypatch.setattr(review.store, "note_chip", refuse)
    page.transcript.chip_clicked.emit(review.model.chips(4)[0], QPoint(0, 0))
    with qtbot.waitSignal(page.rating.failed):
        page.note.verdicts["too_late"].click()
    assert [key for key, one in page.note.verdicts.items() if one.isChecked()] == ["helpful"]
    assert review.model.chips(4)[0].feedback == "helpful"
    page.note.close()


def test_a_verdict_does_not_lose_figures_that_are_on_their_way(review):
    reading = review.page.reading
    before, figures = reading.review, reading.figures
    reading.rate(review.model.chips(4)[0])
    assert reading.review is not before
    reading.figures = None
    reading._measured(before, figures)
    assert reading.figures is figures


def test_a_chip_opens_by_key_and_tells_its_evidence_when_hovered(review, qtbot):
    select(review, 4)
    qtbot.keyClick(review.page.transcript, "G")
    assert review.page.note.isVisible()
    review.page.note.close()
    told = chip_told(review.model.chips(4)[0]).splitlines()
    assert told[0].endswith("(you found it helpful)")
    assert told[1] == "“And the price has to come down.”"


def test_the_place_stays_while_a_line_is_edited(review, qtbot):
    review.page.resize(1040, 420)
    click(review, qtbot, 0)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_F2)
    review.page.hearing.moved.emit(31.0)
    assert review.page.transcript.verticalScrollBar().value() == 0
    assert review.page.transcript.lines.current == 6


def test_a_chip_leads_to_its_words_after_the_line_was_merged_away(review, qtbot):
    last = review.model.line(4)
    select(review, 3)
    qtbot.keyClick(review.page.transcript, "K")
    select(review, 3)
    qtbot.keyClick(review.page.transcript, "M")
    qtbot.waitUntil(lambda: len(stored(review)) == 5)
    with qtbot.waitSignal(review.page.opened):
        review.page.open(review.page.session_id)
    assert review.model.place(last.id) == -1
    view = review.page.transcript
    view.chip_clicked.emit(review.model.chips(3)[0], QPoint(0, 0))
    assert review.page.note._targets == [24.2, 15.0]
    review.page.note.close()


def test_find_goes_through_the_matches_and_closes(review, qtbot):
    bar = review.page.find_bar
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
    assert review.page.transcript.lines.sought == ""


def test_opening_at_a_second_shows_and_selects_its_line(empty_review, qtbot):
    said = [("other", 10.0 * n, 10.0 * n + 8, f"Line number {n}. " * 12) for n in range(300)]
    session_id = keep_session(empty_review.store, said, chips=False)
    with qtbot.waitSignal(empty_review.page.opened):
        empty_review.page.open_at(session_id, 2345.0)
    view = empty_review.page.transcript
    assert view.currentIndex().row() == 234
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))
    qtbot.waitUntil(lambda: bool(empty_review.players))
    qtbot.waitUntil(lambda: empty_review.player.position == 2345.0)
    empty_review.page.open_at(session_id, 15.0)
    assert view.currentIndex().row() == 1


def test_looking_elsewhere_stops_following_until_the_user_comes_back(review, qtbot):
    review.page.resize(1040, 420)
    click(review, qtbot, 0)
    view = review.page.transcript
    view._look_away()
    view.scrollToTop()
    review.page.hearing.moved.emit(31.0)
    assert view.verticalScrollBar().value() == 0
    view.follow()
    assert view.following
    assert view.viewport().rect().intersects(view.visualRect(review.model.index(6)))


def test_another_width_breaks_lines_anew_and_keeps_the_place(review, qtbot):
    """Qt lays a column of rows out again only when its height changes."""
    view = review.page.transcript
    review.page.resize(620, 700)
    rows = range(review.model.rowCount() - 1)

    def apart() -> bool:
        boxes = [view.visualRect(review.model.index(at)) for at in (*rows, len(rows))]
        return all(one.bottom() + 1 == after.top() for one, after in pairwise(boxes))

    assert not apart()
    qtbot.waitUntil(apart)


def test_without_a_recording_everything_else_works_and_the_reason_is_said(empty_review, qtbot):
    empty_review.silent = "yes"
    with qtbot.waitSignal(empty_review.page.opened):
        empty_review.page.open(keep_session(empty_review.store))
    bar = empty_review.page.bar
    qtbot.waitUntil(lambda: bar._why.toolTip() == "This call was not recorded.")
    assert not bar.play.isVisible()
    click(empty_review, qtbot, 3)
    assert empty_review.page.transcript.lines.current == 3
    qtbot.keyClick(empty_review.page.transcript, Qt.Key.Key_Space)
    assert not empty_review.page.hearing.playing


def test_no_sound_output_is_said_with_what_to_do(review, qtbot):
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Space)
    review.player.fault = Fault("audio.player", "No sound output is connected.", "Connect one.")
    review.player.playing = False
    qtbot.waitUntil(lambda: bool(review.page.faults.banners))
    said = review.page.faults.banners[0].accessibleName()
    assert said == "No sound output is connected. Connect one."
    assert review.page.bar.play.toolTip() == "Play (Space)"


def test_a_recording_that_went_while_nothing_plays_is_said_at_the_next_click(review):
    review.player.fault = Fault("audio.player", "The recording cannot be read.", "It has gone.")
    review.page.go(9.5)
    assert "cannot be read" in review.page.faults.banners[0].accessibleName()


def test_a_broken_recording_leaves_the_words(empty_review, qtbot):
    def broken(recording):
        raise AudioError("The recording call.flac cannot be read.", "Restore it.", "audio.player")

    empty_review.page.hearing._open = broken
    with qtbot.waitSignal(empty_review.page.opened):
        empty_review.page.open(keep_session(empty_review.store))
    qtbot.waitUntil(lambda: "cannot be read" in empty_review.page.bar._why.toolTip())
    assert empty_review.texts() == WORDS


def test_a_session_without_words_and_one_that_is_gone_say_so(empty_review, qtbot):
    page = empty_review.page
    with qtbot.waitSignal(page.opened):
        page.open(keep_session(empty_review.store, [("user", 0, 1, " ")], chips=False))
    assert page.transcript._empty[1] == "No words in this call"
    page.open(new_id())
    qtbot.waitUntil(lambda: page.transcript._empty[1] == "This session is no longer there.")


def test_another_session_silences_the_first_and_late_answers_are_dropped(review, qtbot):
    first = review.player
    review.page.go(20.0)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Space)
    other = keep_session(review.store, [("user", 0, 1, "Other.")], title="Other", chips=False)
    review.page.open(review.page.session_id)
    with qtbot.waitSignal(review.page.opened):
        review.page.open(other)
    assert review.texts() == ["Other."]
    assert review.page.timeline._t == 0.0
    qtbot.waitUntil(lambda: first.closed)
    qtbot.waitUntil(lambda: review.page.hearing._player is not None)
    open_ones = [one for one in review.players if not one.closed]
    assert open_ones == [review.player]


def test_hiding_the_page_pauses(review, qtbot):
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_Space)
    review.page.hide()
    assert not review.player.playing


def test_panels_of_others_seek(review, qtbot):
    class Panel(QWidget):
        jump = Signal(float)

    panel = Panel()
    review.page.add_panel("Summary", panel)
    assert review.page.side.tabText(1) == "Summary"
    panel.jump.emit(18.5)
    assert review.player.position == 18.5


def test_selected_lines_are_copied_as_text(review, qtbot):
    select(review, 0)
    qtbot.keyClick(review.page.transcript, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("You, 0:00: Thanks")
