"""One live call: three threads, the queues between them, and the face that steers it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.advise import Adviser
from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.listen import Listener
from liveconvo_desktop.call.plan import CallState, CallStatus, RecordingState
from liveconvo_desktop.call.read import Reader
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.events import Event, Fault, Segment, Session, SessionStatus
from liveconvo_desktop.guidance.engine import Action
from liveconvo_desktop.store import Store

log = logging.getLogger(__name__)

_RECORDER = "audio.recorder"
_DELAYED = 2.0
"""Seconds behind from which the user is told."""


@dataclass(slots=True)
class Talk:
    """Seconds of final speech of each side so far."""

    user: float = 0.0
    other: float = 0.0

    def add(self, segment: Segment) -> None:
        """Count a final."""
        if segment.final and segment.text:
            seconds = segment.t1 - segment.t0
            if segment.speaker == "user":
                self.user += seconds
            else:
                self.other += seconds

    @property
    def ratio(self) -> float | None:
        """The user's share, or None before anybody spoke."""
        total = self.user + self.other
        return self.user / total if total else None


@dataclass(frozen=True, slots=True)
class Recovery:
    """What differs when a call is the rest of one that was cut off.

    Attributes:
        complete: Settles the half lines once everything is read.
        seconds: Length of the session so far: its recording, or its last line.
    """

    complete: Callable[[], None]
    seconds: float


@dataclass(slots=True)
class Parts:
    """What a call is made of; ``call.start`` builds it."""

    session: Session
    source: Source
    listener: Listener
    desk: Desk
    reader: Reader | None
    adviser: Adviser | None
    saver: Saver
    model: str
    recovery: Recovery | None = None


class Call:
    """A running call. Every method returns at once and may be called from any thread.

    Args:
        parts: Built and connected; the source is started.
    """

    def __init__(self, parts: Parts) -> None:
        self.session_id = parts.session.id
        self._parts = parts
        self.opening_faults: list[Fault] = []
        """What went wrong while it was built; told when it begins."""
        self._talk = Talk()
        self._failed: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="call", daemon=True)

    def begin(self) -> None:
        """Start the threads."""
        self._thread.start()

    def pause(self) -> None:
        """Capture silence in place of both sides, marked as a gap, until ``resume``."""
        self._parts.listener.switches.paused = True

    def resume(self) -> None:
        """End a pause."""
        self._parts.listener.switches.paused = False

    def mute(self, on: bool) -> None:
        """Replace the user's microphone by silence in this app only."""
        self._parts.listener.switches.muted = on

    def stop(self) -> None:
        """End the call; what was said until now is still read and saved.

        The end comes as a Session event with its final status.
        """
        self._parts.listener.stop()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; True when it has come."""
        return self._ended.wait(timeout)

    def note(self, chip_id: str, action: Action) -> None:
        """Tell the guidance engine what the user did with a chip."""
        if self._parts.adviser:
            self._parts.adviser.note(chip_id, action)

    def write(self, write: Callable[[Store], None]) -> None:
        """Any other write about this call, saved in its turn; never raises ``StoreError``."""
        self._parts.saver.write(write)

    @property
    def epoch(self) -> float:
        """``time.monotonic()`` at audio time zero."""
        return self._parts.source.epoch

    @property
    def behind_max(self) -> float:
        """The longest that a final has waited for its text, seconds."""
        return self._parts.desk.behind_max

    def status(self) -> CallStatus:
        """A truthful picture, cheap to ask."""
        parts, listener = self._parts, self._parts.listener
        behind = parts.desk.behind
        stopped = "transcribe" in self._failed
        return CallStatus(
            session_id=self.session_id,
            state=self._state(),
            clock=listener.clock,
            model=f"{parts.model}, stopped" if stopped else parts.model,
            capturing=dict(parts.source.names),
            levels=dict(listener.levels),
            behind=behind,
            delayed=behind > _DELAYED,
            muted=listener.switches.muted,
            talk_ratio=self._talk.ratio,
            dropped_blocks=parts.source.dropped,
            dropped_partials=parts.desk.dropped_partials,
            reading=parts.reader is not None and not stopped,
            unread=parts.reader.unread if parts.reader else 0,
            recording=self._recording(),
            unsaved=parts.saver.unsaved,
        )

    def _recording(self) -> RecordingState:
        refused = any(fault.where == _RECORDER for fault in self.opening_faults)
        return "failed" if refused else self._parts.listener.recording

    def _state(self) -> CallState:
        switches = self._parts.listener.switches
        if self._ended.is_set():
            return "ended"
        if switches.stopping or self._parts.source.ended:
            return "stopping"
        if switches.paused:
            return "paused"
        return "running" if self._parts.listener.started.is_set() else "starting"

    def emit(self, event: Event) -> None:
        """The one sink of all threads: saved, shown, then heard by guidance."""
        self._parts.saver(event)
        if isinstance(event, Segment):
            self._talk.add(event)
            if self._parts.adviser:
                self._parts.adviser.hear(event)

    def _run(self) -> None:
        try:
            self._stages()
            self._guarded("end", self._close_session)
        finally:
            self._guarded("end", lambda: self._parts.saver.release(self.session_id))
            self._ended.set()

    def _stages(self) -> None:
        """Each stage ends when the one before it has handed in everything."""
        parts = self._parts
        parts.saver.show(parts.session)
        for fault in self.opening_faults:
            self.emit(fault)
        reader = self._spawn(self._read)
        adviser = self._spawn(self._advise)
        self._guarded("listen", parts.listener.run)
        parts.desk.close()
        reader.join()
        if parts.adviser:
            parts.adviser.close()
        adviser.join()

    def _read(self) -> None:
        """Read until the end; after a defect, mark what is left unread as it comes."""
        reader = self._parts.reader
        if reader is None:
            _let_go(self._parts.desk)
        elif not self._guarded("transcribe", reader.run):
            self._guarded("transcribe", reader.drain)
            _let_go(self._parts.desk)

    def _advise(self) -> None:
        if self._parts.adviser:
            self._guarded("advise", self._parts.adviser.run)

    def started(self, at: datetime) -> None:
        """Audio time zero is known now: the first block is here."""
        if self._parts.recovery is None:
            session = replace(self._parts.session, started_at=at)
            self._parts.session = session
            self._parts.saver.write(lambda store: store.save(session))

    def _close_session(self) -> None:
        """Complete, unless words are missing that the recording still holds."""
        parts, recovery = self._parts, self._parts.recovery
        seconds = max(parts.listener.clock, recovery.seconds if recovery else 0.0)
        ended = parts.session.started_at + timedelta(seconds=seconds)
        whole = self._is_whole()
        if whole:
            if recovery:
                recovery.complete()
            parts.saver.finish(self.session_id, ended, seconds)
        status: SessionStatus = "completed" if whole else "active"
        parts.saver.show(replace(parts.session, ended_at=ended, status=status))

    def _is_whole(self) -> bool:
        parts = self._parts
        cancelled = parts.recovery is not None and parts.listener.switches.stopping
        all_read = parts.reader is not None and parts.reader.unread == 0
        return all_read and not cancelled and not self._failed & {"listen", "transcribe"}

    def _spawn(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=work.__name__.strip("_"), daemon=True)
        thread.start()
        return thread

    def _guarded(self, name: str, work: Callable[[], None]) -> bool:
        """The top of a thread: a defect is told at once, and the other threads go on to the end.

        Returns:
            Whether the work ended as it should.
        """
        try:
            work()
        except Exception:
            log.exception("the %s part failed", name)
            self._failed.add(name)
            self._parts.saver(
                Fault(
                    f"call.{name}",
                    f"An internal error stopped this call's {name} part.",
                    "End the call and recover it: the recording and all lines are kept.",
                    fatal=True,
                    session_id=self.session_id,
                )
            )
            return False
        return True


def _let_go(desk: Desk) -> None:
    """Nobody reads: make room until the end; the recording keeps the words for later."""
    while not desk.finished:
        job = desk.take(0.25)
        if job:
            desk.done(job, 0.0)


def monotonic_since(source: Source) -> Callable[[], float]:
    """The call's clock: wall seconds since audio time zero."""
    return lambda: time.monotonic() - source.epoch
