"""Where a call turns to something else: valleys in the likeness of what is said before and after.

TextTiling (Hearst 1997) over sentence vectors in place of word counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WINDOW = 8
"""Sentences on either side of a place that are compared."""
WORDS_PER_TOPIC = 500
"""A call is cut into about one topic for so many words, ten at most."""
MOST_TOPICS = 10
SHORTEST = 6
"""Sentences that a topic has at least."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """Sentences ``first`` to ``last`` (exclusive) of the call."""

    first: int
    last: int


def segment(vectors: Vectors, words: Sequence[int]) -> list[Span]:
    """Cut a call into topics, in order, without holes.

    Args:
        vectors: Unit vectors of the sentences, shape (n, d).
        words: Words of each sentence.
    """
    count = len(words)
    if count == 0:
        return []
    wanted = min(MOST_TOPICS, max(1, round(sum(words) / WORDS_PER_TOPIC)))
    cuts: list[int] = []
    depth = depths(likeness(vectors, np.asarray(words, np.float32)))
    for place in np.argsort(-depth, kind="stable"):
        if len(cuts) == wanted - 1 or depth[place] <= 0:
            break
        at = int(place) + 1
        if all(abs(at - other) >= SHORTEST for other in (0, count, *cuts)):
            cuts.append(at)
    edges = [0, *sorted(cuts), count]
    return [Span(first, last) for first, last in pairwise(edges)]


def likeness(vectors: Vectors, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of what lies before and after each place between two sentences, shape (n - 1,)."""
    count = len(vectors)
    weighted = vectors * np.minimum(weights, 20)[:, None]
    sums = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(weighted, 0)])
    found = np.ones(max(0, count - 1), np.float32)
    for at in range(1, count):
        before = sums[at] - sums[max(0, at - WINDOW)]
        after = sums[min(count, at + WINDOW)] - sums[at]
        size = float(np.linalg.norm(before) * np.linalg.norm(after))
        found[at - 1] = float(before @ after) / size if size else 1.0
    return found


def depths(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each value lies below the peaks on its two sides."""
    found = np.zeros_like(values)
    for at in range(len(values)):
        found[at] = _climb(values[at::-1]) + _climb(values[at:])
    return found


def _climb(values: NDArray[np.float32]) -> float:
    """Height of the first peak from where one stands."""
    peak = values[0]
    for value in values[1:]:
        if value < peak:
            break
        peak = value
    return float(peak - values[0])
