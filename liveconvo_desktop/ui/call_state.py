"""What the states of a call look like, in words and pictures, wherever one is shown."""

from __future__ import annotations

from liveconvo_desktop.call.plan import CallStatus
from liveconvo_desktop.events import Channel

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
