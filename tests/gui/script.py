"""A backend that plays a script: what the windows are tested and looked at with."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from threading import Event as Flag
from weakref import finalize

from liveconvo_desktop.audio.devices import Device
from liveconvo_desktop.call.plan import CallPlan, CallState, CallStatus
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Chip, Evidence, Fault, Gap, Segment, Session, new_id
from liveconvo_desktop.store import SessionRow, Store

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
CALL = "00000000-0000-4000-8000-000000000001"


def segment(
    key: str,
    text: str,
    *,
    speaker: str = "other",
    t0: float = 0.0,
    final: bool = True,
    stable: int = 0,
) -> Segment:
    channel = "mic" if speaker == "user" else "speaker"
    return Segment(
        key, CALL, channel, speaker, t0, t0 + 2, text, 0.9, "local_whisper", final, stable
    )


def chip(
    key: str,
    text: str = "Ask who else decides",
    *,
    kind: str = "ask",
    detail: str = "",
    t: float = 1.0,
    priority: int = 2,
    expires: float = 1e6,
    quote: str = "I would have to run this by our finance lead.",
) -> Chip:
    evidence = (Evidence("s-1", quote),) if quote else ()
    return Chip(key, CALL, kind, kind, text, detail, t, priority, expires, evidence)


def session_row(number: int, title: str = "", kind: str = "sales_call") -> SessionRow:
    started = NOW - timedelta(hours=5 * number, minutes=7 * number)
    session = Session(
        f"00000000-0000-4000-8000-{number + 100:012}",
        title or f"Call {number}",
        kind,
        None,
        started,
        started + timedelta(minutes=20),
        "completed",
    )
    ratio = 0.3 + 0.1 * (number % 5)
    return SessionRow(session, 300.0 + 271 * (number % 9), 1200 + 83 * number, ratio, 2, 40, 6)


@dataclass
class ScriptedCall:
    show: object
    plan: CallPlan
    session_id: str = CALL
    clock: float = 0.0
    state: CallState = "running"
    muted: bool = False
    behind: float = 0.2
    ratio: float | None = None
    levels: dict = field(default_factory=lambda: {"mic": -24.0, "speaker": -18.0})
    capturing: dict = field(
        default_factory=lambda: {"mic": "Jabra Evolve2 65", "speaker": "Built-in speakers"}
    )
    dropped_partials: int = 0
    model: str = "tiny.en"
    reading: bool = True
    unread: int = 0
    recording: str = "on"
    unsaved: int = 0
    holds: bool = False
    ended: Flag = field(default_factory=Flag)
    outcome: str = "completed"

    def session(self, ended: bool = False) -> Session:
        end = NOW + timedelta(seconds=60) if ended else None
        status = self.outcome if ended else "active"
        return Session(self.session_id, "Northwind renewal", "sales_call", None, NOW, end, status)

    def pause(self) -> None:
        self.state = "paused"

    def resume(self) -> None:
        self.state = "running"

    def mute(self, on: bool) -> None:
        self.muted = on

    def stop(self) -> None:
        self.state = "stopping"
        if not self.holds:
            self.end()

    def end(self) -> None:
        if not self.ended.is_set():
            self.state = "ended"
            self.show(self.session(ended=True))
            self.ended.set()

    def join(self, timeout: float | None = None) -> bool:
        return self.ended.wait(timeout)

    def status(self) -> CallStatus:
        return CallStatus(
            self.session_id,
            self.state,
            self.clock,
            self.model,
            dict(self.capturing),
            dict(self.levels),
            self.behind,
            self.behind > 2,
            self.muted,
            self.ratio,
            0,
            self.dropped_partials,
            self.reading,
            self.unread,
            self.recording,
            self.unsaved,
        )


DEVICES = [
    Device("mic-1", "Jabra Evolve2 65", "mic", True),
    Device("mic-2", "Built-in microphone", "mic", False),
    Device("spk-1", "Jabra Evolve2 65", "speaker", True),
    Device("spk-2", "Built-in speakers", "speaker", False),
]

PLAYBOOKS = [
    ("sales_call", "Sales call", "sales_call"),
    ("interview", "Job interview", "interview"),
    ("meeting", "Team meeting", "meeting"),
    ("consultation", "Consultation", "consultation"),
]


class ScriptedBackend:
    """Answers at once; keeps every note."""

    def __init__(self, rows: list[SessionRow] | None = None) -> None:
        self.rows = rows if rows is not None else [session_row(n) for n in range(1, 8)]
        self.notes: list[tuple[str, dict]] = []
        self.refusal: LiveConvoError | None = None
        self.cut_off: list[Session] = []
        self.device_list = DEVICES
        self.problems: list[Fault] = []
        self.calls: list[ScriptedCall] = []
        self.irrecoverable: dict[str, LiveConvoError] = {}
        self.nothing_to_read: set[str] = set()
        self.lines: list[Segment] = []
        self.chip_list: list[Chip] = []
        self.gap_list: list[Gap] = []
        self.hold = Flag()
        self.hold.set()
        self._folder = mkdtemp(prefix="liveconvo-script-")
        finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self.store = Store.open(Path(self._folder) / "liveconvo.db")

    def keep(self, row: SessionRow, lines: list[Segment] = ()) -> None:
        """A session that the review can open."""
        self.store.save(replace(row.session, status="active"))
        for line in lines:
            self.store.save(replace(line, id=new_id(), session_id=row.session.id))
        ended = row.session.ended_at or NOW
        self.store.finish_session(row.session.id, ended, row.duration_seconds)

    def close(self) -> None:
        self.store.close()

    def start_call(self, plan, show):
        self.hold.wait(10)
        if self.refusal is not None:
            raise self.refusal
        call = ScriptedCall(show, plan)
        show(call.session())
        self.calls.append(call)
        return call

    def devices(self):
        return self.device_list

    def sound_problems(self):
        return self.problems

    def playbooks(self):
        return PLAYBOOKS

    def sessions(self, limit, offset):
        return self.rows[offset : offset + limit]

    def session(self, session_id):
        return next((row for row in self.rows if row.session.id == session_id), None)

    def transcript(self, session_id):
        return [replace(line, session_id=session_id) for line in self.lines]

    def chips(self, session_id):
        return self.chip_list

    def gaps(self, session_id):
        return self.gap_list

    def unfinished(self):
        return self.cut_off

    def recover(self, session_id, show):
        if session_id in self.irrecoverable:
            raise self.irrecoverable[session_id]
        call = ScriptedCall(show, CallPlan(), session_id=session_id, outcome="active")
        self.calls.append(call)
        if session_id in self.nothing_to_read:
            call.outcome = "completed"
            call.stop()
        return call

    def note_chip(self, chip_id, **what):
        self.notes.append((chip_id, {k: v for k, v in what.items() if v is not None}))

    def put_off(self, chip_id):
        self.notes.append((chip_id, {"put_off": True}))
