"""A transcript in words: times, speakers, what is missing, and the whole as plain text; pure.

Here because all of it is said by the windows, by exports, by summaries and by the copy of the
transcript that the database keeps beside a summary; ``export.saying`` has the words of documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liveconvo_desktop.events import SPEAKER_OF, Gap, GapReason, Speaker
from liveconvo_desktop.language.lines import Line

SPEAKERS: Mapping[Speaker, str] = {"user": "You", "other": "Them", "system": "LiveConvo"}
"""What speakers are called that nobody has named."""
GAPS: Mapping[GapReason, str] = {
    "lost": "audio was lost",
    "stalled": "the device delivered nothing",
    "device": "the device was away",
    "paused": "paused",
    "killed": "the recording was cut off here",
}
REASONS: Mapping[GapReason, str] = {**GAPS, "paused": "the recording was paused"}
"""Why something is missing, in the middle of a sentence."""
_SIDES: Mapping[str, str] = {"user": "your side", "other": "the far side"}


def clock(seconds: float) -> str:
    """``4:05`` or ``1:04:05``."""
    minutes, secs = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def called(names: Mapping[Speaker, str]) -> dict[Speaker, str]:
    """What every speaker of a call is called, where the user has named those in ``names``."""
    return {**SPEAKERS, **{speaker: name for speaker, name in names.items() if name}}


def missing(t0: float, t1: float, side: str, reason: str) -> str:
    """``0:24–0:29 of Dana's side is missing: the device was away``.

    Args:
        t0: From this second.
        t1: To this one.
        side: Whose audio it is: ``Dana's side``.
        reason: See ``REASONS``.
    """
    return f"{clock(t0)}–{clock(t1)} of {side} is missing: {reason}"


def transcript(lines: Iterable[Line], gaps: Iterable[Gap], names: Mapping[Speaker, str]) -> str:
    """What was said, a line each with its time and speaker, holes in their place.

    Args:
        lines: In order of time.
        gaps: In order of time.
        names: Those that the user gave.
    """
    who = called(names)
    rows = [
        (line.t0, f"[{clock(line.t0)}] {who[line.speaker]}: {line.text.strip()}") for line in lines
    ]
    for gap in gaps:
        side = SPEAKER_OF[gap.channel]
        owner = f"{names[side]}'s side" if names.get(side) else _SIDES[side]
        told = missing(gap.t0, gap.t1, owner, REASONS[gap.reason])
        rows.append((gap.t0, f"[{clock(gap.t0)}] ({told})"))
    return "\n".join(text for _, text in sorted(rows, key=lambda row: row[0]))
