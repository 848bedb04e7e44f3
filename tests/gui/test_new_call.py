"""The page a call starts from says before it starts what cannot be heard, and why."""

from __future__ import annotations

import pytest

from liveconvo_desktop.events import Fault
from tests.gui.script import DEVICES, ScriptedBackend

SERVER = Fault("audio", "No sound server answers.", "Run: systemctl --user start pipewire-pulse")


@pytest.fixture
def page(make_desk, qtbot):
    """The page on a machine whose sound server does not run."""
    backend = ScriptedBackend()
    backend.device_list, backend.problems = [], [SERVER]
    made = make_desk(backend)
    made.main.show()
    qtbot.waitUntil(made.main.new_call.deaf.isVisible)
    return made.main.new_call


def again(page, qtbot):
    """It looks by itself every few seconds; a test does not wait for that."""
    qtbot.waitUntil(lambda: not page._asking)
    page._timer.timeout.emit()
    qtbot.waitUntil(lambda: not page._asking)


def test_a_missing_sound_server_is_told_with_what_to_do_until_it_runs(page, qtbot):
    assert page.deaf.accessibleName() == f"{SERVER.message} {SERVER.hint}"
    for field in (page.mic, page.speaker):
        assert not field.box.isEnabled()
        assert "Plug one in" not in field._hint.text()
    page._backend.device_list, page._backend.problems = DEVICES, []
    again(page, qtbot)
    assert page.deaf.isHidden()
    assert page.mic.box.isEnabled()
    assert "Your voice from" in page.mic._hint.text()


def test_one_missing_device_is_told_at_its_field(page, qtbot):
    page._backend.device_list = [one for one in DEVICES if one.channel == "speaker"]
    page._backend.problems = [Fault("audio.mic", "No microphone is connected.", "Connect one.")]
    again(page, qtbot)
    assert page.deaf.isHidden()
    assert "No microphone found" in page.mic._hint.text()
    assert page.speaker.box.isEnabled()


def test_a_listing_that_fails_is_told(page, qtbot, allow_log):
    allow_log("audio devices cannot be listed")

    def fail():
        raise OSError("Input/output error")

    page._backend.devices = fail
    again(page, qtbot)
    assert "Input/output error" in page.deaf.accessibleName()


def test_the_status_line_and_the_button_know_that_nothing_can_be_heard(make_desk, qtbot):
    backend = ScriptedBackend()
    backend.device_list, backend.problems = [], [SERVER]
    main = make_desk(backend).main
    main.show()
    page, line = main.new_call, main.status_line
    qtbot.waitUntil(lambda: not page.start_button.isEnabled())
    assert not line.well
    assert line.text.accessibleName() == "Cannot hear anything · No sound server answers"
    page.set_starting(False)
    assert not page.start_button.isEnabled()
    # It is seen from every page when sound works again.
    main.show_library()
    backend.device_list, backend.problems = DEVICES, []
    assert page._timer.isActive()
    again(page, qtbot)
    assert line.well
    assert "everything stays on this computer" in line.text.accessibleName()
    assert page.start_button.isEnabled()
    assert not page._timer.isActive()


def test_one_side_is_enough_to_start(page, qtbot):
    page._backend.device_list = [one for one in DEVICES if one.channel == "mic"]
    again(page, qtbot)
    assert page.start_button.isEnabled()
