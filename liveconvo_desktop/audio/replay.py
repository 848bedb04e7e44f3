"""Audio files as a source: what a device would have delivered, at its pace or as fast as read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from liveconvo_desktop.audio.resample import BlockResampler, to_mono
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import CHANNELS, SAMPLE_RATE, AudioBlock, Channel, Fault

BLOCK = 320
"""Samples of a block: 20 ms, what PortAudio delivers live."""
FAST_BLOCKS = 25
"""Blocks a channel handed out by one fast ``read``."""
PIECE_SECONDS = 1.0
"""How much of a file is read at a time."""

_READABLE = "Use a WAV, FLAC, OGG or MP3 file."


class _Track:
    """One channel of one file, at ``SAMPLE_RATE``, pulled by the number of samples wanted."""

    def __init__(self, channel: Channel, path: Path, column: int | None) -> None:
        self.fault: Fault | None = None
        self._where = f"audio.{channel}"
        self._path = path
        self._column = column
        self._file = self._open()
        self._chunks = self._resampled(BlockResampler(channel))
        self._ready = np.zeros(0, np.float32)
        try:
            first = next(self._chunks, None)
        except AudioError:
            self.close()
            raise
        if first is None:
            self.close()
            raise AudioError(f"{path} holds no audio.", "Choose another file.", self._where)
        self._ready = first

    def _open(self) -> soundfile.SoundFile:
        if not self._path.is_file():
            raise AudioError(f"{self._path} does not exist.", "Check the path.", self._where)
        try:
            file = soundfile.SoundFile(self._path)
        except (soundfile.LibsndfileError, OSError) as error:
            reason = f"{self._path} cannot be read as audio ({error})."
            raise AudioError(reason, _READABLE, self._where) from error
        if self._column is not None and file.channels != 2:
            file.close()
            raise AudioError(
                f"{self._path} has {file.channels} channel(s), not two.",
                "Give one file per side instead: --mic FILE --speaker FILE.",
                self._where,
            )
        return file

    def _resampled(self, resampler: BlockResampler) -> Iterator[NDArray[np.float32]]:
        rate, position = self._file.samplerate, 0
        while len(frames := self._piece(position, round(rate * PIECE_SECONDS))):
            mono = to_mono(frames) if self._column is None else frames[:, self._column].copy()
            block = AudioBlock("mic", position / rate, rate, mono)
            position += len(mono)
            yield from (ready.samples for ready in resampler.feed(block))
        yield from (ready.samples for ready in resampler.flush())

    def _piece(self, position: int, frames: int) -> NDArray[np.float32]:
        try:
            piece: NDArray[np.float32] = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"{self._path} is damaged after {position / self._file.samplerate:.0f} s"
                f" ({error}).",
                "Use another copy; what comes before was read.",
                self._where,
            ) from error
        return piece

    def pull(self, count: int) -> NDArray[np.float32]:
        """Up to ``count`` samples; fewer only at the end."""
        while len(self._ready) < count:
            try:
                chunk = next(self._chunks, None)
            except AudioError as error:  # what came before is good: the call ends as at a file end
                self.fault = error.fault()
                chunk = None
            if chunk is None:
                break
            self._ready = np.concatenate([self._ready, chunk])
        taken, self._ready = self._ready[:count], self._ready[count:]
        return taken

    def close(self) -> None:
        self._file.close()


class FileReplay:
    """A :class:`~liveconvo_desktop.audio.source.Source` over files.

    Both channels always come, in step; the shorter file, and a side without a file, is silence.

    Args:
        stereo: Left is the microphone, right the far side; alone, without ``mic`` or ``speaker``.
        mic: One side's file; several channels are averaged.
        speaker: The other side's.
        pace: ``realtime``: a block is handed out when a device would have (a late reader gets the
            backlog); ``fast``: as fast as it is read.
        block: Samples of a block; a reader that is in no hurry takes larger ones at less cost.
        swapped: In the stereo file, left is the far side.
    """

    def __init__(
        self,
        stereo: Path | None = None,
        mic: Path | None = None,
        speaker: Path | None = None,
        pace: Literal["realtime", "fast"] = "realtime",
        block: int = BLOCK,
        swapped: bool = False,
    ) -> None:
        if (stereo is None) == (mic is None and speaker is None):
            raise AudioError("Nothing to replay.", "Give a stereo file, or one or two sides.")
        self._files: dict[Channel, tuple[Path, int | None]] = {}
        if stereo is not None:
            self._files = {"mic": (stereo, int(swapped)), "speaker": (stereo, int(not swapped))}
        if mic is not None:
            self._files["mic"] = (mic, None)
        if speaker is not None:
            self._files["speaker"] = (speaker, None)
        self._fast = pace == "fast"
        self._block = block
        self._tracks: dict[Channel, _Track] = {}
        self._position = 0  # samples handed out a channel
        self._ended = False
        self.names: dict[Channel, str] = {c: path.name for c, (path, _) in self._files.items()}
        self.dropped = 0
        self.epoch = 0.0

    def start(self) -> None:
        """Open the files.

        Raises:
            AudioError: A file is missing, empty, not audio, or not stereo where it must be.
        """
        try:
            for channel, (path, column) in self._files.items():
                self._tracks[channel] = _Track(channel, path, column)
        except AudioError:
            self.stop()
            raise
        self.epoch = time.monotonic()

    def read(self, timeout: float) -> list[AudioBlock]:
        """The blocks that are due, waiting up to ``timeout`` seconds for the first."""
        if self._fast:
            due = max(1, FAST_BLOCKS * BLOCK // self._block)
        else:
            next_at = self.epoch + (self._position + self._block) / SAMPLE_RATE
            time.sleep(min(max(0.0, timeout), max(0.0, next_at - time.monotonic())))
            due = int((time.monotonic() - self.epoch) * SAMPLE_RATE - self._position) // self._block
        blocks: list[AudioBlock] = []
        for _ in range(due):
            step = self._step()
            if not step:
                break
            blocks += step
        return blocks

    def _step(self) -> list[AudioBlock]:
        if self._ended:
            return []
        pulled = {c: track.pull(self._block) for c, track in self._tracks.items()}
        longest = max(len(samples) for samples in pulled.values())
        self._ended = longest < self._block
        if longest == 0:
            return []
        t0 = self._position / SAMPLE_RATE
        self._position += longest
        none = np.zeros(0, np.float32)
        return [
            AudioBlock(c, t0, SAMPLE_RATE, np.pad(s, (0, longest - len(s))))
            for c in CHANNELS
            for s in [pulled.get(c, none)]
        ]

    @property
    def ended(self) -> bool:
        """True when every file is at its end."""
        return self._ended

    def faults(self) -> list[Fault]:
        """A file that turned out to be damaged, once."""
        found = []
        for track in self._tracks.values():
            if track.fault is not None:
                found.append(track.fault)
                track.fault = None
        return found

    def stop(self) -> None:
        """Close the files; idempotent."""
        for track in self._tracks.values():
            track.close()
        self._ended = True
