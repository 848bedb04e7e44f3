"""Linux without ``parec`` and ``pactl``: the sound server through PortAudio and ALSA's plugin.

PortAudio knows the server as one device, ``pulse``. Which source that is, the client library takes
from the environment variable ``PULSE_SOURCE`` when a stream is opened, so it is set just before,
under the lock. Only the two names that the server resolves itself are of use here: nobody tells
the others without ``pactl``.

PulseAudio moves the streams of a removed output to the default source, the microphone, and nothing
here learns of it; ``loopback_linux`` does. (Debian's pulseaudio package depends on those programs.
What lacks them is PipeWire.)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from liveconvo_desktop.audio import portaudio
from liveconvo_desktop.audio.backend import Device, OnAudio
from liveconvo_desktop.audio.portaudio import PortAudioStream
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import Channel

_RATE = 48_000
"""Hz, what sound servers run at; the plugin itself would have it converted to 44,100."""
_BLOCK = 0.04
_LATENCY = 0.08
"""Seconds. Larger buffers cost still less CPU, but blocks then come in bursts, 40 ms late in the
median; smaller ones make PortAudio's thread spin (docs/audio.md). A stalled process loses nothing
of either: the client library queues what does not fit."""

_DEVICES = [
    Device("@DEFAULT_SOURCE@", "Default microphone", "mic", True),
    Device("@DEFAULT_MONITOR@", "Sound of the default output", "speaker", True),
]
_INSTALL = (
    "Run: sudo apt-get install pulseaudio-utils  (costs less CPU and lets you choose the devices),"
    " or: sudo apt-get install libportaudio2 libasound2-plugins"
)
_NO_LIBRARY = ("Neither pulseaudio-utils nor the PortAudio library is installed.", _INSTALL)
_NO_SERVER = (
    "No sound server can be reached (PulseAudio, or PipeWire with pipewire-pulse).",
    "Run: systemctl --user start pipewire-pulse  (or: pulseaudio --start). If it runs already,"
    f" the programs to reach it are missing. {_INSTALL}",
)


class PulsePortAudio:
    """The default microphone and the monitor of the default output."""

    sporadic: frozenset[Channel] = frozenset()  # a monitor delivers silence while nothing plays

    def devices(self) -> list[Device]:
        """Both, while a sound server answers."""
        return [] if self.missing() else list(_DEVICES)

    def open(self, device: Device, on_audio: OnAudio) -> PortAudioStream:
        """Capture the source, mixed to one channel by the server."""
        where = f"audio.{device.channel}"
        with portaudio.lock, _source(device.id):
            server = _server()
            if server is None:
                raise AudioError(*_NO_SERVER, where)
            index, info = server
            try:
                return PortAudioStream(
                    index, info, on_audio, rate=_RATE, channels=1, block=_BLOCK, latency=_LATENCY
                )
            except portaudio.library().PortAudioError as error:
                raise AudioError(
                    f"{device.name} cannot be opened ({error}).",
                    "Look at the sound settings: is there one, and is it turned on?",
                    where,
                ) from error

    def default(self, channel: Channel) -> str | None:
        """Nobody tells without ``pactl``."""
        return None

    def elsewhere(self, device: Device) -> str | None:
        """Nobody tells without ``pactl``."""
        return None

    def hurry(self) -> None:
        """PortAudio knows no time-out."""

    def close(self) -> None:
        """Nothing is shared between the streams."""

    def missing(self) -> list[tuple[str, str]]:
        """What keeps this machine from capturing."""
        try:
            return [] if _server() else [_NO_SERVER]
        except AudioError:
            return [_NO_LIBRARY]


def _server() -> tuple[int, dict[str, Any]] | None:
    """PortAudio's index and description of the sound server; listed only while it answers."""
    found = ((index, info) for index, info, _ in portaudio.inputs() if info["name"] == "pulse")
    return next(found, None)


@contextmanager
def _source(name: str) -> Iterator[None]:
    """``PULSE_SOURCE`` while a stream is opened; the lock is held."""
    before = os.environ.get("PULSE_SOURCE")
    os.environ["PULSE_SOURCE"] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ["PULSE_SOURCE"]
        else:
            os.environ["PULSE_SOURCE"] = before
