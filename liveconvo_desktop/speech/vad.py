"""Streaming voice activity detection: Silero v6 through onnxruntime.

The model file ships inside the faster-whisper package. Its batch dimension is *time*: frames of
one call share a recurrent state, so every channel needs a detector of its own.
Source of the state layout: ``faster_whisper/vad.py`` (MIT) and the ONNX graph's own shapes.
"""

from __future__ import annotations

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
_QUIET_PEAK = 10 ** (-66 / 20)
"""Frames whose peak stays under -66 dBFS hold nothing that the recogniser could read."""
_QUIET_RESET = 32
"""Quiet frames (about 1 s) after which the recurrent state no longer matters."""


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
        self._reset()

    def _reset(self) -> None:
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def probabilities(self, frames: NDArray[np.float32]) -> list[float]:
        """Probabilities in 0..1 of ``frames``, shape (n, FRAME), in order.

        Frames of near silence are answered without running the model: most of a call one side
        is silent, and this keeps an idle call under two per cent of a core.
        """
        answers: list[float] = []
        start = 0
        loud = np.abs(frames).max(axis=1) >= _QUIET_PEAK if len(frames) else np.zeros(0, bool)
        for index, heard in enumerate(loud):
            if heard:
                self._quiet = 0
                continue
            if self._quiet < _QUIET_RESET:
                self._quiet += 1
                if self._quiet == _QUIET_RESET:
                    answers += self._run(frames[start : index + 1])
                    self._reset()
                    start = index + 1
                continue
            answers += self._run(frames[start:index])
            answers.append(0.0)
            start = index + 1
        return answers + self._run(frames[start:])

    def _run(self, frames: NDArray[np.float32]) -> list[float]:
        if not len(frames):
            return []
        context = np.concatenate([self._context[None], frames[:-1, -_CONTEXT:]])
        feed = {"input": np.concatenate([context, frames], axis=1), "h": self._h, "c": self._c}
        speech, self._h, self._c = self._session.run(None, feed)
        self._context = frames[-1, -_CONTEXT:].copy()
        return [float(p) for p in speech.ravel()]
