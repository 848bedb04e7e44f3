"""Windows: microphones through sounddevice, the far side through WASAPI loopback.

sounddevice's PortAudio has no loopback; the PyAudioWPatch wheel carries one that has, as input
devices that double the outputs. Not run here: there was no Windows machine. Written against
PyAudioWPatch's documented interface.

Endpoint loopback hears every program on that output, including those that process loopback does
not hear. It delivers nothing while nothing plays, so the channel is ``sporadic``. A mono open can
fail: native channels and rate are used and mixed down behind.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from liveconvo_desktop.audio import portaudio
from liveconvo_desktop.audio.backend import BLOCK_SECONDS, Device, OnAudio, Stream
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Channel

_HOST = "Windows WASAPI"
_LIBRARY = "pyaudiowpatch"


class LoopbackStream:
    """A PyAudioWPatch callback stream."""

    def __init__(self, index: int, info: dict[str, Any], on_audio: OnAudio) -> None:
        self.rate = int(info["defaultSampleRate"])
        self.channels = int(info["maxInputChannels"])
        self._on_audio = on_audio
        self._library = importlib.import_module(_LIBRARY)
        self._audio = self._library.PyAudio()
        try:
            self._stream = self._audio.open(
                format=self._library.paFloat32,
                channels=self.channels,
                rate=self.rate,
                frames_per_buffer=round(self.rate * BLOCK_SECONDS),
                input=True,
                input_device_index=index,
                stream_callback=self._heard,
            )
        except OSError:
            self._audio.terminate()
            raise
        self._closed = False

    def _heard(self, data: bytes, _frames: int, _time: Any, status: int) -> tuple[None, int]:
        self._on_audio(data, bool(status & self._library.paInputOverflow))
        return None, self._library.paContinue

    @property
    def alive(self) -> bool:
        """False once the output is gone."""
        return not self._closed and bool(self._stream.is_active())

    def close(self) -> None:
        """End the capture; idempotent."""
        if not self._closed:
            self._closed = True
            self._stream.close()
            self._audio.terminate()


class Wasapi:
    """Microphones and loopbacks of Windows."""

    sporadic: frozenset[Channel] = frozenset({"speaker"})

    def devices(self) -> list[Device]:
        """Microphones, and the outputs whose sound can be captured."""
        microphones = [
            Device(info["name"], info["name"], "mic", is_default)
            for _, info, is_default in portaudio.inputs(_HOST)
        ]
        loopbacks, default = _loopbacks()
        return microphones + [
            Device(name, name.removesuffix(" [Loopback]"), "speaker", name == default)
            for name in loopbacks
        ]

    def open(self, device: Device, on_audio: OnAudio) -> Stream:
        """Capture a microphone or an output's loopback."""
        if device.channel == "mic":
            return portaudio.open_input(device, _HOST, on_audio)
        info = _loopbacks()[0].get(device.id)
        if info is None:
            raise AudioError(
                f"{device.name} is not connected.",
                "Choose the output that the call plays on.",
                "audio.speaker",
            )
        try:
            return LoopbackStream(int(info["index"]), info, on_audio)
        except OSError as error:
            raise AudioError(
                f"The sound of {device.name} cannot be captured ({error}).",
                "Close programs that use this output alone (exclusive mode), or choose another.",
                "audio.speaker",
            ) from error

    def default(self, channel: Channel) -> str | None:
        """PortAudio lists the devices once, as long as a stream is open: a change is not seen."""
        return None

    def elsewhere(self, device: Device) -> str | None:
        """Not known."""
        return None

    def hurry(self) -> None:
        """PortAudio knows no time-out."""

    def close(self) -> None:
        """Nothing is kept between streams."""

    def missing(self) -> list[tuple[str, str]]:
        """What keeps this machine from capturing."""
        if importlib.util.find_spec(_LIBRARY) is None:
            return [("The far side cannot be captured.", "Run: pip install PyAudioWPatch")]
        return []


def _loopbacks() -> tuple[dict[str, dict[str, Any]], str]:
    """Loopback devices by name, and the name of the default output's."""
    if importlib.util.find_spec(_LIBRARY) is None:
        return {}, ""
    audio = importlib.import_module(_LIBRARY).PyAudio()
    try:
        found = {str(i["name"]): dict(i) for i in audio.get_loopback_device_info_generator()}
        try:
            default = str(audio.get_default_wasapi_loopback()["name"])
        except (OSError, LookupError):
            default = ""
    finally:
        audio.terminate()
    return found, default
