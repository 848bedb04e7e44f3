"""Keep the far side's voice, leaking from the loudspeaker, out of the user's channel.

A gate, not a canceller: microphone frames that the loopback explains are silenced *before* voice
detection, everything louder passes untouched. The recording keeps the raw microphone. Pure: fed
blocks of both channels, far side first.

Method: energy envelopes in 10 ms frames; when those of the last 1.5 s correlate above 0.8 at some
lag, that lag and the ratio of their levels may describe a leak. People who talk at once look the
same, so it is believed only when the waveforms agree at that lag too (``leak``). A frame is echo
when it stays under the delayed loopback times that ratio plus a margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.audio.leak import SoundHistory, sharpness
from liveconvo_desktop.events import SAMPLE_RATE, AudioBlock

_FRAME = 160
_FRAMES_PER_SECOND = SAMPLE_RATE // _FRAME
_HISTORY = 30 * _FRAMES_PER_SECOND
_PLAYED = 8 * _FRAMES_PER_SECOND
"""Frames of the far side's sound kept; it may be some seconds ahead after a stall."""
_HEARD = 20 * _FRAMES_PER_SECOND
"""The same of the microphone's: an utterance's length, and what it may wait."""
_FAR_FLOOR = 10 ** (-50 / 20)
_SAME_LAG = 2  # frames
_ACTIVE = 0.1  # of the loudest frame: what is quieter is not speech
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class EchoConfig:
    """Thresholds; times in seconds.

    Attributes:
        window: Envelope history that is correlated.
        every: How often.
        max_lag: Longest way from loudspeaker to microphone, buffers included.
        lock: Correlation above which lag and level may be those of a leak.
        proof: Sharpness of the waveforms' agreement at that lag from which it counts as a proof.
        apart: Two proofs of the same lag, at least this far apart, make it believed.
        together: And at most this far.
        margin_db: A frame this far above the predicted leak is the user.
        smear: Predicted leak is the loudest within this time around the lag (reverberation).
        forget: Far-side speech without a confirmation after which the lock is dropped.
        chopped: Where less of an utterance passes, its words are cut into by the gate.
        overheard: Likeness from which a chopped utterance is the leak and nothing else.
    """

    window: float = 1.5
    every: float = 0.25
    max_lag: float = 0.3
    lock: float = 0.8
    proof: float = 8.0
    apart: float = 0.5
    together: float = 10.0
    margin_db: float = 9.0
    smear: float = 0.05
    forget: float = 4.0
    chopped: float = 0.8
    overheard: float = 0.75


class _Envelope:
    """RMS of consecutive 10 ms frames of one channel, the last 30 s."""

    def __init__(self) -> None:
        self.values: NDArray[np.float64] = np.zeros(_HISTORY)
        self.count = 0

    def add(self, frames: NDArray[np.float32]) -> None:
        rms = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))[-_HISTORY:]
        index = (self.count + len(frames) - len(rms) + np.arange(len(rms))) % _HISTORY
        self.values[index] = rms
        self.count += len(frames)

    def span(self, first: int, last: int) -> NDArray[np.float64]:
        """Frames [first, last); zeros where the history does not reach."""
        index = np.arange(first, last)
        known = (index >= max(0, self.count - _HISTORY)) & (index < self.count)
        return np.where(known, self.values[index % _HISTORY], 0.0)


class _Framer:
    """Cuts blocks of any size into whole 10 ms frames on one contiguous clock."""

    def __init__(self) -> None:
        self.rest: NDArray[np.float32] = np.zeros(0, np.float32)
        self.t0: float | None = None

    def feed(self, block: AudioBlock) -> tuple[float, NDArray[np.float32]]:
        if self.t0 is None:
            self.t0 = block.t0
        audio = np.concatenate([self.rest, block.samples])
        whole = len(audio) // _FRAME
        self.rest = audio[whole * _FRAME :]
        start, self.t0 = self.t0, self.t0 + whole * _FRAME / SAMPLE_RATE
        return start, audio[: whole * _FRAME].reshape(whole, _FRAME)


class EchoGate:
    """The gate of one call.

    Args:
        config: Thresholds.
    """

    def __init__(self, config: EchoConfig | None = None) -> None:
        self._config = config or EchoConfig()
        self._far, self._mic = _Envelope(), _Envelope()
        self._played = SoundHistory(_FRAME, _PLAYED)
        self._heard = SoundHistory(_FRAME, _HEARD)
        self._far_frames, self._mic_frames = _Framer(), _Framer()
        self._lag = 0
        self._gain = 0.0
        self._unconfirmed = 0.0
        self._next_check = 0
        self._last_gain = 1.0
        self._locked_at = 0.0
        self._proofs: list[tuple[int, int]] = []  # mic frames when, and lags

    @property
    def locked(self) -> bool:
        """A leak is known and being silenced."""
        return self._gain > 0

    def feed_far(self, block: AudioBlock) -> None:
        """Take a block of the loopback."""
        _, frames = self._far_frames.feed(block)
        if len(frames):
            self._far.add(frames)
            self._played.add(frames)

    def feed_mic(self, block: AudioBlock) -> AudioBlock:
        """Take a microphone block; return it gated, up to 10 ms shorter or longer.

        Blocks returned are contiguous; ``gap`` is kept.
        """
        t0, frames = self._mic_frames.feed(block)
        if not len(frames):
            return AudioBlock("mic", t0, block.rate, np.zeros(0, np.float32), block.gap)
        first = self._mic.count
        self._mic.add(frames)
        self._heard.add(frames)
        if self._mic.count >= self._next_check:
            self._next_check = self._mic.count + round(self._config.every * _FRAMES_PER_SECOND)
            self._learn()
        samples = frames.reshape(-1)
        if self.locked:
            samples = self._silence(frames, first, self._last_gain)
            self._last_gain = float(self._passes(first, first + len(frames))[-1])
        return AudioBlock("mic", t0, block.rate, samples, block.gap)

    def readable(self, samples: NDArray[np.float32], t0: float) -> NDArray[np.float32]:
        """What of an utterance is worth reading, now that all of it is known.

        The gate decides frame by frame. Where it cut into an utterance that does not follow the
        loopback, the user was talking over a loud leak: what is left would be read as words that
        nobody said, so all that the microphone heard is read, and the duplicate guard, which has
        the text, judges. What does follow the loopback is remnants of the leak: nothing. From
        before the leak was known, the first words of a call's far side, it is gated now.

        Args:
            samples: Shape (n,), audio handed out by ``feed_mic``, at most 20 s old.
            t0: Its time.
        """
        t1 = t0 + len(samples) / SAMPLE_RATE
        if not self.locked or not len(samples):
            return samples
        if self.passed(t0, t1) < self._config.chopped:
            alike = self.likeness(t0, t1) >= self._config.overheard
            return samples[:0] if alike else self._ungated(t0, len(samples))
        return self._cleaned(samples, t0) if t0 < self._locked_at else samples

    def _cleaned(self, samples: NDArray[np.float32], t0: float) -> NDArray[np.float32]:
        whole = len(samples) // _FRAME
        frames = samples[: whole * _FRAME].reshape(whole, _FRAME)
        cleaned = self._silence(frames, round(t0 * _FRAMES_PER_SECOND), 1.0)
        return np.concatenate([cleaned, samples[whole * _FRAME :]])

    def _ungated(self, t0: float, count: int) -> NDArray[np.float32]:
        at = round(t0 * SAMPLE_RATE)
        first, last = at // _FRAME, -(-(at + count) // _FRAME)
        return self._heard.span(first, last)[at - first * _FRAME :][:count]

    def likeness(self, t0: float, t1: float) -> float:
        """How much the microphone's envelope in [t0, t1) follows the loopback's, -1..1."""
        first = round(t0 * _FRAMES_PER_SECOND)
        last = min(round(t1 * _FRAMES_PER_SECOND), self._mic.count)
        return self._best_lag(first, last)[1] if last - first > 20 else 0.0

    def passed(self, t0: float, t1: float) -> float:
        """Share of the microphone's loud frames in [t0, t1) that are not the leak, 0..1."""
        first = max(round(t0 * _FRAMES_PER_SECOND), 0)
        last = min(round(t1 * _FRAMES_PER_SECOND), self._mic.count)
        if not self.locked or last <= first:
            return 1.0
        heard = self._mic.span(first, last)
        loud = heard > _ACTIVE * heard.max()
        return float(np.mean(self._passes(first, last)[loud])) if loud.any() else 1.0

    def _best_lag(self, first: int, last: int) -> tuple[int, float]:
        """Lag in frames with the highest Pearson correlation over mic frames [first, last)."""
        lags = round(self._config.max_lag * _FRAMES_PER_SECOND)
        mic = self._mic.span(first, last)
        far = self._far.span(first - lags, last)
        windows = np.lib.stride_tricks.sliding_window_view(far, len(mic))
        mic = mic - mic.mean()
        centred = windows - windows.mean(axis=1, keepdims=True)
        norms = np.linalg.norm(centred, axis=1) * np.linalg.norm(mic)
        scores = centred @ mic / np.maximum(norms, _TINY)
        best = int(np.argmax(scores))
        return lags - best, float(scores[best])

    def _learn(self) -> None:
        last = self._mic.count
        first = max(0, last - round(self._config.window * _FRAMES_PER_SECOND))
        far = self._far.span(first, last)
        if last - first < _FRAMES_PER_SECOND or np.sqrt(np.mean(far**2)) < _FAR_FLOOR:
            return
        lag, score = self._best_lag(first, last)
        alike = score > self._config.lock
        known = self.locked and abs(lag - self._lag) <= _SAME_LAG
        if alike and (known or self._proven_twice(first, last, lag)):
            self._believe(first, last, lag)
        elif self.locked and self._proven(first, last, self._lag):
            self._unconfirmed = 0.0  # it leaks on while the user talks over it
        elif self.locked:
            self._unconfirmed += self._config.every
            if self._unconfirmed > self._config.forget:
                self._gain = 0.0

    def _proven(self, first: int, last: int, lag: int) -> bool:
        """The same waveform, not only the same rhythm."""
        played, heard = self._played.span(first, last), self._heard.span(first, last)
        reach = round(self._config.max_lag * SAMPLE_RATE)
        sharp = sharpness(played, heard, lag * _FRAME, _SAME_LAG * _FRAME, reach)
        return sharp > self._config.proof

    def _proven_twice(self, first: int, last: int, lag: int) -> bool:
        """One coincidence in an hour is possible, two with the same lag are not."""
        if not self._proven(first, last, lag):
            return False
        oldest = last - round(self._config.together * _FRAMES_PER_SECOND)
        newest = last - round(self._config.apart * _FRAMES_PER_SECOND)
        self._proofs = [p for p in self._proofs if p[0] >= oldest]
        again = any(at <= newest and abs(lag - was) <= _SAME_LAG for at, was in self._proofs)
        self._proofs.append((last, lag))
        return again

    def _believe(self, first: int, last: int, lag: int) -> None:
        heard = self._mic.span(first, last)
        played = self._far.span(first - lag, last - lag)
        if not self.locked:
            self._locked_at = last / _FRAMES_PER_SECOND
        self._lag = lag
        self._gain = float(heard @ played) / max(float(played @ played), _TINY)
        self._unconfirmed = 0.0

    def _passes(self, first: int, last: int) -> NDArray[np.bool_]:
        """Which mic frames [first, last) are louder than the leak can be."""
        smear = round(self._config.smear * _FRAMES_PER_SECOND)
        far = self._far.span(first - self._lag - smear, last - self._lag + 1)
        loudest = np.lib.stride_tricks.sliding_window_view(far, smear + 2).max(axis=1)
        predicted = self._gain * loudest[: last - first]
        limit = predicted * 10 ** (self._config.margin_db / 20)
        passes: NDArray[np.bool_] = (self._mic.span(first, last) > limit) | (predicted < _TINY)
        return passes

    def _silence(
        self, frames: NDArray[np.float32], first: int, gain_before: float
    ) -> NDArray[np.float32]:
        """Fade echo frames out and the others in, linearly over a frame: no clicks."""
        passes = self._passes(first, first + len(frames))
        gains = np.concatenate([[gain_before], passes.astype(np.float64)])
        ramps = np.linspace(gains[:-1], gains[1:], _FRAME, axis=1)
        return (frames * ramps).astype(np.float32).reshape(-1)
