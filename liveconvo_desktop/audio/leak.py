"""Is it the same sound? The proof that a microphone hears the loudspeaker.

Two people who start and stop together have alike envelopes, but never the same waveform: only the
loudspeaker's own sound, however quiet and reverberant, arrives with the same phases. So the
cross-correlation with the magnitudes taken out (GCC-PHAT, Knapp & Carter 1976) has one sharp peak
at the leak's lag, and none without a leak. Pure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.events import SAMPLE_RATE

_BAND = (200.0, 2000.0)
"""Hz: below it hum; above it a drifting clock keeps nothing in phase."""
_TINY = 1e-12


class SoundHistory:
    """The newest samples of one channel, found by frame number.

    Args:
        frame: Samples a frame.
        frames: How many frames are kept.
    """

    def __init__(self, frame: int, frames: int) -> None:
        self._frame = frame
        self._frames: NDArray[np.float32] = np.zeros((frames, frame), np.float32)
        self.count = 0

    def add(self, frames: NDArray[np.float32]) -> None:
        """Take frames, shape (n, frame)."""
        kept = frames[-len(self._frames) :]
        index = (self.count + len(frames) - len(kept) + np.arange(len(kept))) % len(self._frames)
        self._frames[index] = kept
        self.count += len(frames)

    def span(self, first: int, last: int) -> NDArray[np.float32]:
        """Samples of frames [first, last); zeros where the history does not reach."""
        index = np.arange(first, last)
        known = (index >= max(0, self.count - len(self._frames))) & (index < self.count)
        frames = self._frames[index % len(self._frames)] * known[:, None]
        return frames.astype(np.float32, copy=False).reshape(-1)


def sharpness(
    played: NDArray[np.float32], heard: NDArray[np.float32], lag: int, slack: int, reach: int
) -> float:
    """How far the correlation's peak at a lag stands out of the lags around zero.

    Where the envelopes correlate above 0.8, a leak gives 40 and more in the median, two voices
    without one 4 (docs/audio.md).

    Args:
        played: Shape (n,), what the loudspeaker was given.
        heard: Shape (n,), the microphone at the same time.
        lag: Samples by which ``heard`` should trail ``played``.
        slack: Samples around it that are searched.
        reach: Samples to both sides of zero that it is compared with.

    Returns:
        Peak over root mean square; 0.0 where either is silent.
    """
    size = 1 << (len(played) + len(heard) - 1).bit_length()
    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    strength = np.abs(cross)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    voiced = (hertz > _BAND[0]) & (hertz < _BAND[1]) & (strength > strength.max() * 1e-9 + _TINY)
    phases = np.zeros_like(cross)
    phases[voiced] = cross[voiced] / strength[voiced]
    curve = np.abs(np.fft.irfft(phases, size))
    peak = curve[np.arange(lag - slack, lag + slack + 1) % size].max()
    around = curve[np.arange(-reach, reach + 1)]
    return float(peak / max(float(np.sqrt(np.mean(around**2))), _TINY))
