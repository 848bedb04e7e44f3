"""The main window: starting, steering and ending a call, and reading past ones."""

from __future__ import annotations

from dataclasses import replace
from threading import Event as Flag

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox

from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.review.privacy import Cleaning
from liveconvo_desktop.store.retention import Item
from liveconvo_desktop.ui.sessions import PAGE
from sync.schema import transcripts
from tests.gui.script import NOW, ScriptedBackend, chip, segment, session_row


@pytest.fixture
def idle(make_desk, qtbot):
    """The window before a call, loaded."""
    desk = make_desk()
    desk.main.show()
    qtbot.waitUntil(lambda: desk.main.sessions.rowCount() == 7)
    qtbot.waitUntil(lambda: len(desk.main.new_call.cards) == 4)
    qtbot.waitUntil(lambda: desk.main.new_call.mic.box.count() == 3)
    return desk


def texts(box: QMessageBox) -> set[str]:
    return {button.text().replace("&", "") for button in box.buttons()}


def press(box: QMessageBox, text: str) -> None:
    next(b for b in box.buttons() if b.text().replace("&", "") == text).click()


def test_a_call_starts_with_what_was_chosen(idle, qtbot):
    page = idle.main.new_call
    page.cards[1].click()
    page.mic.box.setCurrentIndex(page.mic.box.findData("mic-2"))
    page.record.setChecked(False)
    page.title_field.setText("  Dana  ")
    page.start_button.click()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    plan = idle.call.plan
    assert (plan.playbook, plan.mic_device, plan.speaker_device) == ("interview", "mic-2", None)
    assert (plan.record, plan.title) == (False, "Dana")
    assert idle.main.pages.currentWidget() is idle.main.live_page


def test_the_window_stays_alive_while_the_model_loads(idle, qtbot):
    idle.backend.hold.clear()
    idle.main.new_call.start_button.click()
    button = idle.main.new_call.start_button
    assert (button.text(), button.isEnabled()) == ("Starting…", False)
    idle.main.list.setCurrentIndex(idle.main.sessions.index(2))
    assert idle.main.pages.currentWidget() is idle.main.session_page
    idle.backend.hold.set()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    assert button.isEnabled() or not button.isVisible()


def test_a_refused_start_says_why_and_what_to_do(idle, qtbot):
    idle.backend.refusal = AudioError("No device can be opened.", "Plug in a headset.")
    idle.main.new_call.start_button.click()
    qtbot.waitUntil(lambda: idle.main.findChild(QMessageBox) is not None)
    box = idle.main.findChild(QMessageBox)
    assert (box.text(), box.informativeText()) == ("No device can be opened.", "Plug in a headset.")
    assert idle.live.state == "idle"
    idle.backend.refusal = None
    press(box, "Try again")
    qtbot.waitUntil(lambda: idle.live.state == "running")


def test_closing_during_a_call_asks_and_keeping_it_leaves_the_call(idle, qtbot):
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    wanted = Flag()
    idle.main.overlay_wanted.connect(wanted.set)
    idle.main.close()
    assert idle.main.isVisible()
    assert texts(idle.main.ending.question) == {"End call and quit", "Keep running", "Cancel"}
    press(idle.main.ending.question, "Cancel")
    assert idle.main.isVisible()
    assert idle.live.state == "running"
    idle.main.close()
    press(idle.main.ending.question, "Keep running")
    assert not idle.main.isVisible()
    assert wanted.is_set()
    assert idle.live.state == "running"


def test_ending_by_closing_saves_first_then_quits(idle, qtbot):
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    idle.main.close()
    press(idle.main.ending.question, "End call and quit")
    qtbot.waitUntil(lambda: idle.left)
    assert idle.call.ended.is_set()
    assert not idle.main.isVisible()


def test_a_call_that_ends_by_itself_takes_back_the_question(idle, qtbot):
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    idle.main.close()
    idle.call.holds = True
    idle.call.stop()
    qtbot.waitUntil(lambda: idle.live.state == "stopping")
    assert idle.main.ending.question is None
    idle.main.close()
    assert texts(idle.main.ending.question) == {"Wait", "Quit anyway"}


@pytest.fixture
def ending(idle, qtbot):
    """The user ended the call and quit, but the database takes nothing."""
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    idle.call.holds, idle.call.unsaved = True, 12
    idle.main.close()
    press(idle.main.ending.question, "End call and quit")
    qtbot.waitUntil(lambda: idle.live.status is not None and idle.live.status.unsaved == 12)
    assert idle.live.state == "stopping"
    idle.main.close()
    return idle


def test_a_call_that_cannot_be_saved_does_not_hold_the_window(ending, qtbot):
    box = ending.main.ending.question
    assert box.text() == "12 entries are not saved yet"
    assert "offered for recovery" in box.informativeText()
    assert texts(box) == {"Wait", "Quit anyway"}
    press(box, "Quit anyway")
    assert ending.left
    assert not ending.main.isVisible()
    assert not ending.call.ended.is_set()


def test_waiting_for_the_database_quits_by_itself(ending, qtbot):
    ending.call.unsaved = 1
    qtbot.waitUntil(lambda: ending.main.ending.question.text() == "1 entry is not saved yet")
    press(ending.main.ending.question, "Wait")
    assert ending.main.isVisible()
    assert not ending.left
    ending.main.close()
    ending.call.unsaved = 0
    said = "The last words are still being read"
    qtbot.waitUntil(lambda: ending.main.ending.question.text() == said)
    ending.call.end()
    qtbot.waitUntil(lambda: ending.left)


def test_closing_without_a_call_quits(idle, qtbot):
    idle.main.close()
    assert idle.left


def test_a_call_that_ends_opens_its_transcript(idle, qtbot):
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    row = session_row(0, "Northwind renewal")
    idle.backend.rows = [
        row.__class__(idle.call.session(ended=True), 60.0, 20, 0.5, 0, 2, 1),
        *idle.backend.rows,
    ]
    idle.backend.keep(idle.backend.rows[0], [segment("a", "Kept.")])
    idle.main.live_page.stop.click()
    page = idle.main.session_page
    qtbot.waitUntil(lambda: page.title.text() == "Northwind renewal")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert idle.main.pages.currentWidget() is page


def test_a_past_call_shows_lines_with_guidance_in_place(idle, qtbot):
    row = idle.backend.rows[0]
    idle.backend.keep(row, [segment("a", "First."), segment("b", "Last.", t0=9)])
    idle.backend.store.save(
        replace(chip("c", "Ask", t=5), id=new_id(), session_id=row.session.id, evidence=())
    )
    idle.main.list.setCurrentIndex(idle.main.sessions.index(0))
    page = idle.main.session_page
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    qtbot.waitUntil(lambda: "Ask: Ask" in page.model.index(0).data())
    assert "Sales call" in page.header.facts.toolTip()


def test_the_list_loads_more_as_it_is_scrolled(make_desk, qtbot):
    desk = make_desk(ScriptedBackend([session_row(n) for n in range(1, 121)]))
    desk.main.show()
    model = desk.main.sessions
    qtbot.waitUntil(lambda: model.rowCount() >= PAGE)
    assert model.rowCount() < 120

    def scrolled():
        desk.main.list.scrollToBottom()
        return model.rowCount() == 120

    qtbot.waitUntil(scrolled)
    titles = [model.index(n).data() for n in range(120)]
    assert titles == [f"Call {n}" for n in range(1, 121)]


def test_the_open_call_stays_chosen_when_the_list_is_read_again(make_desk, qtbot):
    desk = make_desk(ScriptedBackend([session_row(n) for n in range(1, 121)]))
    desk.main.show()
    model, view, rows = desk.main.sessions, desk.main.list, desk.backend.rows
    qtbot.waitUntil(lambda: model.rowCount() >= PAGE)
    view.scrollToBottom()
    qtbot.waitUntil(lambda: model.rowCount() > 70)
    desk.backend.keep(rows[60])
    with qtbot.waitSignal(desk.main.session_page.opened):
        view.setCurrentIndex(model.index(60))
    view.scrollTo(model.index(55))
    place = view.verticalScrollBar().value()
    rows[60] = replace(rows[60], session=replace(rows[60].session, title="Renamed"))
    with qtbot.waitSignal(model.loaded):
        desk.main.session_page.renamed.emit(rows[60].session.id)
    assert view.currentIndex().row() == 60
    assert view.currentIndex().data() == "Renamed"
    assert view.selectedIndexes() == [view.currentIndex()]
    assert view.verticalScrollBar().value() == place > 0
    desk.main.show_library()
    with qtbot.waitSignal(model.loaded):
        model.reload()
    assert not view.selectedIndexes(), "no call is open"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_long_detail_is_shown_whole_in_both_windows(idle, qtbot, scale):
    idle.theme.set_scale(scale)
    idle.overlay.show()
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    detail = "Give a range with its conditions, or what the contract promises in writing."
    for n in range(3):
        idle.call.show(chip(f"c{n}", "Do not guarantee that. Say what is typical", detail=detail))
    for stack in (idle.main.live_page.chips, idle.overlay.chips):
        qtbot.waitUntil(lambda stack=stack: len(stack.cards) == 3)
        qtbot.waitUntil(lambda stack=stack: _whole(stack))
    inside = idle.main.live_page.chips.parentWidget()
    assert inside.width() <= inside.parentWidget().width(), "cards reach over the rail's edge"


def _whole(stack) -> bool:
    texts = [one for one in stack.findChildren(QLabel) if one.wordWrap() and one.isVisible()]
    return len(texts) == 4 and all(one.height() >= one.heightForWidth(one.width()) for one in texts)


def test_the_status_line_tells_the_truth(idle, qtbot):
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    idle.call.behind, idle.call.dropped_partials = 3.4, 12
    idle.call.capturing = {"mic": "Jabra"}
    line = idle.main.status_line.text
    qtbot.waitUntil(lambda: "Them: not captured" in line.toolTip())
    for words in ("Model tiny.en", "3.4 s behind", "You: Jabra", "12 previews skipped"):
        assert words in line.toolTip()


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ({}, "up to date"),
        ({"recording": "off"}, "Audio is not kept"),
        ({"reading": False, "model": "none (recording only)"}, "no text is made"),
        ({"reading": False, "model": "tiny.en, stopped"}, "no text is made"),
        ({"unread": 2}, "2 utterances could not be read"),
        ({"recording": "failed"}, "The recording does not work"),
        ({"unsaved": 3}, "3 entries wait to be saved"),
        ({"behind": 4.0}, "4.0 s behind"),
    ],
)
def test_the_check_is_green_only_when_all_is_well(idle, qtbot, trouble, said):
    idle.start()
    qtbot.waitUntil(lambda: idle.live.state == "running")
    for name, value in trouble.items():
        setattr(idle.call, name, value)
    line = idle.main.status_line
    qtbot.waitUntil(lambda: said in line.text.toolTip())
    current = not {"unread", "reading", "behind"} & set(trouble)
    assert ("up to date" in line.text.toolTip()) == current
    well = not trouble or "off" in trouble.values()
    assert idle.call.status().well == well
    assert line.well == well


def test_every_control_can_be_reached_and_has_a_name(idle, qtbot):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in idle.main.new_call.findChildren(kind):
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control
            assert control.accessibleName() or control.text(), control


def test_settings_that_cannot_be_read_are_said_at_the_start(home, make_desk):
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.json").write_text('{"privacy": {"log_days": "soon"}}')
    desk = make_desk()
    desk.main.show()
    (banner,) = desk.main.notices.banners
    assert "privacy.log_days" in banner.accessibleName()
    assert banner.isVisible()
    banner.closed.emit()
    assert not desk.main.notices.isVisible()


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_call_that_is_shown_is_read_again_when_a_cleaning_took_something_of_it(
    idle, qtbot, by_hand
):
    row = idle.backend.rows[0]
    idle.backend.keep(row, [segment("a", "First.")])
    page, after = idle.main.session_page, idle.main.after
    with qtbot.waitSignal(page.opened):
        idle.main.show_session(row.session.id)
    cleaned = (after.privacy if by_hand else after._housekeeping).cleaned
    other = Item("audio", new_id(), "Another", NOW, "Its time is over.")
    cleaned.emit(Cleaning(gone=[other]))
    assert page.model.rowCount() == 1
    with idle.store.writing() as connection:
        connection.execute(transcripts.delete())
    with qtbot.waitSignal(page.opened):
        cleaned.emit(Cleaning(gone=[other, replace(other, id=row.session.id)]))
    assert page.model.rowCount() == 0


def test_the_tray_follows_the_call(idle, qtbot):
    from liveconvo_desktop.ui.tray import Tray

    tray = Tray(idle.theme, idle.live)
    assert not tray.visible
    assert tray.tooltip == "LiveConvo: Ready"
    idle.start()
    qtbot.waitUntil(lambda: tray.tooltip == "LiveConvo: Listening")
    idle.live.toggle_pause()
    assert "Paused" in tray.tooltip
