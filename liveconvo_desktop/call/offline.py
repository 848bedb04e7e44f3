"""A recording through a call's own machines, without the call's waiting: nothing is urgent here.

Both sides are cut into utterances in large steps, several are read at a time, and a line is read
once, when it is whole. The echo gate, the segmenters, the recogniser and the duplicate guard are
those of a live call.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from liveconvo_desktop.audio.echo import EchoGate
from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.giving_way import GivingWay
from liveconvo_desktop.call.listen import BlockWriter
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import (
    CHANNELS,
    SPEAKER_OF,
    AudioBlock,
    Segment,
    Utterance,
)
from liveconvo_desktop.speech.duplicates import DuplicateGuard
from liveconvo_desktop.speech.segmenter import Segmenter
from liveconvo_desktop.speech.vad import SileroDetector, load_session
from liveconvo_desktop.stt.base import Transcriber, Transcript

_AHEAD = 4
"""Utterances a worker that may wait for it: enough that none is ever idle, few enough to keep."""
_READ_TIMEOUT = 0.1

Heard = Callable[[float, int], None]
"""Told the seconds of audio that are read and the words found in them."""


class CancelledError(Exception):
    """The user wanted it no more."""


class OfflineReader:
    """One recording's way from sound to lines.

    Args:
        session_id: Goes into every line.
        source: Started; its blocks may be of any length.
        recorder: Keeps the audio.
        transcriber: Takes ``workers`` calls at once.
        call_runs: A live call needs the machine: this reading steps back.
        heard: Told how far it is, from the calling thread.
        cancelled: Asked often; true ends it.
    """

    def __init__(
        self,
        session_id: str,
        source: Source,
        recorder: BlockWriter,
        transcriber: Transcriber,
        workers: int,
        call_runs: Callable[[], bool],
        heard: Heard,
        cancelled: Callable[[], bool],
    ) -> None:
        vad = load_session()
        self._session_id = session_id
        self._source = source
        self._recorder = recorder
        self._transcriber = transcriber
        self._workers = workers
        self._turns = GivingWay(workers, call_runs)
        self._heard, self._cancelled = heard, cancelled
        self._echo = EchoGate()
        self._segmenters = {c: Segmenter(c, SileroDetector(vad)) for c in CHANNELS}
        self._waiting: deque[tuple[Utterance, Future[Transcript]]] = deque()
        self._lines: list[Segment] = []
        self._words = 0
        self._told = 0.0
        self.seconds = 0.0

    def run(self) -> list[Segment]:
        """Read it all.

        Returns:
            Finals by start time.

        Raises:
            CancelledError: ``cancelled`` became true.
            AudioError: The file is damaged, or the copy cannot be written.
            ModelError: The recogniser failed.
        """
        with ThreadPoolExecutor(self._workers, thread_name_prefix="read") as pool:
            try:
                for utterance in self._utterances():
                    work = pool.submit(self._read, utterance)
                    self._waiting.append((utterance, work))
                    self._collect(_AHEAD * self._workers)
                self._collect(0)
            finally:
                self._turns.close()
                pool.shutdown(wait=True, cancel_futures=True)
        return _without_echo(self._lines)

    def _read(self, utterance: Utterance) -> Transcript:
        """On a thread of the pool."""
        with self._turns.turn():
            return self._transcriber.transcribe(utterance.samples, "final")

    def _utterances(self) -> Iterator[Utterance]:
        while not self._source.ended:
            blocks = self._source.read(_READ_TIMEOUT)
            # Far side first: the gate judges the microphone by what was played just before.
            for block in sorted(blocks, key=lambda b: b.channel == "mic"):
                yield from self._hear(block)
            self._tell()
            for fault in self._source.faults():
                raise AudioError(fault.message, "Use another copy of the file.", "import")
        for segmenter in self._segmenters.values():
            yield from self._whole(segmenter.flush())

    def _hear(self, block: AudioBlock) -> Iterator[Utterance]:
        self._recorder.write(block)
        self.seconds = max(self.seconds, block.t1)
        if block.channel == "speaker":
            self._echo.feed_far(block)
        else:
            block = self._echo.feed_mic(block)
        yield from self._whole(self._segmenters[block.channel].feed(block))

    def _whole(self, cut: Sequence[Utterance]) -> Iterator[Utterance]:
        """What is over; a pause is no end yet."""
        for utterance in cut:
            if utterance.stage != "closed":
                continue
            if utterance.channel == "mic":
                readable = self._echo.readable(utterance.samples, utterance.t0)
                if not len(readable):
                    continue
                utterance = replace(utterance, samples=readable)
            yield utterance

    def _collect(self, most: int) -> None:
        """Take up what is read until at most this many wait."""
        while len(self._waiting) > most or (self._waiting and self._waiting[0][1].done()):
            utterance, work = self._waiting.popleft()
            self._add(utterance, work.result())
            self._tell()

    def _tell(self) -> None:
        if self._cancelled():
            raise CancelledError
        oldest = min((u.t0 for u, _ in self._waiting), default=self.seconds)
        # An utterance begins before it can wait: what was told stays told.
        self._told = max(self._told, oldest)
        self._heard(self._told, self._words)

    def _add(self, utterance: Utterance, transcript: Transcript) -> None:
        if not transcript.text:
            return
        self._words += len(transcript.text.split())
        self._lines.append(
            Segment(
                id=utterance.id,
                session_id=self._session_id,
                channel=utterance.channel,
                speaker=SPEAKER_OF[utterance.channel],
                t0=utterance.t0,
                t1=utterance.t1,
                text=transcript.text,
                confidence=transcript.confidence,
                provider=self._transcriber.provider,
                final=True,
            )
        )


def _without_echo(lines: Sequence[Segment]) -> list[Segment]:
    """Take back what the microphone only overheard; the far side's lines are all known here."""
    guard = DuplicateGuard()
    slack = 0.5
    in_turn = sorted(lines, key=lambda s: s.t0 if s.channel == "speaker" else s.t1 + slack)
    shown = [one for line in in_turn for one in guard.feed(line, 0.0, line.t1)]
    return sorted((one for one in shown if one.text), key=lambda s: (s.t0, s.t1))
