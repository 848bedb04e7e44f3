"""The player opens an output when it plays, closes it when it does not, and says what is wrong."""

from __future__ import annotations

import os
import threading
import time
from typing import ClassVar

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.audio.output import PortAudioOutput
from liveconvo_desktop.audio.player import Player
from liveconvo_desktop.errors import AudioError
from tests.pulse import pulse  # noqa: F401

RATE = 16_000
DEADLINE = 20.0


def until(true, why: str) -> None:
    """Poll, because the thread under test decides when."""
    end = time.monotonic() + DEADLINE
    waiting = threading.Event()
    while not true():
        assert time.monotonic() < end, why
        waiting.wait(0.005)


class FakeOutput:
    """A device that pulls when the test says so, on a clock of its own."""

    opened: ClassVar[list[FakeOutput]] = []

    def __init__(self, rate, pull) -> None:
        self.rate, self._pull = rate, pull
        self.alive, self.closed = True, False
        self.clock = 1000.0
        FakeOutput.opened.append(self)

    def play(self, seconds: float) -> np.ndarray:
        out = self._pull(round(seconds * self.rate), self.clock)
        self.clock += seconds
        return out

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def tone(tmp_path):
    t = np.arange(3 * RATE) / RATE
    path = tmp_path / "call.flac"
    said = (0.3 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    soundfile.write(path, np.stack([said, said], axis=1), RATE, subtype="PCM_16")
    return path


@pytest.fixture
def player(tone):
    FakeOutput.opened = []
    made = Player(
        tone, FakeOutput, lambda: FakeOutput.opened[-1].clock if FakeOutput.opened else 0.0
    )
    yield made
    made.close()


def output() -> FakeOutput:
    until(lambda: FakeOutput.opened, "the output was not opened")
    return FakeOutput.opened[-1]


def test_it_plays_pauses_where_it_was_heard_and_goes_on_there(player):
    player.seek(1.0)
    player.play()
    first = output()
    assert np.abs(first.play(0.2)).max() > 0.3
    player.pause()
    assert player.position == pytest.approx(1.2, abs=0.01)
    until(lambda: first.closed, "the output was not closed")
    player.play()
    until(lambda: len(FakeOutput.opened) == 2, "the output was not opened again")
    output().play(0.1)
    assert player.position == pytest.approx(1.3, abs=0.01)


def test_the_end_is_reached_once_and_play_begins_again(player):
    player.seek(2.9)
    player.play()
    out = output()

    def over() -> bool:
        out.play(0.05)
        return not player.playing

    until(over, "the end was not noticed")
    assert player.position == pytest.approx(3.0, abs=0.05)
    assert player.take_fault() is None
    player.play()
    assert player.position == pytest.approx(0.0, abs=0.1)


def test_a_change_of_speed_goes_on_from_what_is_heard(player):
    player.play()
    out = output()
    out.play(0.2)
    player.set_speed(2.0)
    assert player.position == pytest.approx(0.2, abs=0.01)

    def half_a_second() -> bool:
        out.play(0.05)
        return player.position > 0.7

    until(half_a_second, "it did not go on")
    player.set_speed(9)
    assert player.speed == 2.0


def test_no_output_is_said_and_playing_ends(tone):
    def none(_rate, _pull):
        raise AudioError("No sound output is connected.", "Connect one.", "audio.player")

    made = Player(tone, none)
    made.play()
    until(lambda: not made.playing, "it still claims to play")
    fault = made.take_fault()
    assert (fault.message, fault.hint) == ("No sound output is connected.", "Connect one.")
    assert made.take_fault() is None
    made.close()


def test_a_device_that_goes_away_is_said_and_the_place_is_kept(player):
    player.seek(1.0)
    player.play()
    out = output()
    out.play(0.2)
    out.alive = False
    until(lambda: not player.playing, "it still claims to play")
    assert player.take_fault().message == "The sound output has gone."
    assert player.position == pytest.approx(1.2, abs=0.01)


def test_a_recording_that_was_deleted_meanwhile_is_said_and_ends_the_playing(tone, player):
    """Retention empties the file under a player that has it open."""
    player.play()
    out = output()
    os.truncate(tone, 0)

    def stopped() -> bool:
        out.play(0.05)
        return not player.playing

    until(stopped, "it still claims to play")
    fault = player.take_fault()
    assert "call.flac cannot be read" in fault.message
    assert "moved or deleted" in fault.hint
    for act in (lambda: player.seek(2.5), lambda: player.set_speed(2.0), player.pause):
        act()
        assert not player.playing
    player.play()
    until(lambda: not player.playing, "it claims to play")
    assert "cannot be read" in player.take_fault().message


def test_closing_while_playing_ends_the_thread_and_the_output(player):
    player.play()
    out = output()
    player.close()
    assert out.closed
    player.close()


@pytest.mark.pulse
def test_a_recording_is_heard_at_a_real_output(tone, pulse):  # noqa: F811
    """The null sink's monitor hears the tone, and the position moves with it."""
    import subprocess

    listener = subprocess.Popen(
        ["parec", "--device=speaker.monitor", "--rate=16000", "--channels=1", "--raw"],
        env=pulse.env,
        stdout=subprocess.PIPE,
    )
    made = Player(tone, PortAudioOutput)
    try:
        made.play()
        heard = np.zeros(0, np.int16)
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and np.count_nonzero(np.abs(heard) > 3000) < RATE // 4:
            assert made.take_fault() is None
            heard = np.concatenate([heard, np.frombuffer(listener.stdout.read(3200), np.int16)])
        loud = np.flatnonzero(np.abs(heard) > 1000)
        said = heard[loud[0] : loud[0] + RATE // 4].astype(float)
        spectrum = np.abs(np.fft.rfft(said * np.hanning(len(said))))
        assert np.argmax(spectrum) * RATE / len(said) == pytest.approx(440, abs=5)
        assert 0.1 < made.position <= made.seconds
    finally:
        made.close()
        listener.kill()
        listener.wait()
        listener.stdout.close()
