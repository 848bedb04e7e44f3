"""The *listen* thread: blocks in, utterances out, everything recorded on the way.

source → mute/pause → recorder → echo gate → voice detection → work order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from liveconvo_desktop.audio.echo import EchoGate
from liveconvo_desktop.audio.levels import SILENCE_DBFS, peak_dbfs
from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.plan import RecordingState
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import CHANNELS, AudioBlock, Channel, Event, Gap, Utterance
from liveconvo_desktop.speech.segmenter import Segmenter

_READ_TIMEOUT = 0.1
_IDLE_WAIT = 0.1
_GAP_SAVED_EVERY = 5.0
"""Seconds of a hole after which its row is brought up to date: a kill must not hide it."""


class BlockWriter(Protocol):
    """What keeps the audio: ``audio.recorder.Recorder``."""

    def write(self, block: AudioBlock) -> None:
        """Keep a block."""

    def close(self) -> None:
        """Finish the file."""


@dataclass(slots=True)
class Switches:
    """What the user has switched; single attributes, so reading needs no lock."""

    muted: bool = False
    paused: bool = False
    stopping: bool = False


def joined(blocks: list[AudioBlock]) -> list[AudioBlock]:
    """Neighbouring blocks of a channel made one, in the order of their channels' first blocks."""
    runs: dict[tuple[Channel, int], list[AudioBlock]] = {}
    current: dict[Channel, int] = {}
    for block in blocks:
        index = current.get(block.channel, 0)
        before = runs.get((block.channel, index))
        if before and before[-1].gap != block.gap:
            index += 1
        current[block.channel] = index
        runs.setdefault((block.channel, index), []).append(block)
    return [
        run[0]
        if len(run) == 1
        else replace(run[0], samples=np.concatenate([b.samples for b in run]))
        for run in runs.values()
    ]


class GapMarker:
    """Joins the gap blocks of a channel into one Gap, emitted as it opens, grows and ends."""

    def __init__(self, session_id: str, emit: Callable[[Event], None]) -> None:
        self._session_id = session_id
        self._emit = emit
        self._open: dict[Channel, Gap] = {}
        self._saved: dict[Channel, float] = {}

    def feed(self, block: AudioBlock) -> None:
        """See a block; it may open, lengthen or end a hole."""
        hole = self._open.get(block.channel)
        if hole and hole.reason == block.gap:
            hole = replace(hole, t1=block.t1)
            self._open[block.channel] = hole
            if hole.t1 - self._saved[block.channel] >= _GAP_SAVED_EVERY:
                self._save(hole)
            return
        self.close(block.channel)
        if block.gap:
            hole = Gap(self._session_id, block.channel, block.t0, block.t1, block.gap)
            self._open[block.channel] = hole
            self._save(hole)

    def close(self, channel: Channel) -> None:
        """Emit the open hole as it ended, if there is one."""
        hole = self._open.pop(channel, None)
        if hole and hole.t1 > self._saved[channel]:
            self._save(hole)

    def _save(self, hole: Gap) -> None:
        self._saved[hole.channel] = hole.t1
        self._emit(hole)


class Listener:
    """One call's ears.

    Args:
        source: Where blocks come from; started already.
        recorder: Where they are kept, or None.
        segmenters: One for each channel; none where nothing can find speech.
        desk: Where utterances go.
        emit: Where gaps and faults go.
        lockstep: Wait until each utterance is read before going on (fast replay).
        on_start: Called with the time of audio zero when the first block came.
        unheard: What of a block is still to be read; recovery blanks the rest, behind the gate.
    """

    def __init__(
        self,
        session_id: str,
        source: Source,
        recorder: BlockWriter | None,
        segmenters: dict[Channel, Segmenter],
        desk: Desk,
        emit: Callable[[Event], None],
        *,
        lockstep: bool,
        on_start: Callable[[datetime], None] = lambda at: None,
        unheard: Callable[[AudioBlock], AudioBlock] = lambda block: block,
    ) -> None:
        self._source = source
        self._recorder = recorder
        self.recording: RecordingState = "on" if recorder else "off"
        self._segmenters = segmenters
        self._desk = desk
        self._emit = emit
        self._lockstep = lockstep
        self._on_start = on_start
        self._unheard = unheard
        self._gaps = GapMarker(session_id, emit)
        self._echo = EchoGate()
        self.switches = Switches()
        self.clock = 0.0
        self.levels: dict[Channel, float] = dict.fromkeys(CHANNELS, SILENCE_DBFS)
        self.started = threading.Event()
        self._stop = threading.Event()

    def run(self) -> None:
        """Until the source ends or the user stops; then hand in what is open."""
        try:
            self._listen()
        finally:
            self._finish()

    def _listen(self) -> None:
        while not (self.switches.stopping or self._source.ended):
            blocks = self._source.read(_READ_TIMEOUT)
            for fault in self._source.faults():
                self._emit(fault)
            if blocks and not self.started.is_set():
                self.started.set()
                age = timedelta(seconds=time.monotonic() - self._source.epoch)
                self._on_start(datetime.now(UTC) - age)
            if not self._lockstep:
                blocks = joined(blocks)
            # Far side first: the gate judges the microphone by what was played just before.
            for block in sorted(blocks, key=lambda b: b.channel == "mic"):
                self._hear(block)
            if not self._lockstep and not any(s.open_since for s in self._segmenters.values()):
                # Nobody speaks: larger blocks cost less, and the pre-roll covers the wait.
                self._stop.wait(_IDLE_WAIT)

    def stop(self) -> None:
        """Any thread: end at the next chance."""
        self.switches.stopping = True
        self._stop.set()

    def _hear(self, block: AudioBlock) -> None:
        block = self._switched(block)
        self.clock = max(self.clock, block.t1)
        self.levels[block.channel] = peak_dbfs(block.samples)
        self._record(block)
        self._gaps.feed(block)
        if block.channel == "speaker":
            self._echo.feed_far(block)
        else:
            block = self._echo.feed_mic(block)
        segmenter = self._segmenters.get(block.channel)
        if segmenter is None:
            return
        block = self._unheard(block)
        for hint in self._desk.hints(block.channel):
            segmenter.complete(*hint)
        self._hand_in(segmenter.feed(block))
        if not segmenter.pausing:
            self._desk.resumed(block.channel)
        self._offer_partial(segmenter)

    def _switched(self, block: AudioBlock) -> AudioBlock:
        if self.switches.paused:
            return replace(block, samples=np.zeros_like(block.samples), gap="paused")
        if self.switches.muted and block.channel == "mic":
            return replace(block, samples=np.zeros_like(block.samples))
        return block

    def _record(self, block: AudioBlock) -> None:
        if self._recorder is None:
            return
        try:
            self._recorder.write(block)
        except LiveConvoError as error:
            self._emit(error.fault())
            self._recorder = None
            self.recording = "failed"

    def _hand_in(self, utterances: list[Utterance], *, cut: bool = False) -> None:
        for heard in utterances:
            utterance = heard
            likeness = 0.0
            if utterance.channel == "mic":
                likeness = self._echo.likeness(utterance.t0, utterance.t1)
                readable = self._echo.readable(utterance.samples, utterance.t0)
                utterance = replace(utterance, samples=readable)
                if not len(readable) and utterance.stage != "closed":
                    continue  # a closed one takes back what was shown before the leak was known
            self._desk.put(utterance, likeness, cut=cut)
            if self._lockstep:
                self._desk.wait_idle()

    def _offer_partial(self, segmenter: Segmenter) -> None:
        since = segmenter.open_since
        # At the first silent frame the recogniser is kept free for the speculation to come.
        if self._lockstep or since is None or not segmenter.in_speech:
            return
        active = sum(s.speaking for s in self._segmenters.values())
        if self._desk.partial_due(segmenter.channel, since, active):
            snapshot = segmenter.snapshot()
            if snapshot:
                self._hand_in([snapshot])

    def _finish(self) -> None:
        """Close the source, hear what it still held, hand in what is open, close the file."""
        self._source.stop()
        try:
            while blocks := self._source.read(0.0):
                for block in sorted(blocks, key=lambda b: b.channel == "mic"):
                    self._hear(block)
            for channel, segmenter in self._segmenters.items():
                self._gaps.close(channel)
                cut = segmenter.in_speech
                self._hand_in(segmenter.flush(), cut=cut)
        finally:
            self._close_recorder()

    def _close_recorder(self) -> None:
        if self._recorder:
            try:
                self._recorder.close()
            except LiveConvoError as error:
                self._emit(error.fault())
