"""Who is meant and what is missing are said in the same words by every window and document."""

from __future__ import annotations

import pytest

from liveconvo_desktop.events import Gap
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.language.saying import between, missing, side, transcript, unnamed


@pytest.mark.parametrize(
    ("speaker", "kind", "who", "end"),
    [
        ("user", "sales_call", "You", "your side"),
        ("other", "sales_call", "The customer", "the customer's side"),
        ("other", "interview", "The candidate", "the candidate's side"),
        ("other", "meeting", "The other side", "the other side"),
        ("other", "", "The other side", "the other side"),
        ("Ana", "meeting", "Ana", "Ana's side"),
    ],
)
def test_who_has_no_name_is_called_by_the_part_in_the_call(speaker, kind, who, end):
    assert unnamed(speaker, kind) == who
    assert side(speaker, kind=kind) == end
    assert side(speaker, "Dana", kind) == "Dana's side"


def test_what_is_missing_is_one_sentence():
    told = missing(between(24.0, 3629.0), "Dana's side", "the device was away")
    assert told == "0:24–1:00:29 of Dana's side is missing: the device was away"


def test_a_transcript_says_holes_in_their_place():
    lines = [Line("a", "other", 1.0, 2.0, "Hello.", None, "w")]
    gaps = [Gap("s", "speaker", 3.0, 5.0, "paused"), Gap("s", "mic", 6.0, 8.0, "device")]
    assert transcript(lines, gaps, {"user": "Jo"}).splitlines() == [
        "[0:01] Them: Hello.",
        "[0:03] (0:03–0:05 of the other side is missing: the recording was paused)",
        "[0:06] (0:06–0:08 of Jo's side is missing: the device was away)",
    ]
