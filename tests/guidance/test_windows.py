"""The pieces of a turn must cover all of its words and be found again in it, or evidence lies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.guidance.windows import WHOLE_WORDS, windows


def test_sentences_and_neighbours_stand_beside_the_whole() -> None:
    found = [piece.text for piece in windows("Well, yes. It costs too much! Who pays?")]
    assert found[0] == "Well, yes. It costs too much! Who pays?"
    assert set(found[1:]) == {
        "It costs too much!", "Well, yes. It costs too much!", "It costs too much! Who pays?",
    }  # fmt: skip


def test_one_sentence_is_one_piece_and_silence_is_none() -> None:
    assert [piece.text for piece in windows("  it costs too much ")] == ["it costs too much"]
    assert windows("") == windows(" ... ")[1:] == []


def test_speech_without_marks_is_cut_into_stretches_that_overlap() -> None:
    said = [f"w{n}" for n in range(32)]
    pieces = windows(" ".join(said))[1:]
    assert len(pieces) > 2
    covered = {word for piece in pieces for word in piece.text.split()}
    assert covered == set(said)


@given(st.text(alphabet="ab .?!\n", max_size=400))
def test_every_piece_is_words_of_the_text_and_their_number_is_bounded(text: str) -> None:
    pieces = windows(text)
    assert all(text[piece.start : piece.end] == piece.text != "" for piece in pieces)
    assert len(pieces) <= 5
    assert all(len(piece.text.split()) <= WHOLE_WORDS for piece in pieces)
