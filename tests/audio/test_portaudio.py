"""The PortAudio path and the Windows and macOS wiring, as far as they can be run on Linux."""

import queue
import sys
import types

import pytest

from liveconvo_desktop.audio import portaudio
from liveconvo_desktop.audio.backend import Device
from liveconvo_desktop.audio.loopback_macos import CoreAudio
from liveconvo_desktop.audio.loopback_windows import Wasapi
from liveconvo_desktop.errors import AudioError
from tests.pulse import pulse  # noqa: F401  (a fixture)


@pytest.mark.pulse
def test_portaudio_delivers_frames_of_native_channels(pulse):  # noqa: F811
    [info] = [i for _, i, _ in portaudio.inputs() if i["name"] == "pulse"]
    assert info["max_input_channels"] > 0
    got = queue.Queue()
    device = Device("pulse", "Sound server", "mic", True)
    stream = portaudio.open_input(device, None, lambda data, lost: got.put((data, lost)))
    try:
        data, lost = got.get(timeout=10)
        assert len(data) == round(stream.rate * 0.02) * stream.channels * 4
        assert lost is False
        assert stream.alive
        assert any(i["name"] == "pulse" for _, i, _ in portaudio.inputs()), "asked while one runs"
    finally:
        stream.close()
        stream.close()
    assert not stream.alive
    with pytest.raises(AudioError, match="not connected"):
        portaudio.open_input(Device("gone", "USB headset", "mic", False), None, print)


def test_without_the_portaudio_library_the_message_says_what_to_install(monkeypatch):
    class Missing:
        def find_spec(self, name, *_):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(AudioError, match="PortAudio library is missing") as error:
        portaudio.library()
    assert "libportaudio2" in error.value.hint


class FakePyAudio:
    """The part of PyAudioWPatch's documented interface that is used."""

    opened = None

    def get_loopback_device_info_generator(self):
        common = {"maxInputChannels": 2, "defaultSampleRate": 48000.0, "isLoopbackDevice": True}
        yield {"index": 7, "name": "Headset (USB) [Loopback]", **common}
        yield {"index": 8, "name": "Speakers [Loopback]", **common}

    def get_default_wasapi_loopback(self):
        return {"name": "Speakers [Loopback]"}

    def open(self, **arguments):
        FakePyAudio.opened = arguments
        return types.SimpleNamespace(is_active=lambda: True, close=lambda: None)

    def terminate(self):
        pass


def test_windows_lists_loopbacks_and_opens_them_natively(monkeypatch):
    library = types.ModuleType("pyaudiowpatch")
    library.__spec__ = types.SimpleNamespace()
    library.PyAudio, library.paFloat32 = FakePyAudio, 1
    library.paContinue, library.paInputOverflow = 0, 2
    monkeypatch.setitem(sys.modules, "pyaudiowpatch", library)
    monkeypatch.setattr(
        portaudio, "inputs", lambda host=None: [(3, {"name": "Microphone (USB)"}, True)]
    )
    backend = Wasapi()
    assert [(d.name, d.channel, d.is_default) for d in backend.devices()] == [
        ("Microphone (USB)", "mic", True),
        ("Headset (USB)", "speaker", False),
        ("Speakers", "speaker", True),
    ]
    assert backend.missing() == []
    got = []
    stream = backend.open(backend.devices()[1], lambda data, lost: got.append((data, lost)))
    asked = FakePyAudio.opened
    assert (asked["input_device_index"], asked["channels"], asked["rate"]) == (7, 2, 48000)
    assert asked["stream_callback"](b"\0" * 16, 2, None, 2) == (None, 0)
    assert got == [(b"\0" * 16, True)]
    assert stream.alive
    stream.close()
    assert not stream.alive
    with pytest.raises(AudioError, match="not connected"):
        backend.open(Device("gone", "Old headset", "speaker", False), print)


def test_macos_prefers_the_tap_and_falls_back_to_blackhole(monkeypatch):
    found = [(0, {"name": "MacBook Microphone"}, True), (1, {"name": "BlackHole 2ch"}, False)]
    monkeypatch.setattr(portaudio, "inputs", lambda host=None: found)
    assert [(d.name, d.channel) for d in CoreAudio().devices()] == [
        ("MacBook Microphone", "mic"),
        ("BlackHole 2ch", "speaker"),
    ]
    form = types.SimpleNamespace(
        is_float=True, bits_per_sample=32, sample_rate=48000.0, num_channels=2
    )
    session = types.SimpleNamespace(
        start=lambda: None, close=lambda: None, stream_format=form, capture_failed=False
    )
    library = types.ModuleType("catap")
    library.__spec__ = types.SimpleNamespace()
    library.record_system_audio = lambda on_buffer: setattr(session, "hear", on_buffer) or session
    monkeypatch.setitem(sys.modules, "catap", library)
    tap = next(d for d in CoreAudio().devices() if d.is_default and d.channel == "speaker")
    got = []
    stream = CoreAudio().open(tap, lambda data, lost: got.append(data))
    session.hear(types.SimpleNamespace(data=b"1234"))
    assert got == [b"1234"]
    assert (stream.rate, stream.channels, stream.alive) == (48000, 2, True)
    session.capture_failed = True
    assert not stream.alive
    stream.close()
    form.is_float = False
    with pytest.raises(AudioError, match="cannot be captured") as error:
        CoreAudio().open(tap, print)
    assert "Privacy" in error.value.hint
