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
    """

    def __init__(self, store: Store, owner: Owner | None, embed: Embed | None = None) -> None:
        self._passages, self._owner, self._embed = Passages(store), owner, embed
        self._lock = threading.Lock()
        self._stamp: object = None
        self._index = VectorIndex([], _NONE)

    def refresh(self) -> None:
        """Load the vectors now if they changed, so that the first question need not wait."""
        stamp = self._passages.stamp(self._owner)
        with self._lock:
            if stamp != self._stamp:
                self._index = VectorIndex(*self._passages.vectors(self._owner, MODEL))
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
        index, cosines = self._index, _NONE
        if len(index):
            cosines = index.cosines(self._vector(question))
        by_words = self._passages.by_words(self._owner, expression, CANDIDATES)
        ranked = fuse(by_words, index.nearest(cosines))
        scores = dict(ranked[: 2 * limit])
        found = self._passages.found(self._owner, list(scores))
        passages = [
            Passage(
                document_id=found[one].document_id,
                document=found[one].filename,
                page=found[one].page,
                text=found[one].text,
                score=score,
                likeness=index.cosine_of(one, cosines),
                words=shared_words(question, found[one].text),
            )
            for one, score in scores.items()
            if one in found
        ]
        return passages[:limit]

    def _vector(self, question: str) -> Vectors:
        embed = self._embed or shared_embedder()
        vector: Vectors = embed([question])[0]
        return vector
