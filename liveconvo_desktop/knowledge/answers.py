"""What the process that reads a document tells, as its parent takes it; see ``worker``."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveconvo_desktop.knowledge.base import DocumentError, Extract
from liveconvo_desktop.knowledge.chunk import Span
from liveconvo_desktop.knowledge.search import Vectors
from liveconvo_desktop.language.embed import DIMENSIONS

CRASH_HINT = "Open it in its own program; if that works, save it under a new name and add that."


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the text is read, 0..1."""

    share: float


@dataclass(frozen=True, slots=True)
class Text:
    """The text is read, with the pieces that it will be found by."""

    extract: Extract
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of the pieces from ``first`` on."""

    first: int
    vectors: Vectors
    model: str


def decode(line: bytes) -> Share | Text | Embedded | None:
    """An event, or None for the last one; a worker that was taken over is not believed.

    Raises:
        DocumentError: What the worker says of the file, or that it makes no sense.
    """
    try:
        told: dict[str, Any] = json.loads(line)
        match told["event"]:
            case "progress":
                return Share(min(1.0, max(0.0, float(told["share"]))))
            case "text":
                return _text(told)
            case "vectors":
                data = np.frombuffer(base64.b64decode(told["data"]), "<f4")
                vectors = data.reshape(-1, DIMENSIONS).astype(np.float32)
                return Embedded(int(told["first"]), vectors, str(told["model"]))
            case "done":
                return None
            case "failed":
                raise DocumentError(str(told["message"]), str(told["hint"]))
    except (ValueError, KeyError, TypeError):
        pass
    raise DocumentError("It is damaged: the program that reads it lost its way.", CRASH_HINT)


def _text(told: dict[str, Any]) -> Text:
    confidence = told["confidence"]
    extract = Extract(
        str(told["text"]),
        None if told["pages"] is None else int(told["pages"]),
        None if confidence is None else float(confidence),
        str(told["note"]),
    )
    return Text(extract, [Span(int(a), int(b), page) for a, b, page in told["spans"]])
