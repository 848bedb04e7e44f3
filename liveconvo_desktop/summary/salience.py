"""How much a sentence says of its call, and which sentences together say the most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.summary.sentences import Sentence
from liveconvo_desktop.summary.topics import Span, Vectors

Scores = NDArray[np.float32]

BEST_WORDS = (16, 45)
"""Shorter sentences say little alone, longer ones ramble."""
MMR = 0.7
"""Weight of a sentence's own worth against its likeness to those already chosen (Carbonell and
Goldstein 1998)."""


def salience(sentences: Sequence[Sentence], vectors: Vectors, spans: Sequence[Span]) -> Scores:
    """Worth of each sentence: likeness to its topic and the call, informative words, good length.

    Returns:
        Shape (n,); comparable within a call only.
    """
    if not sentences:
        return np.zeros(0, np.float32)
    words = np.array([min(one.words, 25) for one in sentences], np.float32)
    call = _centre(vectors, words)
    in_call = vectors @ call
    in_topic = np.zeros(len(sentences), np.float32)
    for span in spans:
        part = slice(span.first, span.last)
        in_topic[part] = vectors[part] @ _centre(vectors[part], words[part])
    told = informative(sentences)
    shape = np.array([_length(one.words) for one in sentences], np.float32)
    asked = np.array([0.75 if one.asks else 1.0 for one in sentences], np.float32)
    worth: Scores = (0.2 * in_call + 0.2 * in_topic + 0.6 * told) * shape * asked
    return worth


def informative(sentences: Sequence[Sentence]) -> Scores:
    """How much a sentence is about what the call comes back to, 0..1.

    A word weighs as much as the number of turns that say it. The square root of the number of
    words keeps rambling from winning by length alone.
    """
    turns: dict[str, set[int]] = {}
    for one in sentences:
        for word in one.content:
            turns.setdefault(word, set()).add(one.turn)
    told = [
        sum(len(turns[word]) for word in set(one.content)) / math.sqrt(4 + len(set(one.content)))
        for one in sentences
    ]
    return np.array(told, np.float32) / max(1e-6, *told, 0.0)


def choose(
    candidates: Iterable[int],
    scores: Scores,
    vectors: Vectors,
    enough: Callable[[list[int]], bool],
    chosen: Sequence[int] = (),
) -> list[int]:
    """Maximal marginal relevance: worth something, and not said by another one yet.

    Args:
        candidates: Sentences to choose from.
        scores: Worth of each sentence of the call.
        vectors: Of each sentence of the call.
        enough: Asked after each choice whether to stop.
        chosen: Already taken elsewhere; what is like them is avoided too.
    """
    left = list(candidates)
    taken: list[int] = []
    closest = np.zeros(len(scores), np.float32)
    for one in chosen:
        closest = np.maximum(closest, vectors @ vectors[one])
    while left and not enough(taken):
        best = max(left, key=lambda at: (MMR * scores[at] - (1 - MMR) * closest[at], -at))
        left.remove(best)
        taken.append(best)
        closest = np.maximum(closest, vectors @ vectors[best])
    return taken


def _centre(vectors: Vectors, weights: Scores) -> Scores:
    summed = (vectors * weights[:, None]).sum(axis=0)
    size = float(np.linalg.norm(summed))
    centre: Scores = summed / size if size else summed
    return centre


def _length(words: int) -> float:
    low, high = BEST_WORDS
    if words < low:
        return words / low
    return 1.0 if words <= high else max(0.4, high / words)
