"""Cutting loses nothing: every word is found in a piece, on the page where it stands."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.knowledge.base import PAGE_BREAK
from liveconvo_desktop.knowledge.chunk import MAX_CHARACTERS, OVERLAP, WORDS, chunk

words = st.text(st.characters(codec="utf-8", exclude_characters=PAGE_BREAK), max_size=12)
sentences = st.builds(
    lambda parts, end: " ".join(parts) + end,
    st.lists(words, max_size=30),
    st.sampled_from([". ", "? ", "!\n", "\n\n", " | ", "", "\n# "]),
)
pages = st.builds("".join, st.lists(sentences, max_size=20))
texts = st.builds(PAGE_BREAK.join, st.lists(pages, max_size=4))
sizes = st.integers(1, 40)


@given(texts, sizes, st.integers(0, 20))
def test_the_pieces_cover_every_page_that_is_not_blank(text, words, overlap):
    spans = chunk(text, paged=True, words=words, overlap=overlap)
    covered = bytearray(len(text))
    for span in spans:
        assert span.start < span.end
        covered[span.start : span.end] = b"x" * (span.end - span.start)
    start = 0
    for page in text.split(PAGE_BREAK):
        inside = covered[start : start + len(page)]
        assert all(inside) if page.strip() else not any(inside)
        start += len(page) + 1


@given(texts, sizes, st.integers(0, 20))
def test_pieces_go_on_and_keep_to_their_page(text, words, overlap):
    spans = chunk(text, paged=True, words=words, overlap=overlap)
    for one, following in pairwise(spans):
        assert one.start < following.start
        assert one.end < following.end
    for span in spans:
        piece = text[span.start : span.end]
        assert PAGE_BREAK not in piece
        assert span.page == text.count(PAGE_BREAK, 0, span.start) + 1
        assert len(piece) <= 2 * MAX_CHARACTERS


def prose(count):
    return " ".join(
        f"Sentence number {n} says that the seat costs {n} dollars." for n in range(count)
    )


def test_pieces_of_prose_are_whole_sentences_of_about_the_size():
    text = prose(100)
    pieces = [text[s.start : s.end].strip() for s in chunk(text)]
    assert all(piece.startswith("Sentence") and piece.endswith(".") for piece in pieces)
    counts = [len(piece.split()) for piece in pieces]
    assert all(WORDS * 0.8 <= count <= WORDS for count in counts[:-1])


def test_neighbours_share_their_border():
    text = prose(100)
    spans = chunk(text)
    for one, following in pairwise(spans):
        shared = text[following.start : one.end].split()
        assert 0 < len(shared) <= OVERLAP


def test_a_heading_begins_a_piece_where_there_is_enough_before_it():
    text = f"{prose(14)}\n\n## Pricing\n\n{prose(3)}"
    assert re.match("## Pricing", text[chunk(text)[-1].start :]) or (
        "## Pricing" in text[chunk(text)[-1].start : chunk(text)[-1].end]
    )
    assert text[: chunk(text)[0].end].rstrip().endswith(".")


def test_without_pages_no_page_is_claimed():
    assert {span.page for span in chunk("one. two.")} == {None}
    assert chunk(" \n ") == []
