"""Which chips are worth a place now: a pure machine, fed with chips and the call's clock."""

from __future__ import annotations

from liveconvo_desktop.events import Chip

VISIBLE = 3


class Deck:
    """Chips of a running call that are neither done with nor expired.

    The most important come first and, among equals, the newest. What does not fit waits, and
    leaves quietly when its time is over.
    """

    def __init__(self, visible: int = VISIBLE) -> None:
        self._visible = visible
        self._chips: dict[str, Chip] = {}

    def add(self, chip: Chip) -> None:
        """Take in a chip; a second one of the same id replaces the first."""
        self._chips[chip.id] = chip

    def remove(self, chip_id: str) -> None:
        """Take a chip out; unknown ids are fine."""
        self._chips.pop(chip_id, None)

    def expire(self, now: float) -> bool:
        """Drop what is past its time at ``now`` (call seconds); True when something went."""
        gone = [chip.id for chip in self._chips.values() if chip.expires <= now]
        for chip_id in gone:
            del self._chips[chip_id]
        return bool(gone)

    def top(self) -> list[Chip]:
        """The chips to show, most important first."""
        return sorted(self._chips.values(), key=lambda chip: (chip.priority, -chip.t))[
            : self._visible
        ]

    def waiting(self) -> int:
        """How many live chips found no place."""
        return max(0, len(self._chips) - self._visible)
