"""Guards: invented text goes, mumbled words stay."""

from liveconvo_desktop.stt.guards import (
    Decode,
    is_invented,
    needs_full_window,
    token_cap,
    without_loop,
)

LOOP = "I am going to " * 30


def test_low_probability_alone_never_deletes():
    assert not is_invented(Decode("Thanks.", -1.6, 0.2, False))


def test_silence_with_low_probability_is_deleted():
    assert is_invented(Decode("Thank you.", -1.3, 0.9, False))


def test_marks_without_a_word_are_no_text():
    assert is_invented(Decode(" ...", -0.1, 0.0, False))


def test_loops_caps_and_low_figures_ask_for_the_full_window():
    assert needs_full_window(Decode(LOOP, -0.1, 0.0, False))
    assert needs_full_window(Decode("fine", -0.1, 0.0, True))
    assert needs_full_window(Decode("fine", -0.9, 0.0, False))
    assert not needs_full_window(Decode("That is fine with us.", -0.3, 0.0, False))


def test_a_loop_is_cut_to_one_and_honest_repetition_stays():
    assert without_loop(LOOP.strip()) == "I am going to"
    assert without_loop("No, no, no, not that one.") == "No, no, no, not that one."


def test_the_cap_leaves_room_for_fast_speech():
    assert token_cap(10) >= 10 * 5
