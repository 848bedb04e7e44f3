"""Recognisers' differences must vanish here, or every phrase would need all of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.language.phrases import PhraseBook, compile_phrase
from liveconvo_desktop.language.words import Vocabulary, stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We can't afford it.", "we cannot afford it"),
        ("I'm gonna, um, the the send it", "I am going to the send it"),
        ("It’s 15% off", "it is 15 percent off"),
        ("They won't", "they will not"),
    ],
)
def test_spellings_of_the_same_words_give_the_same_stems(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_numbers_and_days_are_marked() -> None:
    marked = {t.word: (t.number, t.day) for t in tokens("$1,900 by Thursday or twenty")}
    assert marked["$1,900"] == (True, False)
    assert marked["thursday"] == (False, True)
    assert marked["twenty"] == (True, False)


def test_misheard_words_are_forgiven_only_when_long() -> None:
    vocabulary = Vocabulary(stems("guarantee discount price"))
    assert vocabulary.hear(stems("guarentee")[0]) == stems("guarantee")[0]
    assert vocabulary.hear("discont") == "discount"
    assert vocabulary.hear("prize") == "prize"
    assert vocabulary.hear("miscount") == "miscount"


@given(st.text(max_size=200))
def test_any_text_is_cut_into_tokens_that_lie_in_it(text: str) -> None:
    found = tokens(text)
    assert all(0 <= a.start <= b.start for a, b in pairwise(found))
    assert all(token.word for token in found)


@pytest.mark.parametrize(
    ("phrase", "text", "matches"),
    [
        ("too expensive|pricey", "it is far too pricey", True),
        ("too expensive", "expensive too", False),
        ("can not * afford", "we can't really quite afford it", True),
        ("can not * afford", "we can't. You said we could afford it", False),
        ("do not really? need", "we don't need it", True),
        ("<number> percent", "maybe 15% then", True),
        ("by <day>", "by Thursday", True),
        ("by <day>", "by the way", False),
        ("sign", "we are signing it", True),
    ],
)
def test_the_phrase_language(phrase: str, text: str, matches: bool) -> None:
    found = list(PhraseBook([("k", phrase)]).find(tokens(text)))
    assert bool(found) == matches


@pytest.mark.parametrize("phrase", ["", "* word", "word *", "really?", "a||b", "..."])
def test_phrases_that_could_match_anything_are_refused(phrase: str) -> None:
    with pytest.raises(ValueError):
        compile_phrase(phrase)
