"""What the states of a call look like, in words and pictures, wherever one is shown."""

from __future__ import annotations

from liveconvo_desktop.audio.levels import SILENCE_DBFS
from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.events import CHANNELS, Channel

STATE_LOOKS = {
    "running": ("waveform", "success"),
    "paused": ("pause", "warning"),
    "stopping": ("clock", "text_2"),
    "starting": ("clock", "text_2"),
}
STATE_WORDS = {
    "running": "Listening",
    "paused": "Paused: nothing is recorded",
    "stopping": "Saving the last words",
    "starting": "Starting",
}
EMPTY = {
    "starting": ("Starting…", "The speech model is being loaded."),
    "running": ("Listening…", "What you and they say appears here."),
    "paused": ("Paused", "Nothing is heard or recorded until you resume."),
    "stopping": ("Saving the last words…", ""),
}


def level(status: CallStatus, channel: Channel) -> float | None:
    """A side's level in dBFS; None where nothing of it is captured."""
    return status.levels.get(channel) if channel in status.capturing else None


def mended(before: CallStatus, now: CallStatus) -> list[str]:
    """Parts (``Fault.where``) that did not work at one poll and work at the next."""
    found = [f"audio.{c}" for c in CHANNELS if _sounds(now, c) and not _sounds(before, c)]
    return found + (["store"] if before.unsaved and not now.unsaved else [])


def _sounds(status: CallStatus, channel: Channel) -> bool:
    """A side delivers more than the exact zeros of a device that is away or switched off."""
    heard = level(status, channel)
    return heard is not None and heard > SILENCE_DBFS


def unsaved(status: CallStatus | None) -> str:
    """What a call that is ending still waits for, as a headline."""
    waiting = status.unsaved if status else 0
    if waiting:
        entries = "entry is" if waiting == 1 else "entries are"
        return f"{waiting} {entries} not saved yet"
    return "The last words are still being read"
