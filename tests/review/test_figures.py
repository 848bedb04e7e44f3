"""The figures of a call are those that its words and pauses make."""

from __future__ import annotations

import pytest

from liveconvo_desktop.events import Gap
from liveconvo_desktop.language.lines import Line, Lines
from liveconvo_desktop.review.figures import figures


def line(key: str, speaker: str, t0: float, t1: float, text: str) -> Line:
    return Line(key, speaker, t0, t1, text)


CALL = Lines(
    (
        line("a", "user", 0, 20, "How did the pilot go? I heard it went well."),
        line("b", "other", 21, 61, "It went well. " * 20),
        line("c", "user", 61.5, 62.0, "Mm-hm."),
        line("d", "other", 62, 66, "What does it cost?"),
        line("e", "user", 69, 79, "It costs forty dollars a seat."),
    )
)


def test_both_sides_are_measured():
    found = figures(CALL, [], 90)
    you, them = found.sides["user"], found.sides["other"]
    assert (you.seconds, them.seconds) == (30.5, 44)
    assert (you.words, them.words) == (17, 64)
    assert (you.questions, them.questions) == (1, 1)
    assert you.words_per_minute == pytest.approx(17 / 30.5 * 60)
    assert found.talk_ratio == pytest.approx(30.5 / 74.5)
    assert them.monologue == (21, 66)
    assert found.silences == ((66, 69), (79, 90))
    assert found.interactivity == pytest.approx(2 / 1.5)
    assert found.patience == 3


def test_a_hole_is_neither_silence_nor_patience():
    found = figures(CALL, [Gap("s", "mic", 66.5, 68, "device")], 90)
    assert found.silences == ((79, 90),)
    assert found.patience is None
    assert found.interactivity == pytest.approx(2 / (88.5 / 60))


def test_a_call_without_words_has_no_figures():
    found = figures(Lines(()), [], 5)
    assert (found.talk_ratio, found.interactivity, found.patience) == (None, None, None)
    assert found.sides["user"].monologue is None


def test_merging_lines_leaves_the_figures_alone():
    rows = (
        line("a", "user", 0, 10, "We start."),
        line("b", "user", 15, 20, "We go on."),
        line("c", "other", 21, 40, "Good."),
    )
    plain = Lines(rows)
    assert figures(plain.merge("a"), [], 60) == figures(plain, [], 60)
