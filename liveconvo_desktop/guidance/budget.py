"""The attention budget: how many chips a person can take in, and which ones they do not want."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

Action = Literal[
    "displayed", "clicked", "dismissed", "not_now", "helpful", "irrelevant", "too_late"
]
"""What the user (or the overlay) did with a chip."""

WINDOW = 300.0
_NOT_NOW = 120.0
"""Seconds that a cue rests when the user said "not now"."""
_WEARY = 60.0
"""Seconds that a cue rests when it was closed twice in a row; twice as long each time after."""
_LONGEST = 600.0


@dataclass(frozen=True, slots=True)
class Eagerness:
    """How much guidance is wanted.

    Attributes:
        high: Chips per five minutes at which even priority 1 is held back.
        medium: The same for priority 2; the less a chip matters, the earlier it is held back.
        low: The same for priority 3.
        min_score: How sure a trigger has to be, 0..1.
    """

    high: int = 14
    medium: int = 12
    low: int = 5
    min_score: float = 0.62

    def limit(self, priority: int) -> int:
        """How full the window may be for a chip of this priority to pass."""
        return {1: self.high, 2: self.medium}.get(priority, self.low)


class AttentionBudget:
    """Counts chips in a sliding window of five minutes of audio."""

    def __init__(self, eagerness: Eagerness) -> None:
        self._eagerness = eagerness
        self._spent: deque[tuple[float, str]] = deque()
        self._closed: dict[str, int] = {}
        self._rests: dict[str, float] = {}
        self._muted: set[str] = set()

    def allows(self, t: float, priority: int, cue: str) -> bool:
        """Whether one more chip fits at ``t``."""
        while self._spent and self._spent[0][0] <= t - WINDOW:
            self._spent.popleft()
        wanted = cue not in self._muted and t >= self._rests.get(cue, 0.0)
        return wanted and len(self._spent) < self._eagerness.limit(priority)

    def spend(self, t: float, chip_id: str) -> None:
        """Count a chip that is shown from ``t`` on."""
        self._spent.append((t, chip_id))

    def refund(self, chip_id: str) -> None:
        """A chip that was none costs nothing."""
        self._spent = deque(entry for entry in self._spent if entry[1] != chip_id)

    def note(self, t: float, chip_id: str, cue: str, action: Action) -> None:
        """Learn from the user at ``t``.

        A welcome chip costs nothing. Closing one is no judgement, but a cue that is closed again
        and again comes less often. Only "irrelevant" mutes the cue for the call.
        """
        if action in ("clicked", "helpful"):
            self.refund(chip_id)
            self._closed.pop(cue, None)
        elif action == "not_now":
            self._rests[cue] = t + _NOT_NOW
        elif action == "dismissed":
            self._closed[cue] = times = self._closed.get(cue, 0) + 1
            if times > 1:
                self._rests[cue] = t + min(_LONGEST, _WEARY * 2 ** (times - 2))
        elif action == "irrelevant":
            self._muted.add(cue)
