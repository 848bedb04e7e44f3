"""The echo gate: a leak goes, the user stays, and headphones change nothing."""

import numpy as np
import pytest

from liveconvo_desktop.audio.echo import EchoGate
from liveconvo_desktop.events import SAMPLE_RATE, AudioBlock


def speech_like(seconds, seed):
    """Noise with syllables: bursts of 80 to 300 ms, some pauses."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int(seconds * SAMPLE_RATE))
    at = 0
    while at < len(out):
        length = int(rng.uniform(0.08, 0.3) * SAMPLE_RATE)
        level = rng.choice([0.0, 0.05, 0.2, 0.3])
        piece = out[at : at + length]
        piece += level * rng.standard_normal(len(piece)) * np.hanning(len(piece))
        at += length
    return out.astype(np.float32)


def leak(far, db=-18.0, delay=0.06):
    shift = int(delay * SAMPLE_RATE)
    delayed = np.concatenate([np.zeros(shift), far])[: len(far)]
    return (delayed * 10 ** (db / 20)).astype(np.float32)


def run(mic, far, size=320):
    gate, out = EchoGate(), []
    for at in range(0, len(mic), size):
        t = at / SAMPLE_RATE
        gate.feed_far(AudioBlock("speaker", t, SAMPLE_RATE, far[at : at + size]))
        out.append(gate.feed_mic(AudioBlock("mic", t, SAMPLE_RATE, mic[at : at + size])).samples)
    return gate, np.concatenate(out)


def energy(x):
    return float(np.sum(np.square(x, dtype=np.float64)))


def test_a_planted_leak_is_found_and_silenced():
    far = speech_like(8, 1)
    mic = leak(far)
    gate, out = run(mic, far)
    assert gate.locked
    late = slice(4 * SAMPLE_RATE, None)
    assert energy(out[late]) < 0.01 * energy(mic[late])


def test_the_user_over_a_leak_keeps_his_voice():
    far = speech_like(12, 1)
    own = speech_like(12, 2)
    own[: 6 * SAMPLE_RATE] = 0
    _, out = run(leak(far) + own, far)
    talking = slice(7 * SAMPLE_RATE, None)
    kept = float(out[talking] @ own[talking]) / energy(own[talking])
    assert kept > 0.9


def test_without_a_leak_every_sample_passes_untouched():
    far, own = speech_like(8, 1), speech_like(8, 2)
    gate, out = run(own, far)
    assert not gate.locked
    assert np.array_equal(out, own[: len(out)])


@pytest.mark.parametrize("together", [0.0, 0.1, 0.25])
def test_people_who_talk_in_the_same_rhythm_are_no_leak(together):
    """Their envelopes are one and the same; only the waveforms tell that nothing leaks."""
    far = speech_like(20, 1)
    noise = np.random.default_rng(2).standard_normal(len(far))
    rhythm = np.sqrt(np.convolve(np.square(far), np.ones(160) / 160, mode="same"))
    own = np.roll(rhythm * noise, int(together * SAMPLE_RATE)).astype(np.float32)
    gate, out = run(own, far)
    assert gate.likeness(5.0, 15.0) > 0.95, "the test is about nothing"
    assert not gate.locked
    assert np.array_equal(out, own[: len(out)])


def test_a_leak_is_found_though_the_room_answers():
    far = speech_like(10, 1)
    rng = np.random.default_rng(3)
    tail = int(0.4 * SAMPLE_RATE)
    room = 0.08 * rng.standard_normal(tail) * np.exp(-6.9 * np.arange(tail) / tail)
    room[0] = 1.0
    echoed = np.tanh(3 * np.convolve(far, room)[: len(far)]).astype(np.float32) / 3
    hiss = (3e-4 * rng.standard_normal(len(far))).astype(np.float32)
    gate, _ = run(leak(echoed) + hiss, far)
    assert gate.locked


def test_a_lock_outlives_the_user_talking_over_the_leak():
    """His voice hides the leak's envelope; its waveform is still there."""
    far, own = speech_like(20, 1), 0.5 * speech_like(20, 2)
    own[: 6 * SAMPLE_RATE] = 0
    gate, _ = run(leak(far) + own, far)
    assert gate.likeness(8.0, 20.0) < 0.8
    assert gate.locked


def test_how_much_of_a_stretch_was_not_the_leak():
    far, own = speech_like(16, 1), speech_like(16, 2)
    own[: 8 * SAMPLE_RATE] = far[8 * SAMPLE_RATE :] = 0
    gate, _ = run(leak(far) + own, far)
    assert gate.passed(4.0, 7.5) < 0.1
    assert gate.passed(9.0, 15.0) > 0.95


@pytest.mark.parametrize("size", [160, 331, 1024, 5000])
def test_block_sizes_do_not_lose_samples(size):
    far, own = speech_like(3, 1), speech_like(3, 2)
    _, out = run(own, far, size)
    assert len(own) - len(out) < 160
    assert np.array_equal(out, own[: len(out)])


def test_overheard_words_from_before_the_lock_are_not_read():
    far = speech_like(6, 1)
    mic = leak(far)
    gate, _ = run(mic, far)
    assert gate.locked
    assert len(gate.readable(mic[: 2 * SAMPLE_RATE], 0.0)) == 0


def test_an_utterance_that_the_leak_is_cut_out_of_stays_gated():
    """The user began before the lock; the far side comes in at his end."""
    far, own = speech_like(6, 1), 3 * speech_like(6, 2)
    own[int(1.8 * SAMPLE_RATE) :] = far[: int(1.6 * SAMPLE_RATE)] = 0
    mic = leak(far) + own
    gate, _ = run(mic, far)
    read = gate.readable(mic[: 2 * SAMPLE_RATE], 0.0)
    assert gate.locked
    assert energy(read[int(1.85 * SAMPLE_RATE) :]) < 0.05 * energy(far[: 2 * SAMPLE_RATE])
    assert energy(read) > 0.95 * energy(own)


def test_words_over_a_loud_leak_are_read_as_they_were_heard():
    """Cut to pieces by the gate, they would be read as words that nobody said."""
    far, own = speech_like(16, 1), speech_like(16, 2)
    own[: 6 * SAMPLE_RATE] = 0
    mic = leak(far, db=-3.0) + own
    gate, out = run(mic, far)
    t0 = 10.016  # not on a frame of the gate
    span = slice(int(t0 * SAMPLE_RATE), int(t0 * SAMPLE_RATE) + 40_001)
    assert energy(out[span]) < 0.8 * energy(mic[span]), "the test is about nothing"
    assert np.array_equal(gate.readable(out[span], t0), mic[span])


def test_likeness_tells_a_leak_from_another_voice():
    far = speech_like(6, 1)
    leaking, _ = run(leak(far), far)
    other, _ = run(speech_like(6, 2), far)
    assert leaking.likeness(1.0, 5.0) > 0.9
    assert other.likeness(1.0, 5.0) < 0.5


def test_a_leak_that_ends_is_forgotten():
    far = speech_like(30, 1)
    mic = np.concatenate([leak(far)[: 5 * SAMPLE_RATE], speech_like(25, 2)])
    gate, out = run(mic, far)
    assert not gate.locked
    assert np.array_equal(out[-SAMPLE_RATE:], mic[len(out) - SAMPLE_RATE : len(out)])
