"""Protects the fusion of words and meaning, and that a question never breaks the index."""

from __future__ import annotations

import sqlite3

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.knowledge.search import (
    MIN_LIKENESS,
    RRF_K,
    VectorIndex,
    brief,
    fuse,
    keywords,
    match_expression,
    shared_words,
)


def test_what_both_rankings_name_wins():
    assert fuse([1, 2, 3], [4, 2, 5])[0][0] == 2
    assert fuse([7])[0] == (7, 1 / (RRF_K + 1))
    assert fuse([], []) == []
    assert [one for one, _ in fuse([2], [1])] == [1, 2]


def test_the_nearest_are_the_largest_cosines_above_noise():
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(500, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(range(1000, 1500), vectors)
    cosines = index.cosines(vectors[42])
    found = index.nearest(cosines, 10)
    assert found[0] == 1042
    expected = [1000 + int(at) for at in np.argsort(-cosines)[:10]]
    assert found == expected
    assert index.cosine_of(1042, cosines) > 0.99
    assert index.cosine_of(3, cosines) is None
    low = index.nearest(np.full(500, MIN_LIKENESS / 2, np.float32))
    assert low == []


def test_an_empty_index_finds_nothing():
    index = VectorIndex([], np.zeros((0, 0), np.float32))
    cosines = index.cosines(np.zeros(384, np.float32))
    assert index.nearest(cosines) == []
    assert index.cosine_of(1, cosines) is None


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others():
    assert keywords("What is the price of the price?") == ["price"]
    assert keywords("what is it") == ["what", "is", "it"]
    assert match_expression("?!") == ""


@given(st.text(max_size=60))
def test_no_question_is_a_syntax_error(question):
    raw = sqlite3.connect(":memory:")
    raw.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    expression = match_expression(question)
    if expression:
        raw.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()
    raw.close()


@given(st.text(max_size=600), st.text(max_size=60), st.integers(20, 200))
def test_a_brief_fits_on_its_lines(text, question, limit):
    found = brief(text, question, limit)
    assert len(found) <= limit
    assert "\n" not in found


def test_a_brief_is_the_sentence_that_answers():
    text = (
        "The offer is valid until May. The setup costs five hundred dollars once. "
        "Support is included, and it answers within four hours on working days at any site."
    )
    assert brief(text, "what does the setup cost?").startswith("The setup costs five hundred")
    assert "answers within four hours" in brief(text, "support hours", 60)
    assert shared_words("setup costs", text) == 2
