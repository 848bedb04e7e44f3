"""The session clock: nothing lost, nothing twice, the time right to within 50 ms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.audio.clock import ChannelClock

RATE = 8000
BLOCK = 160  # 20 ms


class Device:
    """A device that counts samples up from one, so that each says which it is and none is 0."""

    def __init__(self, rate: int = RATE, **clock_arguments):
        self.rate = rate
        self.clock = ChannelClock("mic", rate, 100.0, **clock_arguments)
        self.made = 0
        self.blocks = []

    def deliver(self, at: float, n: int = BLOCK, lost: bool = False) -> int:
        """A callback at session time ``at``; how many blocks came out at once."""
        samples = np.arange(self.made + 1, self.made + n + 1, dtype=np.float32)
        self.made += n
        out = self.clock.feed(100.0 + at, samples, lost)
        self.blocks += out
        return len(out)

    def run(self, t0: float, t1: float) -> None:
        """Normal pace over [t0, t1): each block arrives when its last sample was captured."""
        for k in range(round((t1 - t0) * self.rate) // BLOCK):
            self.deliver(t0 + (k + 1) * BLOCK / self.rate)

    def skip(self, seconds: float) -> None:
        self.made += round(seconds * self.rate)

    def audio(self) -> np.ndarray:
        return np.concatenate([b.samples for b in self.blocks if b.gap is None])

    def gaps(self) -> list[tuple[float, float, str]]:
        return [(round(b.t0, 3), round(b.t1, 3), b.gap) for b in self.blocks if b.gap]

    def assert_contiguous(self) -> None:
        position = 0
        for block in self.blocks:
            assert round(block.t0 * self.rate) == position
            position += len(block.samples)
        assert position == round(self.clock.position * self.rate)


def test_a_block_leaves_in_the_call_that_brought_it():
    device = Device()
    for k in range(200):
        assert device.deliver((k + 1) * 0.02 + 0.03 * (k % 3)) == 1


def test_a_channel_that_starts_late_gets_leading_silence_that_is_no_gap():
    device = Device()
    device.run(1.5, 3.0)
    assert device.blocks[0].t1 == pytest.approx(1.5)
    assert not device.blocks[0].samples.any()
    assert device.gaps() == []
    assert device.clock.position == pytest.approx(3.0)


def test_a_loss_in_the_first_second_of_a_stream_is_marked_like_any_other():
    device = Device()
    device.run(0, 0.2)
    device.skip(0.4)
    device.run(0.6, 2)
    assert device.gaps() == [(0.2, 0.6, "lost")]
    assert device.clock.position == pytest.approx(2)
    device.assert_contiguous()


@pytest.mark.parametrize("stall", [0.3, 0.6, 1.25])
def test_a_stall_with_its_backlog_loses_nothing_and_marks_nothing(stall):
    device = Device()
    device.run(0, 2)
    for _ in range(round(stall / 0.02)):
        device.deliver(2 + stall)
    device.run(2 + stall, 4)
    assert device.gaps() == []
    np.testing.assert_array_equal(device.audio(), np.arange(device.made) + 1)
    device.assert_contiguous()


@pytest.mark.parametrize("first", [0.02, 0.34])
def test_a_backlog_that_comes_in_large_pieces_at_once_is_no_loss(first):
    """A reader that gets no processor for a while empties a pipe of 64 KiB at each read: 0.34 s."""
    device = Device()
    device.run(0, 0.2)
    waiting = [first, 0.32, 0.34, 0.02]
    at = 0.2 + sum(waiting)
    for seconds in waiting:
        device.deliver(at, round(seconds * RATE))
    device.run(at, 2)
    assert device.gaps() == []
    np.testing.assert_array_equal(device.audio(), np.arange(device.made) + 1)
    device.assert_contiguous()


def test_a_backlog_interrupted_by_a_second_stall_is_no_loss():
    device = Device()
    device.run(0, 2)
    device.deliver(2.5)
    for _ in range(44):
        device.deliver(2.9)
    device.run(2.9, 4)
    assert device.gaps() == []
    np.testing.assert_array_equal(device.audio(), np.arange(device.made) + 1)


def test_a_backlog_that_trickles_in_is_no_loss():
    device = Device()
    device.run(0, 2)
    at = 2.8
    while device.made < round((at - 0.02) * RATE):
        device.deliver(at)
        at += 0.013
    device.run(at, 5)
    assert device.gaps() == []


def test_a_loss_becomes_silence_of_its_length_where_it_happened():
    device = Device()
    device.run(0, 2)
    device.skip(0.8)
    device.run(2.8, 5)
    assert device.gaps() == [(2.0, 2.8, "lost")]
    device.assert_contiguous()
    after = next(b for b in device.blocks if b.t0 >= 2.8)
    assert after.samples[0] == pytest.approx(2.8 * RATE, abs=2), "the time after the hole is right"


def test_a_small_loss_counts_when_the_driver_says_so():
    device = Device()
    device.run(0, 2)
    device.skip(0.06)
    device.deliver(2.08, lost=True)
    device.run(2.08, 4)
    assert device.gaps() == [(2.0, 2.06, "lost")]


def test_a_flag_without_a_missing_sample_holds_nothing_back():
    device = Device()
    device.run(0, 2)
    assert device.deliver(2.02, lost=True) == 1
    assert device.gaps() == []


def test_a_loss_within_a_stall_goes_before_the_flagged_block():
    device = Device()
    device.run(0, 2)
    for _ in range(10):  # 0.2 s of backlog survived, 0.5 s did not
        device.deliver(2.7)
    device.skip(0.5)
    device.deliver(2.72, lost=True)
    device.run(2.72, 4)
    [(t0, t1, reason)] = device.gaps()
    assert (t0, reason) == (2.2, "lost")
    assert t1 == pytest.approx(2.7, abs=0.03)


def test_a_sporadic_source_is_filled_with_plain_silence():
    device = Device(sporadic=True)
    device.run(0, 1)
    for k in range(40):
        device.blocks += device.clock.advance(100 + 1 + k * 0.1)
    assert device.clock.position == pytest.approx(4.9 - 0.5)
    device.skip(4)
    device.run(5, 6)
    assert device.gaps() == []
    device.assert_contiguous()
    assert device.clock.position == pytest.approx(6, abs=0.01)
    assert device.audio()[-1] == device.made


def test_a_usual_device_is_not_filled_while_it_stalls():
    device = Device()
    device.run(0, 1)
    assert device.clock.advance(103) == []


def test_a_device_that_was_away_goes_on_at_the_right_time():
    device = Device()
    device.run(0, 1)
    device.blocks += device.clock.fill(4.0, "device")
    again = Device(start=device.clock.position, lead="device")
    again.blocks = device.blocks
    again.run(4.5, 6)
    assert again.gaps() == [(1.0, 4.0, "device"), (4.0, 4.5, "device")]
    assert again.clock.position == pytest.approx(6)
    again.assert_contiguous()


def test_held_blocks_are_not_lost_when_the_stream_ends():
    device = Device()
    device.run(0, 1)
    assert device.deliver(2.0) == 0
    device.blocks += device.clock.release()
    np.testing.assert_array_equal(device.audio(), np.arange(device.made) + 1)


@pytest.mark.parametrize("ppm", [267, -1000])
def test_two_hours_of_drift_end_within_50_ms(ppm):
    rate, block, seconds = 1000, 200, 7200
    late = np.random.default_rng(ppm + 5000).exponential(0.008, 40_000)
    clock = ChannelClock("mic", rate, 0.0)
    real_rate = rate * (1 + ppm * 1e-6)
    silence = np.zeros(block, np.float32)
    worst, gaps, at = 0.0, 0, 0.0
    for k in range(int(seconds * real_rate / block)):
        captured = (k + 1) * block / real_rate
        at = max(at, captured + float(late[k]))
        gaps += sum(b.gap is not None for b in clock.feed(at, silence))
        worst = max(worst, abs(clock.position - captured))
    assert gaps == 0
    assert worst < 0.05


def test_slewing_makes_no_step():
    rate, block = 16000, 320
    clock = ChannelClock("mic", rate, 0.0)
    tone = np.sin(2 * np.pi * 440 * np.arange(rate * 40) / rate).astype(np.float32)
    out = []
    for k in range(0, len(tone), block):
        at = (k + block) / rate * (1 + 1000e-6)
        out += [b.samples for b in clock.feed(at, tone[k : k + block])]
    stretched = np.concatenate(out)
    assert len(stretched) > len(tone), "the slow device was stretched"
    assert np.abs(np.diff(stretched)).max() < 1.02 * np.abs(np.diff(tone)).max()


late = st.floats(0, 0.14)
pieces = st.integers(1, 800) | st.integers(2000, 4000)  # what a pipe holds is 0.34 s
callbacks = st.lists(st.tuples(pieces, late), min_size=1, max_size=120)


@settings(max_examples=150, deadline=None)
@given(callbacks, st.lists(st.floats(0.2, 1.25), max_size=3), st.floats(0, 1.9))
def test_no_sample_is_lost_or_counted_twice(sizes, stalls, first):
    """Any block sizes, jitter and stalls: every sample once, in order, without a hole."""
    device = Device()
    when, captured, busy_until = first, first, 0.0
    for k, (n, jitter) in enumerate(sizes):
        if k % 30 == 29 and stalls:
            busy_until = captured + stalls.pop()
        captured += n / RATE
        when = max(when, captured + jitter, busy_until)
        device.deliver(when, n)
    device.blocks += device.clock.release()
    device.assert_contiguous()
    assert device.gaps() == []
    audio = device.audio()
    audio = audio[audio > 0]  # without the leading silence
    assert audio[0] == 1
    assert audio[-1] == device.made
    steps = np.diff(audio)
    assert np.all((steps > 0.9) & (steps < 1.1)), "a step of 2 is a lost sample, of 0 a doubled one"
