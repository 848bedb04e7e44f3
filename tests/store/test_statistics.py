"""Protects the definitions behind the figures of a session."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.store.statistics import (
    answer_pauses,
    silences,
    switches,
    total,
    turns,
    union,
    within,
    words,
)

# Whole seconds, so that a brute-force model can count them one by one.
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted).map(tuple))


@given(spans)
def test_union_covers_the_same_seconds_once(intervals):
    seconds = {second for t0, t1 in intervals for second in range(t0, t1)}
    merged = union(intervals)
    assert {second for t0, t1 in merged for second in range(t0, t1)} == seconds
    assert total(intervals) == len(seconds)
    assert all(a[1] < b[0] for a, b in pairwise(merged))


@given(spans, spans, st.integers(0, 60))
def test_silences_are_the_long_stretches_that_nothing_covers(speech, gaps, length):
    covered = {second for t0, t1 in [*speech, *gaps] for second in range(t0, t1)}
    free = "".join("x" if second in covered else "." for second in range(length))
    # A bare touch of zero length splits a stretch: a word was said there.
    cuts = {t0 for t0, t1 in [*speech, *gaps] if t0 == t1}
    expected = 0
    run = 0
    for second, mark in enumerate(free + "x"):
        if (mark == "x" or second in cuts) and run:
            expected += run >= 2
            run = 0
        run = run + 1 if mark == "." else 0
    assert len(silences(speech, gaps, length)) == expected


def test_a_silence_is_two_seconds_and_not_less():
    assert silences([(0.0, 1.0), (2.999, 5.0)], [], 7.0) == [(5.0, 7.0)]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("  ", 0), ("It's ten-fold,  yes.", 3)])
def test_words_are_what_stands_between_white_space(text, count):
    assert words(text) == count


def test_only_what_lies_between_the_bounds_is_left():
    assert within([(0, 2), (1, 3), (5, 9)], (2.5, 6)) == [(2.5, 3), (5, 6)]
    assert within([(0, 2)], (2, 4)) == []


def test_a_short_word_of_the_other_side_takes_no_turn():
    sides = {"user": [(0, 10), (11, 20)], "other": [(10.2, 10.9), (20.5, 23)]}
    assert turns(sides) == [("user", 0, 20), ("other", 20.5, 23)]


def test_a_silence_ends_a_turn():
    assert turns({"user": [(0, 1.9), (3.9, 5)]}) == [("user", 0, 1.9), ("user", 3.9, 5)]
    assert turns({"user": [(0, 2), (3.9, 5)]}) == [("user", 0, 5)]


def test_switches_count_the_floor_going_over():
    held = [("user", 0, 1), ("other", 1, 3), ("other", 6, 7), ("user", 7, 9)]
    assert switches(held) == 2


def test_patience_is_the_wait_before_answering_and_no_hole():
    held = [("other", 0, 3), ("user", 4, 6), ("other", 6, 9), ("user", 8, 10), ("other", 10, 12)]
    assert answer_pauses(held, "user") == [1, 0]
    assert answer_pauses(held, "user", [(3.2, 3.6)]) == [0]
