"""The session clock of one channel: what a device delivers, placed in time without a hole.

A device counts samples with its own crystal and hands them over late and in bursts. What is
certain is that no sample arrives before it was captured, so of

    lag = (arrival - origin) - (samples received / rate)

the *minimum* over some seconds is the device's true offset and everything above it is
transport. From it the three things that look alike are told apart:

- a **stall** (a busy machine; callbacks up to 1.25 s late were measured): the lag jumps, then the
  backlog comes in a burst and the lag is back where it was. Nothing is missing.
- a **loss** (an overrun): the lag jumps and stays while blocks come at their normal pace. Silence
  of that length goes in front of the first block after it, marked ``lost``.
- **drift** (267 ppm between two devices was measured): the minimum wanders. Blocks are stretched
  or squeezed by at most ``MAX_SLEW`` until it is back; 0.2 % is 3.5 cents of pitch.

To tell a stall from a loss, blocks are held while the lag is high. Otherwise each block leaves in
the call that brought it: the clock adds no delay.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.events import AudioBlock, Channel, GapReason

HOLD_ABOVE = 0.15
"""Seconds of lag over the usual offset at which blocks are held. p99 of a callback is 30 ms."""
FLAGGED_ABOVE = 0.02
"""The same when PortAudio itself says that it lost samples."""
CAUGHT_UP = 0.05
"""Seconds over the usual offset at which a backlog counts as delivered."""
DECIDE_AFTER = 0.25
"""Seconds at normal pace, the lag still high, that make a stall a loss: of audio, and of time, for
a backlog comes in pieces of up to 0.34 s (what a pipe holds), all at once."""
PACE_TOLERANCE = 0.01
"""Seconds that the lag may fall within ``DECIDE_AFTER`` of audio at normal pace (4 %)."""
MAX_HOLD = 5.0
"""Seconds after which a backlog that trickles in is taken for a loss."""
WINDOW = 20.0
"""Seconds over which the minimum lag is taken."""
MAX_SLEW = 0.002
"""Largest stretch of a block, as a ratio."""
DEADBAND = 0.005
"""Seconds of error that are left alone."""
QUIET_AFTER = 0.5
"""Seconds without a block after which a sporadic source is taken to play nothing."""

_Held = tuple[float, NDArray[np.float32], bool]


class _LowestLag:
    """Minimum over a sliding window, O(1) amortised; zero when nothing is known yet."""

    def __init__(self) -> None:
        self._ascending: deque[tuple[float, float]] = deque()
        self._shift = 0.0

    def add(self, at: float, lag: float) -> None:
        lag -= self._shift
        while self._ascending and self._ascending[-1][1] >= lag:
            self._ascending.pop()
        self._ascending.append((at, lag))
        while self._ascending[0][0] < at - WINDOW:
            self._ascending.popleft()

    def value(self) -> float:
        return self._ascending[0][1] + self._shift if self._ascending else 0.0

    def shift(self, seconds: float) -> None:
        """Every lag seen so far changes by this, because blocks were stretched."""
        self._shift += seconds

    def clear(self) -> None:
        self._ascending.clear()
        self._shift = 0.0


class ChannelClock:
    """Places the samples of one stream of one channel on the session clock.

    Args:
        channel: Goes into the blocks.
        rate: Hz of the stream.
        origin: ``time.monotonic()`` at session time zero: the capture time of the first sample of
            whichever channel came first.
        start: Session seconds already handed out for this channel, by the clock of an earlier
            stream of the same device.
        lead: Why there is silence between ``start`` and the first sample; None for a channel that
            merely started later than the other (first callbacks come 0.4 to 1.9 s late).
        sporadic: The source delivers nothing while nothing plays (WASAPI loopback). Its holes are
            plain silence, not gaps: nothing was said in them, and marking them would put a "gap"
            into every pause of the far side.
    """

    def __init__(
        self,
        channel: Channel,
        rate: int,
        origin: float,
        *,
        start: float = 0.0,
        lead: GapReason | None = None,
        sporadic: bool = False,
    ) -> None:
        self._channel = channel
        self._rate = rate
        self._origin = origin
        self._lead = lead
        self._sporadic = sporadic
        self._out = round(start * rate)  # samples handed out, on the session clock
        self._held_samples = 0
        self._joined = False
        self._lows = _LowestLag()
        self._credit = 0.0  # stretch that may be spent, in samples
        self._held: list[_Held] = []
        self._held_since = 0.0
        self._mark = 0.0  # lag when the blocks last came faster or slower than real time
        self._low = 0.0  # lowest lag since the mark
        self._marked_at = 0.0
        self._since_mark = 0
        self._last_lag = 0.0
        self._last_arrival = origin

    @property
    def position(self) -> float:
        """Session seconds handed out so far."""
        return self._out / self._rate

    @property
    def error(self) -> float:
        """Seconds by which the handed-out time is behind (+) or ahead (-) of the session clock."""
        return self._lows.value()

    def feed(
        self, arrival: float, samples: NDArray[np.float32], lost: bool = False
    ) -> list[AudioBlock]:
        """Take what one callback brought; get the blocks that are ready.

        Args:
            arrival: ``time.monotonic()`` of the callback.
            samples: Shape (n,), at the stream's rate.
            lost: PortAudio's input-overflow flag, or own drops: samples are missing before these.
        """
        blocks: list[AudioBlock] = []
        if len(samples) == 0:
            return blocks
        self._last_arrival = arrival
        if not self._joined:
            self._joined = True
            captured = arrival - self._origin - len(samples) / self._rate
            blocks += self.fill(captured, self._lead)
        lag = self._lag(arrival, len(samples))
        if self._held:
            return blocks + self._hold(arrival, lag, samples, lost)
        over = lag - self._lows.value()
        if over > (FLAGGED_ABOVE if lost else HOLD_ABOVE):
            self._held_since = arrival
            self._restart_mark(arrival, lag)
            return blocks + self._hold(arrival, lag, samples, lost)
        blocks.append(self._pass(arrival, samples))
        return blocks

    def advance(self, now: float) -> list[AudioBlock]:
        """Let time pass: a sporadic source that is quiet is filled up to shortly before ``now``."""
        if not (self._sporadic and self._joined) or now - self._last_arrival < QUIET_AFTER:
            return []
        held = self._settle(max(0.0, self._low - self._lows.value())) if self._held else []
        return held + self.fill(now - self._origin - QUIET_AFTER, None)

    def fill(self, until: float, reason: GapReason | None) -> list[AudioBlock]:
        """Silence from the current position to session time ``until``, if that lies ahead."""
        missing = round(until * self._rate) - self._out
        if missing <= 0:
            return []
        self._lows.clear()
        return [self._block(np.zeros(missing, np.float32), reason)]

    def release(self) -> list[AudioBlock]:
        """Hand out what is held, as it is: the stream is over."""
        held, self._held, self._held_samples = self._held, [], 0
        return [self._block(samples) for _, samples, _ in held]

    def _lag(self, arrival: float, received: int) -> float:
        out = self._out + self._held_samples + received
        return arrival - self._origin - out / self._rate

    def _restart_mark(self, arrival: float, lag: float) -> None:
        self._mark = self._low = self._last_lag = lag
        self._marked_at = arrival
        self._since_mark = 0

    def _hold(
        self, arrival: float, lag: float, samples: NDArray[np.float32], lost: bool
    ) -> list[AudioBlock]:
        self._held.append((arrival, samples, lost))
        self._held_samples += len(samples)
        if lag - self._lows.value() <= (FLAGGED_ABOVE if self._flagged() else CAUGHT_UP):
            return self._settle(0.0)
        if lag < self._mark - PACE_TOLERANCE or lag > self._last_lag + HOLD_ABOVE:
            self._restart_mark(arrival, lag)
        self._low = min(self._low, lag)
        self._last_lag = lag
        self._since_mark += len(samples)
        at_pace = min(self._since_mark / self._rate, arrival - self._marked_at)
        if at_pace >= DECIDE_AFTER or arrival - self._held_since > MAX_HOLD:
            return self._settle(self._low - self._lows.value())
        return []

    def _flagged(self) -> bool:
        return any(lost for _, _, lost in self._held)

    def _settle(self, missing: float) -> list[AudioBlock]:
        """Hand out the held blocks, ``missing`` seconds of silence before where the loss was."""
        held, self._held, self._held_samples = self._held, [], 0
        if missing <= 0:
            return [self._pass(arrival, samples) for arrival, samples, _ in held]
        flags = [i for i, (_, _, lost) in enumerate(held) if lost]
        at = flags[-1] if flags else 0
        reason: GapReason | None = None if self._sporadic and not flags else "lost"
        usual = self._lows.value()
        blocks = [self._block(samples) for _, samples, _ in held[:at]]
        blocks += self.fill(self.position + missing, reason)
        blocks += [self._block(samples) for _, samples, _ in held[at:]]
        self._lows.add(held[-1][0], usual)
        return blocks

    def _pass(self, arrival: float, samples: NDArray[np.float32]) -> AudioBlock:
        self._lows.add(arrival, self._lag(arrival, len(samples)))
        return self._block(self._slew(samples))

    def _slew(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Stretch or squeeze towards zero error; first and last sample stay as they are."""
        allowed = len(samples) * MAX_SLEW
        self._credit = min(self._credit + allowed, max(allowed, 2.0))
        error = self._lows.value()
        if abs(error) <= DEADBAND or self._credit < 1 or len(samples) < 64:
            return samples
        change = min(int(self._credit), int(abs(error) * self._rate))
        self._credit -= change
        change = change if error > 0 else -change
        self._lows.shift(-change / self._rate)
        n = len(samples)
        where = np.linspace(0.0, n - 1.0, n + change)
        return np.interp(where, np.arange(n), samples).astype(np.float32)

    def _block(self, samples: NDArray[np.float32], gap: GapReason | None = None) -> AudioBlock:
        block = AudioBlock(self._channel, self._out / self._rate, self._rate, samples, gap)
        self._out += len(samples)
        return block
