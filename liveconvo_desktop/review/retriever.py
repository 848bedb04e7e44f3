"""Passages of a session's documents that answer a question, fast enough to ask during a call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from liveconvo_desktop.knowledge.search import (
    CANDIDATES,
    Passage,
    VectorIndex,
    Vectors,
    fuse,
    match_expression,
    shared_words,
)
from liveconvo_desktop.language.embed import MODEL, shared_embedder
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.documents import Owner
from liveconvo_desktop.store.passages import Passages

Embed = Callable[[Sequence[str]], Vectors]
_NONE: Vectors = np.zeros(0, np.float32)


class Retriever:
    """Searches the documents of one session or template, or of the whole library; thread-safe.

    The vectors are loaded once and again when a document changed; during a call make one at its
    start, and ask it per question.

    Args:
        owner: Whose documents; None for all.
        embed: Makes vectors of questions; None shares the program's own.

    Attributes:
        index: The vectors as they were loaded last.
    """

    def __init__(self, store: Store, owner: Owner | None, embed: Embed | None = None) -> None:
        self._passages, self._owner, self._embed = Passages(store), owner, embed
        self._lock = threading.Lock()
        self._stamp: object = None
        self.index = VectorIndex([], _NONE)

    def refresh(self) -> None:
        """Load the vectors now if they changed, so that the first question need not wait."""
        stamp = self._passages.stamp(self._owner)
        with self._lock:
            if stamp != self._stamp:
                self.index = VectorIndex(*self._passages.vectors(self._owner, MODEL))
                self._stamp = stamp

    def search(self, question: str, limit: int = 5, *, fresh: bool = True) -> list[Passage]:
        """The passages that answer best, the best first.

        Args:
            question: What was said, or typed.
            limit: Passages at most.
            fresh: Look first whether documents changed; off where every millisecond counts.

        Raises:
            StoreError: The database refuses.
        """
        if fresh:
            self.refresh()
        expression = match_expression(question)
        if not expression:
            return []
        index, cosines = self.index, _NONE
        if len(index):
            cosines = index.cosines(self._vector(question))
        by_words = self._passages.by_words(self._owner, expression, CANDIDATES)
        ranked = fuse(by_words, index.nearest(cosines))
        scores = dict(ranked[: 2 * limit])
        found = self._passages.found(self._owner, list(scores))
        # More than are wanted were looked up: a document may have been removed meanwhile.
        there = [found[one] for one in scores if one in found][:limit]
        return [
            Passage(
                document_id=one.document_id,
                document=one.filename,
                page=one.page,
                text=one.text,
                score=scores[one.chunk_id],
                likeness=index.cosine_of(one.chunk_id, cosines),
                words=shared_words(question, one.text),
            )
            for one in there
        ]

    def _vector(self, question: str) -> Vectors:
        embed = self._embed or shared_embedder()
        vector: Vectors = embed([question])[0]
        return vector
