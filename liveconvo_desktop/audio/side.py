"""One channel of a live call: its stream, its clock, and what happens when the device goes away.

Used by one thread; it is told the time and never waits, apart from opening a device.
"""

from __future__ import annotations

from collections.abc import Callable

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
"""Seconds of exact zeros from a microphone that are worth a word; a real one always hisses. After
as many from a loopback, another output may be the one that the call plays on."""
ASK_EVERY = 2.0
"""Seconds between two looks at whether something plays there; a short sound is not seen twice."""


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
        self._told = False  # that it is away; once for each time that it was there
        self._default: str | None = None  # the system's choice when it was opened
        self._zeros = 0  # newest samples that are all zero; of a microphone -1 once one was not
        self._ask_at = 0.0
        self._elsewhere: str | None = None  # another output that played at the last look

    def open(self, now: float) -> None:
        """Open the device.

        Raises:
            AudioError: It cannot be; the side counts as absent from then on.
        """
        self._retry_at = now + RETRY_EVERY
        self._joined = False
        self._zeros = 0
        self._elsewhere = None
        self._last = now
        self.generation += 1
        try:
            device = find_device(self.channel, self._wanted, self._backend)
            self._default = self._backend.default(self.channel)
            heard = self._listener(self.channel, self.generation)
            self._stream = self._backend.open(device, heard)
        except AudioError:
            self._absent = self._told = True
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
            self._absent = self._told = False
        assert self._clock is not None
        samples = to_mono(np.frombuffer(data, np.float32).reshape(-1, self._stream.channels))
        self._listen_for_zeros(bool(samples.any()), len(samples))
        return self._resampled(self._clock.feed(arrival, samples, lost))

    def tend(self, origin: float | None, now: float) -> list[AudioBlock]:
        """Let time pass: notice a device that went away, try to get it back, fill its time."""
        blocks: list[AudioBlock] = []
        if self._stream is not None:
            if self._gone(now):
                blocks += self._lose(now)
            elif self._superseded():
                blocks += self._leave(now)
            elif now >= self._ask_at:
                self._look_elsewhere(now)
        if self._stream is None and now >= self._retry_at:
            self._reopen(now)
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
        if not self._told:
            self._told = True
            name = self.device.name if self.device else "The device"
            what = "went away" if self._joined else "delivers nothing"
            self.faults.append(
                Fault(
                    f"audio.{self.channel}",
                    f"{name} {what}.",
                    "Connect it again, or look at the sound settings; capture goes on by itself.",
                )
            )
        return self._leave(now)

    def _superseded(self) -> bool:
        """The user switched to another output or microphone, and this one only followed."""
        default = self._backend.default(self.channel)
        assert self.device is not None
        return self._wanted is None and default not in (None, self._default, self.device.id)

    def _leave(self, now: float) -> list[AudioBlock]:
        """Close the stream and look for the device at once."""
        blocks = self.finish()
        self.device = None
        self._absent = True
        self._retry_at = now
        return blocks

    def _reopen(self, now: float) -> None:
        told = self._told
        try:
            self.open(now)
        except AudioError as error:
            if not told:
                self.faults.append(error.fault())

    def _look_elsewhere(self, now: float) -> None:
        """A call on another output than the captured one is silent without an error: say so."""
        self._ask_at = now + ASK_EVERY
        if self.channel != "speaker" or self.device is None or not self._long_silent():
            return
        before, self._elsewhere = self._elsewhere, self._backend.elsewhere(self.device)
        if self._elsewhere is None or self._elsewhere != before:
            return
        self._zeros = -1  # told; the next sound counts anew
        self.faults.append(
            Fault(
                "audio.speaker",
                f"Nothing is heard from {self.device.name}, while {self._elsewhere} is playing.",
                f"If the call plays on {self._elsewhere}, choose that as the output to listen to,"
                f" or move the call to {self.device.name}.",
            )
        )

    def _long_silent(self) -> bool:
        assert self._stream is not None
        return self._zeros > ZEROS_AFTER * self._stream.rate

    def _listen_for_zeros(self, sound: bool, count: int) -> None:
        if sound:
            self._zeros = 0 if self.channel == "speaker" else -1
        elif self._zeros >= 0:
            self._zeros += count
        if self.channel == "mic" and self._long_silent():
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
