"""What the user should not say: guarantees, unapproved discounts, bad words about competitors.

Judged on the user's own partials too, so that the chip comes while the sentence can still be
turned. A phrase counts only where the user asserts it: not in a question, a negation, a report of
what others said, or a conditional about somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from liveconvo_desktop.events import Segment
from liveconvo_desktop.guidance.playbook import Cue
from liveconvo_desktop.guidance.state import DialogueState
from liveconvo_desktop.guidance.triggers.base import Raise, heard_by, holds, learned, quote, weigh
from liveconvo_desktop.guidance.triggers.said import phrase_book
from liveconvo_desktop.language.acts import (
    AUXILIARIES,
    NEGATIONS,
    SUBJECTS,
    clause_before,
    question_sentences,
)
from liveconvo_desktop.language.phrases import Match
from liveconvo_desktop.language.words import Token, tokens, word_set

_REPORTS = word_set("whoever they he she somebody someone anyone anybody people")
_SPEAKING = word_set("said says say told tell tells claimed promised promise")


class Promise:
    """Raises an avoid cue once an utterance, as early as its words allow."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = {cue.id: cue for cue in cues}
        self._book = phrase_book(cues)

    def feed(self, segment: Segment, state: DialogueState) -> Iterable[Raise]:
        """Judge a partial or final of the user."""
        said = tokens(segment.text)
        found = list(self._book.find(said))
        silenced = {cue for (cue, role), _ in found if role == "never"}
        asked = question_sentences(segment.text)
        raised: set[str] = set()
        for (cue_id, role), match in found:
            cue = self._cues[cue_id]
            if role != "phrase" or cue_id in silenced | raised or not heard_by(cue, segment):
                continue
            words = quote(segment.text, said, match.first, match.last)
            if any(words in question for question in asked) or not _asserts(said, match):
                continue
            if holds(cue.when, segment, state, words):
                raised.add(cue_id)
                worded = 0.8 if segment.final else 0.7
                yield Raise(cue, segment.id, words, weigh(learned(cue, segment, state), worded))
        yield from self._unworded(segment, state, raised | silenced)

    def _unworded(
        self, segment: Segment, state: DialogueState, settled: set[str]
    ) -> Iterator[Raise]:
        """What the trained judge hears in a final that says none of the phrases."""
        for cue in self._cues.values():
            verdict = learned(cue, segment, state)
            if verdict is None or cue.id in settled or not heard_by(cue, segment):
                continue
            if holds(cue.when, segment, state, verdict.window.text):
                yield Raise(cue, segment.id, verdict.window.text, verdict.score)

    def tick(self, state: DialogueState) -> Iterator[Raise]:
        """Words need no clock."""
        return iter(())


def _asserts(said: Sequence[Token], match: Match) -> bool:
    """Whether the speaker stands behind the matched words."""
    before = clause_before(said, match.first)
    if set(before[-4:]) & NEGATIONS and not set(before[-4:]) & {"why", "only"}:
        return False
    reported = any(who in _REPORTS and says in _SPEAKING for who, says in pairwise(before))
    # "do they give you a discount": a question without its mark, as partials mostly are.
    sentence = said[match.first].sentence
    opening = [t.word for t in said[: match.first + 1] if t.sentence == sentence][:4]
    asks = any(first in AUXILIARIES and second in SUBJECTS for first, second in pairwise(opening))
    return not reported and not asks
