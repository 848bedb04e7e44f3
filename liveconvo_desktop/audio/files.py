"""Recordings that the user brings: what is in them, and a copy that can be read where need be.

WAV, FLAC, OGG (Vorbis, Opus) and MP3 are read by libsndfile. Everything else, M4A above all, goes
through FFmpeg as PyAV carries it, where that is installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import SAMPLE_RATE

WHERE = "import"
_LOOKS = 24
_LOOK_SECONDS = 2.0
_SAME = 0.9
"""Correlation of two channels from which they are one recording and not two sides: sides have
nothing in common but what leaks (0.1), a microphone recorded in stereo has nearly everything."""
_FOR_FFMPEG = {".m4a", ".m4b", ".aac", ".mp4", ".mov", ".wma", ".webm", ".mkv", ".3gp", ".amr"}
_SOUND = 10 ** (-60 / 20)
_RATES = range(4_000, 768_001)
_IN_NAME = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)(?:[ _T-]+(?:at )?([0-2]\d)[-.:h]?([0-5]\d))?")


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a recording is, before it is read.

    Attributes:
        seconds: Length; of MP3 as its header says.
        alike: Its channels hold the same sound; meaningless for one channel.
        started: Aware; when it was recorded, as well as can be told.
    """

    path: Path
    channels: int
    seconds: float
    alike: bool
    started: datetime


def open_audio(path: Path) -> soundfile.SoundFile:
    """A file that libsndfile reads.

    Raises:
        AudioError: It cannot be, and why.
    """
    if not path.is_file():
        raise AudioError(f"{path} does not exist or is no file.", "Check the path.", WHERE)
    try:
        path.open("rb").close()
        file = soundfile.SoundFile(path)
    except OSError as error:
        raise AudioError(
            f"{path.name} cannot be opened ({error.strerror or error}).",
            "Check its permissions, or copy it to another place.",
            WHERE,
        ) from error
    except soundfile.LibsndfileError as error:
        raise _no_recording(path) from error
    if file.samplerate not in _RATES or file.frames <= 0:
        file.close()
        what = "holds no audio" if file.samplerate in _RATES else "has no usable sample rate"
        raise AudioError(f"{path.name} {what}.", "Choose another file.", WHERE)
    return file


def _no_recording(path: Path) -> AudioError:
    """What a decoder says of a file that is none of its own helps nobody."""
    return AudioError(
        f"{path.name} is no recording that LiveConvo can read, or it is damaged.",
        "Recordings can be imported as WAV, FLAC, MP3, OGG or M4A, transcripts as SRT, VTT or "
        "JSON.",
        WHERE,
    )


@dataclass(frozen=True, slots=True)
class Readable:
    """A recording in a form that libsndfile reads.

    Attributes:
        path: The file itself, or a copy in another format.
        original: The file that the user knows.
        tag: When it was made, as the original says; empty: see ``path``.
    """

    path: Path
    original: Path
    tag: str = ""


def look(audio: Readable) -> AudioFacts:
    """Open a recording and judge it.

    Raises:
        AudioError: It cannot be read, or holds no audio.
    """
    with open_audio(audio.path) as file:
        seconds = file.frames / file.samplerate
        alike = file.channels > 1 and _alike(file)
        tag = audio.tag or str(file.copy_metadata().get("date", ""))
        started = recorded_at(audio.original, seconds, tag)
        return AudioFacts(audio.original, file.channels, seconds, alike, started)


def recorded_at(path: Path, seconds: float, tag: str) -> datetime:
    """From the file's own tag, else its name, else when it was last written, which was its end."""
    try:
        tagged = datetime.fromisoformat(tag) if len(tag) > len("2025-01-27") else None
    except ValueError:
        tagged = None
    if tagged:
        return tagged.astimezone(UTC)
    named = _from_name(path.stem)
    if named:
        return named.astimezone(UTC)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return written - timedelta(seconds=seconds)


def _from_name(stem: str) -> datetime | None:
    """``2025-01-27 09-30 Call`` and what recorders call their files; local time."""
    found = _IN_NAME.search(stem)
    if not found or not found[4]:
        return None
    try:
        return datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


def _alike(file: soundfile.SoundFile) -> bool:
    """Whether two channels are one recording, from looks at places all over the file."""
    length = round(_LOOK_SECONDS * file.samplerate)
    sums = np.zeros(3)
    for place in np.linspace(0, max(0, file.frames - length), _LOOKS, dtype=np.int64):
        try:
            file.seek(int(place))
            frames = file.read(length, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError:
            break  # reading on to the end will say what is wrong
        left, right = frames[:, 0], frames[:, 1]
        sums += (left @ left, right @ right, left @ right)
    quiet = _SOUND**2 * _LOOKS * length
    if max(sums[0], sums[1]) < quiet:
        return False
    return bool(sums[2] > _SAME * np.sqrt(sums[0] * sums[1]))


def readable(path: Path, copy: Path, cancelled: Callable[[], bool] = lambda: False) -> Readable:
    """``path`` if libsndfile reads it, else ``copy``, a FLAC file made from it.

    Raises:
        AudioError: Nothing here reads it.
    """
    try:
        open_audio(path).close()
    except AudioError:
        tag = _convert(path, copy, cancelled) if path.is_file() else None
        if tag is None:
            raise
        return Readable(copy, path, tag)
    return Readable(path, path)


def _convert(path: Path, copy: Path, cancelled: Callable[[], bool]) -> str | None:
    """Decode with FFmpeg, a piece at a time.

    Returns:
        When the file says it was made, or empty; None where nothing in it is audio.
    """
    try:
        # Heavy, and left out of some bundles for its licence: only where it is needed.
        import av  # noqa: PLC0415
    except ImportError as error:
        if path.suffix.casefold() not in _FOR_FFMPEG:
            return None
        raise AudioError(
            f"{path.name} needs FFmpeg's decoder, which this LiveConvo was built without.",
            "Convert it to WAV, FLAC, OGG or MP3 first, or `pip install av`.",
            WHERE,
        ) from error
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                return None
            channels = min(2, container.streams.audio[0].codec_context.channels) or 1
            layout = "stereo" if channels == 2 else "mono"
            resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
            with soundfile.SoundFile(copy, "w", SAMPLE_RATE, channels, format="FLAC") as out:
                for frame in container.decode(audio=0):
                    if cancelled():
                        break
                    frame.pts = None
                    for ready in resampler.resample(frame):
                        out.write(_frames(ready.to_ndarray(), channels))
                for ready in resampler.resample(None):
                    out.write(_frames(ready.to_ndarray(), channels))
                return str(container.metadata.get("creation_time", "")) if out.frames else None
    except (av.error.FFmpegError, soundfile.LibsndfileError, ValueError) as error:
        raise _no_recording(path) from error


def _frames(packed: NDArray[Any], channels: int) -> NDArray[np.int16]:
    """FFmpeg's packed samples, shape (1, n · channels), as (n, channels)."""
    return packed.reshape(-1, channels).astype(np.int16, copy=False)
