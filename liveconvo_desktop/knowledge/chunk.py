"""A document's text cut into pieces that are read, embedded and quoted as one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liveconvo_desktop.knowledge.base import PAGE_BREAK

WORDS = 180
"""Words of a piece: about what fits into the 256 tokens that the embedding model reads."""
OVERLAP = 30
"""Words at most of the piece before that a piece repeats, in whole sentences."""
MAX_CHARACTERS = 1_500
"""Of a piece, for text without spaces."""

_WORD = re.compile(r"\S+")
# Behind the end of a sentence, a paragraph, or a line of a list or table.
_BORDER = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|\n\s*\n\s*|\n(?=[-•*#]|[^\n]* \| )")
_HEADING = re.compile(r"#{1,6} ")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece: ``text[start:end]`` of the whole.

    Attributes:
        page: From 1, or None where the document has no pages.
    """

    start: int
    end: int
    page: int | None


def chunk(
    text: str, *, paged: bool = False, words: int = WORDS, overlap: int = OVERLAP
) -> list[Span]:
    """Cut a text into pieces of about ``words`` words at the ends of sentences.

    Every character that is not white space or a page break lies in a piece. A piece keeps to one
    page, so that its page can be quoted, and repeats the last sentences of the one before, so that
    what spans a border is found from both sides. A heading begins a piece where there is enough
    before it.

    Args:
        text: As ``base.Extract`` has it.
        paged: Its page breaks count pages.
        words: Of a piece, at most, unless one sentence is longer.
        overlap: Words at most that are repeated.
    """
    spans: list[Span] = []
    start = 0
    for number, page in enumerate(text.split(PAGE_BREAK), 1):
        found = _pieces(page, words, overlap)
        spans += [Span(start + a, start + b, number if paged else None) for a, b in found]
        start += len(page) + len(PAGE_BREAK)
    return spans


def _pieces(page: str, words: int, overlap: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the pieces of one page; they cover all of it unless it is blank."""
    if not page.strip():
        return
    sentences = list(_sentences(page, words))
    first = at = 0
    while at < len(sentences):
        at = _fill(page, sentences, first, at, words)
        yield sentences[first][0], sentences[at - 1][1]
        first = _step_back(sentences, first, at, overlap) if at < len(sentences) else at


def _fill(
    page: str, sentences: list[tuple[int, int, int]], first: int, fresh: int, words: int
) -> int:
    """Where a piece that begins at ``first`` ends: at least one sentence beyond ``fresh``."""
    size = sum(count for _, _, count in sentences[first:fresh])
    at = fresh
    while at < len(sentences):
        start, end, count = sentences[at]
        too_long = size + count > words or end - sentences[first][0] > MAX_CHARACTERS
        heading = size * 2 >= words and _HEADING.match(page, start)
        if at > fresh and (too_long or heading):
            break
        size += count
        at += 1
    return at


def _step_back(sentences: list[tuple[int, int, int]], first: int, at: int, overlap: int) -> int:
    """The first sentence of the next piece: as many before ``at`` as the overlap holds."""
    size, back = 0, at
    while back - 1 > first and size + sentences[back - 1][2] <= overlap:
        back -= 1
        size += sentences[back][2]
    # Long words: what is repeated must leave room for what is new.
    while back < at and sentences[at - 1][1] - sentences[back][0] > MAX_CHARACTERS // 3:
        back += 1
    return back


def _sentences(page: str, words: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, words) of sentences that follow each other without a hole."""
    start = 0
    for border in _BORDER.finditer(page):
        if page[start : border.end()].strip():
            yield from _cut(page, start, border.end(), words)
            start = border.end()
    if start < len(page):
        yield from _cut(page, start, len(page), words)


def _cut(page: str, start: int, end: int, words: int) -> Iterator[tuple[int, int, int]]:
    """A sentence, or its parts where it is longer than a piece may be."""
    count = 0
    begin = start
    for word in _WORD.finditer(page, start, end):
        if count >= words or (count and word.end() - begin > MAX_CHARACTERS):
            yield begin, word.start(), count
            begin, count = word.start(), 0
        count += 1
        while word.end() - begin > MAX_CHARACTERS:
            yield begin, begin + MAX_CHARACTERS, count
            begin, count = begin + MAX_CHARACTERS, 1
    yield begin, end, count
