"""What partials may call stable."""

from liveconvo_desktop.speech.agreement import Agreement, stable_prefix


def test_only_words_that_both_decodes_have_are_stable():
    assert stable_prefix("how many boxes", "how many foxes are") == len("how many")


def test_case_and_marks_do_not_break_agreement():
    assert stable_prefix("Well, how", "well how are") == len("well how")


def test_the_first_partial_is_not_stable_and_final_forgets():
    agreement = Agreement()
    assert agreement.feed("a", "so what") == 0
    assert agreement.feed("a", "so what now") == len("so what")
    assert agreement.forget("a") == "so what now"
    assert agreement.forget("a") is None
    assert agreement.feed("a", "so what") == 0
