"""What the commands say of a machine that hears a call, half of one, or nothing."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from liveconvo_desktop.audio.devices import Device
from liveconvo_desktop.cli import app, devices
from liveconvo_desktop.events import Fault

SERVER = Fault("audio", "No sound server answers.", "Run: systemctl --user start pipewire-pulse")
NO_MIC = Fault("audio.mic", "No microphone is connected.", "Connect one.")
MIC = Device("mic-1", "Headset", "mic", True)
SPEAKER = Device("out-1", "Speakers", "speaker", True)


def invoke(*args):
    return CliRunner().invoke(app, list(args), catch_exceptions=False)


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Sets which devices are there and what is missing; all but the sound is well."""

    def set_(found, problems):
        monkeypatch.setattr(devices, "list_devices", lambda: found)
        monkeypatch.setattr(devices, "diagnose", lambda: problems)

    monkeypatch.setattr(devices, "load_transcriber", lambda name: None)
    monkeypatch.setattr(devices.paths, "data_dir", lambda: tmp_path)
    set_([MIC, SPEAKER], [])
    return set_


def test_no_device_is_told_with_the_reason_and_fails(machine):
    machine([], [SERVER])
    told = invoke("devices")
    assert told.exit_code == 1
    assert SERVER.message in told.stdout
    assert SERVER.hint in told.stdout
    told = invoke("devices", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout) == {
        "where": "audio",
        "problem": SERVER.message,
        "hint": SERVER.hint,
    }


def test_one_missing_side_is_told_beside_the_other(machine):
    machine([SPEAKER], [NO_MIC])
    told = invoke("devices", "--json")
    first, second = (json.loads(line) for line in told.stdout.splitlines())
    assert told.exit_code == 0
    assert first["id"] == "out-1"
    assert second["problem"] == NO_MIC.message


def test_both_sides_are_listed_and_nothing_else(machine):
    told = invoke("devices")
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) == 2


def test_the_doctor_calls_in_order_only_what_is(machine):
    machine([], [SERVER])
    told = invoke("doctor")
    assert told.exit_code == 1
    assert f"problem (audio): {SERVER.message}" in told.stdout
    assert told.stdout.splitlines()[-1] == "In order: settings, speech model, database, disk."


def test_the_doctor_finds_nothing_on_a_healthy_machine(machine):
    told = invoke("doctor")
    assert told.exit_code == 0
    assert "No problems found: audio devices, settings" in told.stdout
