"""Finish the transcript of a session that a crash cut off, from its recording."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from liveconvo_desktop.audio.recorder import repair
from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.live import Call, Recovery
from liveconvo_desktop.call.liveness import is_live, mark_live, was_killed
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.call.start import assemble, usable_transcriber
from liveconvo_desktop.errors import ModelError, StoreError
from liveconvo_desktop.events import (
    CHANNELS,
    AudioBlock,
    Channel,
    Fault,
    Gap,
    Segment,
    Session,
    Sink,
)
from liveconvo_desktop.speech.duplicates import DuplicateConfig, DuplicateGuard
from liveconvo_desktop.store import Store

Interval = tuple[float, float]

_LAST_WRITE = 5.0
"""Seconds after the end of a recording in which its last write can be a sign of the kill."""


class NoAudio:
    """The source of a session of which no sound is left: at its end from the start."""

    names: ClassVar[dict[Channel, str]] = {}
    dropped = 0
    epoch = 0.0
    ended = True

    def start(self) -> None:
        """Nothing to open."""

    def read(self, timeout: float) -> list[AudioBlock]:
        """Nothing."""
        del timeout
        return []

    def faults(self) -> list[Fault]:
        """None."""
        return []

    def stop(self) -> None:
        """Nothing to close."""


def recover(session_id: str, store: Store, show: Sink, model: str = "tiny.en") -> Call:
    """Start reading what the recording holds beyond the saved lines; as fast as possible.

    ``build_recovery`` then ``Call.begin``. The session is completed when all is read;
    ``Call.stop`` cancels and leaves it for later. Without a recording the session is completed
    with the lines it has, half ones included.

    Raises:
        StoreError: There is no such session, it is complete, or it is running now.
        AudioError: Its recording cannot be mended.
        ModelError: No speech model works.
    """
    call = build_recovery(session_id, store, show, model)
    call.begin()
    return call


def build_recovery(session_id: str, store: Store, show: Sink, model: str = "tiny.en") -> Call:
    """As ``recover``, but the threads wait for ``Call.begin``."""
    session = _cut_off(session_id, store)
    transcriber, faults = usable_transcriber(model)
    if transcriber is None or faults:
        # Nothing is urgent here: a session is read once, so with the model that was asked for.
        raise ModelError(faults[0].message, faults[0].hint, "stt")
    saver = Saver(store, show)
    lines = store.transcript(session_id, partials=True)
    source, recorded, written = _recording(store.recording(session_id))
    source.start()
    killed = was_killed(store.path, session_id)
    mark_live(store.path, session_id, recovering=True)
    seconds = max([recorded, *(line.t1 for line in lines)])
    if killed:
        hole = _hole(session, store.gaps(session_id), seconds, recorded, written)
        for channel in CHANNELS:
            saver(replace(hole, channel=channel))
        seconds = hole.t1
    return assemble(
        session=session,
        source=source,
        recorder=None,
        transcriber=transcriber,
        engine=None,
        saver=saver,
        lockstep=True,
        guard=_guard(lines),
        unheard=_blank(lines),
        recovery=Recovery(
            complete=lambda: _settle(lines, recorded, saver),
            seconds=seconds,
        ),
    )


def _cut_off(session_id: str, store: Store) -> Session:
    row = store.session(session_id)
    if row is None:
        raise StoreError(
            f"There is no session {session_id}.", "`liveconvo sessions` lists them.", "store"
        )
    if is_live(store.path, session_id):
        raise StoreError("This call is running now.", "End it first.", "store")
    if row.session.status != "active":
        raise StoreError("This session is complete.", "There is nothing to recover.", "store")
    return row.session


def _recording(path: Path | None) -> tuple[Source, float, float]:
    """What is left of the sound, its seconds, and the Unix time of its last write.

    A call killed at once may have none: the source is then at its end, and both are 0.
    """
    if path is None or not path.is_file():
        return NoAudio(), 0.0, 0.0
    # Before the repair, which writes to it.
    written = path.stat().st_mtime
    seconds = repair(path)
    source: Source = FileReplay(stereo=path, pace="fast") if seconds else NoAudio()
    return source, seconds, written


def _hole(
    session: Session, holes: Sequence[Gap], heard: float, recorded: float, written: float
) -> Gap:
    """Where the call was cut off: from the last sample to the last sign of life.

    How long the conversation went on is not known. docs/database.md has the definition.

    Args:
        session: That was killed.
        holes: Saved while it ran.
        heard: End of the recording or of the last line, whichever is later.
        recorded: End of the recording; 0 where there is none.
        written: Unix time of its last write.
    """
    signs = [heard, *(hole.t1 for hole in holes)]
    # The last write comes nearest to the kill, but it is on the wall clock: of a recording that
    # was copied or mended, or of a computer that slept, it says nothing.
    late = written - session.started_at.timestamp()
    if recorded <= late <= recorded + _LAST_WRITE:
        signs.append(late)
    # To the millisecond, as rows are: the hole of a recovery that was stopped is the same one.
    return Gap(session.id, "mic", round(recorded or heard, 3), round(max(signs), 3), "killed")


def _guard(lines: Sequence[Segment]) -> DuplicateGuard:
    """Knows what the far side said in the lines that are not read again."""
    guard = DuplicateGuard(DuplicateConfig(memory=math.inf))
    for line in lines:
        if line.final and line.channel == "speaker":
            guard.feed(line, 0.0, 0.0)
    return guard


def _blank(lines: Sequence[Segment]) -> Callable[[AudioBlock], AudioBlock]:
    """Silence up to a channel's last final, but for the half lines before it.

    It stands behind the echo gate, which needs the far side as it was.
    """
    until: dict[Channel, float] = dict.fromkeys(CHANNELS, 0.0)
    wanted: dict[Channel, list[Interval]] = {channel: [] for channel in CHANNELS}
    for line in lines:
        if line.final:
            until[line.channel] = max(until[line.channel], line.t1)
        elif not _read_meanwhile(line, lines):
            wanted[line.channel].append((line.t0, line.t1))

    def blank(block: AudioBlock) -> AudioBlock:
        if block.t0 >= until[block.channel]:
            return block
        samples = block.samples.copy()
        samples[: max(0, round((until[block.channel] - block.t0) * block.rate))] = 0.0
        for t0, t1 in wanted[block.channel]:
            first, last = (
                min(max(0, round((t - block.t0) * block.rate)), len(samples)) for t in (t0, t1)
            )
            samples[first:last] = block.samples[first:last]
        return replace(block, samples=samples)

    return blank


def _read_meanwhile(half: Segment, lines: Sequence[Segment]) -> bool:
    """An earlier recovery, stopped before its end, has read this half line's time already."""
    covered = sum(
        max(0.0, min(half.t1, line.t1) - max(half.t0, line.t0))
        for line in lines
        if line.final and line.channel == half.channel
    )
    return covered > (half.t1 - half.t0) / 2


def _settle(lines: Sequence[Segment], recorded: float, saver: Saver) -> None:
    """Half lines: those that were read again go, those beyond the recording are all there is."""
    for line in lines:
        if not line.final:
            text = line.text if line.t0 >= recorded else ""
            saver(replace(line, text=text, final=True, stable=len(text)))
