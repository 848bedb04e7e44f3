"""The windows, documents and summaries say the same things in the same words."""

from __future__ import annotations

import pytest

from liveconvo_desktop.export import saying
from liveconvo_desktop.language.saying import REASONS
from liveconvo_desktop.ui import theme, words


def test_there_is_one_source_of_words():
    assert words.GAP_REASONS is saying.GAPS
    assert words.CONVERSATIONS is saying.KINDS
    assert theme.KIND_NAMES is saying.CHIPS
    assert words.clock is saying.clock


@pytest.mark.parametrize("reasons", [words.GAP_REASONS, saying.GAPS, REASONS])
def test_a_recording_that_a_crash_cut_off_does_not_say_that_nothing_ran(reasons):
    assert reasons["killed"] == "the recording was cut off here"


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (45.9, "45 s"), (720, "12 min"), (3840, "1 h 4 min")]
)
def test_a_length_that_is_not_known_is_left_out(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("ratio", "at"), [(0.0, 0.0), (0.001, 3.0), (0.5, 20.0), (0.999, 37.0), (1.0, 40.0)]
)
def test_a_bar_shows_a_side_that_spoke_and_none_that_did_not(ratio, at):
    assert words.divided(ratio, 40.0, 3.0) == at
