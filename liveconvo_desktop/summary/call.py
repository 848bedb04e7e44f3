"""A call with everything that the offline writer has worked out about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from liveconvo_desktop.summary.aspects import Key
from liveconvo_desktop.summary.base import Action, Conversation, Statement
from liveconvo_desktop.summary.keyphrases import Phrase
from liveconvo_desktop.summary.points import Point
from liveconvo_desktop.summary.salience import Scores
from liveconvo_desktop.summary.sentences import Sentence
from liveconvo_desktop.summary.topics import Span, Vectors


@dataclass(frozen=True, slots=True)
class Call:
    """What the parts of a summary are made from.

    Attributes:
        scores: Worth of each sentence.
        factors: How much of it is for what came of the call; see ``outcomes``.
        phrases: What each span is about; ``themes`` what the call is.
        points: What was said about need, price and so on.
    """

    conversation: Conversation
    sentences: list[Sentence]
    vectors: Vectors
    spans: list[Span]
    scores: Scores
    factors: Scores
    phrases: list[list[Phrase]]
    themes: list[Phrase]
    points: Mapping[Key, list[Point]]
    decisions: tuple[Statement, ...]
    actions: tuple[Action, ...]
    questions: tuple[Statement, ...]

    @property
    def words(self) -> int:
        """Words of the whole call."""
        return sum(one.words for one in self.sentences)

    def quote(self, at: int) -> Statement:
        """A sentence and who said it."""
        one = self.sentences[at]
        who = self.conversation.name(one.speaker)
        return Statement(text=f"{who}: {one.text}", sources=one.sources)

    def where(self, sources: Iterable[str]) -> set[int]:
        """The sentences that rest on these lines."""
        wanted = set(sources)
        return {at for at, one in enumerate(self.sentences) if wanted & set(one.sources)}


OUTCOME = 1.6
"""How much more a sentence is worth that holds a decision or a promise with a day."""


def outcomes(
    sentences: Sequence[Sentence], decisions: Sequence[Statement], actions: Sequence[Action]
) -> Scores:
    """What came of a call is what its reader looks for first: ``OUTCOME`` or 1, shape (n,)."""
    wanted = " ".join(one.text for one in (*decisions, *(a for a in actions if a.due)))
    return np.array([OUTCOME if one.text in wanted else 1.0 for one in sentences], np.float32)


def words(statements: Sequence[Statement]) -> int:
    """Words of statements together."""
    return sum(len(one.text.split()) for one in statements)
