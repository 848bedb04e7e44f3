"""One channel of a live call: its stream, its clock, and what happens when the device goes away.

Used by one thread; it is told the time and never waits, apart from opening a device.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np

from liveconvo_desktop.audio.backend import Backend, Device, OnAudio, Stream
from liveconvo_desktop.audio.clock import ChannelClock
from liveconvo_desktop.audio.devices import find_device
from liveconvo_desktop.audio.resample import BlockResampler, to_mono
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import SAMPLE_RATE, AudioBlock, Channel, Fault

GONE_AFTER = 3.0
"""Seconds without a callback after which a device that used to deliver is taken for gone."""
FIRST_AFTER = 5.0
"""The same before its first callback; 1.9 s was measured."""
RETRY_EVERY = 2.0
"""Seconds between two attempts to open a device that is away."""
FILL_BEHIND = 0.25
"""Seconds that the silence of an absent device stays behind the time, so that it does not cover
what the device has captured when its first callback comes."""
ZEROS_AFTER = 10.0
"""Seconds of exact zeros from a microphone that are worth a word; a real one always hisses."""


class Side:
    """One channel.

    Args:
        wanted: Id of a device, or None for the default at each (re)opening.
        listener: Makes what the stream of a channel and generation calls.
    """

    def __init__(
        self,
        channel: Channel,
        wanted: str | None,
        backend: Backend,
        listener: Callable[[Channel, int], OnAudio],
    ) -> None:
        self.channel = channel
        self.device: Device | None = None
        self.faults: list[Fault] = []
        self.generation = 0  # of the stream: what an earlier one left in the queue is not taken
        self._wanted = wanted
        self._backend = backend
        self._listener = listener
        self._stream: Stream | None = None
        self._clock: ChannelClock | None = None
        self._resampler = BlockResampler(channel)
        self._joined = False  # the present stream has delivered
        self._absent = False  # the device was missed: its time is a gap
        self._last = 0.0  # last callback, or the opening
        self._retry_at = 0.0
        self._zeros = 0  # samples since the opening, while all are zero; -1 once one was not

    def open(self, now: float) -> None:
        """Open the device.

        Raises:
            AudioError: It cannot be; the side counts as absent from then on.
        """
        self._retry_at = now + RETRY_EVERY
        self._joined = False
        self._zeros = 0
        self._last = now
        self.generation += 1
        try:
            device = find_device(self.channel, self._wanted, self._backend)
            heard = self._listener(self.channel, self.generation)
            self._stream = self._backend.open(device, heard)
        except AudioError:
            self._absent = True
            raise
        self.device = device

    def seconds(self, data: bytes) -> float:
        """Length of what a callback brought."""
        assert self._stream is not None
        return len(data) / (4 * self._stream.channels * self._stream.rate)

    def take(self, origin: float, arrival: float, data: bytes, lost: bool) -> list[AudioBlock]:
        """What one callback brought.

        Args:
            origin: ``time.monotonic()`` at session time zero.
            arrival: The same clock, when the callback came.
            data: Interleaved float32 frames.
            lost: Samples are missing before them.
        """
        assert self._stream is not None
        self._last = arrival
        if not self._joined:
            self._joined = True
            self._clock = ChannelClock(
                self.channel,
                self._stream.rate,
                origin,
                start=self._clock.position if self._clock else 0.0,
                lead="device" if self._absent else None,
                sporadic=self.channel in self._backend.sporadic,
            )
            self._absent = False
        assert self._clock is not None
        samples = to_mono(np.frombuffer(data, np.float32).reshape(-1, self._stream.channels))
        if self._zeros >= 0:
            self._listen_for_zeros(bool(samples.any()), len(samples))
        return self._resampled(self._clock.feed(arrival, samples, lost))

    def tend(self, origin: float | None, now: float) -> list[AudioBlock]:
        """Let time pass: notice a device that went away, try to get it back, fill its time."""
        blocks: list[AudioBlock] = []
        if self._stream is not None and self._gone(now):
            blocks += self._lose(now)
        if self._stream is None and now >= self._retry_at:
            with suppress(AudioError):  # told when it went away, or at the start
                self.open(now)
        if origin is None:
            return blocks
        if self._absent:
            if self._clock is None:
                self._clock = ChannelClock(self.channel, SAMPLE_RATE, origin)
            blocks += self._resampled(self._clock.fill(now - origin - FILL_BEHIND, "device"))
        elif self._clock is not None:
            blocks += self._resampled(self._clock.advance(now))
        return blocks

    def close(self) -> None:
        """Close the stream; what it brought can still be taken. Idempotent."""
        if self._stream is not None:
            self._stream.close()

    def finish(self) -> list[AudioBlock]:
        """Close the stream and hand out everything that is still held; it takes no more."""
        self.close()
        self._stream = None
        held = self._clock.release() if self._clock else []
        return self._resampled(held) + self._resampler.flush()

    def _gone(self, now: float) -> bool:
        assert self._stream is not None
        if not self._stream.alive:
            return True
        if self._joined and self.channel in self._backend.sporadic:
            return False
        return now - self._last > (GONE_AFTER if self._joined else FIRST_AFTER)

    def _lose(self, now: float) -> list[AudioBlock]:
        blocks = self.finish()
        if not self._absent:  # once for each time that it was there
            name = self.device.name if self.device else "The device"
            what = "went away" if self._joined else "delivers nothing"
            self.faults.append(
                Fault(
                    f"audio.{self.channel}",
                    f"{name} {what}.",
                    "Connect it again, or look at the sound settings; capture goes on by itself.",
                )
            )
        self.device = None
        self._absent = True
        self._retry_at = now
        return blocks

    def _listen_for_zeros(self, sound: bool, count: int) -> None:
        if self.channel != "mic" or self._stream is None:
            return
        self._zeros = -1 if sound else self._zeros + count
        if self._zeros > ZEROS_AFTER * self._stream.rate:
            self._zeros = -1
            self.faults.append(
                Fault(
                    "audio.mic",
                    "The microphone delivers no sound at all, not even noise.",
                    "Turn it on (a mute key, the sound settings), or allow LiveConvo to use it in"
                    " the system's privacy settings.",
                )
            )

    def _resampled(self, blocks: list[AudioBlock]) -> list[AudioBlock]:
        return [ready for block in blocks for ready in self._resampler.feed(block)]
