"""The overlay shows the call and stays out of the way of the keyboard."""

from __future__ import annotations

import subprocess

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLineEdit

from liveconvo_desktop.audio.levels import SILENCE_DBFS
from liveconvo_desktop.events import Fault
from liveconvo_desktop.ui.transcript import ROW_ROLE
from tests.gui.script import chip, segment


def texts(model):
    return [model.index(n).data(ROW_ROLE).text for n in range(model.rowCount())]


def xdotool(*words: object) -> str:
    command = ["xdotool", *(str(word) for word in words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_lines_come_change_and_go(desk, qtbot):
    model = desk.overlay.model
    desk.call.show(segment("a", "so the", final=False, stable=2))
    desk.call.show(segment("b", "noise", t0=2, final=False))
    qtbot.waitUntil(lambda: texts(model) == ["so the", "noise"])
    desk.call.show(segment("a", "So the price."))
    desk.call.show(segment("b", "", t0=2))
    qtbot.waitUntil(lambda: texts(model) == ["So the price."])


def test_captions_follow_until_the_user_looks_back(desk, qtbot):
    captions = desk.overlay.captions
    for n in range(60):
        desk.call.show(segment(f"s-{n}", "A line of talk that is long enough.", t0=n))
    bar = captions.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(0)
    assert not captions.following
    before = bar.maximum()
    desk.call.show(segment("new", "Something new.", t0=100))
    qtbot.waitUntil(lambda: bar.maximum() > before)
    assert bar.value() == 0
    captions.follow()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_five_hundred_lines_leave_a_bounded_window(desk, qtbot):
    for n in range(500):
        desk.call.show(segment(f"s-{n}", f"Line {n}", t0=n))
    qtbot.waitUntil(lambda: texts(desk.overlay.model)[-1:] == ["Line 499"])
    assert desk.overlay.model.rowCount() == 80
    assert desk.main.live_page.model.rowCount() == 400


def test_chips_answered_reach_the_backend_in_order(desk, qtbot):
    for key in ("c-1", "c-2", "c-3", "c-4"):
        desk.call.show(chip(key, t=float(key[-1])))
    stack = desk.overlay.chips
    qtbot.waitUntil(lambda: len(stack.cards) == 3)
    assert [card.chip.id for card in stack.cards] == ["c-4", "c-3", "c-2"]
    qtbot.waitUntil(lambda: len(desk.backend.notes) == 3)
    card = {card.chip.id: card for card in stack.cards}
    card["c-4"].useful.click()
    card["c-3"].not_now.click()
    card["c-2"].close_button.click()
    qtbot.waitUntil(lambda: ("c-1", {"displayed": True}) in desk.backend.notes)
    stack.cards[0].why.click()
    verdict = stack.cards[0].verdicts["irrelevant"]
    qtbot.waitUntil(verdict.isVisible)
    verdict.click()
    qtbot.waitUntil(lambda: len(desk.backend.notes) == 8)
    noted = {key: {} for key in ("c-1", "c-2", "c-3", "c-4")}
    for key, what in desk.backend.notes:
        noted[key].update(what)
    assert noted == {
        "c-1": {"displayed": True, "dismissed": True, "feedback": "irrelevant"},
        "c-2": {"displayed": True, "dismissed": True},
        "c-3": {"displayed": True, "put_off": True},
        "c-4": {"displayed": True, "clicked": True, "feedback": "helpful"},
    }


def test_reading_why_and_closing_is_no_judgement(desk, qtbot):
    desk.call.show(chip("c-1"))
    stack = desk.overlay.chips
    qtbot.waitUntil(lambda: len(stack.cards) == 1)
    card = stack.cards[0]
    assert not card.verdicts["irrelevant"].isVisible()
    card.why.click()
    qtbot.waitUntil(card.verdicts["too_late"].isVisible)
    card.close_button.click()
    qtbot.waitUntil(lambda: ("c-1", {"dismissed": True}) in desk.backend.notes)


def test_a_withdrawn_chip_leaves_and_an_answered_one_does_not_come_back(desk, qtbot):
    for key in ("c-1", "c-2"):
        desk.call.show(chip(key, t=float(key[-1])))
    stack = desk.overlay.chips
    qtbot.waitUntil(lambda: len(stack.cards) == 2)
    stack.cards[0].useful.click()
    for key in ("c-2", "c-1"):
        desk.call.show(chip(key, t=float(key[-1]), expires=1e5))
    qtbot.waitUntil(lambda: stack.cards == [])
    assert desk.live.deck.waiting() == 0
    assert all("dismissed" not in what for _, what in desk.backend.notes)


def test_a_chip_nobody_can_see_is_not_noted_as_displayed(make_desk, qtbot):
    desk = make_desk()
    desk.start()
    qtbot.waitUntil(lambda: desk.live.state == "running")
    desk.overlay.hide()
    desk.call.show(chip("c-1"))
    qtbot.waitUntil(lambda: len(desk.overlay.chips.cards) == 1)
    desk.overlay.grab()
    written: list[None] = []
    desk.bridge.run(lambda: None, written.append, written.append, "write")
    qtbot.waitUntil(lambda: len(written) == 1)
    assert desk.backend.notes == []
    desk.overlay.show()
    qtbot.waitUntil(lambda: desk.backend.notes == [("c-1", {"displayed": True})])


def test_an_expired_chip_leaves_quietly(desk, qtbot):
    desk.call.show(chip("c-1", expires=30.0))
    qtbot.waitUntil(lambda: len(desk.overlay.chips.cards) == 1)
    desk.call.clock = 31.0
    qtbot.waitUntil(lambda: desk.overlay.chips.cards == [])
    assert all("dismissed" not in what for _, what in desk.backend.notes)


def test_status_reaches_the_header(desk, qtbot):
    desk.call.clock, desk.call.behind, desk.call.muted = 3725.0, 4.0, True
    header = desk.overlay.header
    qtbot.waitUntil(lambda: header.clock.text() == "1:02:05")
    assert header.delayed.isVisible()
    assert header.mute.accessibleName() == "Unmute my microphone"


def test_mute_and_pause_steer_the_call(desk, qtbot):
    header = desk.overlay.header
    header.mute.click()
    assert desk.call.muted
    header.pause.click()
    assert (desk.call.state, desk.live.state) == ("paused", "paused")
    header.pause.click()
    assert (desk.call.state, desk.live.state) == ("running", "running")


def test_compact_mode_is_one_line_with_the_top_chip(desk, qtbot):
    overlay = desk.overlay
    height = overlay.height()
    desk.call.show(chip("c-1", "Ask who signs"))
    qtbot.waitUntil(lambda: len(overlay.chips.cards) == 1)
    overlay.header.compact.click()
    qtbot.waitUntil(lambda: overlay.height() < 60)
    assert overlay.header.top_chip.accessibleName() == "Ask who signs"
    assert not overlay.captions.isVisible()
    overlay.header.compact.click()
    qtbot.waitUntil(lambda: overlay.height() == height)
    assert overlay.captions.isVisible()


def test_the_compact_line_counts_as_displayed_and_can_be_dismissed(desk, qtbot):
    desk.main.hide()
    overlay = desk.overlay
    overlay.set_compact(True)
    assert not overlay.header.done.isVisible()
    for n in (2, 1):
        desk.call.show(chip(f"c-{n}", f"Ask {n}", t=n))
    qtbot.waitUntil(lambda: ("c-2", {"displayed": True}) in desk.backend.notes)
    assert ("c-1", {"displayed": True}) not in desk.backend.notes
    overlay.header.done.click()
    qtbot.waitUntil(lambda: ("c-2", {"dismissed": True}) in desk.backend.notes)
    assert overlay.header.top_chip.accessibleName() == "Ask 1"
    overlay.header.done.click()
    assert not overlay.header.done.isVisible()


def test_a_banner_goes_when_its_part_works_again(desk, qtbot):
    faults = desk.overlay.faults
    for where in ("audio.mic", "audio.speaker", "store"):
        desk.call.show(Fault(where, f"{where} does not work.", "Wait."))
    desk.call.capturing = {"speaker": "Built-in speakers"}
    desk.call.levels["speaker"], desk.call.unsaved = SILENCE_DBFS, 3
    qtbot.waitUntil(lambda: len(faults.banners) == 3)
    qtbot.waitUntil(lambda: "3 entries wait" in desk.main.status_line.text.toolTip())

    def left():
        return {banner.property("where") for banner in faults.banners}

    desk.call.capturing = {"mic": "Jabra", "speaker": "Built-in speakers"}
    qtbot.waitUntil(lambda: left() == {"audio.speaker", "store"})
    desk.call.unsaved = 0
    qtbot.waitUntil(lambda: left() == {"audio.speaker"})
    desk.call.levels["speaker"] = -30.0
    qtbot.waitUntil(lambda: left() == set())
    assert not faults.isVisible()


def test_faults_are_said_with_their_hint_until_closed(desk, qtbot):
    faults = desk.overlay.faults
    desk.call.show(Fault("audio.mic", "The microphone went away.", "Plug it in again."))
    desk.call.show(Fault("audio.mic", "The microphone is silent.", "Check its switch."))
    qtbot.waitUntil(lambda: len(faults.banners) == 1)
    qtbot.waitUntil(lambda: "silent" in faults.banners[0].accessibleName())
    assert "Check its switch." in faults.banners[0].accessibleName()
    faults.banners[0].closed.emit()
    assert faults.banners == []


def test_place_size_and_opacity_are_remembered(make_desk, qtbot):
    first = make_desk()
    first.overlay.show()
    header = first.overlay.header
    at = header.clock.geometry().center()
    place = first.overlay.geometry()
    qtbot.mousePress(header, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(header, at - QPoint(200, -150))
    qtbot.mouseRelease(header, Qt.MouseButton.LeftButton, pos=at - QPoint(200, -150))
    first.overlay._slider.setValue(80)
    moved = first.overlay.geometry()
    assert moved != place
    second = make_desk()
    assert second.overlay.geometry() == moved
    assert second.overlay.windowOpacity() == pytest.approx(0.8, abs=0.01)


def test_edges_resize_within_limits(desk, qtbot):
    overlay = desk.overlay
    overlay.setGeometry(QRect(300, 100, 400, 600))
    corner = QPoint(overlay.width() - 2, overlay.height() - 2)
    qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=corner)
    qtbot.mouseMove(overlay, QPoint(20, 20))
    qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    qtbot.waitUntil(lambda: overlay.width() == overlay.minimumSizeHint().width())
    assert overlay.height() == overlay.minimumSizeHint().height()


def test_the_keyboard_stays_where_it_was(desk, qtbot, qapp, screen):
    if not screen:
        pytest.skip("needs Xvfb, openbox and xdotool")
    notes = QLineEdit()
    qtbot.addWidget(notes)
    notes.setGeometry(40, 700, 300, 40)
    notes.show()
    qtbot.waitActive(notes).__enter__()
    xdotool("windowactivate", "--sync", int(notes.winId()))
    qtbot.waitUntil(notes.hasFocus)
    before = xdotool("getactivewindow")
    overlay = desk.overlay
    overlay.hide()
    overlay.setGeometry(QRect(600, 60, 400, 600))
    overlay.show()
    qtbot.waitExposed(overlay).__enter__()
    desk.call.show(chip("c-1"))
    qtbot.waitUntil(lambda: len(overlay.chips.cards) == 1)
    qtbot.waitUntil(lambda: ("c-1", {"displayed": True}) in desk.backend.notes)
    xdotool("type", "before ")
    qtbot.waitUntil(lambda: notes.text() == "before ")
    button = overlay.chips.cards[0].useful
    at = button.mapToGlobal(button.rect().center())
    xdotool("mousemove", at.x(), at.y(), "click", 1)
    answered = ("c-1", {"clicked": True, "feedback": "helpful"})
    qtbot.waitUntil(lambda: answered in desk.backend.notes)
    assert xdotool("getactivewindow") == before
    xdotool("type", "after")
    qtbot.waitUntil(lambda: notes.text() == "before after")
    assert notes.isActiveWindow()
    assert not overlay.isActiveWindow()
