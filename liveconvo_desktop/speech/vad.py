"""Streaming voice activity detection: Silero v6 through onnxruntime.

The model file ships inside the faster-whisper package. Its batch dimension is *time*: frames of
one call share a recurrent state, so every channel needs a detector of its own.
Source of the state layout: ``faster_whisper/vad.py`` (MIT) and the ONNX graph's own shapes.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from faster_whisper.utils import get_assets_path
from numpy.typing import NDArray

from liveconvo_desktop.errors import ModelError

FRAME = 512
"""Samples a frame: 32 ms at 16 kHz, the only size the model takes."""

_CONTEXT = 64
_STATE = (1, 1, 128)
_QUIET_LEVEL = 10 ** (-72 / 20)
"""RMS of -72 dBFS: nothing under it could be read."""
_FLOOR_FACTOR = 2.0
"""Frames within 6 dB of the noise floor are quiet, however loud the room is."""
_FLOOR_RISE = 1.01
"""By which the floor may rise each frame (2.7 dB/s); it falls at once."""
_LOWEST_FLOOR = _QUIET_LEVEL / 4
_QUIET_RUN = 32
"""Quiet frames in a row (about 1 s) after which the model rests; speech never has as many."""
_WARM_UP = 4
"""Frames from before the noise that wakes the model, to fill its state."""


class VoiceDetector(Protocol):
    """Speech probability of consecutive frames of one channel."""

    def probabilities(self, frames: NDArray[np.float32]) -> list[float]:
        """Probabilities in 0..1 of ``frames``, shape (n, FRAME), in order."""


def load_session() -> onnxruntime.InferenceSession:
    """The model, to be shared by the detectors of all channels.

    Raises:
        ModelError: The file is missing or cannot be read.
    """
    path = Path(get_assets_path()) / "silero_vad_v6.onnx"
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"], sess_options=options
        )
    # onnxruntime raises its own C++ exception classes, which share only this base.
    except Exception as error:
        raise ModelError(
            f"The voice detection model at {path} cannot be loaded ({error}).",
            "Reinstall LiveConvo; the file belongs to it.",
            "speech.vad",
        ) from error


class SileroDetector:
    """Silero for one channel; carries its state and the last 64 samples between calls."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session: Any = session
        self._quiet = 0
        self._floor = 1.0
        self._skipped: deque[NDArray[np.float32]] = deque(maxlen=_WARM_UP)
        self._reset()

    def _reset(self) -> None:
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def probabilities(self, frames: NDArray[np.float32]) -> list[float]:
        """Probabilities in 0..1 of ``frames``, shape (n, FRAME), in order.

        After a second of steady noise the model rests until something rises above it: most of a
        call one side is silent, and this keeps an idle call under two per cent of a core.
        """
        answers: list[float] = []
        waiting: list[NDArray[np.float32]] = []
        levels = np.sqrt(np.mean(np.square(frames), axis=1)) if len(frames) else ()
        for frame, level in zip(frames, levels, strict=True):
            if self._rests(float(level)):
                answers += self._run(waiting)
                waiting = []
                answers.append(0.0)
                self._skipped.append(frame)
                continue
            if self._skipped:
                self._reset()
                self._run(list(self._skipped))
                self._skipped.clear()
            waiting.append(frame)
        return answers + self._run(waiting)

    def _rests(self, level: float) -> bool:
        """Whether this frame belongs to a long run of nothing but room noise."""
        # A floor of zero could never rise again, and mute, gaps and idle monitors send zeros.
        self._floor = max(_LOWEST_FLOOR, min(level, self._floor * _FLOOR_RISE))
        loud = level > max(_QUIET_LEVEL, _FLOOR_FACTOR * self._floor)
        self._quiet = 0 if loud else self._quiet + 1
        return self._quiet > _QUIET_RUN

    def _run(self, waiting: list[NDArray[np.float32]]) -> list[float]:
        if not waiting:
            return []
        frames = np.stack(waiting)
        context = np.concatenate([self._context[None], frames[:-1, -_CONTEXT:]])
        feed = {"input": np.concatenate([context, frames], axis=1), "h": self._h, "c": self._c}
        speech, self._h, self._c = self._session.run(None, feed)
        self._context = frames[-1, -_CONTEXT:].copy()
        return [float(p) for p in speech.ravel()]
