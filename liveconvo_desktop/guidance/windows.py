"""The pieces of a turn that are judged: the whole, and its last sentences alone and in pairs.

Each piece costs a few milliseconds of embedding, so there are few; the whole holds the rest.

Speech that came without sentence marks is cut into stretches of words that overlap by half, so
that no clause is lost at a cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

WHOLE_WORDS = 60
"""Of a longer turn the last so many words are the whole."""
_LONGEST = 30
"""A sentence of more words than this is cut."""
_STRETCH = 16
_MOST = 4
"""Pieces beside the whole: the last ones."""
_LEAST = 3
"""A sentence of fewer words says nothing by itself."""
_SENTENCE = re.compile(r"[^.?!]+[.?!]*")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a text: its words and where they stand."""

    text: str
    start: int
    end: int


def windows(text: str) -> list[Window]:
    """The whole first, then its pieces; the whole alone where it is one short sentence."""
    words = list(_WORD.finditer(text))[-WHOLE_WORDS:]
    if not words:
        return []
    whole = _window(text, words[0].start(), words[-1].end())
    parts = [part for part in _parts(text) if part.end > whole.start]
    if len(parts) < 2:
        return [whole]
    pairs = [_window(text, one.start, two.end) for one, two in pairwise(parts)]
    pieces = [*parts, *(pairs if len(parts) > 2 else [])]
    pieces = [piece for piece in pieces if len(piece.text.split()) >= _LEAST]
    pieces.sort(key=lambda piece: (piece.end, piece.start))
    return [whole, *pieces[-_MOST:]]


def _parts(text: str) -> Iterator[Window]:
    """Sentences, long ones cut."""
    for match in _SENTENCE.finditer(text):
        words = list(_WORD.finditer(text, match.start(), match.end()))
        if not words:
            continue
        if len(words) <= _LONGEST:
            yield _window(text, words[0].start(), words[-1].end())
            continue
        step = _STRETCH // 2
        for first in range(0, len(words) - step, step):
            last = words[min(first + _STRETCH, len(words)) - 1]
            yield _window(text, words[first].start(), last.end())


def _window(text: str, start: int, end: int) -> Window:
    return Window(text[start:end], start, end)
