"""A transcript in words: times, speakers, what is missing, and the whole as plain text; pure.

Here because all of it is said by the windows, by exports, by summaries and by the copy of the
transcript that the database keeps beside a summary; ``export.saying`` has the words of documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liveconvo_desktop.events import SPEAKER_OF, Gap, GapReason, Speaker
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.language.summaries import OTHER_SIDE, far_side

SPEAKERS: Mapping[Speaker, str] = {"user": "You", "other": "Them", "system": "LiveConvo"}
"""What windows and transcripts call speakers that nobody has named; see ``unnamed``."""
_PLAIN: Mapping[str, str] = {str(speaker): name for speaker, name in SPEAKERS.items()}
REASONS: Mapping[GapReason, str] = {
    "lost": "audio was lost",
    "stalled": "the device delivered nothing",
    "device": "the device was away",
    "paused": "the recording was paused",
    "killed": "the recording was cut off here",
}
"""Why something is missing, in the middle of a sentence."""


def clock(seconds: float) -> str:
    """``4:05`` or ``1:04:05``."""
    minutes, secs = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def duration(seconds: float) -> str:
    """``45 s``, ``12 min`` or ``1 h 4 min``."""
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def called(names: Mapping[Speaker, str]) -> dict[Speaker, str]:
    """What every speaker of a call is called, where the user has named those in ``names``."""
    return {**SPEAKERS, **{speaker: name for speaker, name in names.items() if name}}


def unnamed(speaker: str, kind: str) -> str:
    """What summaries and documents call a speaker whom nobody has named.

    Args:
        speaker: ``user``, ``other``, or a name already, which stays.
        kind: Of the conversation: the far side is called by its part in it.
    """
    return far_side(kind) if speaker == "other" else _PLAIN.get(speaker, speaker)


def side(speaker: str, name: str = "", kind: str = "") -> str:
    """A speaker's end of a call, in the middle of a sentence: ``the customer's side``.

    Args:
        speaker: ``user``, ``other``, or a name.
        name: What the user calls the speaker, or empty.
        kind: Of the conversation, where it is known.
    """
    if speaker == "user" and not name:
        return "your side"
    who = name or unnamed(speaker, kind)
    if speaker == "other" and not name:
        who = who[:1].lower() + who[1:]
    return who if who == OTHER_SIDE.lower() else f"{who}'s side"


def between(t0: float, t1: float) -> str:
    """``0:24–0:29``."""
    return f"{clock(t0)}–{clock(t1)}"


def missing(how_much: str, side: str, reason: str) -> str:
    """``0:24–0:29 of Dana's side is missing: the device was away``.

    Args:
        how_much: From when to when, see ``between``, or how long.
        side: Whose audio it is, see ``side``.
        reason: See ``REASONS``.
    """
    return f"{how_much} of {side} is missing: {reason}"


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
        speaker = SPEAKER_OF[gap.channel]
        owner = side(speaker, names.get(speaker, ""))
        told = missing(between(gap.t0, gap.t1), owner, REASONS[gap.reason])
        rows.append((gap.t0, f"[{clock(gap.t0)}] ({told})"))
    return "\n".join(text for _, text in sorted(rows, key=lambda row: row[0]))
