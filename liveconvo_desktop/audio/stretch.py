"""Speech faster or slower at the same pitch; pure: feed samples, ask for steps.

WSOLA (Verhelst and Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for
high quality time-scale modification of speech", ICASSP 1993): frames of 40 ms are overlapped by
half; each is taken from within 10 ms of its place where it looks most like what would have come
next. At speed 1 the output is the input, sample by sample.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_SECONDS = 0.040
REACH_SECONDS = 0.010

Samples = NDArray[np.float32]


class Stretch:
    """One mono stream.

    Args:
        rate: Hz.

    Attributes:
        speed: Input seconds per output second; may change between steps.
        hop: Samples of one step.
    """

    def __init__(self, rate: int) -> None:
        self.speed = 1.0
        self.hop = round(rate * FRAME_SECONDS) // 2
        self._reach = round(rate * REACH_SECONDS)
        angles = (np.arange(self.hop, dtype=np.float32) + 0.5) * np.float32(np.pi / self.hop)
        self._rise: Samples = (0.5 - 0.5 * np.cos(angles)).astype(np.float32)
        self._fall: Samples = 1 - self._rise
        self.restart(0)

    def restart(self, at: int) -> None:
        """Forget everything; the next sample fed is number ``at``."""
        self._kept = np.zeros(0, np.float32)
        self._first = at  # number of the first sample kept
        self._next = float(at)  # where the next frame stands at even speed
        self._expected = at  # what would come next if nothing were left out or repeated
        self._end: int | None = None

    def feed(self, samples: Samples) -> None:
        """Take the samples that follow."""
        self._kept = np.concatenate([self._kept, samples])

    def flush(self) -> None:
        """Nothing follows: let the rest out with the next steps."""
        self._end = self._first + len(self._kept)
        self.feed(np.zeros(2 * self.hop + self._reach, np.float32))

    def step(self) -> tuple[int, Samples] | None:
        """The next ``hop`` samples, and the number of the input sample that the first stands for.

        Returns:
            None when more has to be fed, or after ``flush`` everything is out.
        """
        place = round(self._next)
        if self._end is not None and place >= self._end:
            return None
        if place + self._reach + 2 * self.hop > self._first + len(self._kept):
            return None
        # What was to come fades into the frame that comes.
        before = self._frame(self._expected)
        chosen = place if self.speed == 1.0 else self._most_alike(place, before)
        if self.speed == 1.0:
            place = chosen = self._expected
        made = before * self._fall + self._frame(chosen) * self._rise
        self._expected = chosen + self.hop
        self._next = place + self.hop * self.speed if self.speed != 1.0 else float(self._expected)
        self._forget()
        return place, made[: None if self._end is None else max(0, self._left(place))]

    def _left(self, place: int) -> int:
        """Samples of a step that still stand for input after a flush."""
        assert self._end is not None
        return min(self.hop, round((self._end - place) / self.speed))

    def _frame(self, at: int) -> Samples:
        start = at - self._first
        found = self._kept[start : start + self.hop]
        return np.pad(found, (0, self.hop - len(found)))

    def _most_alike(self, place: int, wanted: Samples) -> int:
        """The start within reach of ``place`` whose samples correlate best with ``wanted``."""
        low = max(self._first, place - self._reach)
        region = self._kept[low - self._first : place + self._reach + self.hop - self._first]
        alike = np.correlate(region, wanted, "valid")
        sums = np.concatenate([[0.0], np.cumsum(region.astype(np.float64) ** 2)])
        energy = sums[self.hop :] - sums[: -self.hop]
        return low + int(np.argmax(alike / np.sqrt(energy + 1e-9)))

    def _forget(self) -> None:
        needed = min(self._expected, round(self._next) - self._reach)
        gone = max(0, needed - self._first)
        self._kept = self._kept[gone:]
        self._first += gone
