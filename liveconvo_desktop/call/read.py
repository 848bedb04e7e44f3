"""The *transcribe* thread: utterances in, segments out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.work import Job
from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.events import SPEAKER_OF, Event, Segment
from liveconvo_desktop.speech.agreement import Agreement
from liveconvo_desktop.speech.duplicates import DuplicateGuard
from liveconvo_desktop.stt.base import Transcriber, Transcript

_POLL = 0.25
_SENTENCE_END = (".", "?", "!")
CUT = "…"
"""Ends the text of an utterance that the end of the call or of the recording cut off."""


def marked_as_cut(text: str) -> str:
    """The text with the mark; the recogniser puts a full stop after half sentences, too."""
    words = text.rstrip(". …")
    return f"{words}{CUT}" if words else text


class Reader:
    """One call's transcriber at work.

    Args:
        transcriber: Called from this thread only.
        desk: Where jobs come from.
        emit: Where segments and faults go.
        guard: Takes overheard lines back.
    """

    def __init__(
        self,
        session_id: str,
        transcriber: Transcriber,
        desk: Desk,
        emit: Callable[[Event], None],
        guard: DuplicateGuard | None = None,
    ) -> None:
        self._session_id = session_id
        self._transcriber = transcriber
        self._desk = desk
        self._emit = emit
        self._agreement = Agreement()
        self._guard = guard or DuplicateGuard()
        self._speculated: dict[str, tuple[float, Transcript]] = {}
        self.unread = 0
        """Utterances that could not be read; the recording still has them."""

    def run(self) -> None:
        """Until the desk is closed and empty."""
        while not self._desk.finished:
            job = self._desk.take(_POLL)
            if job:
                begun = time.monotonic()
                try:
                    self._read(job)
                finally:
                    self._desk.done(job, time.monotonic() - begun)
            self._show(self._guard.release(self._desk.clock()))
        self._show(self._guard.release(self._desk.clock(), everything=True))

    def _read(self, job: Job) -> None:
        utterance = job.utterance
        try:
            transcript = self._transcript(job)
        except ModelError as error:
            self._emit(error.fault())
            if utterance.stage == "closed":
                self.leave(job)
            return
        if utterance.stage == "paused":
            self._speculated[utterance.id] = (utterance.t1, transcript)
            if transcript.text.endswith(_SENTENCE_END):
                self._desk.hint(utterance.channel, utterance.id, utterance.t1)
        segment = self._segment(job, transcript)
        if segment:
            self._show(self._guard.feed(segment, job.likeness, self._desk.clock()))

    def leave(self, job: Job) -> None:
        """Mark an utterance that is not read: its row stays a partial, which recovery reads.

        Without the row, recovery would take the time before the last final for read.
        """
        self.unread += 1
        text = self._agreement.forget(job.utterance.id) or ""
        self._emit(self._segment_of(job, Transcript(text, None), final=False, stable=0))

    def drain(self) -> None:
        """Leave everything unread until the desk is closed and empty."""
        while not self._desk.finished:
            job = self._desk.take(_POLL)
            if job:
                if job.utterance.stage == "closed":
                    self.leave(job)
                self._desk.done(job, 0.0)

    def _transcript(self, job: Job) -> Transcript:
        """Read it, unless speculation has read the same audio already."""
        utterance = job.utterance
        closed = utterance.stage == "closed"
        ahead = self._speculated.pop(utterance.id, None) if closed else None
        if not len(utterance.samples):  # the echo gate left nothing of it
            return Transcript("", None)
        if ahead and ahead[0] == utterance.t1:
            return ahead[1]
        return self._transcriber.transcribe(utterance.samples, self._desk.effort(job))

    def _segment(self, job: Job, transcript: Transcript) -> Segment | None:
        utterance, text = job.utterance, transcript.text
        if utterance.stage == "closed":
            shown = self._agreement.forget(utterance.id) is not None
            if not text and not shown:
                return None
            if job.cut:
                text = marked_as_cut(text)
                transcript = replace(transcript, text=text)
            return self._segment_of(job, transcript, final=True, stable=len(text))
        if not text:
            return None
        agreed = self._agreement.feed(utterance.id, text)
        stable = len(text) if utterance.stage == "paused" else agreed
        return self._segment_of(job, transcript, final=False, stable=stable)

    def _segment_of(self, job: Job, transcript: Transcript, *, final: bool, stable: int) -> Segment:
        utterance = job.utterance
        return Segment(
            id=utterance.id,
            session_id=self._session_id,
            channel=utterance.channel,
            speaker=SPEAKER_OF[utterance.channel],
            t0=utterance.t0,
            t1=utterance.t1,
            text=transcript.text,
            confidence=transcript.confidence,
            provider=self._transcriber.provider,
            final=final,
            stable=stable,
        )

    def _show(self, segments: list[Segment]) -> None:
        for segment in segments:
            self._emit(segment)
