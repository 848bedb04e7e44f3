"""What is heard is the recording from where the user is, and the position told is what is heard."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio.playback import BREATH, Feed, Playback
from liveconvo_desktop.errors import AudioError

RATE = 16_000
SECONDS = 4.0


@pytest.fixture
def recording(tmp_path):
    """Left counts the seconds in its level, right is a quiet half of it."""
    t = np.arange(round(SECONDS * RATE)) / RATE
    left = (0.1 + 0.1 * np.floor(t)).astype(np.float32)
    path = tmp_path / "call.flac"
    soundfile.write(path, np.stack([left, left / 2], axis=1), RATE, subtype="PCM_16")
    return path


def everything(feed: Feed) -> np.ndarray:
    pieces = []
    while (piece := feed.next()) is not None:
        pieces.append(piece.samples)
    return np.concatenate(pieces)


def test_both_sides_are_mixed_or_one_is_heard(recording):
    feed = Feed(recording)
    assert everything(feed)[100] == pytest.approx(0.15, abs=1e-3)
    feed.seek(2.0)
    feed.sides = frozenset({"mic"})
    assert everything(feed)[100] == pytest.approx(0.3, abs=1e-3)
    feed.seek(2.0)
    feed.sides = frozenset({"speaker"})
    assert everything(feed)[100] == pytest.approx(0.15, abs=1e-3)
    feed.seek(0.0)
    feed.sides = frozenset()
    assert not everything(feed).any()


def test_a_silence_is_skipped_but_for_a_breath(recording):
    feed = Feed(recording)
    feed.skip([(1.0, 3.0)])
    feed.seek(0.0)
    heard = everything(feed)
    assert len(heard) / RATE == pytest.approx(SECONDS - 2.0 + 2 * BREATH, abs=0.1)
    feed.seek(1.5)
    assert feed.next().t0 == pytest.approx(3.0 - BREATH, abs=0.01)


def test_a_missing_or_broken_recording_says_so(tmp_path):
    with pytest.raises(AudioError, match=r"none\.flac cannot be read"):
        Feed(tmp_path / "none.flac")
    (tmp_path / "broken.flac").write_bytes(b"fLaC and then nothing")
    with pytest.raises(AudioError, match=r"broken\.flac cannot be read"):
        Feed(tmp_path / "broken.flac")


@pytest.mark.parametrize("speed", [0.75, 1.0, 2.0])
def test_the_position_is_what_is_heard_not_what_was_handed_over(recording, speed):
    playback = Playback(Feed(recording))
    playback.feed.speed = speed
    playback.seek(1.0)
    playback.fill()
    latency, now = 0.2, 100.0
    assert playback.position(now) == 1.0
    for n in range(10):
        playback.take(320, now + latency + 0.02 * n)
        playback.fill()
    assert playback.position(now) == 1.0
    assert playback.position(now + latency + 0.1) == pytest.approx(1.0 + 0.1 * speed, abs=0.01)
    # Nothing more was handed over: the device is silent, and time stands.
    assert playback.position(now + 60) == pytest.approx(1.0 + 0.2 * speed, abs=0.01)
    playback.seek(3.0)
    assert playback.position(now + 60) == 3.0


def test_any_block_size_gives_the_same_sound(recording):
    heard = []
    for count in (7, 320, 4000):
        playback = Playback(Feed(recording))
        got = []
        while not playback.ended(1e9):
            playback.fill()
            got.append(playback.take(count, 0.0)[:, 0])
        heard.append(np.concatenate(got)[: round(SECONDS * RATE)])
    assert np.array_equal(heard[0], heard[1])
    assert np.array_equal(heard[0], heard[2])
    assert heard[0][round(3.5 * RATE)] == pytest.approx(0.6, abs=1e-3)


def test_little_of_a_long_recording_is_in_memory(recording):
    playback = Playback(Feed(recording))
    playback.fill()
    assert playback._waiting < RATE
