"""The system's sound output, through PortAudio on every system."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.audio import portaudio
from liveconvo_desktop.errors import AudioError

Pull = Callable[[int, float], NDArray[np.float32]]
"""(frames wanted, monotonic time at which the first is heard) -> shape (frames, 2)."""

_WHERE = "audio.player"
_LONGEST_LATENCY = 3.0
"""Seconds; a host API that claims more has a clock of its own."""


class Output(Protocol):
    """A stream that pulls what it plays."""

    @property
    def alive(self) -> bool:
        """False once the device has gone."""

    def close(self) -> None:
        """Be silent at once; idempotent."""


OpenOutput = Callable[[int, Pull], Output]


class PortAudioOutput:
    """The default output device.

    Args:
        rate: Hz of what is pulled.
        pull: Called from PortAudio's own thread.

    Raises:
        AudioError: There is no output, or it refuses.
    """

    def __init__(self, rate: int, pull: Pull) -> None:
        self._pull = pull
        self._closed = False
        library = portaudio.library()
        with portaudio.lock:
            portaudio.refresh()
            try:
                library.query_devices(kind="output")
            except (library.PortAudioError, ValueError) as error:
                raise AudioError(
                    "No sound output is connected, so the recording cannot be played.",
                    "Connect speakers or a headset, then press play again.",
                    _WHERE,
                ) from error
            try:
                self._stream = library.OutputStream(
                    samplerate=rate, channels=2, dtype="float32", callback=self._play
                )
                self._stream.start()
            except library.PortAudioError as error:
                raise AudioError(
                    f"The sound output cannot be opened ({error}).",
                    "Close programs that use it alone, or choose another output in the system.",
                    _WHERE,
                ) from error
            portaudio.count_stream(+1)

    def _play(self, out: NDArray[np.float32], frames: int, clock: Any, _status: Any) -> None:
        ahead = float(clock.outputBufferDacTime - clock.currentTime)
        if not 0 < ahead < _LONGEST_LATENCY:
            ahead = float(self._stream.latency)
        out[:] = self._pull(frames, time.monotonic() + ahead)

    @property
    def alive(self) -> bool:
        """False once PortAudio has given the stream up."""
        return not self._closed and bool(self._stream.active)

    def close(self) -> None:
        """Throw away what is still in the device, and end; idempotent."""
        if not self._closed:
            self._closed = True
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
            portaudio.count_stream(-1)
