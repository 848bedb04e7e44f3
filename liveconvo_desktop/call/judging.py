"""Connects guidance's trained judge with the language model of this machine."""

from __future__ import annotations

from collections.abc import Sequence

from liveconvo_desktop.guidance.learned import Learned
from liveconvo_desktop.language.embed import Vectors, shared_embedder


def trained_judge() -> Learned:
    """A judge for one call. The model is loaded at its first use, on the thread that uses it."""
    return Learned(_embed)


def _embed(texts: Sequence[str]) -> Vectors:
    return shared_embedder()(texts)
