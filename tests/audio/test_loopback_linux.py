"""PulseAudio's programs when its server hangs: they are played here, so that no test waits."""

import subprocess

import pytest

from liveconvo_desktop.audio import loopback_linux
from liveconvo_desktop.audio.devices import find_device
from liveconvo_desktop.audio.loopback_linux import Pulse
from liveconvo_desktop.errors import AudioError


class HungServer:
    """``pactl`` against a stopped server: each question takes its whole time-out."""

    def __init__(self, monkeypatch):
        self.time = 1000.0
        monkeypatch.setattr(subprocess, "run", self.run)
        monkeypatch.setattr(loopback_linux.shutil, "which", lambda name: f"/usr/bin/{name}")

    def run(self, command, *, timeout, **_):
        assert command[0] == "pactl"
        self.time += timeout
        raise subprocess.TimeoutExpired(command, timeout)

    def seconds_to_look_for_both(self, pulse):
        began = self.time
        for channel in ("mic", "speaker"):
            with pytest.raises(AudioError, match="No sound server answers"):
                find_device(channel, None, pulse)
        return self.time - began


def test_a_hung_server_holds_the_listening_thread_a_second_at_most(monkeypatch):
    server = HungServer(monkeypatch)
    pulse = Pulse(now=lambda: server.time)
    pulse.hurry()
    assert server.seconds_to_look_for_both(pulse) <= 1.0
    server.time += 1.0
    assert 0 < server.seconds_to_look_for_both(pulse) <= 1.0, "asked again, and no longer"


def test_at_the_start_a_slow_server_gets_its_time_once(monkeypatch):
    server = HungServer(monkeypatch)
    assert server.seconds_to_look_for_both(Pulse(now=lambda: server.time)) == 5.0
