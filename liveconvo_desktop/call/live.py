"""One live call: three threads, the queues between them, and the face that steers it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from liveconvo_desktop.audio.source import Source
from liveconvo_desktop.call.advise import Adviser
from liveconvo_desktop.call.desk import Desk
from liveconvo_desktop.call.listen import Listener
from liveconvo_desktop.call.plan import CallState, CallStatus
from liveconvo_desktop.call.read import Reader
from liveconvo_desktop.call.saver import Saver
from liveconvo_desktop.events import Event, Fault, Segment, Session, SessionStatus
from liveconvo_desktop.guidance.engine import Action

log = logging.getLogger(__name__)

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
    recovering: bool


class Call:
    """A running call. Every method returns at once and may be called from any thread.

    Args:
        parts: Built and connected; the source is started.
    """

    def __init__(self, parts: Parts) -> None:
        self.session_id = parts.session.id
        self._parts = parts
        self.opening_faults: list[Fault] = []
        self._talk = Talk()
        self._all_read = False
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

    @property
    def epoch(self) -> float:
        """``time.monotonic()`` at audio time zero."""
        return self._parts.source.epoch

    @property
    def behind_max(self) -> float:
        """The longest that a final has waited for its turn, seconds."""
        return self._parts.desk.behind_max

    def status(self) -> CallStatus:
        """A truthful picture, cheap to ask."""
        parts, listener = self._parts, self._parts.listener
        behind = parts.desk.behind
        return CallStatus(
            session_id=self.session_id,
            state=self._state(),
            clock=listener.clock,
            model=parts.model,
            capturing=dict(parts.source.names),
            levels=dict(listener.levels),
            behind=behind,
            delayed=behind > _DELAYED,
            muted=listener.switches.muted,
            talk_ratio=self._talk.ratio,
            dropped_blocks=parts.source.dropped,
            dropped_partials=parts.desk.dropped_partials,
        )

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
        """Each stage ends when the one before it has handed in everything."""
        parts = self._parts
        parts.saver.show(parts.session)
        for fault in self.opening_faults:
            self.emit(fault)
        reader = self._spawn("transcribe", self._read)
        adviser = self._spawn("advise", parts.adviser.run) if parts.adviser else None
        self._guarded("listen", parts.listener.run)
        parts.desk.close()
        reader.join()
        if parts.adviser and adviser:
            parts.adviser.close()
            adviser.join()
        try:
            self._close_session()
        finally:
            parts.saver.release(self.session_id)
            self._ended.set()

    def _read(self) -> None:
        """Read until the end; without a reader, or after its defect, only make room."""
        parts = self._parts
        try:
            if parts.reader:
                parts.reader.run()
                self._all_read = parts.reader.unread == 0
        finally:
            _drain(parts.desk)

    def _close_session(self) -> None:
        """Complete, unless words are missing that the recording still holds."""
        parts = self._parts
        cancelled = parts.recovering and parts.listener.switches.stopping
        ended = datetime.now(UTC)
        whole = (
            self._all_read
            and not cancelled
            and parts.saver.finish(self.session_id, ended, parts.listener.clock)
        )
        status: SessionStatus = "completed" if whole else "active"
        parts.saver.show(replace(parts.session, ended_at=ended, status=status))

    def _spawn(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._guarded, args=(name, work), name=name, daemon=True)
        thread.start()
        return thread

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """The top of a thread: a defect is told, and the other threads go on to the end."""
        try:
            work()
        except Exception:
            log.exception("the %s thread failed", name)
            self._parts.saver(
                Fault(
                    f"call.{name}",
                    f"An internal error stopped this call's {name} part.",
                    "Stop the call and open it again: the recording and all lines are kept.",
                    fatal=True,
                    session_id=self.session_id,
                )
            )
            if name == "listen":
                self._parts.source.stop()


def _drain(desk: Desk) -> None:
    """Let go of utterances that nobody reads; the recording keeps them for later."""
    while not desk.finished:
        job = desk.take(0.25)
        if job:
            desk.done(job, 0.0)


def monotonic_since(source: Source) -> Callable[[], float]:
    """The call's clock: wall seconds since audio time zero."""
    return lambda: time.monotonic() - source.epoch
