"""Weighing and cutting marked texts; pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

SNIPPET = 220
"""Longest piece of a line that is shown, in characters."""
OPEN, CLOSE = "\x02", "\x03"
"""What FTS5 puts around a match."""

_MARK = re.compile(f"([{OPEN}{CLOSE}])")
_MARKED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_K1, _B = 1.2, 0.75
"""Okapi BM25's constants, as FTS5 sets them."""

Marks = tuple[tuple[int, int], ...]


def weigh(texts: Sequence[str], rarity: Mapping[str, float]) -> list[float]:
    """BM25 of marked texts.

    Args:
        texts: Each with its matches between ``OPEN`` and ``CLOSE``.
        rarity: The inverse document frequency of each term, by its folded text; not empty.
    """
    lengths = [len(text.split()) for text in texts]
    mean = sum(lengths) / max(1, len(texts))
    return [
        _score(text, _K1 * (1 - _B + _B * length / mean), rarity)
        for text, length in zip(texts, lengths, strict=True)
    ]


def _score(text: str, room: float, rarity: Mapping[str, float]) -> float:
    times = Counter(_term_of(piece, rarity) for piece in _MARKED.findall(text))
    return sum(rarity[term] * n * (_K1 + 1) / (n + room) for term, n in times.items())


def _term_of(piece: str, rarity: Mapping[str, float]) -> str:
    """The term that a marked piece of text belongs to; the commonest where that is unclear."""
    word = folded(piece)
    if word in rarity:
        return word
    begun = [term for term in rarity if word.startswith(term)]
    return min(begun or rarity, key=rarity.__getitem__)


def folded(text: str) -> str:
    """Without case and accents, as the index sees it."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def marked(text: str) -> tuple[str, Marks]:
    """A highlighted text without its marks, cut to ``SNIPPET``, and where the marks were."""
    plain: list[str] = []
    marks: list[tuple[int, int]] = []
    length, begun = 0, -1
    for part in _MARK.split(" ".join(text.split())):
        if part == OPEN:
            begun = length
        elif part == CLOSE:
            if 0 <= begun < length:
                marks.append((begun, length))
            begun = -1
        else:
            plain.append(part)
            length += len(part)
    return _cut("".join(plain), tuple(marks))


def _cut(text: str, marks: Marks) -> tuple[str, Marks]:
    """Keep the piece around the first mark, at most ``SNIPPET`` characters, cut between words."""
    if len(text) <= SNIPPET:
        return text, marks
    first = marks[0][0] if marks else 0
    begin = max(0, min(first - SNIPPET // 4, len(text) - SNIPPET))
    if begin:
        begin = text.find(" ", begin, first) + 1 or begin
    end = begin + SNIPPET
    if end < len(text):
        blank = text.rfind(" ", (marks[0][1] if marks else begin), end)
        end = blank if blank > begin else end
    head, tail = "…" if begin else "", "…" if end < len(text) else ""
    shift = len(head) - begin
    kept = tuple((a + shift, min(b, end) + shift) for a, b in marks if begin <= a < end)
    return head + text[begin:end] + tail, kept
