"""Speech at another speed has another length and the same pitch, and at speed 1 nothing changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.audio.stretch import Stretch

RATE = 16_000
SPEEDS = (0.75, 0.9, 1.25, 1.5, 2.0)


def through(samples: np.ndarray, speed: float, block: int = 1600) -> tuple[np.ndarray, list[int]]:
    stretch = Stretch(RATE)
    stretch.speed = speed
    out, places = [], []

    def drain() -> None:
        while (step := stretch.step()) is not None:
            places.append(step[0])
            out.append(step[1])

    for start in range(0, len(samples), block):
        stretch.feed(samples[start : start + block])
        drain()
    stretch.flush()
    drain()
    return np.concatenate([np.zeros(0, np.float32), *out]), places


def voice(seconds: float, pitch: float = 140.0) -> np.ndarray:
    """A buzz with the formants of a vowel, its loudness moving as syllables do."""
    t = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * pitch * n * t) / n for n in range(1, 20))
    return (0.2 * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))).astype(np.float32)


def pitch_of(samples: np.ndarray) -> float:
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    alike = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    low, high = RATE // 400, RATE // 60
    return RATE / (low + int(np.argmax(alike[low:high])))


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_length_changes_and_the_pitch_does_not(speed):
    said = voice(2.0)
    heard, _ = through(said, speed)
    assert len(heard) == pytest.approx(len(said) / speed, abs=400)
    assert pitch_of(heard) == pytest.approx(140, rel=0.02)
    # Overlaid frames that do not fit would cancel each other.
    assert np.std(heard) == pytest.approx(np.std(said), rel=0.1)


def test_at_speed_one_nothing_changes():
    said = voice(1.0)
    heard, places = through(said, 1.0)
    assert np.allclose(heard, said, atol=1e-5)
    assert places == list(range(0, len(said), 320))


@pytest.mark.parametrize("speed", SPEEDS)
def test_places_run_through_the_input_evenly(speed):
    _, places = through(voice(1.0), speed)
    assert places[0] == 0
    steps = np.diff(places)
    assert np.all(np.abs(steps - 320 * speed) <= 1)


def test_the_speed_may_change_on_the_way_without_a_click():
    said = voice(2.0)
    stretch = Stretch(RATE)
    stretch.feed(said)
    out = []
    for n in range(60):
        stretch.speed = (1.0, 2.0, 0.75)[n // 7 % 3]
        if (step := stretch.step()) is None:
            break
        out.append(step[1])
    heard = np.concatenate(out)
    assert np.max(np.abs(np.diff(heard))) <= 1.3 * np.max(np.abs(np.diff(said)))


@settings(max_examples=30, deadline=None)
@given(
    length=st.integers(0, 5000),
    block=st.integers(1, 2000),
    speed=st.sampled_from([0.75, 1.0, 1.3, 2.0]),
)
def test_any_length_in_any_blocks_comes_out_whole(length, block, speed):
    heard, places = through(np.full(length, 0.5, np.float32), speed, block)
    assert len(heard) == pytest.approx(length / speed, abs=2)
    assert places == sorted(places)
    assert np.all(np.isfinite(heard))
