"""The real thing behind the windows: store, devices, playbooks and calls as one Backend."""

from __future__ import annotations

import threading
from collections.abc import Callable

from liveconvo_desktop.audio.devices import Device, diagnose, list_devices
from liveconvo_desktop.call import (
    Call,
    CallPlan,
    build_call,
    interrupted,
    recover,
)
from liveconvo_desktop.events import Chip, Event, Fault, Feedback, Gap, Segment, Session, Sink
from liveconvo_desktop.guidance.budget import Action
from liveconvo_desktop.guidance.playbook import load_builtin
from liveconvo_desktop.store import SessionRow, Store

Started = Callable[[float], None]


class AppBackend:
    """See ``ui.backend.Backend``; thread-safe.

    Args:
        store: Open; the caller closes it.
        tap: Also gets every event of a call.
        started: Called with the call's epoch before its first line.
    """

    def __init__(
        self, store: Store, tap: Sink | None = None, started: Started | None = None
    ) -> None:
        self._store = store
        self._tap, self._started = tap, started
        self._call: Call | None = None

    def start_call(self, plan: CallPlan, show: Sink) -> Call:
        """Build a call and let it run."""
        tee = _Tee(show, self._tap, self._started)
        call = build_call(plan, self._store, tee)
        tee.call = self._call = call
        call.begin()
        return call

    def devices(self) -> list[Device]:
        """Microphones and loopbacks now."""
        return list_devices()

    def sound_problems(self) -> list[Fault]:
        """What keeps this machine from hearing a call."""
        return diagnose()

    def playbooks(self) -> list[tuple[str, str, str]]:
        """The built-in playbooks."""
        return [(book.name, book.title, book.conversation_type) for book in load_builtin()]

    def sessions(self, limit: int, offset: int) -> list[SessionRow]:
        """Past sessions, newest first."""
        return self._store.sessions(limit, offset)

    def session(self, session_id: str) -> SessionRow | None:
        """One past session."""
        return self._store.session(session_id)

    def transcript(self, session_id: str) -> list[Segment]:
        """A session's finals."""
        return self._store.transcript(session_id)

    def chips(self, session_id: str) -> list[Chip]:
        """A session's guidance."""
        return [row.chip for row in self._store.chips(session_id)]

    def gaps(self, session_id: str) -> list[Gap]:
        """A session's holes."""
        return self._store.gaps(session_id)

    def unfinished(self) -> list[Session]:
        """What a crash left, apart from what runs in any process."""
        return interrupted(self._store)

    def recover(self, session_id: str, show: Sink) -> Call:
        """Finish a transcript from its recording."""
        return recover(session_id, self._store, show)

    def note_chip(
        self,
        chip_id: str,
        *,
        displayed: bool | None = None,
        clicked: bool | None = None,
        dismissed: bool | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        """Record it, and let the running call's guidance learn from it."""

        def write(store: Store) -> None:
            store.note_chip(
                chip_id,
                displayed=displayed,
                clicked=clicked,
                dismissed=dismissed,
                feedback=feedback,
            )

        if self._call is None:
            write(self._store)
            return
        # Behind the chip itself, which a database that refuses keeps waiting.
        self._call.write(write)
        action: Action | None = feedback
        if action is None and (clicked or dismissed):
            action = "clicked" if clicked else "dismissed"
        elif action is None and displayed:
            action = "displayed"
        if action is not None:
            self._call.note(chip_id, action)

    def put_off(self, chip_id: str) -> None:
        """Record that it was dismissed; the running call's guidance leaves its cue for a while."""
        if self._call is None:
            self._store.note_chip(chip_id, dismissed=True)
            return
        self._call.write(lambda store: store.note_chip(chip_id, dismissed=True))
        self._call.note(chip_id, "not_now")


class _Tee:
    """Events to the tap and to the windows, the tap first: it measures."""

    def __init__(self, show: Sink, tap: Sink | None, started: Started | None) -> None:
        self._show, self._tap, self._started = show, tap, started
        self._lock = threading.Lock()
        self.call: Call | None = None

    def __call__(self, event: Event) -> None:
        with self._lock:
            if self._started and self.call and isinstance(event, Segment):
                self._started(self.call.epoch)
                self._started = None
            if self._tap:
                self._tap(event)
        self._show(event)
