"""Cut one channel into utterances: a pure machine, fed blocks, asked for utterances.

States: *quiet* → (two loud frames) → *speaking* ⇄ *pausing* → (endpoint) → *quiet*. Time is
counted in frames of 32 ms from the first sample, so any block sizes in give the same utterances
out. The numbers are measured; docs/benchmarks.md has them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.events import SAMPLE_RATE, AudioBlock, Channel, Stage, Utterance, new_id
from liveconvo_desktop.speech.vad import FRAME, VoiceDetector

FRAME_SECONDS = FRAME / SAMPLE_RATE
_START_FRAMES = 2


@dataclass(frozen=True, slots=True)
class SegmenterConfig:
    """Thresholds; seconds unless said otherwise.

    Attributes:
        start: Probability above which a frame is loud; two in a row start an utterance.
        end: Probability under which a frame counts as silence inside an utterance.
        pre_roll: Audio kept from before the first loud frame.
        min_speech: Utterances with less speech are noise and never surface.
        pause: Silence after which the utterance may be over: decode it on speculation. So much
            of the silence is kept; what follows it is the next utterance's pre-roll.
        endpoint: Silence that ends an utterance.
        endpoint_complete: The same where the speculative text ends a sentence.
        soft_limit: From this length on a silence of ``soft_pause`` cuts.
        hard_limit: At this length the least speech-like frame of the last ``lookback`` cuts.
        resumed: Speech so soon after a cut is the same talk: ``min_speech`` does not hold for it.
    """

    start: float = 0.5
    end: float = 0.35
    pre_roll: float = 0.3
    min_speech: float = 0.25
    pause: float = 0.1
    endpoint: float = 0.7
    endpoint_complete: float = 0.35
    soft_limit: float = 8.0
    soft_pause: float = 0.2
    hard_limit: float = 15.0
    lookback: float = 2.0
    resumed: float = 0.3


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)


class Segmenter:
    """Utterances of one channel; they never overlap.

    Args:
        channel: Which side the blocks come from; others are refused.
        detector: Speech probabilities of consecutive frames.
        config: Thresholds.
    """

    def __init__(
        self, channel: Channel, detector: VoiceDetector, config: SegmenterConfig | None = None
    ) -> None:
        self.channel = channel
        self._detector = detector
        self._config = config or SegmenterConfig()
        self._rest: NDArray[np.float32] = np.zeros(0, np.float32)
        self._seen = 0
        self._origin: float | None = None
        self._history: deque[NDArray[np.float32]] = deque(
            maxlen=_frames(self._config.pre_roll) + _START_FRAMES
        )
        self._loud_run = 0
        self._id = ""
        self._first = 0
        self._audio: list[NDArray[np.float32]] = []
        self._probs: list[float] = []
        self._speech = 0
        self._silence = 0
        self._paused = False
        self._complete = False
        self._cut_at: int | None = None  # frame at which the last utterance was cut short
        self._continues = False  # the open utterance goes on with what was cut

    @property
    def speaking(self) -> bool:
        """An utterance is open and has enough speech to be worth reading."""
        enough = _START_FRAMES if self._continues else _frames(self._config.min_speech)
        return bool(self._id) and self._speech >= enough

    @property
    def pausing(self) -> bool:
        """The open utterance may be over: its audio was handed out as ``paused``."""
        return self._paused

    @property
    def in_speech(self) -> bool:
        """The newest frame was speech: no pause has begun."""
        return self.speaking and self._silence == 0

    @property
    def open_since(self) -> float | None:
        """Start time of the open utterance, or None."""
        return self._time(self._first) if self._id else None

    def feed(self, block: AudioBlock) -> list[Utterance]:
        """Take a block; return what it paused or closed, in order.

        Raises:
            ValueError: The block is of another channel.
        """
        if block.channel != self.channel:
            raise ValueError(f"a {block.channel} block was fed to the {self.channel} segmenter")
        if self._origin is None:
            self._origin = block.t0
        audio = np.concatenate([self._rest, block.samples])
        whole = len(audio) // FRAME
        frames = audio[: whole * FRAME].reshape(whole, FRAME)
        self._rest = audio[whole * FRAME :]
        out: list[Utterance] = []
        for frame, prob in zip(frames, self._detector.probabilities(frames), strict=True):
            out += self._step(frame, prob)
        return out

    def snapshot(self) -> Utterance | None:
        """The open utterance so far, for a partial; None when there is nothing to read."""
        return self._cut(len(self._audio), "open") if self.speaking else None

    def complete(self, utterance_id: str, t1: float) -> None:
        """The text up to ``t1`` ends a sentence: close sooner, unless speech has resumed."""
        if utterance_id == self._id and self._paused and abs(self._pause_end() - t1) < 1e-6:
            self._complete = True

    def flush(self) -> list[Utterance]:
        """No more blocks will come: close what is open, the unfinished frame included."""
        if not self._id:
            return []
        if len(self._rest):
            padded = np.zeros(FRAME, np.float32)
            padded[: len(self._rest)] = self._rest
            self._audio.append(padded)
            self._probs.append(0.0)
            self._rest = np.zeros(0, np.float32)
        return self._close(len(self._audio))

    def _time(self, frame: int) -> float:
        return (self._origin or 0.0) + frame * FRAME_SECONDS

    def _step(self, frame: NDArray[np.float32], prob: float) -> list[Utterance]:
        self._seen += 1
        if not self._id:
            self._wait(frame, prob)
            return []
        self._audio.append(frame)
        self._probs.append(prob)
        if prob >= self._config.end:
            self._speech += 1
            self._silence = 0
            self._paused = self._complete = False
        else:
            self._silence += 1
        return self._judge()

    def _wait(self, frame: NDArray[np.float32], prob: float) -> None:
        """Quiet: keep the pre-roll and look for two loud frames in a row."""
        self._loud_run = self._loud_run + 1 if prob > self._config.start else 0
        self._history.append(frame)
        if self._loud_run < _START_FRAMES:
            return
        self._open(list(self._history), [prob] * _START_FRAMES, self._seen - len(self._history))

    def _open(self, audio: list[NDArray[np.float32]], probs: list[float], first: int) -> None:
        self._id = new_id()
        self._first = first
        self._audio = audio
        self._probs = [0.0] * (len(audio) - len(probs)) + probs
        self._speech = sum(p >= self._config.end for p in self._probs)
        self._silence = 0
        self._paused = self._complete = False
        self._loud_run = 0
        soon = _frames(self._config.resumed)
        self._continues = self._cut_at is not None and self._seen - self._cut_at <= soon
        self._cut_at = None
        self._history.clear()

    def _judge(self) -> list[Utterance]:
        """Speaking: pause, close or cut after the newest frame."""
        config, length = self._config, len(self._audio)
        if self._silence >= _frames(self._limit()):
            if length >= _frames(config.soft_limit):
                self._cut_at = self._seen
            return self._close(self._pause_frames())
        if self._silence >= _frames(config.pause):
            if not self._paused and self.speaking:
                self._paused = True
                return [self._cut(self._pause_frames(), "paused")]
        elif length >= _frames(config.hard_limit):
            return self._split()
        return []

    def _limit(self) -> float:
        """The silence that ends the utterance as it stands."""
        config = self._config
        if len(self._audio) >= _frames(config.soft_limit):
            return config.soft_pause
        return config.endpoint_complete if self._complete else config.endpoint

    def _pause_frames(self) -> int:
        """Frames up to the end of the pause after the last speech frame."""
        return len(self._audio) - self._silence + min(self._silence, _frames(self._config.pause))

    def _pause_end(self) -> float:
        return self._time(self._first + self._pause_frames())

    def _split(self) -> list[Utterance]:
        """Nobody pauses for breath: cut where speech is least likely, go on from there."""
        back = _frames(self._config.lookback)
        recent = self._probs[-back:]
        at = len(self._probs) - back + int(np.argmin(recent))
        rest, probs, first = self._audio[at:], self._probs[at:], self._first + at
        closed = self._cut(at, "closed")
        self._cut_at = self._seen
        self._open(rest, probs, first)
        return [closed]

    def _close(self, length: int) -> list[Utterance]:
        closed = [self._cut(length, "closed")] if self.speaking else []
        # What follows stays available as the next utterance's pre-roll.
        self._history.extend(self._audio[length:])
        self._id = ""
        self._audio, self._probs = [], []
        self._loud_run = 0
        return closed

    def _cut(self, length: int, stage: Stage) -> Utterance:
        samples = np.concatenate(self._audio[:length])
        t0, t1 = self._time(self._first), self._time(self._first + length)
        return Utterance(self._id, self.channel, t0, t1, samples, stage)
