"""The detector: rests in steady noise, wakes for speech, and never depends on block sizes."""

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.paths import resource
from liveconvo_desktop.speech.vad import FRAME, SileroDetector, load_session


class Counting:
    """Stands for the session: counts the frames that reach the model."""

    def __init__(self, session):
        self.session = session
        self.frames = 0

    def run(self, names, feed):
        self.frames += len(feed["input"])
        return self.session.run(names, feed)


@pytest.fixture(scope="module")
def session():
    return load_session()


@pytest.fixture(scope="module")
def speech():
    samples, _ = soundfile.read(
        resource("demo/sales_call.opus"), frames=8 * 16_000, dtype="float32"
    )
    return samples[: len(samples) // FRAME * FRAME, 0].reshape(-1, FRAME)


def noise(seconds, level_db, seed=1):
    rng = np.random.default_rng(seed)
    count = int(seconds * 16_000) // FRAME
    return (rng.standard_normal((count, FRAME)) * 10 ** (level_db / 20)).astype(np.float32)


@pytest.mark.parametrize("level", [-80, -60, -40])
def test_steady_noise_lets_the_model_rest(session, level):
    counting = Counting(session)
    detector = SileroDetector(counting)
    frames = noise(10, level)
    assert max(detector.probabilities(frames)[40:]) == 0.0
    assert counting.frames < 0.2 * len(frames)


def test_digital_silence_first_does_not_keep_the_model_awake(session):
    counting = Counting(session)
    detector = SileroDetector(counting)
    detector.probabilities(np.zeros((20, FRAME), np.float32))
    frames = noise(30, -60)
    detector.probabilities(frames)
    assert counting.frames < 0.5 * len(frames)


def test_speech_after_a_rest_is_found_at_the_same_frames(session, speech):
    plain = np.array(SileroDetector(session).probabilities(speech))
    rested = SileroDetector(session)
    rested.probabilities(noise(5, -70))
    after = np.array(rested.probabilities(speech))
    assert ((plain > 0.5) == (after > 0.5)).mean() > 0.97
    assert abs(int(np.argmax(plain > 0.5)) - int(np.argmax(after > 0.5))) <= 2


def test_batches_give_the_answers_of_single_frames(session, speech):
    frames = np.concatenate([noise(3, -65), speech, noise(3, -65)])
    one, many = SileroDetector(session), SileroDetector(session)
    single = [p for frame in frames for p in one.probabilities(frame[None])]
    pieces = [frames[at : at + 7] for at in range(0, len(frames), 7)]
    batched = [p for piece in pieces for p in many.probabilities(piece)]
    assert single == pytest.approx(batched, abs=1e-3)


def test_no_frames_give_no_answers(session):
    assert SileroDetector(session).probabilities(np.zeros((0, FRAME), np.float32)) == []
