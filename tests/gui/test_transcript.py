"""A line appears once, changes in place, and goes when it is taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.events import Gap
from liveconvo_desktop.ui.transcript import HEAD_ROLE, ROW_ROLE, TranscriptModel, start
from tests.gui.script import CALL, chip, segment


def rows(model):
    return [model.index(n).data(ROW_ROLE) for n in range(model.rowCount())]


def test_a_final_replaces_its_partials(qtmodeltester):
    model = TranscriptModel()
    model.put(segment("a", "hello", final=False))
    model.put(segment("a", "hello the", final=False))
    model.put(segment("a", "Hello there."))
    model.put(segment("a", "hello there late partial", final=False))
    assert [row.text for row in rows(model)] == ["Hello there."]
    qtmodeltester.check(model)


def test_an_empty_final_takes_the_line_back():
    model = TranscriptModel()
    model.put(segment("a", "you", final=False))
    model.put(segment("b", "Kept.", t0=3))
    model.put(segment("a", ""))
    model.put(segment("unknown", ""))
    assert [row.id for row in rows(model)] == ["b"]


def test_names_stand_where_the_speaker_changes():
    model = TranscriptModel()
    for n, speaker in enumerate(("user", "user", "other", "user")):
        model.put(segment(f"s-{n}", "words", speaker=speaker, t0=n))
    assert [model.index(n).data(HEAD_ROLE) for n in range(4)] == [True, False, True, True]


def test_five_hundred_lines_stay_bounded():
    model = TranscriptModel(limit=80)
    for n in range(500):
        model.put(segment(f"s-{n}", "words", t0=n))
    assert [row.id for row in rows(model)] == [f"s-{n}" for n in range(420, 500)]


def test_holes_and_guidance_stand_in_their_place():
    model = TranscriptModel()
    gap = Gap(CALL, "speaker", 2.0, 5.0, "device")
    model.fill([segment("b", "After.", t0=6), chip("c", t=4), gap, segment("a", "Before.")])
    assert [start(row) for row in rows(model)] == [0.0, 2.0, 4.0, 6.0]
    assert "3 s of the other side is missing: the device was away" in model.index(1).data()


def test_a_hole_that_grows_stays_one_row_and_a_pause_is_one_for_both_sides(qtmodeltester):
    model = TranscriptModel()
    model.put(segment("a", "Before."))
    for t1 in range(11, 100, 5):
        model.put(Gap(CALL, "mic", 10.0, float(t1), "paused"))
        model.put(Gap(CALL, "speaker", 10.1, float(t1), "paused"))
    model.put(segment("b", "After.", t0=101))
    assert model.rowCount() == 3
    assert model.index(1).data() == "0:10: 1 min of both sides is missing: the recording was paused"
    qtmodeltester.check(model)


def test_devices_that_fail_at_once_stay_two_rows():
    model = TranscriptModel()
    for t1 in (11.0, 16.0):
        for channel in ("mic", "speaker"):
            model.put(Gap(CALL, channel, 10.0, t1, "device"))
    assert [row.side for row in rows(model)] == ["your side", "the other side"]
    model.put(Gap(CALL, "mic", 40.0, 41.0, "device"))
    assert model.rowCount() == 3


def test_a_read_transcript_joins_the_sides_of_a_pause_too():
    model = TranscriptModel()
    pauses = [Gap(CALL, c, t, t + 4, "paused") for t in (5.0, 20.0) for c in ("mic", "speaker")]
    model.fill([*pauses, segment("b", "After.", t0=12)])
    assert [start(row) for row in rows(model)] == [5.0, 12.0, 20.0]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.sampled_from(["", "one", "two words"])))
)
def test_any_order_of_events_leaves_lines_in_order_and_unique(events):
    model = TranscriptModel(limit=6)
    for key, final, text in events:
        model.put(segment(f"s-{key}", text, t0=float(key), final=final))
        shown = rows(model)
        assert len({row.id for row in shown}) == len(shown) <= 6
        assert [row.t0 for row in shown] == sorted(row.t0 for row in shown)
        assert all(row.text for row in shown)
