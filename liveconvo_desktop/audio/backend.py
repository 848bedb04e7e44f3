"""What a system must offer so that a call can be heard: devices, and streams from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from liveconvo_desktop.events import Channel

OnAudio = Callable[[bytes, bool], None]
"""Called on the stream's own thread with interleaved float32 frames, and whether samples are
missing before them. It must return at once."""

BLOCK_SECONDS = 0.02
"""How much audio a stream is asked to deliver at a time."""


@dataclass(frozen=True, slots=True)
class Device:
    """Something to capture from.

    Attributes:
        id: Stays the same between starts of the program; what a setting keeps.
        name: What a person calls it.
        channel: ``mic``, or ``speaker`` for the sound of an output (loopback).
        is_default: The system uses it unless told otherwise.
    """

    id: str
    name: str
    channel: Channel
    is_default: bool


class Stream(Protocol):
    """A running capture.

    Attributes:
        rate: Hz.
        channels: Interleaved in each delivery.
    """

    rate: int
    channels: int

    @property
    def alive(self) -> bool:
        """False once it will deliver no more: its device, or the sound server, is gone."""

    def close(self) -> None:
        """End it; idempotent. No delivery after the return."""


class Backend(Protocol):
    """One operating system's way to microphones and loopbacks.

    Attributes:
        sporadic: Channels that deliver nothing while nothing plays.
    """

    sporadic: frozenset[Channel]

    def devices(self) -> list[Device]:
        """What is connected now; empty when there is nothing or no sound system."""

    def open(self, device: Device, on_audio: OnAudio) -> Stream:
        """Start capturing.

        Raises:
            AudioError: The device cannot be opened.
        """

    def default(self, channel: Channel) -> str | None:
        """Id of the device that the system uses now, as it was told last: returns at once.

        None where nothing tells of a change while a stream is open.
        """

    def elsewhere(self, device: Device) -> str | None:
        """Name of another output that something plays on, as found by the last such question.

        Returns at once; None where there is none, or where nobody can tell.
        """

    def hurry(self) -> None:
        """A call runs: whoever asks now must not wait for a sound system that does not answer."""

    def close(self) -> None:
        """Release what is shared between streams; those are closed by their owners."""

    def missing(self) -> list[tuple[str, str]]:
        """What this machine lacks: message and hint (the command or the place to click)."""
