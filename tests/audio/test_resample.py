"""Resampling keeps the time: contiguous, exact at gaps, the same words out for any block sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.audio.levels import peak_dbfs
from liveconvo_desktop.audio.resample import BlockResampler, to_mono
from liveconvo_desktop.events import AudioBlock


def tone(rate, seconds, hertz=440.0):
    return np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate).astype(np.float32)


def feed(resampler, rate, samples, sizes, t0=0.0, gap=None):
    out, position = [], 0
    for size in sizes:
        piece = samples[position : position + size]
        if len(piece):
            out += resampler.feed(AudioBlock("mic", t0 + position / rate, rate, piece, gap))
        position += size
    return out


def assert_contiguous(blocks):
    position = 0
    for block in blocks:
        assert block.rate == 16000
        assert block.samples.dtype == np.float32
        assert block.t0 == position / 16000
        position += len(block.samples)


@pytest.mark.parametrize("rate", [8000, 16000, 32000, 44100, 48000])
def test_a_tone_comes_out_at_its_time_and_level(rate):
    resampler = BlockResampler("mic")
    blocks = feed(resampler, rate, tone(rate, 2), [rate // 50] * 100) + resampler.flush()
    assert_contiguous(blocks)
    audio = np.concatenate([b.samples for b in blocks])
    assert len(audio) == 32000
    np.testing.assert_allclose(audio[800:-800], tone(16000, 2)[800:-800], atol=2e-3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(4, 4000), min_size=1, max_size=40))
def test_block_sizes_change_nothing(sizes):
    rate = 44100
    audio = tone(rate, sum(sizes) / rate, 300)
    cut, whole = BlockResampler("mic"), BlockResampler("mic")
    a = feed(cut, rate, audio, sizes) + cut.flush()
    b = feed(whole, rate, audio, [len(audio)]) + whole.flush()
    np.testing.assert_allclose(
        np.concatenate([x.samples for x in a]), np.concatenate([x.samples for x in b]), atol=1e-5
    )


def test_a_gap_keeps_its_times_and_the_word_before_it():
    rate = 48000
    resampler = BlockResampler("mic")
    blocks = feed(resampler, rate, tone(rate, 1), [960] * 50)
    blocks += feed(resampler, rate, np.zeros(12345, np.float32), [12345], 1.0, gap="lost")
    t1 = 1 + 12345 / rate
    blocks += feed(resampler, rate, tone(rate, 1), [960] * 50, t1) + resampler.flush()
    assert_contiguous(blocks)
    [gap] = [b for b in blocks if b.gap]
    assert gap.t0 == 1.0
    assert gap.t1 == pytest.approx(t1, abs=1 / 16000)
    assert not gap.samples.any()
    before = np.concatenate([b.samples for b in blocks if b.t0 < 1.0])
    assert np.abs(before[-200:]).max() > 0.9
    assert blocks[-1].t1 == pytest.approx(t1 + 1, abs=1 / 16000)


def test_a_device_that_comes_back_at_another_rate_goes_on_in_time():
    resampler = BlockResampler("mic")
    blocks = feed(resampler, 48000, tone(48000, 1), [960] * 50)
    blocks += feed(resampler, 44100, tone(44100, 1), [882] * 50, 1.0) + resampler.flush()
    assert_contiguous(blocks)
    assert blocks[-1].t1 == 2.0


def test_downmix_and_meter():
    assert to_mono(np.array([[1.0, 0.0], [0.5, 0.5]], np.float32)).tolist() == [0.5, 0.5]
    assert peak_dbfs(np.zeros(10, np.float32)) == -90
    assert peak_dbfs(np.zeros(0, np.float32)) == -90
    assert peak_dbfs(np.array([0.1, -0.5], np.float32)) == pytest.approx(-6.02, abs=0.01)
