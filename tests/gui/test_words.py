"""The windows, documents and summaries say the same things in the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from liveconvo_desktop import language
from liveconvo_desktop.events import Gap
from liveconvo_desktop.export import saying
from liveconvo_desktop.language.saying import REASONS
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.review.model import gap_text
from liveconvo_desktop.ui.transcript import TranscriptModel
from tests.export.make import conversation


def test_there_is_one_source_of_words():
    assert words.CONVERSATIONS is saying.KINDS
    assert theme.KIND_NAMES is saying.CHIPS
    assert words.clock is language.saying.clock


@pytest.mark.parametrize("channel", ["mic", "speaker"])
@pytest.mark.parametrize("reason", ["lost", "stalled", "device", "paused", "killed"])
def test_what_is_missing_is_said_in_the_same_words_everywhere(channel, reason):
    gap = Gap("s", channel, 10.0, 14.0, reason)
    side = "your side" if channel == "mic" else "the other side"
    told = f"4 s of {side} is missing: {REASONS[reason]}"
    live = TranscriptModel()
    live.put(gap)
    meeting = conversation(names={})
    meeting = replace(meeting, session=replace(meeting.session, conversation_type="meeting"))
    assert gap_text(gap) == told
    assert live.index(0).data() == f"0:10: {told}"
    assert saying.gap_words(gap, meeting) == told


def test_a_recording_that_a_crash_cut_off_does_not_say_that_nothing_ran():
    assert REASONS["killed"] == "the recording was cut off here"


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
