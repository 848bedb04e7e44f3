"""Linux without the sound server's own programs: two sources through PortAudio, and which way."""

import os
import queue
import shutil
import sys
import time

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio import portaudio
from liveconvo_desktop.audio.capture import LiveCapture
from liveconvo_desktop.audio.devices import diagnose, list_devices, system_backend
from liveconvo_desktop.audio.loopback_linux import Pulse
from liveconvo_desktop.audio.loopback_linux_portaudio import PulsePortAudio
from liveconvo_desktop.errors import AudioError
from tests.pulse import pulse  # noqa: F401  (a fixture)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the choice is Linux's")
HERTZ = {"mic": 440, "speaker": 1200}


@pytest.fixture
def tones(tmp_path):
    """A long tone for each side."""
    paths = {}
    for channel, hertz in HERTZ.items():
        tone = 0.4 * np.sin(2 * np.pi * hertz * np.arange(48000 * 60) / 48000)
        paths[channel] = tmp_path / f"{channel}.wav"
        soundfile.write(paths[channel], tone, 48000)
    return paths


def level(samples, hertz, rate):
    """Amplitude of one frequency."""
    window = np.hanning(len(samples))
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / rate)
    return abs(np.sum(samples * window * turn)) * 2 / window.sum()


def play(server, tones):
    server.play_mic(tones["mic"])
    server.play_far_side(tones["speaker"])


def wait_for_the_end(stream):
    end = time.monotonic() + 10
    while stream.alive:
        assert time.monotonic() < end, "the server is dead and the stream says it lives"
        time.sleep(0.01)


def hear_own_tone_only(delivered, channel, rate=48000):
    """Half a second of the channel's own tone, with nothing of the other side in it."""
    other = HERTZ["speaker" if channel == "mic" else "mic"]
    window, heard, begun = rate // 2, np.zeros(rate // 2, np.float32), None
    for _ in range(400):
        heard = np.append(heard, delivered(channel))
        if begun is None and level(heard[-window:], HERTZ[channel], rate) > 0.2:
            begun = len(heard)
        if begun is not None and len(heard) > begun + window:  # the tone fills the window
            assert level(heard[-window:], HERTZ[channel], rate) > 0.2
            assert level(heard[-window:], other, rate) < 1e-3
            return
    pytest.fail(f"{channel}: {level(heard[-window:], HERTZ[channel], rate)}")


@pytest.mark.pulse
def test_each_stream_hears_its_own_side_and_ends_with_the_server(pulse, tones, monkeypatch):  # noqa: F811
    monkeypatch.setenv("PULSE_SOURCE", "micpipe.monitor")
    play(pulse, tones)
    backend = PulsePortAudio()
    assert diagnose(backend) == []
    streams, queues = {}, {}
    found = backend.devices()
    try:
        for device in found:
            got = queues[device.channel] = queue.Queue()
            streams[device.channel] = backend.open(device, lambda data, _, got=got: got.put(data))
        assert os.environ["PULSE_SOURCE"] == "micpipe.monitor", "others' use of it is left alone"
        assert set(queues) == set(HERTZ)
        for channel in queues:
            hear_own_tone_only(lambda c: np.frombuffer(queues[c].get(timeout=10), "f4"), channel)
        pulse.kill()
        for stream in streams.values():
            wait_for_the_end(stream)
    finally:
        for stream in streams.values():
            stream.close()
            stream.close()
    assert backend.devices() == []
    for device in found:
        with pytest.raises(AudioError, match="No sound server") as error:
            backend.open(device, print)
        assert error.value.where == f"audio.{device.channel}"


@pytest.mark.pulse
def test_a_call_gets_both_sides_back_after_the_server_was_started_anew(pulse, tones):  # noqa: F811
    capture = LiveCapture(backend=PulsePortAudio())
    faults = []

    def blocks(channel):
        found = [b.samples for b in capture.read(0.1) if b.channel == channel]
        faults.extend(capture.faults())
        return np.concatenate(found) if found else np.zeros(0, np.float32)

    def hear_both():
        play(pulse, tones)
        for channel in HERTZ:
            hear_own_tone_only(blocks, channel, rate=16000)

    try:
        capture.start()
        hear_both()
        assert capture.names == {
            "mic": "Default microphone",
            "speaker": "Sound of the default output",
        }
        assert faults == []
        pulse.kill()
        for _ in range(200):
            blocks("mic")
            if len(faults) == 2:
                break
        assert [(f.where, f.message) for f in faults] == [
            ("audio.mic", "Default microphone went away."),
            ("audio.speaker", "Sound of the default output went away."),
        ]
        pulse.start()
        hear_both()
        assert len(faults) == 2, "told once"
    finally:
        capture.stop()


@linux
@pytest.mark.parametrize(
    ("installed", "chosen"),
    [
        ({"parec", "pactl"}, Pulse),
        ({"parec"}, PulsePortAudio),
        ({"pactl"}, PulsePortAudio),
        (set(), PulsePortAudio),
    ],
)
def test_portaudio_is_used_only_where_the_programs_are_missing(monkeypatch, installed, chosen):
    monkeypatch.setattr(shutil, "which", lambda program: program if program in installed else None)
    assert type(system_backend()) is chosen


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch):
    def no_library(host=None):
        raise AudioError("The PortAudio library is missing.", "", "audio.mic")

    backend = PulsePortAudio()
    for inputs, what in ((no_library, "PortAudio library"), (lambda host=None: [], "sound server")):
        monkeypatch.setattr(portaudio, "inputs", inputs)
        [fault] = diagnose(backend)
        assert what in fault.message
        for package in ("apt-get install", "pulseaudio-utils", "libportaudio2 libasound2-plugins"):
            assert package in fault.hint
        assert "less CPU" in fault.hint
        assert "choose" in fault.hint
        assert list_devices(backend) == []
        with pytest.raises(AudioError, match=what):
            LiveCapture(backend=backend).start()
