"""The recording survives a kill, a torn frame, a full disk and channels that disagree."""

import random
import resource
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from liveconvo_desktop.audio.recorder import (
    MAX_LAG,
    READER_STEP,
    Recorder,
    read_recording,
    repair,
)
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import AudioBlock

KILLED = """
import sys
import numpy as np
from pathlib import Path
from liveconvo_desktop.audio.recorder import Recorder
from liveconvo_desktop.events import AudioBlock
k = 0
recorder = Recorder(Path(sys.argv[1]), now=lambda: k * 0.02)
stalled_from = int(sys.argv[2])
noise = np.random.default_rng(3).uniform(-0.3, 0.3, (2, 16000)).astype(np.float32)
print("ready", flush=True)
for k in range(100_000):
    for row, channel in enumerate(("mic", "speaker")[: 1 if k >= stalled_from else 2]):
        at = k % 50 * 320
        recorder.write(AudioBlock(channel, k * 0.02, 16000, noise[row, at : at + 320]))
    print((k + 1) * 0.02, flush=True)
"""


def block(channel, t0, samples):
    return AudioBlock(channel, t0, 16000, np.asarray(samples, np.float32))


def ramp(start, count):
    """Samples that say where they are, exact in 16 bits."""
    return (np.arange(start, start + count) % 30000 / 32768).astype(np.float32)


def killed_recording(path, after, stalled_from=100_000):
    """Record in a child, kill it once ``after`` lines of progress came; seconds it had written.

    From block ``stalled_from`` on the far side brings nothing.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), str(stalled_from)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    for _ in range(after):
        child.stdout.readline()
    child.kill()
    lines = child.stdout.read().splitlines(keepends=True)
    child.stdout.close()
    child.wait()
    told = [float(line) for line in lines if line.endswith("\n")]
    return max([after * 0.02, *told])


@pytest.mark.parametrize("after", [30, *random.Random(5).sample(range(60, 4000), 4)])
def test_a_killed_recording_is_whole_up_to_the_last_second(tmp_path, after):
    path = tmp_path / "call.flac"
    written = killed_recording(path, after)
    seconds = repair(path)
    assert written - 1 < seconds <= written + 0.1
    with soundfile.SoundFile(path) as file:
        assert file.frames == round(seconds * 16000), "players show the length"
        assert len(file.read()) == file.frames
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, (2, 16000)).astype(np.float32)
    audio = read_recording(path, 0, 0.5)
    np.testing.assert_allclose(audio["mic"], noise[0, : len(audio["mic"])], atol=1e-4)
    last = read_recording(path, seconds - 0.1)["speaker"]
    np.testing.assert_allclose(
        last, noise[1, (round(seconds * 16000) - 1600 + np.arange(1600)) % 16000], atol=1e-4
    )


def test_a_kill_takes_little_of_the_side_that_still_delivers(tmp_path):
    path = tmp_path / "call.flac"
    written = killed_recording(path, 400, stalled_from=100)
    seconds = repair(path)
    assert written - 2 < seconds <= written
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, (2, 16000)).astype(np.float32)
    audio = read_recording(path, seconds - 0.1)
    at = (round(seconds * 16000) - 1600 + np.arange(1600)) % 16000
    np.testing.assert_allclose(audio["mic"], noise[0, at], atol=1e-4)
    assert not audio["speaker"].any()


def test_a_torn_frame_is_cut_off_wherever_it_tears(tmp_path):
    path = tmp_path / "call.flac"
    killed_recording(path, 200)
    data = path.read_bytes()
    for keep in random.Random(1).sample(range(100, len(data)), 25):
        path.write_bytes(data[:keep])
        seconds = repair(path)
        size = path.stat().st_size
        if seconds:
            assert len(soundfile.read(path)[0]) == round(seconds * 16000)
        assert size <= keep
        assert repair(path) == seconds, "a second repair changes nothing"
        assert path.stat().st_size == size


def test_zeros_that_a_power_cut_left_do_no_harm(tmp_path):
    path = tmp_path / "call.flac"
    killed_recording(path, 200)
    whole = repair_of_copy(path, path.read_bytes())
    assert repair_of_copy(path, path.read_bytes() + bytes(600_000)) == whole


def repair_of_copy(path, data):
    copy = path.with_name("copy.flac")
    copy.write_bytes(data)
    seconds = repair(copy)
    assert len(soundfile.read(copy)[0]) == round(seconds * 16000)
    return seconds


def test_a_recording_killed_at_once_is_empty_not_an_error(tmp_path):
    for data in (b"", b"fLaC\x00\x00\x00\x22\x10\x00"):
        (tmp_path / "call.flac").write_bytes(data)
        assert repair(tmp_path / "call.flac") == 0.0


def test_what_is_no_recording_is_an_error(tmp_path):
    with pytest.raises(AudioError, match="cannot be mended"):
        repair(tmp_path / "missing.flac")
    (tmp_path / "text.flac").write_text("hello " * 100)
    with pytest.raises(AudioError, match="not a FLAC"):
        repair(tmp_path / "text.flac")
    with pytest.raises(AudioError, match="cannot be read"):
        read_recording(tmp_path / "text.flac")


def test_a_closed_recording_is_left_alone(tmp_path):
    path = tmp_path / "call.flac"
    recorder = Recorder(path)
    recorder.write(block("mic", 0, ramp(0, 5000)))
    recorder.close()
    recorder.close()
    data = path.read_bytes()
    assert repair(path) == 5000 / 16000
    assert path.read_bytes() == data


pieces = st.lists(
    st.tuples(st.booleans(), st.integers(1, 5000), st.sampled_from([0.0, 0.02, 9.0])),
    min_size=1,
    max_size=40,
)


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self):
        self.time = 1000.0

    def __call__(self):
        return self.time


@settings(max_examples=40, deadline=None)
@given(order=pieces)
def test_any_interleaving_puts_every_sample_at_its_time(tmp_path_factory, order):
    path = tmp_path_factory.mktemp("rec") / "call.flac"
    clock = Clock()
    recorder = Recorder(path, now=clock)
    end = {"mic": 0, "speaker": 0}
    for is_mic, count, wait in order:
        clock.time += wait
        channel = "mic" if is_mic else "speaker"
        recorder.write(block(channel, end[channel] / 16000, ramp(end[channel], count)))
        end[channel] += count
    recorder.close()
    audio = read_recording(path)
    for channel, count in end.items():
        assert len(audio[channel]) == max(end.values())
        # A channel that stayed away was filled; what came late is not misplaced.
        filled = audio[channel][:count] == 0
        np.testing.assert_array_equal(audio[channel][:count][~filled], ramp(0, count)[~filled])
        if max(end.values()) < MAX_LAG * 16000 or len(order) < MAX_LAG / READER_STEP:
            assert filled.sum() <= 1 + count // 30000


def test_holes_and_overlaps_move_nothing(tmp_path):
    recorder = Recorder(tmp_path / "call.flac")
    recorder.write(block("speaker", 0, np.zeros(48000)))
    recorder.write(block("mic", 0, np.full(16000, 0.25)))
    recorder.write(block("mic", 0.5, np.full(16000, 0.5)))  # half of it was there already
    recorder.write(block("mic", 2.0, np.full(16000, 0.125)))
    recorder.close()
    mic = read_recording(tmp_path / "call.flac")["mic"]
    assert [mic[k * 8000 + 10] for k in range(6)] == [0.25, 0.25, 0.5, 0, 0.125, 0.125]


def test_a_silent_side_does_not_hold_the_recording_back(tmp_path):
    path = tmp_path / "call.flac"
    clock = Clock()
    recorder = Recorder(path, now=clock)
    for k in range(200):
        clock.time += 0.1
        recorder.write(block("mic", k * 0.1, ramp(k * 1600, 1600)))
    grown = path.stat().st_size
    assert grown > 10_000
    recorder.write(block("speaker", 0, ramp(0, 19 * 16000)))  # 18.5 s of it come too late
    recorder.close()
    audio = read_recording(path)
    gone = round((20 - MAX_LAG) * 16000)
    assert not audio["speaker"][:gone].any()
    np.testing.assert_array_equal(audio["speaker"][gone : 19 * 16000], ramp(0, 19 * 16000)[gone:])
    np.testing.assert_array_equal(audio["mic"], ramp(0, 320000))


@pytest.mark.parametrize("late", ["one side's backlog", "both sides', in pieces"])
def test_a_stall_costs_the_recording_nothing(tmp_path, late):
    """Whoever was late, the device or the reader: what comes within its time finds its place."""
    path = tmp_path / "call.flac"
    clock = Clock()
    recorder = Recorder(path, now=clock)
    for channel in ("mic", "speaker"):
        recorder.write(block(channel, 0, ramp(0, 1600)))
    if late == "one side's backlog":
        for k in range(1, 13):
            clock.time += 0.1
            recorder.write(block("speaker", k * 0.1, ramp(k * 1600, 1600)))
        recorder.write(block("mic", 0.1, ramp(1600, 12 * 1600)))
        end = 13 * 1600
    else:
        clock.time += 20
        for k in range(5):
            recorder.write(block("speaker", 0.1 + 4 * k, ramp(1600 + k * 64000, 64000)))
        recorder.write(block("mic", 0.1, ramp(1600, 320000)))
        end = 1600 + 320000
    recorder.close()
    for samples in read_recording(path).values():
        np.testing.assert_array_equal(samples, ramp(0, end))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows rights come from the folder")
@pytest.mark.parametrize("there", [False, True])
def test_only_its_owner_can_read_a_recording(tmp_path, there):
    path = tmp_path / "call.flac"
    if there:
        path.touch(0o644)
    recorder = Recorder(path)
    assert path.stat().st_mode & 0o777 == 0o600
    recorder.write(block("mic", 0, ramp(0, 5000)))
    recorder.close()
    repair(path)
    assert path.stat().st_mode & 0o777 == 0o600


FULL = """
import resource, signal, sys
import numpy as np
from pathlib import Path
from liveconvo_desktop.audio.recorder import Recorder, repair
from liveconvo_desktop.errors import AudioError
from liveconvo_desktop.events import AudioBlock
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
recorder = Recorder(Path(sys.argv[1]))
noise = np.random.default_rng(3).uniform(-0.3, 0.3, 1600).astype(np.float32)
told = []
for k in range(200):
    for channel in ("mic", "speaker"):
        try:
            recorder.write(AudioBlock(channel, k * 0.1, 16000, noise))
        except AudioError as error:
            told.append(error)
recorder.close()
[error] = told
print(error.message, "|", error.hint, "|", repair(Path(sys.argv[1])))
"""


def test_a_full_disk_is_told_once_and_what_was_written_stays(tmp_path):
    path = tmp_path / "call.flac"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    message, hint, seconds = done.stdout.split(" | ")
    assert message.startswith("The recording stops")
    assert "the call goes on" in hint
    assert float(seconds) > 1.5
    assert len(soundfile.read(path)[0]) == round(float(seconds) * 16000)


def test_an_unwritable_folder_is_an_error_at_once(tmp_path):
    with pytest.raises(AudioError, match="cannot be written"):
        Recorder(tmp_path / "nowhere" / "call.flac")


@pytest.mark.slow
def test_two_hours_leave_memory_flat(tmp_path):
    recorder = Recorder(tmp_path / "call.flac")
    seconds = np.zeros(4 * 16000, np.float32)
    tracemalloc.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for k in range(0, 7200, 4):
        for channel in ("mic", "speaker"):
            recorder.write(block(channel, float(k), seconds))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    recorder.close()
    assert peak < 4_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000
    assert repair(tmp_path / "call.flac") == 7200
