"""What a call looks like in numbers.

The names are those of conversation analytics (Gong's talk ratio, longest monologue, interactivity,
patience); their formulas are not published, ours are said here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from liveconvo_desktop.events import Gap, Speaker
from liveconvo_desktop.language.acts import question_sentences
from liveconvo_desktop.language.lines import Lines
from liveconvo_desktop.store import reviews, statistics
from liveconvo_desktop.store.statistics import Interval

SIDES: tuple[Speaker, Speaker] = ("user", "other")


@dataclass(frozen=True, slots=True)
class Side:
    """One side's part.

    Attributes:
        seconds: Talk, overlaps with oneself counted once.
        words_per_minute: Over its talk; None under 10 s of it.
        questions: Sentences that ask something.
        monologue: The longest stretch that it held the floor, or None.
    """

    seconds: float
    words: int
    words_per_minute: float | None
    questions: int
    monologue: Interval | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A call's figures, each None where there is nothing to take it from.

    Attributes:
        talk_ratio: The user's share of both sides' talk, 0..1.
        interactivity: Times a minute that the floor went over to the other side; minutes in which
            audio is missing on either side do not count.
        patience: Median seconds that the user waited before taking the floor.
        silences: Stretches of at least ``statistics.SILENCE_SECONDS`` without a word.
    """

    sides: dict[Speaker, Side]
    talk_ratio: float | None
    interactivity: float | None
    patience: float | None
    silences: tuple[Interval, ...]
    seconds: float


_LEAST_TALK = 10.0


def figures(lines: Lines, gaps: Sequence[Gap], seconds: float) -> Figures:
    """Take the figures of a call.

    Args:
        lines: The transcript as the user left it.
        gaps: Where audio is missing.
        seconds: Length of the session.
    """
    spoken = reviews.speech(lines)
    stretches = {
        side: [one for line, pieces in spoken if line.speaker == side for one in pieces]
        for side in SIDES
    }
    holes = statistics.union((gap.t0, gap.t1) for gap in gaps)
    held = statistics.turns(stretches)
    talk = {side: statistics.total(stretches[side]) for side in SIDES}
    heard = seconds - statistics.total(holes)
    pauses = statistics.answer_pauses(held, "user", holes)
    everything = [one for side in SIDES for one in stretches[side]]
    return Figures(
        sides={side: _side(side, lines, talk[side], held) for side in SIDES},
        talk_ratio=talk["user"] / sum(talk.values()) if sum(talk.values()) else None,
        interactivity=statistics.switches(held) / (heard / 60) if heard > 0 and held else None,
        patience=median(pauses) if pauses else None,
        silences=tuple(statistics.silences(everything, holes, seconds)),
        seconds=seconds,
    )


def _side(side: Speaker, lines: Lines, seconds: float, held: Sequence[statistics.Turn]) -> Side:
    texts = [line.text for line in lines.lines if line.speaker == side]
    words = sum(statistics.words(text) for text in texts)
    mine = [(t0, t1) for holder, t0, t1 in held if holder == side]
    return Side(
        seconds=seconds,
        words=words,
        words_per_minute=words / (seconds / 60) if seconds >= _LEAST_TALK else None,
        questions=sum(len(question_sentences(text)) for text in texts),
        monologue=max(mine, key=lambda one: one[1] - one[0], default=None),
    )
