"""The live source: microphone and loopback at once, on one clock.

A stream's thread copies, stamps the arrival and queues; everything else happens in ``read``, in
the caller's thread.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import NamedTuple

from liveconvo_desktop.audio.backend import Backend, OnAudio
from liveconvo_desktop.audio.devices import system_backend
from liveconvo_desktop.audio.side import Side
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import CHANNELS, AudioBlock, Channel, Fault

QUEUE_LIMIT = 2_000
"""Deliveries that wait for ``read``: 20 s of both channels in 20 ms blocks, at most 15 MB."""

TEND_EVERY = 0.1
"""Seconds between two looks at whether the devices are still there."""


class _Delivery(NamedTuple):
    channel: Channel
    generation: int
    arrival: float
    data: bytes
    lost: bool


class LiveCapture:
    """A :class:`~liveconvo_desktop.audio.source.Source` over this machine's devices.

    Both channels always come: a device that is missing or went away is silence with the gap
    ``device``, until it is there (again); it is looked for every two seconds.

    Args:
        mic_device: Id of a listed microphone, or None for the default.
        speaker_device: Id of a listed loopback, or None for the default.
        backend: Where devices come from; this system's unless a test gives another.
        now: The monotonic clock, likewise.

    Attributes:
        names: What a person calls the device behind each channel that is captured.
        dropped: Deliveries lost because nobody read in time.
        epoch: ``time.monotonic()`` at audio time zero; 0.0, not known yet, before the first block.
    """

    def __init__(
        self,
        mic_device: str | None = None,
        speaker_device: str | None = None,
        *,
        backend: Backend | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend or system_backend()
        self._now = now
        self._sides: dict[Channel, Side] = {
            "mic": Side("mic", mic_device, self._backend, self._listener),
            "speaker": Side("speaker", speaker_device, self._backend, self._listener),
        }
        # SimpleQueue is C: a tenth of Queue's cost a delivery; the bound is kept by hand.
        self._queue: queue.SimpleQueue[_Delivery] = queue.SimpleQueue()
        self._tend_at = 0.0
        self._origin: float | None = None
        self._stopped = False
        self._ended = False
        self._faults: list[Fault] = []
        self.names: dict[Channel, str] = {}
        self.dropped = 0
        self.epoch = 0.0

    def start(self) -> None:
        """Open both devices.

        Raises:
            AudioError: Neither can be opened.
        """
        errors = []
        for side in self._sides.values():
            try:
                side.open(self._now())
            except AudioError as error:
                errors.append(error)
        if len(errors) == len(CHANNELS):
            self.stop()
            raise errors[0]
        self._faults += [error.fault() for error in errors]
        self._name()
        self._backend.hurry()

    def read(self, timeout: float) -> list[AudioBlock]:
        """Blocks that are ready, waiting up to ``timeout`` seconds for the first.

        The first call after ``stop`` returns all that was captured and not read yet.
        """
        if self._stopped:
            return self._rest()
        blocks = self._queued(max(0.0, timeout))
        now = self._now()
        if now >= self._tend_at:
            self._tend_at = now + TEND_EVERY
            for side in self._sides.values():
                blocks += side.tend(self._origin, now)
            self._name()
        return blocks

    def _queued(self, timeout: float) -> list[AudioBlock]:
        blocks: list[AudioBlock] = []
        try:
            delivery = self._queue.get(timeout=timeout)
            while True:
                blocks += self._take(delivery)
                delivery = self._queue.get_nowait()
        except queue.Empty:
            return blocks

    def _rest(self) -> list[AudioBlock]:
        blocks = self._queued(0.0)
        for side in self._sides.values():
            blocks += side.finish()
        self._ended = True
        return blocks

    def _take(self, delivery: _Delivery) -> list[AudioBlock]:
        side = self._sides[delivery.channel]
        if delivery.generation != side.generation or side.device is None:
            return []
        if self._origin is None:
            self._origin = self.epoch = delivery.arrival - side.seconds(delivery.data)
        return side.take(self._origin, delivery.arrival, delivery.data, delivery.lost)

    def _listener(self, channel: Channel, generation: int) -> OnAudio:
        """What the thread of one stream calls: stamp, queue, count what does not fit."""
        missed = False

        def heard(data: bytes, lost: bool) -> None:
            nonlocal missed
            delivery = _Delivery(channel, generation, self._now(), data, lost or missed)
            missed = self._queue.qsize() >= QUEUE_LIMIT
            if missed:
                self.dropped += 1
            else:
                self._queue.put(delivery)

        return heard

    def _name(self) -> None:
        names = {c: side.device.name for c, side in self._sides.items() if side.device}
        if names != self.names:
            self.names = names  # replaced, never changed: other threads read it

    @property
    def ended(self) -> bool:
        """True once stopped and read to the end; devices have no end of their own."""
        return self._ended

    def faults(self) -> list[Fault]:
        """Faults since the last ask."""
        found, self._faults = self._faults, []
        for side in self._sides.values():
            found += side.faults
            side.faults = []
        return found

    def stop(self) -> None:
        """Close the devices; idempotent. What they have captured is still to be read."""
        self._stopped = True
        for side in self._sides.values():
            side.close()
        self._backend.close()
