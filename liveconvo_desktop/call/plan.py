"""What a call is started with, and what can be asked of it while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from liveconvo_desktop.events import Channel, ConversationType

Pace = Literal["realtime", "fast"]
CallState = Literal["starting", "running", "paused", "stopping", "ended"]
RecordingState = Literal["on", "off", "failed"]
"""Both sides are being kept; nobody asked for that; it was asked for and does not work."""


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Everything a call needs to know at its start.

    Attributes:
        playbook: Name of a built-in or own playbook ("sales_call").
        files: Replay these instead of the devices: ``stereo`` alone, or ``mic`` and/or ``speaker``.
        mic_device: Id of a listed device, or None for the default.
        speaker_device: Id of a listed loopback, or None for the default.
        model: Name or folder of the speech model.
        record: Keep the audio of both sides.
        title: Shown in the library; empty: made from the playbook and the time.
        engine_window: Shortest encoder window in seconds; 30 is Whisper's own, for comparison.
    """

    playbook: str = "sales_call"
    conversation_type: ConversationType | None = None
    files: tuple[tuple[Literal["stereo", "mic", "speaker"], Path], ...] = ()
    pace: Pace = "realtime"
    mic_device: str | None = None
    speaker_device: str | None = None
    model: str = "tiny.en"
    record: bool = True
    title: str = ""
    engine_window: int = 10


@dataclass(frozen=True, slots=True)
class CallStatus:
    """A truthful picture of the running call; polled by a timer, cheap to ask.

    Attributes:
        clock: Audio time so far, seconds.
        capturing: What a person calls each captured device or file; a missing channel is absent.
        model: What reads the words; says so when nothing does.
        levels: Peak of each channel's newest block (20 to 100 ms), dBFS, -90 at silence.
        behind: Age in seconds of the oldest final without its text, in hand or waiting.
        delayed: True when ``behind`` is worth a badge.
        talk_ratio: The user's share of all talk, 0..1, or None before anybody spoke.
        muted: The user's microphone is replaced by silence, in this app only.
        reading: Something turns speech into text.
        unread: Utterances that could not be read; only the recording has them.
        recording: Whether the audio is kept.
        unsaved: Entries that the database has not taken yet.
    """

    session_id: str
    state: CallState
    clock: float
    model: str
    capturing: dict[Channel, str]
    levels: dict[Channel, float]
    behind: float
    delayed: bool
    muted: bool
    talk_ratio: float | None
    dropped_blocks: int
    dropped_partials: int
    reading: bool = True
    unread: int = 0
    recording: RecordingState = "on"
    unsaved: int = 0

    @property
    def well(self) -> bool:
        """Both sides are heard, read in time, and kept as was asked."""
        heard = len(self.capturing) == 2 and self.reading and not self.unread
        kept = self.recording != "failed" and not self.unsaved
        return heard and kept and not self.delayed
