"""The recording of a call: both sides in one FLAC file that a kill cannot ruin.

libFLAC hands each finished frame (4096 samples, 256 ms) straight to ``write(2)``, so a killed
process loses what is not yet a frame and nothing else; an ``fsync`` every few seconds, on a thread
of its own because it can take as long as the disk likes, bounds what a power cut takes. What a
killed process cannot do is write the length into the header: :func:`repair` does.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from liveconvo_desktop.audio import flac
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import CHANNELS, SAMPLE_RATE, AudioBlock, Channel

MAX_LAG = 1.5
"""Seconds for which one channel may come alone before the other is filled with silence up to that
far behind it, so that a kill takes no more of the healthy side. A stall of 1.25 s was measured; its
backlog must still find its place."""
READER_STEP = 0.25
"""Seconds between two writes that count as time; the rest of a longer wait was the reader's own."""
WRITE_EVERY = SAMPLE_RATE // 10
"""Frames collected for one call into libsndfile."""
SYNC_EVERY = 5.0
"""Seconds between two fsyncs."""

_WHERE = "audio.recorder"


class Recorder:
    """Writes a call to a stereo FLAC file: left the microphone, right the far side.

    Args:
        path: Made, or replaced; only its owner can read it.
        now: The monotonic clock, unless a test gives another.

    Raises:
        AudioError: The file cannot be made.
    """

    def __init__(self, path: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._now = now
        self._alone: Channel | None = None  # the only one that has brought blocks
        self._alone_for = 0.0  # seconds
        self._asked_at = 0.0
        self._pending: dict[Channel, list[NDArray[np.float32]]] = {c: [] for c in CHANNELS}
        self._end: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)  # samples placed so far
        self._written = 0
        try:
            self._fd = _private(path)
        except OSError as error:
            raise self._error(error) from error
        try:
            self._file: soundfile.SoundFile | None = soundfile.SoundFile(
                path, "w", SAMPLE_RATE, len(CHANNELS), subtype="PCM_16", format="FLAC"
            )
        except (soundfile.LibsndfileError, OSError) as error:
            os.close(self._fd)
            raise self._error(error) from error
        self._closing = threading.Event()
        self._sync = threading.Thread(target=self._keep_synced, name="record-sync", daemon=True)
        self._sync.start()

    def write(self, block: AudioBlock) -> None:
        """Take a block of either channel; blocks of one channel come in order.

        A hole before the block becomes silence; what overlaps earlier samples, or comes after the
        file has gone on without this channel, is dropped and moves nothing.

        Raises:
            AudioError: The disk refuses, told once. What is written stays; later calls do nothing.
        """
        if self._file is None:
            return
        start, end = round(block.t0 * SAMPLE_RATE), self._end[block.channel]
        self._place(block.channel, start - end, block.samples)
        self._go_on_without_the_other(block.channel)
        if min(self._end.values()) - self._written >= WRITE_EVERY:
            self._write_frames()

    def close(self) -> None:
        """Write the rest and the header; idempotent.

        Raises:
            AudioError: The disk refuses, told once.
        """
        if self._file is None:
            return
        for channel in CHANNELS:
            self._place(channel, max(self._end.values()) - self._end[channel])
        self._write_frames()
        self._finish()

    def _go_on_without_the_other(self, channel: Channel) -> None:
        """Fill a channel that has brought nothing for too long.

        Its lag alone says nothing: after a stall of the reader, long blocks of one channel come
        just before the other's of the same time.
        """
        before, self._asked_at = self._asked_at, self._now()
        if channel != self._alone:
            self._alone, self._alone_for = channel, 0.0
            return
        self._alone_for += min(self._asked_at - before, READER_STEP)
        if self._alone_for > MAX_LAG:
            reached = self._end[channel] - round(MAX_LAG * SAMPLE_RATE)
            for other in CHANNELS:
                self._place(other, reached - self._end[other])

    def _place(
        self, channel: Channel, ahead: int, samples: NDArray[np.float32] | None = None
    ) -> None:
        """Append ``ahead`` samples of silence, then ``samples``; skip -``ahead`` of them."""
        pieces = self._pending[channel]
        if ahead > 0:
            pieces.append(np.zeros(ahead, np.float32))
            self._end[channel] += ahead
        if samples is not None and len(fresh := samples[max(0, -ahead) :]):
            pieces.append(fresh)
            self._end[channel] += len(fresh)

    def _write_frames(self) -> None:
        """Write the time that both channels have reached."""
        count = min(self._end.values()) - self._written
        frames = np.empty((count, len(CHANNELS)), np.float32)
        for column, channel in enumerate(CHANNELS):
            whole = np.concatenate([np.zeros(0, np.float32), *self._pending[channel]])
            frames[:, column] = whole[:count]
            self._pending[channel] = [whole[count:].copy()]
        self._written += count
        assert self._file is not None
        try:
            self._file.write(frames)
        except (soundfile.LibsndfileError, OSError, AssertionError) as error:
            self._finish()
            raise self._error(error) from error

    def _finish(self) -> None:
        file, self._file = self._file, None
        self._pending = {c: [] for c in CHANNELS}
        self._closing.set()
        self._sync.join()
        try:
            if file is not None:
                file.close()
            os.fsync(self._fd)
        except (soundfile.LibsndfileError, OSError) as error:
            raise self._error(error) from error
        finally:
            os.close(self._fd)

    def _keep_synced(self) -> None:
        while not self._closing.wait(SYNC_EVERY):
            try:
                os.fsync(self._fd)
            except OSError:
                return  # the write that follows says what is wrong

    def _error(self, error: Exception) -> AudioError:
        folder = self.path.parent
        try:
            full = shutil.disk_usage(folder).free < 10_000_000
        except OSError:
            full = False
        why = "the disk is full" if full else f"{folder} cannot be written ({error})"
        hint = "Free some space" if full else "Check the folder and its permissions"
        return AudioError(
            f"The recording stops: {why}.",
            f"{hint}; the call goes on, and its text is kept.",
            _WHERE,
        )


def _private(path: Path) -> int:
    """A descriptor of a file that only its owner can read, whatever it was before."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with suppress(OSError):  # a file system without rights (FAT) keeps none
        path.chmod(0o600)
    return descriptor


def repair(path: Path) -> float:
    """Make the recording of a killed process one that every player reads to its end.

    Cuts off a torn last frame and writes the length into the header; a file that was closed
    properly is left alone.

    Returns:
        Seconds that can be read; 0.0 when not even one frame was written.

    Raises:
        AudioError: The file is missing, unreadable or no FLAC file.
    """
    try:
        return flac.finish(path)
    except (OSError, ValueError) as error:
        raise AudioError(
            f"The recording {path.name} cannot be mended ({error}).",
            "Restore it from a backup, or delete it; the session's text is not affected.",
            _WHERE,
        ) from error


def read_recording(
    path: Path, t0: float = 0.0, t1: float | None = None
) -> dict[Channel, NDArray[np.float32]]:
    """A stretch of a recording.

    Args:
        path: A closed or repaired recording.
        t0: Session seconds of the first sample.
        t1: Session seconds after the last, or None for the end.

    Returns:
        Each channel's samples at ``SAMPLE_RATE``, shape (n,); fewer where the recording ends.

    Raises:
        AudioError: The file is missing or damaged.
    """
    try:
        with soundfile.SoundFile(path) as file:
            stop = file.frames if t1 is None else min(file.frames, round(t1 * SAMPLE_RATE))
            start = min(file.frames, max(0, round(t0 * SAMPLE_RATE)))
            file.seek(start)
            frames = file.read(max(0, stop - start), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(
            f"The recording {path.name} cannot be read ({error}).",
            "It may have been moved or deleted; the session's text is not affected.",
            _WHERE,
        ) from error
    return {channel: frames[:, column].copy() for column, channel in enumerate(CHANNELS)}
