"""The bar that offers calls which a crash cut off."""

from __future__ import annotations

import pytest

from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Session
from tests.gui.script import NOW, ScriptedBackend


def test_an_unfinished_call_is_offered_and_finished(make_desk, qtbot):
    backend = ScriptedBackend()
    cut = Session("cut", "Fabrikam", "sales_call", None, NOW)
    backend.cut_off = [cut]
    desk = make_desk(backend)
    desk.main.show()
    bar = desk.main.recovery
    qtbot.waitUntil(lambda: "cut" in bar.banners)
    bar.banners["cut"].buttons[0].click()
    assert bar.busy
    qtbot.waitUntil(lambda: bool(backend.calls))
    with qtbot.waitSignal(bar.recovered):
        backend.calls[-1].show(
            Session("cut", "Fabrikam", "sales_call", None, NOW, NOW, "completed")
        )
    assert bar.banners == {}
    assert not bar.busy


@pytest.fixture
def cut_off(make_desk, qtbot):
    """Two calls were cut off and are offered."""
    backend = ScriptedBackend()
    backend.cut_off = [Session(key, key, "sales_call", None, NOW) for key in ("one", "two")]
    desk = make_desk(backend)
    desk.main.show()
    qtbot.waitUntil(lambda: len(desk.main.recovery.banners) == 2)
    return desk


def test_a_call_that_cannot_be_finished_leaves_the_others_their_turn(cut_off, qtbot):
    """The second has nothing to read: its end comes before its handle."""
    cut_off.backend.irrecoverable["one"] = AudioError("No sound in it.", "Read it.", "audio")
    cut_off.backend.nothing_to_read.add("two")
    bar = cut_off.main.recovery
    for banner in list(bar.banners.values()):
        banner.buttons[0].click()
    qtbot.waitUntil(lambda: list(bar.banners) == ["one"])
    qtbot.waitUntil(lambda: not bar.busy)
    assert "No sound in it." in bar.banners["one"].accessibleName()
    assert bar.banners["one"].buttons[0].isEnabled()


def test_transcripts_are_not_finished_beside_a_running_call(cut_off, qtbot):
    bar, live = cut_off.main.recovery, cut_off.live
    buttons = [banner.buttons[0] for banner in bar.banners.values()]
    buttons[0].click()
    qtbot.waitUntil(lambda: bool(cut_off.backend.calls))
    (recovery,) = cut_off.backend.calls
    cut_off.start()
    qtbot.waitUntil(lambda: live.state == "running")
    qtbot.waitUntil(recovery.ended.is_set)
    qtbot.waitUntil(lambda: not bar.busy)
    assert not any(button.isEnabled() for button in buttons)
    for banner in bar.banners.values():
        assert "when the call has ended" in banner.accessibleName()
    live.stop()
    qtbot.waitUntil(lambda: live.state == "idle")
    assert all(button.isEnabled() for button in buttons)
    assert "LiveConvo can finish" in bar.banners["one"].accessibleName()
    buttons[0].click()
    qtbot.waitUntil(lambda: cut_off.backend.calls[-1].session_id == "one")


def test_a_recovery_that_begins_as_a_call_starts_makes_way_for_it(cut_off, qtbot):
    bar = cut_off.main.recovery
    bar.banners["one"].buttons[0].click()
    cut_off.start()
    qtbot.waitUntil(lambda: cut_off.live.state == "running")
    qtbot.waitUntil(lambda: cut_off.backend.calls[0].ended.is_set() and not bar.busy)
    assert cut_off.live.state == "running"
