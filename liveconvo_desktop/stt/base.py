"""What a speech provider is to the rest of the program. One provider a file beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Effort = Literal["draft", "hurried", "final"]
"""``draft`` for partials, ``final`` for what stays, ``hurried`` for finals when behind."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one decode gave.

    Attributes:
        text: Empty where the provider judged that nothing was said.
        confidence: Mean token probability, 0..1, or None where the provider gives none.
    """

    text: str
    confidence: float | None


class Transcriber(Protocol):
    """Turns samples into text; called from one thread only."""

    provider: str
    """What ``transcripts.stt_provider`` says ("whisper")."""
    model: str
    """What a person calls the model ("tiny.en")."""

    def transcribe(self, samples: NDArray[np.float32], effort: Effort) -> Transcript:
        """Read one utterance: shape (n,), float32 mono at ``SAMPLE_RATE``.

        Raises:
            ModelError: The provider cannot go on.
        """
