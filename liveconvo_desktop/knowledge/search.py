"""Finding the passage that answers: by words and by meaning, fused by rank.

Knows no database: what the full-text index found is handed in, vectors are preloaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

RRF_K = 60
"""Damps the lead of the first ranks: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion
outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009."""
CANDIDATES = 50
"""How many of each ranking are fused."""
BRIEF = 160
"""Characters of two lines of a chip."""
MIN_LIKENESS = 0.25
"""Cosine below which a neighbour by meaning alone is noise for this model."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that answers a question.

    Attributes:
        document: The file's name.
        page: From 1, or None.
        text: The whole piece.
        score: Of the fusion; only its order means something.
        likeness: Cosine of the question's and the piece's vectors, or None without vectors.
        words: How many different words of the question are in it.
    """

    document_id: str
    document: str
    page: int | None
    text: str
    score: float
    likeness: float | None
    words: int

    @property
    def source(self) -> str:
        """``Offer.pdf, page 3``: what ``Evidence.source`` shows."""
        return f"{self.document}, page {self.page}" if self.page else self.document


class VectorIndex:
    """Vectors of pieces, held to be searched during a call: 10,000 take 15 MB and about 1 ms.

    Args:
        ids: Of the pieces, growing, in the order of the rows.
        vectors: Shape (n, dimensions), unit length.
    """

    def __init__(self, ids: Sequence[int], vectors: Vectors) -> None:
        self._ids = np.asarray(ids, np.int64)
        self._vectors = np.ascontiguousarray(vectors, np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def cosines(self, vector: Vectors) -> Vectors:
        """Of every piece with a vector of unit length, in the order of the rows."""
        if not len(self._ids):
            return np.zeros(0, np.float32)
        # Row by row on this thread. A matrix product would be spread over all cores by OpenBLAS,
        # and wait 16 ms instead of 0.5 for cores that a running call keeps busy.
        found: Vectors = np.vecdot(self._vectors, vector)
        return found

    def nearest(self, cosines: Vectors, limit: int = CANDIDATES) -> list[int]:
        """Ids of the closest pieces that mean something alike, the closest first."""
        limit = min(limit, len(cosines))
        if limit < 1:
            return []
        top = np.argpartition(-cosines, limit - 1)[:limit]
        order = top[np.argsort(-cosines[top], kind="stable")]
        return [int(self._ids[at]) for at in order if cosines[at] >= MIN_LIKENESS]

    def cosine_of(self, one: int, cosines: Vectors) -> float | None:
        """What ``cosines`` says of one piece; None where it has no vector."""
        at = int(np.searchsorted(self._ids, one))
        there = at < len(self._ids) and self._ids[at] == one
        return float(cosines[at]) if there else None


def fuse(*rankings: Sequence[int]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: (id, score), the best first; ties by id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one] = scores.get(one, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


_WORDS = re.compile(r"\w+")
_STEMMER = snowballstemmer.stemmer("porter")
# They stand in every piece and say nothing about it.
_STOP = frozenset(
    _WORDS.findall(
        "a an and are as at be been but by can could did do does for from had has have he her his "
        "how i if in into is it its just like me my no not of on or our she should so some than "
        "that the their them then there these they this to up us was we well were what when where "
        "which who why will with would yeah yes you your don didn doesn isn wasn won ll re ve"
    )
)


def keywords(question: str) -> list[str]:
    """The words of a question that are worth looking up, each once, lower case."""
    found = list(dict.fromkeys(word.lower() for word in _WORDS.findall(question)))
    return [word for word in found if _says_something(word)] or found


def _says_something(word: str) -> bool:
    # One letter is what an apostrophe leaves ("it's", "I'd"); one digit may be meant.
    return word not in _STOP and (len(word) > 1 or not word.isascii() or word.isdigit())


def stems(question: str) -> set[str]:
    """The same, without their endings."""
    return {stem(word) for word in keywords(question)}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending, as the full-text index compares words (Porter)."""
    return str(_STEMMER.stemWord(word.lower()))


def match_expression(question: str) -> str:
    """The question as FTS5 reads it: any of its words; empty where it has none.

    Every word is quoted, so that nothing a user types is an operator.
    """
    return " OR ".join(f'"{word}"' for word in keywords(question)[:32])


def shared_words(question: str, text: str) -> int:
    """How many different words of the question stand in the text, in whatever form."""
    wanted = stems(question)
    # Stemming is the slow part (20 µs a word), and it never touches how a word begins.
    starts = {one[:2] for one in wanted}
    words = set(_WORDS.findall(text.lower()))
    inside = {stem(word) for word in words if word[:2] in starts}
    return len(wanted & inside)


_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+|\n|$)")


def brief(text: str, question: str, limit: int = BRIEF) -> str:
    """The sentence of a piece that answers best, on one line of at most ``limit`` characters."""
    sentences = [" ".join(one.split()) for one in _SENTENCE.findall(text)]
    sentences = [one for one in sentences if one] or [" ".join(text.split())]
    best = max(range(len(sentences)), key=lambda at: (shared_words(question, sentences[at]), -at))
    chosen = sentences[best]
    if best + 1 < len(sentences) and len(chosen) + 1 + len(sentences[best + 1]) <= limit:
        chosen += " " + sentences[best + 1]
    return _clip(chosen, question, limit)


def _clip(sentence: str, question: str, limit: int) -> str:
    """Cut at words around the first word of the question."""
    if len(sentence) <= limit:
        return sentence
    wanted = stems(question)
    places = (w.start() for w in _WORDS.finditer(sentence) if stem(w[0]) in wanted)
    start = max(0, min(next(places, 0) - limit // 4, len(sentence) - limit))
    if start:
        start = sentence.find(" ", start) + 1
    room = limit - 1 - (start > 0)
    cut = sentence[start : start + room]
    if start + room < len(sentence):
        cut = cut[: cut.rfind(" ")] if " " in cut else cut
        cut += "…"
    return ("…" if start else "") + cut
