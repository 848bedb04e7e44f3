"""Protects quoted sentences: easier to read, never another meaning."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.summary.cleaning import clean, split


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Um, so I wanted to follow up on the, uh, the charting piece.",
         "I wanted to follow up on the charting piece."),
        ("And I call, and I call, and nobody picks up", "I call, and nobody picks up."),
        ("it , it 's a good idea , I think I think we we should do it .",
         "It's a good idea, I think we should do it."),
        ("It is, you know, late.", "It is late."),
        ("we um {vocalsound} need {disfmarker} it", "We need it."),
        ("The fee is, uh, five percent.", "The fee is five percent."),
        ("I want- I wanted it.", "I wanted it."),
        ("A bearing that's, uh, bad.", "A bearing that's bad."),
        # What must not be touched.
        ("You can, it's twelve pounds.", "You can, it's twelve pounds."),
        ("I'm instructing that, two metres at F.", "I'm instructing that, two metres at F."),
        ("No, we can't.", "No, we can't."),
        ("My number is five five two two.", "My number is five five two two."),
        ("It costs 5 5 percent.", "It costs 5 5 percent."),
        ("That is very very good.", "That is very very good."),
        ("I said that that is fine.", "I said that that is fine."),
        ("So far so good.", "So far so good."),
        ("Right now it's down.", "Right now it's down."),
        ("I mean it.", "I mean it."),
        ("Umbrellas hum.", "Umbrellas hum."),
        ("Do you like the Mm brand?", "Do you like the brand?"),
    ],
)  # fmt: skip
def test_a_quote_reads_well_and_means_the_same(said, quoted):
    assert clean(said) == quoted


VOCABULARY = [
    "no", "not", "never", "don't", "10", "5%", "Dana", "Friday", "we", "pay", "uh", "um", "so",
    "well", ",", "you", "know", "very", "the", "I",
]  # fmt: skip
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=25)


@given(WORDS)
def test_no_negation_number_or_name_is_dropped_for_good(said):
    text = clean(" ".join(said)).lower()
    for word in ("no", "not", "never", "don't", "10", "5%", "dana", "friday"):
        wanted = word in said or word.capitalize() in said
        assert not wanted or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)


@given(WORDS)
def test_cleaning_again_changes_nothing(said):
    once = clean(" ".join(said))
    assert clean(once) == once


def test_a_full_stop_after_a_common_word_or_a_letter_ends_a_sentence():
    text = "I thought, no. And he didn't. The line is at F. It moves. See No. 4, John F. Smith."
    assert [text[start:end] for start, end in split(text)] == [
        "I thought, no.", "And he didn't.", "The line is at F.", "It moves.",
        "See No. 4, John F. Smith.",
    ]  # fmt: skip


def test_sentences_end_where_a_reader_would_end_them():
    text = "Dr. Kim said 3.5 percent at 5 p.m. today. Yes! Is it? and no mark"
    assert [text[start:end] for start, end in split(text)] == [
        "Dr. Kim said 3.5 percent at 5 p.m. today.",
        "Yes!",
        "Is it?",
        "and no mark",
    ]


@given(st.text(alphabet="ab .?!Dr'\n", max_size=60))
def test_splitting_loses_no_word(text):
    pieces = [text[start:end] for start, end in split(text)]
    assert re.findall(r"\w+", " ".join(pieces)) == re.findall(r"\w+", text)
