"""How the user talks: one stretch without the other side, and the pace of the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import DialogueState
from liveconvo_desktop.guidance.triggers.base import Raise, holds

MONOLOGUE = 75.0
"""Seconds of holding the floor, where the cue's ``when.monologue_min`` does not say."""
PACE = 190.0
"""Words per minute, where ``when.wpm_min`` does not say; conversation runs at 120 to 160."""


class Monologue:
    """Raises once a monologue, when it grows too long."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(cues)
        self._told: dict[str, float] = {}

    def feed(self, segment: Segment, state: DialogueState) -> Iterator[Raise]:
        """Measure on the user's partials and finals."""
        if segment.speaker != "user" or not state.turns:
            return
        began = state.turns[-1].t0
        for cue in self._cues:
            limit = cue.when.monologue_min or MONOLOGUE
            if state.monologue < limit or self._told.get(cue.id) == began:
                continue
            if holds(cue.when, segment, state):
                self._told[cue.id] = began
                yield Raise(cue, None, f"You have spoken for {state.monologue:.0f} s")

    def followed(self, segment_id: str | None, state: DialogueState) -> bool:
        """The other side has the floor."""
        return state.monologue == 0.0

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Only speech makes a monologue longer."""
        return iter(())


class Pace:
    """Raises when the last minute of the user's talk was too fast."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = list(cues)

    def feed(self, segment: Segment, state: DialogueState) -> Iterator[Raise]:
        """Measure on the user's finals."""
        pace = state.words_per_minute
        if segment.speaker != "user" or not segment.final or pace is None:
            return
        for cue in self._cues:
            if pace >= (cue.when.wpm_min or PACE) and holds(cue.when, segment, state):
                yield Raise(cue, None, f"{pace:.0f} words per minute over your last minute")

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Only speech has a pace."""
        return iter(())
