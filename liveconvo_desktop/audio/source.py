"""What every source of audio, live or replayed, looks like to the call."""

from __future__ import annotations

from typing import Protocol

from liveconvo_desktop.events import AudioBlock, Channel, Fault


class Source(Protocol):
    """Two channels as blocks on one session clock, at ``SAMPLE_RATE``, float32 mono.

    Blocks of one channel are contiguous: each starts where the one before it ended, from 0.0 on.
    A hole is handed out as a block of silence with ``gap`` set. Only the *listen* thread calls
    ``read``; the other members may be read from any thread.
    """

    @property
    def names(self) -> dict[Channel, str]:
        """What a person calls the device or file behind each channel; absent: not captured."""

    @property
    def dropped(self) -> int:
        """Blocks lost because nobody read in time."""

    @property
    def epoch(self) -> float:
        """``time.monotonic()`` at audio time zero; 0.0 until it is known.

        Files know it from ``start`` on, devices from their first block on.
        """

    def start(self) -> None:
        """Open devices or files.

        Raises:
            AudioError: Nothing at all can be captured. One missing side is a fault, not an error.
        """

    def read(self, timeout: float) -> list[AudioBlock]:
        """Blocks that are ready, waiting up to ``timeout`` seconds for the first."""

    @property
    def ended(self) -> bool:
        """True when no further block will come: a file at its end; stopped, and all is read."""

    def faults(self) -> list[Fault]:
        """Faults since the last ask (a device went away, a side is silent)."""

    def stop(self) -> None:
        """Close everything; idempotent. Called by the thread that reads.

        What live devices had captured by then is still to be read: ``read(0.0)`` until it returns
        nothing. Of files nothing more comes: what was not read is in them.
        """
