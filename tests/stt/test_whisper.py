"""The bundled model with short windows, on real speech and on none."""

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.cli.scoring import spoken_words
from liveconvo_desktop.paths import resource
from liveconvo_desktop.stt.guards import Decode
from liveconvo_desktop.stt.whisper import WhisperTranscriber

pytestmark = pytest.mark.model
SAID = "Hi Dana, this is Marcus from North Peak. Thanks for making the time today."


@pytest.fixture(scope="module")
def whisper():
    return WhisperTranscriber("tiny.en")


@pytest.fixture(scope="module")
def sentence():
    samples, rate = soundfile.read(resource("demo/sales_call.opus"), dtype="float32")
    return samples[int(0.6 * rate) : int(5.8 * rate), 0].copy()


@pytest.mark.parametrize("effort", ["draft", "hurried", "final"])
def test_a_sentence_is_read(whisper, sentence, effort):
    transcript = whisper.transcribe(sentence, effort)
    assert spoken_words(transcript.text) == spoken_words(SAID)
    assert 0.5 < transcript.confidence <= 1


@pytest.mark.parametrize("make", [np.zeros, lambda n: np.random.default_rng(1).normal(0, 1e-3, n)])
def test_nothing_is_heard_in_nothing(whisper, make):
    samples = np.asarray(make(3 * 16_000), np.float32)
    assert len(spoken_words(whisper.transcribe(samples, "final").text)) <= 1


@pytest.mark.parametrize(
    ("seconds", "window"), [(0.5, 10), (8.0, 10), (8.1, 12), (15.0, 18), (29.0, 30)]
)
def test_windows_have_room_and_come_in_steps(whisper, seconds, window):
    assert whisper._window(seconds) == window


def test_a_suspicious_short_window_is_read_again_with_the_full_one(whisper, monkeypatch):
    windows = []

    def decode(samples, window, beam):
        windows.append(window)
        return Decode("fine" if window == 30 else "so " * 50, -0.2, 0.0, window != 30)

    monkeypatch.setattr(whisper, "_decode", decode)
    assert whisper.transcribe(np.zeros(16_000, np.float32), "final").text == "fine"
    assert windows == [10, 30]


def test_a_draft_is_never_read_twice(whisper, monkeypatch):
    windows = []

    def decode(samples, window, beam):
        windows.append(window)
        return Decode("so", -2.0, 0.0, True)

    monkeypatch.setattr(whisper, "_decode", decode)
    whisper.transcribe(np.zeros(16_000, np.float32), "draft")
    assert windows == [10]
