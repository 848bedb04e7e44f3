"""What every trigger is: fed segments under a shared state, it answers with what to raise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.learned import Verdict
from liveconvo_desktop.guidance.playbook import Conditions, Cue
from liveconvo_desktop.guidance.state import DialogueState
from liveconvo_desktop.language.acts import question_sentences, questions
from liveconvo_desktop.language.words import Token, tokens


@dataclass(frozen=True, slots=True)
class Raise:
    """A cue that a trigger wants shown.

    Attributes:
        segment_id: The segment that holds the quote; None where the evidence is a measurement.
        quote: The words said, or the measurement in words.
        score: How sure the trigger is, 0..1.
    """

    cue: Cue
    segment_id: str | None
    quote: str
    score: float = 1.0


class Trigger(Protocol):
    """One judge over the cues that name it. It keeps no clock and does no I/O."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        """Prepare for the cues of one playbook."""

    def feed(self, segment: Segment, state: DialogueState) -> Iterable[Raise]:
        """Judge a segment that ``state`` already holds."""

    def tick(self, state: DialogueState) -> Iterable[Raise]:
        """Judge what only the passing of time (``state.now``) decides."""


@runtime_checkable
class Follows(Protocol):
    """A trigger whose advice the talk itself can show to be taken."""

    def followed(self, segment_id: str | None, state: DialogueState) -> bool:
        """Whether what was raised about this segment is done with."""


def heard_by(cue: Cue, segment: Segment) -> bool:
    """Whether a cue listens to the side and the stage (partial, final) of a segment."""
    side = cue.speech in ("either", segment.speaker)
    return side and (segment.final or cue.on_partial)


def holds(when: Conditions, segment: Segment, state: DialogueState, words: str = "") -> bool:
    """Whether all conditions that are set hold at a segment; ``words`` are those that matched."""
    return _state_holds(when, state) and _words_hold(when, segment, state, words)


def _state_holds(when: Conditions, state: DialogueState) -> bool:
    measured = (
        (state.now, when.elapsed_min, when.elapsed_max),
        (state.talk_ratio, when.talk_ratio_min, when.talk_ratio_max),
        (state.monologue, when.monologue_min, None),
        (state.words_per_minute, when.wpm_min, None),
        (state.silence, when.silence_min, None),
    )
    return (
        all(_within(value, low, high) for value, low, high in measured)
        and when.last_speaker in (None, state.last_speaker)
        and set(when.seen) <= state.cues_seen
        and not set(when.unseen) & state.cues_seen
    )


def _within(value: float | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    if value is None:
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _words_hold(when: Conditions, segment: Segment, state: DialogueState, words: str) -> bool:
    text = state.turn_of(segment).text
    said = tokens(text)
    asked = any(words in asks or asks in words for asks in question_sentences(text))
    if when.question is not None and asked != when.question:
        return False
    if when.answer is not None and answers(segment, state) != when.answer:
        return False
    if when.number is not None and any(token.number for token in said) != when.number:
        return False
    return _within(len(said), when.words_min, when.words_max)


WORDED = 1.0
"""Log-odds that a phrase of the playbook adds to what the trained judge makes of a turn."""


def learned(cue: Cue, segment: Segment, state: DialogueState) -> Verdict | None:
    """What the judge makes of a final; None where it knows neither the cue nor examples of it."""
    found = state.verdicts(segment).get(cue.learned) if cue.learned else None
    if found is None and cue.examples and segment.final and state.judge:
        turn = state.turn_of(segment)
        fresh = len(turn.text) - len(segment.text)
        return state.judge.like(turn.text, cue.examples, cue.counter_examples, fresh)
    return found


def weigh(verdict: Verdict | None, worded: float) -> float:
    """One score from the trained judge and from the phrases (0 where none was said)."""
    if verdict is None:
        return worded
    sure = min(max(verdict.score, 1e-4), 1 - 1e-4)
    odds = math.log(sure / (1 - sure)) + (WORDED if worded else 0.0)
    return 1 / (1 + math.exp(-odds))


def answers(segment: Segment, state: DialogueState) -> bool:
    """Whether a segment replies to a direct question of the other side."""
    before = state.turn_before(segment)
    return before is not None and bool(questions(before.text))


def quote(text: str, said: Sequence[Token], first: int, last: int) -> str:
    """The words around a match, whole sentence where it is short enough to read at a glance."""
    sentence = said[first].sentence
    inside = [t for t in said if t.sentence == sentence] or list(said[first : last + 1])
    if len(inside) > 24:
        inside = list(said[max(0, first - 6) : last + 7])
    start, end = inside[0].start, max(inside[-1].end, said[last].end)
    return text[start:end].strip()
