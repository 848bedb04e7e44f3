"""PortAudio through sounddevice: microphones on Windows and macOS, and BlackHole there.

Linux uses it only where the sound server's own client programs are missing.

sounddevice is imported late, because importing it raises ``OSError`` where the PortAudio library
is missing, and the program must run without it.
"""

from __future__ import annotations

import threading
from typing import Any

from liveconvo_desktop.audio.backend import BLOCK_SECONDS, Device, OnAudio
from liveconvo_desktop.errors import AudioError

lock = threading.RLock()
"""Held to look for devices and open one of them: PortAudio started anew by another thread in
between would take the stream, or the meaning of its index, away."""
_open_streams = 0


class PortAudioStream:
    """A sounddevice input stream.

    Args:
        index: PortAudio's, from ``inputs``; the lock is held since.
        info: PortAudio's description, from the same.
        rate: Hz; None for the native rate.
        channels: None for the native ones, two at most.
        block: Seconds in one delivery.
        latency: Seconds of buffer asked for; None for the device's own choice.
    """

    def __init__(
        self,
        index: int,
        info: dict[str, Any],
        on_audio: OnAudio,
        *,
        rate: int | None = None,
        channels: int | None = None,
        block: float = BLOCK_SECONDS,
        latency: float | None = None,
    ) -> None:
        self.rate = rate or int(info["default_samplerate"])
        self.channels = channels or min(2, int(info["max_input_channels"]))
        self._on_audio = on_audio
        self._closed = False
        self._stream = library().RawInputStream(
            device=index,
            samplerate=self.rate,
            channels=self.channels,
            blocksize=round(self.rate * block),
            latency=latency,
            dtype="float32",
            callback=self._heard,
        )
        try:
            self._stream.start()
        except library().PortAudioError:
            self._stream.close(ignore_errors=True)
            raise
        count_stream(+1)

    def _heard(self, data: Any, _frames: int, _time: Any, status: Any) -> None:
        self._on_audio(bytes(data), bool(status.input_overflow))

    @property
    def alive(self) -> bool:
        """False once PortAudio has given the stream up."""
        return not self._closed and bool(self._stream.active)

    def close(self) -> None:
        """End the capture; idempotent."""
        if not self._closed:
            self._closed = True
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
            count_stream(-1)


def count_stream(change: int) -> None:
    """Note a stream opened (+1) or closed (-1), so that nobody starts PortAudio anew under it."""
    global _open_streams
    with lock:
        _open_streams += change


def library() -> Any:
    """The sounddevice module.

    Raises:
        AudioError: The PortAudio library is not installed.
    """
    try:
        import sounddevice  # noqa: PLC0415  (raises OSError without PortAudio)
    except OSError as error:
        raise AudioError(
            f"The PortAudio library is missing ({error}).",
            "Install it: sudo apt-get install libportaudio2, or reinstall LiveConvo.",
            "audio.mic",
        ) from error
    return sounddevice


def refresh() -> None:
    """See what was plugged in since: PortAudio looks for devices only when it starts.

    The lock is held; it is started anew unless a stream runs.
    """
    if _open_streams == 0:
        library()._terminate()
        library()._initialize()


def inputs(host: str | None = None) -> list[tuple[int, dict[str, Any], bool]]:
    """Input devices: index, PortAudio's description, and whether it is the default.

    Args:
        host: Only this host API ("Windows WASAPI"), which lists each device once.
    """
    device_library = library()
    with lock:
        refresh()
        hosts = device_library.query_hostapis()
        return [
            (index, dict(info), hosts[info["hostapi"]]["default_input_device"] == index)
            for index, info in enumerate(device_library.query_devices())
            if info["max_input_channels"] > 0
            and (host is None or hosts[info["hostapi"]]["name"] == host)
        ]


def open_input(device: Device, host: str | None, on_audio: OnAudio) -> PortAudioStream:
    """Capture an input device that is called ``device.id``.

    Raises:
        AudioError: It is not connected, or refuses.
    """
    where = f"audio.{device.channel}"
    with lock:
        for index, info, _ in inputs(host):
            if info["name"] == device.id:
                try:
                    return PortAudioStream(index, info, on_audio)
                except library().PortAudioError as error:
                    raise AudioError(
                        f"{device.name} cannot be opened ({error}).",
                        "Close programs that use it alone, and allow LiveConvo to use it.",
                        where,
                    ) from error
    raise AudioError(
        f"{device.name} is not connected.", "Connect it, or choose another device.", where
    )
