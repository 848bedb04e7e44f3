"""Talk statistics from intervals of seconds; pure."""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[float, float]

SILENCE_SECONDS = 2.0
"""A shorter silence is the ordinary pause of a conversation."""


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order."""
    merged: list[Interval] = []
    for t0, t1 in sorted(intervals):
        if merged and t0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], t1))
        else:
            merged.append((t0, t1))
    return merged


def total(intervals: Iterable[Interval]) -> float:
    """Seconds that the intervals cover; time in several of them counts once."""
    return sum(t1 - t0 for t0, t1 in union(intervals))


def silences(
    speech: Iterable[Interval], gaps: Iterable[Interval], audio_seconds: float
) -> list[Interval]:
    """Stretches of at least ``SILENCE_SECONDS`` in which nobody spoke.

    Args:
        speech: Of both sides.
        gaps: Where the audio of either side is missing: what was not heard was not silent.
        audio_seconds: Length of the session; the time before the first word and after the last
            one counts.
    """
    covered = union([*speech, *gaps])
    starts = [0.0, *(t1 for _, t1 in covered)]
    ends = [*(min(t0, audio_seconds) for t0, _ in covered), audio_seconds]
    return [(t0, t1) for t0, t1 in zip(starts, ends, strict=True) if t1 - t0 >= SILENCE_SECONDS]


def words(text: str) -> int:
    """Words as a reader counts them: runs between white space."""
    return len(text.split())


def within(intervals: Iterable[Interval], bounds: Interval) -> list[Interval]:
    """The part of the intervals that lies between two times."""
    low, high = bounds
    cut = ((max(t0, low), min(t1, high)) for t0, t1 in union(intervals))
    return [(t0, t1) for t0, t1 in cut if t0 < t1]
