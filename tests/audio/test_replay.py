"""Replayed files arrive as live blocks would: right side, right time, any rate, clear errors."""

import time

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio.replay import FileReplay
from liveconvo_desktop.errors import AudioError


def tone(rate, seconds, hertz):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def drain(replay):
    audio = {"mic": [], "speaker": []}
    position = {"mic": 0, "speaker": 0}
    replay.start()
    while not replay.ended:
        for block in replay.read(1.0):
            assert block.rate == 16000
            assert block.samples.dtype == np.float32
            assert block.t0 == position[block.channel] / 16000
            position[block.channel] += len(block.samples)
            audio[block.channel].append(block.samples)
    replay.stop()
    return {c: np.concatenate(pieces) for c, pieces in audio.items()}


def hertz_of(samples):
    return np.abs(np.fft.rfft(samples)).argmax() * 16000 / len(samples)


@pytest.mark.parametrize("rate", [16000, 44100])
def test_left_is_the_mic_and_right_the_far_side(tmp_path, rate):
    both = np.stack([tone(rate, 2.5, 400), tone(rate, 2.5, 900)], axis=1)
    soundfile.write(tmp_path / "call.wav", both, rate)
    replay = FileReplay(stereo=tmp_path / "call.wav", pace="fast")
    audio = drain(replay)
    assert hertz_of(audio["mic"]) == pytest.approx(400, abs=1)
    assert hertz_of(audio["speaker"]) == pytest.approx(900, abs=1)
    assert len(audio["mic"]) == len(audio["speaker"]) == 40000
    assert replay.names == {"mic": "call.wav", "speaker": "call.wav"}


def test_the_shorter_side_is_padded_with_silence(tmp_path):
    soundfile.write(tmp_path / "mic.wav", tone(16000, 1.005, 400), 16000)
    soundfile.write(tmp_path / "far.flac", tone(48000, 3, 900), 48000)
    audio = drain(FileReplay(mic=tmp_path / "mic.wav", speaker=tmp_path / "far.flac", pace="fast"))
    assert len(audio["mic"]) == len(audio["speaker"]) == 48000
    assert not audio["mic"][16080:].any()
    assert audio["mic"][:16080].any()


def test_one_side_alone_leaves_the_other_silent(tmp_path):
    soundfile.write(tmp_path / "mic.wav", np.stack([tone(16000, 1, 400)] * 2, axis=1), 16000)
    replay = FileReplay(mic=tmp_path / "mic.wav", pace="fast")
    audio = drain(replay)
    assert hertz_of(audio["mic"]) == pytest.approx(400, abs=1)
    assert not audio["speaker"].any()
    assert set(replay.names) == {"mic"}


def test_real_pace_hands_out_nothing_before_its_time_and_a_late_reader_the_backlog(tmp_path):
    soundfile.write(tmp_path / "mic.wav", tone(16000, 0.6, 400), 16000)
    replay = FileReplay(mic=tmp_path / "mic.wav")
    replay.start()
    replay.epoch -= 0.3  # as if nobody had read for 0.3 s
    assert max(b.t1 for b in replay.read(0.0)) >= 0.3
    while not replay.ended:
        for block in replay.read(0.1):
            assert replay.epoch + block.t1 <= time.monotonic()
    replay.stop()


def test_a_read_returns_when_its_timeout_is_over(tmp_path):
    soundfile.write(tmp_path / "mic.wav", tone(16000, 1, 400), 16000)
    replay = FileReplay(mic=tmp_path / "mic.wav")
    replay.start()
    replay.epoch += 3600
    assert replay.read(0.01) == []
    replay.stop()


@pytest.mark.parametrize("pace", ["fast", "realtime"])
def test_after_a_stop_nothing_more_comes(tmp_path, pace):
    soundfile.write(tmp_path / "mic.wav", tone(16000, 1, 400), 16000)
    replay = FileReplay(mic=tmp_path / "mic.wav", pace=pace)
    replay.start()
    replay.epoch -= 0.5
    replay.stop()
    assert replay.read(0.0) == []
    assert replay.ended


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: None, "does not exist"),
        (lambda p: p.write_bytes(b"not audio at all" * 100), "cannot be read as audio"),
        (lambda p: p.write_bytes(b""), "cannot be read as audio"),
        (lambda p: soundfile.write(p, np.zeros((0, 2)), 16000), "holds no audio"),
        (lambda p: soundfile.write(p, np.zeros(100), 16000), "not two"),
    ],
)
def test_an_unusable_file_says_why(tmp_path, make, words):
    path = tmp_path / "call.wav"
    make(path)
    with pytest.raises(AudioError, match=words) as error:
        FileReplay(stereo=path).start()
    assert error.value.hint


def test_nothing_to_replay_is_an_error():
    with pytest.raises(AudioError):
        FileReplay()


def test_a_file_damaged_in_the_middle_gives_what_is_good_and_a_fault(tmp_path):
    path = tmp_path / "call.flac"
    soundfile.write(path, np.random.default_rng(1).normal(0, 0.1, (160000, 2)), 16000)
    data = bytearray(path.read_bytes())
    path.write_bytes(data[: len(data) // 2])
    replay = FileReplay(stereo=path, pace="fast")
    audio = drain(replay)
    assert len(audio["mic"]) > 16000
    assert replay.ended
