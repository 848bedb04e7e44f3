"""Talk statistics from intervals of seconds; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from liveconvo_desktop.events import Speaker

Interval = tuple[float, float]
Turn = tuple[Speaker, float, float]
"""A side, and from when to when it held the floor."""

SILENCE_SECONDS = 2.0
"""A shorter silence is the ordinary pause of a conversation."""
BACKCHANNEL_SECONDS = 1.0
"""A shorter stretch ("mm-hm") takes no turn: the very short utterances of Heldner and Edlund,
"Pauses, gaps and overlaps in conversations", Journal of Phonetics 38 (2010)."""


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


def turns(sides: Mapping[Speaker, Iterable[Interval]]) -> list[Turn]:
    """Who held the floor, and from when to when, by time.

    One side's stretches make one turn until the other side takes the floor, or until nobody speaks
    for ``SILENCE_SECONDS``. A stretch shorter than ``BACKCHANNEL_SECONDS`` takes it only from
    silence.
    """
    spoken = sorted(
        (t0, t1, side) for side, stretches in sides.items() for t0, t1 in union(stretches)
    )
    held: list[Turn] = []
    for t0, t1, side in spoken:
        if not held or t0 - held[-1][2] >= SILENCE_SECONDS:
            held.append((side, t0, t1))
        elif side == held[-1][0]:
            held[-1] = (side, held[-1][1], max(held[-1][2], t1))
        elif t1 - t0 >= BACKCHANNEL_SECONDS:
            held.append((side, t0, t1))
    return held


def switches(held: Iterable[Turn]) -> int:
    """How often the floor went from one side to the other."""
    sides = [side for side, _, _ in held]
    return sum(one != other for one, other in pairwise(sides))


def answer_pauses(
    held: Iterable[Turn], side: Speaker, gaps: Iterable[Interval] = ()
) -> list[float]:
    """Seconds that ``side`` waited each time before it took the floor from the other one.

    An interruption counts as 0; a pause in which audio is missing says nothing and is left out.
    """
    holes = union(gaps)
    found = []
    for (before, _, end), (after, start, _) in pairwise(held):
        if before != side and after == side and not within(holes, (end, start)):
            found.append(max(0.0, start - end))
    return found
