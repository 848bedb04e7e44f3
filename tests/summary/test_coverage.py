"""Protects which sentences tell a long call: what recurs, said once, at the right length."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.summary.coverage import LENGTHS, cover
from liveconvo_desktop.summary.sentences import sentences
from liveconvo_desktop.summary.tldr import LONG
from tests.summary.make import lines
from tests.summary.test_short_version import write

FILLER = "We talked for a good while about {0} and then nobody came back to it at all."


def call(*texts):
    return sentences(lines(*((("user", "other")[n % 2], text) for n, text in enumerate(texts))))


def even(said):
    return np.ones(len(said), np.float32)


def test_what_the_call_comes_back_to_is_told():
    about = "The battery pack of the remote control has to last for two long years at least."
    letters = "bcdfghjklmnpqrst"
    once = [" ".join(f"{n}{k}{n}ax" for k in letters[:14]) + "." for n in letters[:12]]
    said = call(*once[:6], about, "I like the battery pack best.", *once[6:], "One remote control.")
    at = next(n for n, one in enumerate(said) if one.text == about)
    factors = even(said)
    assert at in cover(said, factors, 10)


def test_the_same_is_not_told_twice():
    once = "The battery pack of the remote control has to last for two long years at least."
    again = "As I said the battery pack of the remote control has to last two long years."
    other = "The yellow rubber case should survive a fall from the kitchen table to the floor."
    said = call(once, "Yes, the yellow rubber case matters.", again, other)
    chosen = cover(said, even(said), 20)
    assert len({0, 2} & set(chosen)) == 1
    assert 3 in chosen


def test_a_factor_brings_a_sentence_through():
    a = "The battery pack of the remote control has to last for two long years at least."
    b = "The battery pack of the remote control has to cost less than two euros at most."
    said = call(a, b, a.replace("at least", "or so"))
    factors = even(said)
    factors[1] = 5.0
    assert cover(said, factors, 5) == [1]


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_the_choice_is_in_order_within_the_budget_and_of_readable_length(sizes, budget):
    said = call(*(" ".join(f"word{n % 7}" for n in range(size)) + "." for size in sizes))
    chosen = cover(said, even(said), budget)
    assert chosen == sorted(set(chosen))
    assert all(LENGTHS[0] <= said[at].words <= LENGTHS[1] for at in chosen)
    assert sum(said[at].words for at in chosen) < budget + LENGTHS[1]


def test_a_long_sales_call_still_names_price_and_next_step():
    said = []
    for n in range(LONG // 14):
        said.append((("user", "other")[n % 2], FILLER.format(f"subject{n} and item{n}")))
    said[30] = ("user", "For all of you it comes to nineteen hundred dollars a month.")
    said[31] = ("other", "That is too expensive for us.")
    said[-2] = ("user", "I will send you the offer by Friday.")
    told = " ".join(one.text for one in write(lines(*said)).tldr)
    assert "nineteen hundred dollars a month" in told
    assert "too expensive" in told
    assert "Next step – You: I will send you the offer by Friday." in told
