"""Which sentences of a long call tell together the most of what it comes back to.

Pairs of neighbouring words stand for what is said, and a sentence is worth the pairs that no chosen
one has said yet (concept coverage, Gillick and Favre 2009; chosen one by one, Lin and Bilmes 2011).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.language.acts import NEUTRAL
from liveconvo_desktop.language.words import tokens
from liveconvo_desktop.summary.sentences import Sentence

LENGTHS = (12, 60)
"""Words of a sentence that may be chosen: shorter ones say little alone, longer ones ramble."""
OFTEN = 0.5
"""A pair weighs as much as the number of turns that say it, to this power."""
COST = 0.7
"""A long sentence costs its words, to this power: below 1 it is worth more than two halves."""
EARLY, OPENING = 0.5, 0.05
"""People say at the beginning what they have come for: so much more is a sentence worth there, and
this share of the call is its beginning."""

Pair = tuple[str, str]


def cover(sentences: Sequence[Sentence], factors: NDArray[np.float32], budget: int) -> list[int]:
    """Choose sentences until their words reach the budget or nothing new is left to say.

    Args:
        sentences: Of the whole call.
        factors: How much more each one is worth for another reason; 1 for none.
        budget: Words.

    Returns:
        Their numbers, in the order of the call.
    """
    said = [_pairs(one.text) for one in sentences]
    weights = _weights(sentences, said)
    each = [
        float(factor) * _early(at / len(sentences)) / max(1, one.words) ** COST
        for at, (one, factor) in enumerate(zip(sentences, factors, strict=True))
    ]
    low, high = LENGTHS
    left = {at for at, one in enumerate(sentences) if low <= one.words <= high}
    chosen: list[int] = []
    told: set[Pair] = set()
    words = 0

    def gain(at: int) -> tuple[float, int]:
        return each[at] * sum(weights.get(pair, 0.0) for pair in said[at] - told), -at

    while left and words < budget:
        best = max(left, key=gain)
        if gain(best)[0] <= 0:
            break
        left.remove(best)
        chosen.append(best)
        told |= said[best]
        words += sentences[best].words
    return sorted(chosen)


def _early(place: float) -> float:
    return 1 + EARLY * math.exp(-place / OPENING)


def _pairs(text: str) -> set[Pair]:
    """Neighbouring words of which at least one carries the subject."""
    return {
        (one.stem, other.stem)
        for one, other in pairwise(tokens(text))
        if one.word not in NEUTRAL or other.word not in NEUTRAL
    }


def _weights(sentences: Sequence[Sentence], said: Sequence[set[Pair]]) -> dict[Pair, float]:
    """Of the pairs that are said in more than one turn; the others say nothing of the call."""
    turns: dict[Pair, set[int]] = {}
    for one, pairs in zip(sentences, said, strict=True):
        for pair in pairs:
            turns.setdefault(pair, set()).add(one.turn)
    return {pair: len(where) ** OFTEN for pair, where in turns.items() if len(where) > 1}
