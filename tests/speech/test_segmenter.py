"""The segmentation machine: its utterances never lose or share audio."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.events import SAMPLE_RATE, AudioBlock
from liveconvo_desktop.speech.segmenter import FRAME_SECONDS, Segmenter, SegmenterConfig
from liveconvo_desktop.speech.vad import FRAME


class Scripted:
    """Answers a fixed probability a frame, by counting frames."""

    def __init__(self, probs):
        self.probs = probs
        self.at = 0

    def probabilities(self, frames):
        taken = self.probs[self.at : self.at + len(frames)]
        self.at += len(frames)
        return [*taken, *([0.0] * (len(frames) - len(taken)))]


def counted(frames):
    """Samples that carry their own index, so that any loss or repetition shows."""
    return np.arange(frames * FRAME, dtype=np.float32)


def run(probs, sizes=None, *, extra=0, config=None):
    samples = counted(len(probs))
    samples = np.concatenate([samples, np.full(extra, len(samples), np.float32)])
    segmenter = Segmenter("mic", Scripted(probs), config)
    out, at = [], 0
    for size in sizes or []:
        piece = samples[at : at + size]
        out += segmenter.feed(AudioBlock("mic", at / SAMPLE_RATE, SAMPLE_RATE, piece))
        at += len(piece)
    out += segmenter.feed(AudioBlock("mic", at / SAMPLE_RATE, SAMPLE_RATE, samples[at:]))
    return out + segmenter.flush()


def frames(seconds, prob):
    return [prob] * round(seconds / FRAME_SECONDS)


def shape(utterances):
    return [(u.stage, u.t0, u.t1, u.samples.tolist()) for u in utterances]


def closed(utterances):
    return [u for u in utterances if u.stage == "closed"]


probabilities = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.95])), max_size=40
).map(lambda runs: [p for count, p in runs for _ in range(count)])


@given(probabilities, st.lists(st.integers(0, 3000), max_size=60))
def test_block_sizes_do_not_change_the_utterances(probs, sizes):
    assert shape(run(probs, sizes)) == shape(run(probs))


@given(probabilities)
def test_no_sample_is_counted_twice_and_none_is_lost_inside(probs):
    at = -1.0
    for u in closed(run(probs)):
        steps = np.diff(u.samples)
        assert (steps == 1).all(), "an utterance has a hole or a repetition"
        assert u.samples[0] > at, "two utterances share audio"
        at = u.samples[-1]
        assert u.t0 == pytest.approx(u.samples[0] / SAMPLE_RATE)
        assert u.t1 - u.t0 == pytest.approx(len(u.samples) / SAMPLE_RATE)


@given(probabilities)
def test_every_long_run_of_speech_is_inside_an_utterance(probs):
    held = np.zeros(len(probs), bool)
    for u in closed(run(probs)):
        held[int(u.samples[0]) // FRAME : int(u.samples[-1]) // FRAME + 1] = True
    start = None
    for index, p in enumerate([*probs, 0.0]):
        if p > 0.5 and start is None:
            start = index
        elif p <= 0.5 and start is not None:
            if index - start >= 10:
                assert held[start:index].all(), f"speech at frames {start}..{index} was lost"
            start = None


monologues = st.lists(
    st.tuples(st.integers(2, 600), st.sampled_from([0.6, 0.95]), st.integers(1, 9)),
    min_size=1,
    max_size=12,
).map(lambda runs: [p for count, prob, pause in runs for p in [prob] * count + [0.2] * pause])


@given(st.floats(7.5, 15.5), monologues)
def test_no_word_of_a_monologue_is_lost_at_its_cuts(before, rest):
    """However short it is: the word after a cut belongs to what was said before it."""
    probs = [*frames(before, 0.9), 0.2, *rest]
    held = np.zeros(len(probs), bool)
    for u in closed(run(probs)):
        held[int(u.samples[0]) // FRAME : int(u.samples[-1]) // FRAME + 1] = True
    assert held[np.array(probs) > 0.5].all()


@pytest.mark.parametrize("pause", [0.22, 0.4])
def test_a_short_word_after_a_soft_cut_is_read(pause):
    out = closed(run(frames(9, 0.9) + frames(pause, 0.0) + frames(0.2, 0.9) + frames(1, 0.0)))
    assert len(out) == 2
    assert out[1].samples[-1] >= (9 + pause + 0.18) * SAMPLE_RATE


def test_a_short_noise_long_after_a_cut_is_still_noise():
    assert len(closed(run(frames(9, 0.9) + frames(0.8, 0) + frames(0.2, 0.9) + frames(1, 0)))) == 1


@given(probabilities)
def test_no_utterance_exceeds_the_hard_limit(probs):
    config = SegmenterConfig()
    longest = config.hard_limit + FRAME_SECONDS
    assert all(u.t1 - u.t0 <= longest for u in run(probs))


def test_pause_is_offered_for_speculation_and_closes_with_the_same_audio():
    out = run(frames(1.0, 0.0) + frames(2.0, 0.9) + frames(1.0, 0.0))
    assert [u.stage for u in out] == ["paused", "closed"]
    assert out[0].id == out[1].id
    assert out[0].t1 == out[1].t1
    assert np.array_equal(out[0].samples, out[1].samples)


def test_resumed_speech_keeps_the_utterance_and_its_id():
    out = run(frames(1.0, 0.9) + frames(0.3, 0.0) + frames(1.0, 0.9) + frames(1.0, 0.0))
    assert [u.stage for u in out] == ["paused", "paused", "closed"]
    assert len({u.id for u in out}) == 1


def test_a_complete_sentence_closes_sooner():
    def close_time(hint):
        segmenter = Segmenter("mic", Scripted(frames(2.0, 0.9) + frames(2.0, 0.0)))
        for index in range(round(4.0 / FRAME_SECONDS)):
            block = AudioBlock(
                "mic", index * FRAME_SECONDS, SAMPLE_RATE, np.zeros(FRAME, np.float32)
            )
            for u in segmenter.feed(block):
                if u.stage == "closed":
                    return block.t1
                if hint:
                    segmenter.complete(u.id, u.t1)
        raise AssertionError("never closed")

    assert close_time(hint=True) < close_time(hint=False) - 0.25


def test_a_hint_for_an_earlier_pause_is_ignored():
    script = frames(1, 0.9) + frames(0.3, 0.0) + frames(1, 0.9) + frames(0.5, 0.0)
    segmenter = Segmenter("mic", Scripted(script))
    first = segmenter.feed(AudioBlock("mic", 0.0, SAMPLE_RATE, counted(45)))
    out = []
    for index in range(45, len(script)):
        # It arrives again and again, as if the recogniser were slow; the second pause lasts 0.5 s,
        # long enough for a complete sentence and too short for any other.
        segmenter.complete(first[0].id, first[0].t1)
        out += segmenter.feed(
            AudioBlock("mic", index * FRAME_SECONDS, SAMPLE_RATE, np.zeros(FRAME, np.float32))
        )
    assert [u.stage for u in out] == ["paused"]


def test_short_noise_never_surfaces():
    assert run(frames(0.1, 0.9) + frames(2.0, 0.0)) == []


def test_a_monologue_is_cut_where_speech_is_least_likely():
    probs = frames(14.0, 0.9)
    probs[420] = 0.5
    out = closed(run(probs + frames(3.0, 0.9) + frames(1.0, 0.0)))
    assert out[0].samples[-1] == 420 * FRAME - 1
    assert out[1].samples[0] == 420 * FRAME


def test_after_the_soft_limit_any_pause_cuts():
    out = closed(run(frames(9.0, 0.9) + frames(0.25, 0.0) + frames(2.0, 0.9) + frames(1, 0.0)))
    assert len(out) == 2


def test_the_unfinished_frame_at_the_end_is_kept():
    out = run(frames(1.0, 0.9), extra=100)
    assert out[-1].samples[:-FRAME].tolist() == counted(31).tolist()
    assert (out[-1].samples[-FRAME : -FRAME + 100] == 31 * FRAME).all()


def test_blocks_of_the_other_side_are_refused():
    segmenter = Segmenter("mic", Scripted([]))
    with pytest.raises(ValueError, match="speaker"):
        segmenter.feed(AudioBlock("speaker", 0.0, SAMPLE_RATE, counted(1)))
