"""Text in pictures (RapidOCR through onnxruntime), which is the extra ``ocr``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from PIL import Image

ENGINE = "rapidocr_onnxruntime"
INSTALL = "Install it with `pip install 'liveconvo-desktop[ocr]'`, then retry."

Line = tuple[str, float]
"""A line of text and how sure the recognition is, 0..1."""


def installed() -> bool:
    """The extra is there."""
    return find_spec(ENGINE) is not None


class Recogniser:
    """Reads pictures; loading its models takes half a second and 100 MB."""

    def __init__(self) -> None:
        # Imported here: it is optional, and it loads OpenCV.
        from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415

        self._engine: Any = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def __call__(self, picture: Image.Image) -> list[Line]:
        """Lines from top to bottom; none where there is no text."""
        # OpenCV's order of colours.
        found, _ = self._engine(
            np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])
        )
        lines = [(str(text), float(score)) for _, text, score in found or ()]
        return [line for line in lines if line[0].strip()]


def confidence(lines: Sequence[Line]) -> float | None:
    """The mean over characters, 0..1; None without any."""
    letters = sum(len(text) for text, _ in lines)
    if not letters:
        return None
    mean = sum(len(text) * score for text, score in lines) / letters
    return min(1.0, max(0.0, mean))
