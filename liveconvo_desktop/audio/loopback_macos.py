"""macOS: microphones through sounddevice, the far side through a Core Audio process tap.

The tap comes from ``catap`` (macOS 14.2 and newer, nothing to install in the system); where it is
not installed, a BlackHole device that the user has put into a multi-output device is listed
instead. Not run here: there was no Mac. Written against catap 0.6's documented interface.

Microphone and system audio are two grants (``NSMicrophoneUsageDescription`` and
``NSAudioCaptureUsageDescription``). Without its grant a device delivers zeros, not an error.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from liveconvo_desktop.audio import portaudio
from liveconvo_desktop.audio.backend import Device, OnAudio, Stream
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Channel

_LIBRARY = "catap"
_TAP = Device("system-audio", "All sound of this Mac", "speaker", True)


class TapStream:
    """A global process tap; catap calls back on its worker thread."""

    def __init__(self, on_audio: OnAudio) -> None:
        self._closed = False
        self._on_audio = on_audio
        self._session: Any = None
        try:
            catap = importlib.import_module(_LIBRARY)  # ImportError before macOS 14.2
            self._session = catap.record_system_audio(on_buffer=self._heard)
            self._session.start()
            form = self._session.stream_format
            if not form.is_float or form.bits_per_sample != 32:
                raise RuntimeError(f"unexpected sample format {form}")
        except (ImportError, RuntimeError, OSError, ValueError) as error:
            if self._session is not None:
                self._session.close()
            raise AudioError(
                f"The sound of this Mac cannot be captured ({error}).",
                "Allow LiveConvo under System Settings > Privacy & Security > Screen & System"
                " Audio Recording.",
                "audio.speaker",
            ) from error
        self.rate = int(form.sample_rate)
        self.channels = int(form.num_channels)

    def _heard(self, buffer: Any) -> None:
        self._on_audio(buffer.data, False)

    @property
    def alive(self) -> bool:
        """False once the tap has failed (its format changed, the Mac slept)."""
        return not self._closed and not self._session.capture_failed

    def close(self) -> None:
        """End the capture; idempotent."""
        if not self._closed:
            self._closed = True
            self._session.close()


class CoreAudio:
    """Microphones and loopbacks of macOS."""

    sporadic: frozenset[Channel] = frozenset({"speaker"})  # the tap's device idles with its apps

    def devices(self) -> list[Device]:
        """Microphones, and the tap or else BlackHole."""
        tap = importlib.util.find_spec(_LIBRARY) is not None
        found = [_TAP] if tap else []
        for _, info, is_default in portaudio.inputs():
            if "BlackHole" in info["name"]:
                found.append(Device(info["name"], info["name"], "speaker", not tap))
            else:
                found.append(Device(info["name"], info["name"], "mic", is_default))
        return found

    def open(self, device: Device, on_audio: OnAudio) -> Stream:
        """Capture a microphone, the tap or BlackHole."""
        if device.id == _TAP.id:
            return TapStream(on_audio)
        return portaudio.open_input(device, None, on_audio)

    def default(self, channel: Channel) -> str | None:
        """PortAudio lists the devices once, as long as a stream is open: a change is not seen."""
        return None

    def elsewhere(self, device: Device) -> str | None:
        """The tap hears every output; of BlackHole it is not known."""
        return None

    def hurry(self) -> None:
        """PortAudio and Core Audio know no time-out."""

    def close(self) -> None:
        """Nothing is kept between streams."""

    def missing(self) -> list[tuple[str, str]]:
        """What keeps this machine from capturing."""
        if any(device.channel == "speaker" for device in self.devices()):
            return []
        hint = "Run: pip install catap  (macOS 14.2 or newer), or: brew install blackhole-2ch"
        return [("The far side cannot be captured.", hint)]
