"""What a listener of a recording hears next, and what is being heard now. No threads, no device.

``Feed`` pulls a recording from its file block by block (a two-hour call as samples is 460 MB).
``Playback`` keeps a little of it ready, hands it to the output, and answers where in the session
the sound is that the listener hears at a moment.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from liveconvo_desktop.audio.stretch import Samples, Stretch
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import CHANNELS, Channel

AHEAD = 0.3
"""Seconds kept ready: more than a busy machine stalls, less than a change of speed is felt."""
BLOCK_SECONDS = 0.1
SLOWEST, FASTEST = 0.75, 2.0
BREATH = 0.25
"""Seconds of a skipped silence that are still played at either end, so that words breathe."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples to play, and the session seconds that they stand for."""

    samples: Samples
    t0: float
    t1: float


class Feed:
    """A recording from any place on, at any speed.

    Args:
        path: A closed recording of one or two channels.

    Attributes:
        seconds: Its length.
        sides: The channels that are heard, mixed for both ears.

    Raises:
        AudioError: It is missing or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = soundfile.SoundFile(path)
        except (soundfile.LibsndfileError, OSError) as error:
            raise self._unreadable(error) from error
        self.rate = int(self._file.samplerate)
        self.seconds = self._file.frames / self.rate
        self.sides: frozenset[Channel] = frozenset(CHANNELS)
        self._skips: list[Interval] = []
        self._stretch = Stretch(self.rate)
        self._ended = False

    @property
    def speed(self) -> float:
        """Session seconds per second."""
        return self._stretch.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._stretch.speed = min(FASTEST, max(SLOWEST, speed))

    def skip(self, silences: Iterable[Interval]) -> None:
        """Leave these stretches out from now on, but for a breath at each end."""
        short = ((t0 + BREATH, t1 - BREATH) for t0, t1 in silences)
        self._skips = sorted((t0, t1) for t0, t1 in short if t1 - t0 > BREATH)

    def seek(self, t: float) -> None:
        """Go on from there.

        Raises:
            AudioError: The file was deleted or damaged meanwhile.
        """
        self._jump(max(0, round(t * self.rate)))
        self._ended = False

    def next(self) -> Piece | None:
        """What comes next; None at the end.

        Raises:
            AudioError: The file turns out to be damaged here.
        """
        while (step := self._stretch.step()) is None:
            if self._ended:
                return None
            self._read()
        place, samples = step
        t0 = place / self.rate
        return Piece(samples, t0, t0 + len(samples) * self.speed / self.rate)

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _read(self) -> None:
        at = self._file.tell()
        count = round(BLOCK_SECONDS * self.rate)
        for t0, t1 in self._skips:
            first, last = round(t0 * self.rate), round(t1 * self.rate)
            if first <= at < last:
                self._jump(last)
                return
            if at < first:
                count = min(count, first - at)
                break
        try:
            frames = self._file.read(count, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise self._unreadable(error) from error
        if len(frames):
            self._stretch.feed(self._mixed(frames))
        elif at < self._file.frames:
            raise self._unreadable("it is shorter than it was")
        else:
            self._stretch.flush()
            self._ended = True

    def _jump(self, frame: int) -> None:
        """To another place; what was read before it is heard first."""
        # The stretcher needs some input beyond what it hands out: where a silence is skipped, the
        # quiet samples over which it would fade are left out with it.
        frame = min(frame, self._file.frames)
        try:
            self._file.seek(frame)
        except soundfile.LibsndfileError as error:
            raise self._unreadable(error) from error
        self._stretch.restart(frame)

    def _mixed(self, frames: NDArray[np.float32]) -> Samples:
        if frames.shape[1] == 1:
            only: Samples = frames[:, 0].copy()
            return only
        heard = [column for column, side in enumerate(CHANNELS) if side in self.sides]
        mixed = frames[:, heard].sum(axis=1)
        limited: Samples = np.clip(mixed, -1.0, 1.0).astype(np.float32)
        return limited

    def _unreadable(self, error: Exception | str) -> AudioError:
        return AudioError(
            f"The recording {self._path.name} cannot be read ({error}).",
            "It may have been moved or deleted; the session's text is not affected.",
            "audio.player",
        )


@dataclass(frozen=True, slots=True)
class _Heard:
    """From ``at`` (monotonic clock) on, for ``lasts`` seconds, the session from ``t0`` on."""

    at: float
    t0: float
    speed: float
    lasts: float


class Playback:
    """A feed with a little of it ready. ``fill`` and ``take`` may run in different threads."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._ready: deque[Piece] = deque()
        self._waiting = 0  # samples ready
        self._heard: deque[_Heard] = deque(maxlen=200)
        self._from = 0.0  # where the listener is before anything of what is ready is heard
        self._dry = False
        self._reading = threading.Lock()  # the feed's; the output never waits for the disk
        self._lock = threading.Lock()

    def seek(self, t: float) -> None:
        """Go on from there at once: what is ready is thrown away.

        Raises:
            AudioError: The file was deleted or damaged meanwhile.
        """
        with self._reading, self._lock:
            self._from = min(max(0.0, t), self.feed.seconds)
            self._ready.clear()
            self._waiting = 0
            self._heard.clear()
            self._dry = False
            self.feed.seek(self._from)

    def fill(self) -> None:
        """Read until enough is ready.

        Raises:
            AudioError: The file turns out to be damaged.
        """
        while not self._dry and self._waiting < AHEAD * self.feed.rate:
            with self._reading:
                piece = self.feed.next()
                with self._lock:
                    self._dry = piece is None
                    if piece is not None:
                        self._ready.append(piece)
                        self._waiting += len(piece.samples)

    def take(self, count: int, heard_at: float) -> NDArray[np.float32]:
        """The next samples for both ears, shape (count, 2); silence where nothing is ready.

        Args:
            count: Samples wanted.
            heard_at: When the first of them will be heard, on the monotonic clock.
        """
        out = np.zeros((count, 2), np.float32)
        filled = 0
        with self._lock:
            while self._ready and filled < count:
                piece = self._ready.popleft()
                part, rest = self._cut(piece, count - filled)
                out[filled : filled + len(part.samples)] = part.samples[:, None]
                self._note(part, heard_at + filled / self.feed.rate)
                filled += len(part.samples)
                if rest is not None:
                    self._ready.appendleft(rest)
            self._waiting -= filled
        return out

    def position(self, now: float) -> float:
        """Session seconds of what is heard now."""
        with self._lock:
            for one in reversed(self._heard):
                if one.at <= now:
                    return one.t0 + min(now - one.at, one.lasts) * one.speed
            return self._from

    def ended(self, now: float) -> bool:
        """Everything up to the end has been heard."""
        with self._lock:
            last = self._heard[-1] if self._heard else None
            out = last is None or now >= last.at + last.lasts
            return self._dry and not self._ready and out

    def _note(self, part: Piece, at: float) -> None:
        lasts = len(part.samples) / self.feed.rate
        if lasts:
            self._heard.append(_Heard(at, part.t0, (part.t1 - part.t0) / lasts, lasts))

    @staticmethod
    def _cut(piece: Piece, count: int) -> tuple[Piece, Piece | None]:
        size = len(piece.samples)
        if size <= count:
            return piece, None
        t = piece.t0 + (piece.t1 - piece.t0) * count / size
        head = Piece(piece.samples[:count], piece.t0, t)
        return head, Piece(piece.samples[count:], t, piece.t1)
