"""An existing recording becomes a conversation of the library: its words and its audio.

Nothing of it is in the library before all of it is: the audio is written beside the recordings
under a name of its own, and the rows are one transaction. What a killed import leaves behind is
cleared away by a later one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from liveconvo_desktop.audio.files import AudioFacts, look, readable
from liveconvo_desktop.audio.recorder import Recorder
from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.call.judging import trained_judge
from liveconvo_desktop.call.liveness import is_live
from liveconvo_desktop.call.offline import CancelledError, OfflineReader
from liveconvo_desktop.call.playbooks import find_playbook, seed_playbooks
from liveconvo_desktop.errors import AudioError, LiveConvoError
from liveconvo_desktop.events import (
    SAMPLE_RATE,
    Chip,
    ConversationType,
    Segment,
    Session,
    new_id,
)
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.playbook import Playbook
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.store import ChipRow, Store
from liveconvo_desktop.store.imports import Whole, add_whole
from liveconvo_desktop.stt.whisper import WhisperTranscriber

__all__ = ["AudioPlan", "CancelledError", "Imported", "Progress", "import_audio"]

PART = ".importing"
_LEFT_OVER = 3600.0
"""Seconds without a write after which a part is nobody's any more."""
_MOST_WORKERS = 8
_WHOLE = 0.97
"""Share of the length it promises that a whole file has; an MP3's promise is an estimate."""

Sides = Literal["auto", "one", "two", "swapped"]
Who = Literal["user", "other"]


@dataclass(frozen=True, slots=True)
class AudioPlan:
    """What to import, and how.

    Attributes:
        files: One recording, or the user's side and the other side.
        sides: Of one recording: two channels are two sides, left the user (``swapped``: right), or
            one side; ``auto`` listens.
        speaker: Who is heard where there is one side.
        title: Empty: from the file's name.
        started_at: None: from the file.
        guidance: Judge it as a live call would have been.
    """

    files: tuple[Path, ...]
    sides: Sides = "auto"
    speaker: Who = "other"
    conversation_type: ConversationType = "sales_call"
    title: str = ""
    started_at: datetime | None = None
    guidance: bool = False
    model: str = "tiny.en"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is.

    Attributes:
        seconds: Of audio whose words are known.
        total: Of the whole recording; 0 before it is known.
    """

    seconds: float
    total: float
    words: int

    @property
    def fraction(self) -> float:
        """0..1."""
        return min(1.0, self.seconds / self.total) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of it.

    Attributes:
        remarks: What the user should know, a sentence each.
    """

    session_id: str
    title: str
    seconds: float
    lines: int
    words: int
    remarks: tuple[str, ...] = ()


def import_audio(
    plan: AudioPlan,
    store: Store,
    report: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Read a recording and put it into the library; blocks until done.

    Args:
        plan: What and how.
        store: Where it goes.
        report: Told how far it is, often, from the calling thread.
        cancelled: Asked often; once it says true, nothing of the import stays.

    Raises:
        CancelledError: ``cancelled`` said so.
        AudioError: A file is missing, damaged or no audio; or the disk refuses the copy.
        ModelError: The speech model is missing or fails.
        StoreError: The database refuses.
    """
    folder = _folder(store)
    _clear_left_overs(folder)
    session_id = new_id()
    part = folder / f"{session_id}{PART}"
    copies = [folder / f"{session_id}-{number}{PART}" for number in range(len(plan.files))]
    try:
        report(Progress(0.0, 0.0, 0))
        found = [readable(f, c, cancelled) for f, c in zip(plan.files, copies, strict=True)]
        facts, paths = [look(one) for one in found], [one.path for one in found]
        return _Import(plan, store, session_id, facts, paths, report, cancelled).run(part)
    finally:
        for left in (part, *copies):
            with suppress(OSError):
                left.unlink(missing_ok=True)


class _Import:
    """One import under way."""

    def __init__(
        self,
        plan: AudioPlan,
        store: Store,
        session_id: str,
        facts: Sequence[AudioFacts],
        paths: Sequence[Path],
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._plan, self._store, self._id = plan, store, session_id
        self._facts, self._paths = facts, paths
        self._report, self._cancelled = report, cancelled
        self._total = max(one.seconds for one in facts)
        self._remarks: list[str] = []

    def run(self, part: Path) -> Imported:
        """Read, judge, save."""
        workers = spare_cores()
        transcriber = WhisperTranscriber(self._plan.model, workers=workers)
        seed_playbooks(self._store)
        playbook, template_id = find_playbook(self._store, self._plan.conversation_type)
        source = self._source()
        source.start()
        try:
            recorder = Recorder(part)
            try:
                reader = OfflineReader(
                    self._id,
                    source,
                    recorder,
                    transcriber,
                    workers,
                    self._call_runs,
                    self._heard,
                    self._cancelled,
                )
                lines = reader.run()
            finally:
                recorder.close()
        except AudioError as error:
            raise _no_room(error) from error
        finally:
            source.stop()
        return self._save(part, lines, reader.seconds, playbook, template_id)

    def _source(self) -> FileReplay:
        paths, block = self._paths, SAMPLE_RATE
        if len(paths) == 2:
            return FileReplay(mic=paths[0], speaker=paths[1], pace="fast", block=block)
        if self._two_sides(self._facts[0]):
            swapped = self._plan.sides == "swapped"
            return FileReplay(stereo=paths[0], pace="fast", block=block, swapped=swapped)
        if self._plan.speaker == "user":
            return FileReplay(mic=paths[0], pace="fast", block=block)
        return FileReplay(speaker=paths[0], pace="fast", block=block)

    def _two_sides(self, facts: AudioFacts) -> bool:
        """Whether left is the user and right the other side; says why where it may surprise."""
        wanted, name = self._plan.sides, facts.path.name
        both = wanted in ("two", "swapped")
        if both and facts.channels != 2:
            raise AudioError(
                f"{name} has {facts.channels} channel(s), not two.",
                "Import it as one side, or give two files.",
                "import",
            )
        mine_alone = facts.channels == 1 and self._plan.speaker == "user"
        if wanted != "auto" or mine_alone:
            return both
        who = "you" if self._plan.speaker == "user" else "the other side"
        if facts.channels == 1:
            why = "has one channel"
        elif facts.channels > 2:
            why = f"has {facts.channels} channels"
        elif facts.alike:
            why = "has the same sound on both channels"
        else:
            self._remarks.append(f"{name}: left was taken for you, right for the other side.")
            return True
        self._remarks.append(
            f"{name} {why}: it was read as one side, {who}. "
            "People in it are not told apart, so the share of talk says nothing."
        )
        return False

    def _call_runs(self) -> bool:
        """Also one of another process; a database that cannot say so is no reason to fail."""
        with suppress(LiveConvoError):
            return any(is_live(self._store.path, one.id) for one in self._store.unfinished())
        return False

    def _heard(self, seconds: float, words: int) -> None:
        self._report(Progress(seconds, self._total, words))

    def _save(
        self,
        part: Path,
        lines: Sequence[Segment],
        seconds: float,
        playbook: Playbook,
        template_id: str,
    ) -> Imported:
        started = self._plan.started_at or min(one.started for one in self._facts)
        session = Session(
            id=self._id,
            title=(self._plan.title.strip() or title_of(self._plan.files[0]))[:255],
            conversation_type=self._plan.conversation_type,
            template_id=template_id,
            started_at=started,
            ended_at=started + timedelta(seconds=seconds),
            status="completed",
        )
        chips = judge(lines, playbook, self._id, seconds) if self._plan.guidance else []
        recording = part.with_name(f"{self._id}.flac")
        os.replace(part, recording)
        rows = [ChipRow(chip, False, False, False, None) for chip in chips]
        try:
            add_whole(self._store, Whole(session, seconds, lines, chips=rows, recording=recording))
        except LiveConvoError:
            recording.unlink(missing_ok=True)
            raise
        words = sum(len(line.text.split()) for line in lines)
        if seconds < _WHOLE * self._total:
            self._remarks.append(
                f"The file says that it lasts {self._total:.0f} s, and ends after {seconds:.0f} s:"
                " a part of it may be missing."
            )
        if not words:
            self._remarks.append("No words were found in it.")
        self._report(Progress(self._total, self._total, words))
        return Imported(self._id, session.title, seconds, len(lines), words, tuple(self._remarks))


def judge(
    lines: Sequence[Segment], playbook: Playbook, session_id: str, seconds: float
) -> list[Chip]:
    """The guidance that a live call would have given, in the order of time."""
    engine = Engine(playbook, session_id, judge=trained_judge())
    chips = [chip for line in sorted(lines, key=lambda s: s.t1) for chip in engine.feed(line)]
    return chips + engine.tick(seconds)


def title_of(path: Path) -> str:
    """A file's name as a title: ``acme_kick-off`` is ``acme kick-off``."""
    return " ".join(path.stem.replace("_", " ").split()) or "Imported recording"


def spare_cores() -> int:
    """Cores that an import may use while no call runs."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        cores = os.cpu_count() or 1
    return max(1, min(_MOST_WORKERS, cores))


def _folder(store: Store) -> Path:
    try:
        return recordings_dir(store.path)
    except OSError as error:
        raise AudioError(
            f"The folder of recordings cannot be made ({error}).",
            "Check the disk and the permissions beside the database.",
            "import",
        ) from error


def _no_room(error: AudioError) -> AudioError:
    """The recorder's words are those of a call that goes on; an import does not."""
    if error.where == "import":
        return error
    return AudioError(error.message, "Free some space or check the disk; nothing stays.", "import")


def _clear_left_overs(folder: Path) -> None:
    for left in folder.glob(f"*{PART}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_OVER:
                left.unlink()
