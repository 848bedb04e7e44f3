"""Cues by what was said: objections, pains, signals, risks, decisions and whatever a user adds.

One stretch of words rarely means two things: where several cues match, the best one is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import TURN_TOKENS, DialogueState
from liveconvo_desktop.guidance.triggers.base import Raise, heard_by, holds, learned, quote, weigh
from liveconvo_desktop.language.phrases import Match, PhraseBook
from liveconvo_desktop.language.words import tokens

Role = Literal["phrase", "hint", "never"]


def phrase_book(cues: Iterable[Cue]) -> PhraseBook[tuple[str, Role]]:
    """All phrases of the cues, found under (cue id, role)."""
    entries: list[tuple[tuple[str, Role], str]] = []
    for cue in cues:
        entries += [((cue.id, "phrase"), text) for text in cue.phrases]
        entries += [((cue.id, "hint"), text) for text in cue.hints]
        entries += [((cue.id, "never"), text) for text in cue.never]
    return PhraseBook(entries)


class Said:
    """Raises a cue when one of its phrases, or enough of its hints, are said in a turn."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = {cue.id: cue for cue in cues}
        self._book = phrase_book(cues)

    def feed(self, segment: Segment, state: DialogueState) -> Iterable[Raise]:
        """Judge the turn so far; only what the segment itself adds can raise anything."""
        turn = state.turn_of(segment)
        before = " ".join(s.text for s in turn.segments[:-1])
        text = f"{before} {segment.text}" if before else segment.text
        said = tokens(text)[-TURN_TOKENS:]
        found = list(self._book.find(said))
        silenced = {cue for (cue, role), _ in found if role == "never"}
        fresh = len(before)
        best: Raise | None = None
        for cue_id, cue in self._cues.items():
            if cue_id in silenced or not heard_by(cue, segment):
                continue
            match, worded = _judge(
                cue,
                [(role, m) for (key, role), m in found if key == cue_id],
                lambda m: said[m.last].end > fresh,
            )
            verdict = learned(cue, segment, state)
            score = weigh(verdict, worded)
            if not score or (best and score <= best.score):
                continue
            if match is not None:
                words = quote(text, said, match.first, match.last)
            else:
                words = verdict.window.text if verdict else ""
            if holds(cue.when, segment, state, words):
                best = Raise(cue, segment.id, words, score)
        return [] if best is None else [best]

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Words need no clock."""
        return iter(())


def _judge(
    cue: Cue, found: list[tuple[Role, Match]], is_fresh: Callable[[Match], bool]
) -> tuple[Match | None, float]:
    """The match to quote and how sure it is, or None if nothing new was said.

    The score grows with the words that matched and with what else points the same way.
    """
    phrases = {m.text: m for role, m in found if role == "phrase"}
    hints = {m.text: m for role, m in found if role == "hint"}
    fresh = [m for m in phrases.values() if is_fresh(m)]
    if fresh:
        longest = max(fresh, key=lambda m: m.last - m.first)
        words = longest.last - longest.first + 1
        score = 0.62 + 0.03 * min(words, 6) + 0.06 * (len(phrases) - 1) + 0.03 * len(hints)
        return longest, min(1.0, score)
    fresh = [m for m in hints.values() if is_fresh(m)]
    if len(hints) >= cue.hints_needed and fresh:
        return fresh[0], min(0.64, 0.46 + 0.08 * len(hints))
    return None, 0.0
