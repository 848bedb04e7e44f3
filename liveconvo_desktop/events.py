"""The few frozen types that everything speaks.

All times are seconds from the session's start on the audio clock unless a field says otherwise.
Rows cross threads as these, never as ORM objects. The set is closed on purpose: look twice before
adding to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

Channel = Literal["mic", "speaker"]
Stage = Literal["open", "paused", "closed"]
Speaker = Literal["user", "other", "system"]
ChipKind = Literal["ask", "clarify", "avoid", "suggest", "warn"]
Feedback = Literal["helpful", "irrelevant", "too_late"]
ConversationType = Literal["sales_call", "interview", "meeting", "consultation"]
SessionStatus = Literal["draft", "active", "completed", "archived"]
GapReason = Literal["lost", "stalled", "device", "paused", "killed"]

CHANNELS: tuple[Channel, Channel] = ("mic", "speaker")
SAMPLE_RATE = 16_000
"""Hz of every AudioBlock behind a source: what the speech model and the recording use."""

SPEAKER_OF: dict[Channel, Speaker] = {"mic": "user", "speaker": "other"}


def new_id() -> str:
    """A fresh row id: a UUID v4 in its canonical text form."""
    return str(uuid4())


@dataclass(frozen=True, slots=True, eq=False)
class AudioBlock:
    """A run of samples of one channel.

    Attributes:
        channel: The side it came from.
        t0: Time of the first sample.
        rate: Hz; ``SAMPLE_RATE`` for everything that a source hands out.
        samples: Shape (n,), float32 mono in [-1, 1].
        gap: Set when the samples are silence put where audio is missing, and why.
    """

    channel: Channel
    t0: float
    rate: int
    samples: NDArray[np.float32]
    gap: GapReason | None = None

    @property
    def t1(self) -> float:
        """Time just after the last sample."""
        return self.t0 + len(self.samples) / self.rate


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """A stretch of speech cut from one channel, whole or so far.

    Attributes:
        id: Stable from the first partial to the final; becomes the Segment's and row's id.
        samples: Shape (n,), float32 mono at ``SAMPLE_RATE``, from ``t0``.
        stage: ``open`` while speech goes on, ``paused`` at a silence that may be its end,
            ``closed`` when it is over.
    """

    id: str
    channel: Channel
    t0: float
    t1: float
    samples: NDArray[np.float32]
    stage: Stage


@dataclass(frozen=True, slots=True)
class Segment:
    """Text of an utterance.

    A final replaces every partial of the same id; a final with empty text takes the line back.

    Attributes:
        confidence: 0..1, the mean token probability, or None where the provider gives none.
        stable: How many leading characters of a partial two decodes in a row agreed on.
    """

    id: str
    session_id: str
    channel: Channel
    speaker: Speaker
    t0: float
    t1: float
    text: str
    confidence: float | None
    provider: str
    final: bool
    stable: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a chip was raised: the words said, and later the document passage that answers them.

    Attributes:
        segment_id: The Segment quoted, or None for evidence that is a measurement.
        quote: The words, or the measurement in words ("you spoke for 95 s").
        source: A document's name and page where the evidence is a passage, else empty.
    """

    segment_id: str | None
    quote: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One piece of guidance.

    Attributes:
        cue: Id of the playbook cue that fired ("objection_price").
        text: What to do, at most 60 characters.
        detail: One line more, or empty.
        t: When it was raised.
        priority: 1 high, 2 medium, 3 low.
        expires: When it stops being worth showing.
        template_id: The playbook's row, if it has one.
        model: What judged ("rules", or a model id).
        ms: Processing time in milliseconds.
    """

    id: str
    session_id: str
    kind: ChipKind
    cue: str
    text: str
    detail: str
    t: float
    priority: int
    expires: float
    evidence: tuple[Evidence, ...]
    template_id: str | None = None
    model: str = "rules"
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation.

    Attributes:
        template_id: The playbook's row in ``templates``, or None.
        started_at: Aware UTC time of audio time zero.
        ended_at: Aware UTC, or None while it runs.
    """

    id: str
    title: str
    conversation_type: ConversationType
    template_id: str | None
    started_at: datetime
    ended_at: datetime | None = None
    status: SessionStatus = "active"


@dataclass(frozen=True, slots=True)
class Gap:
    """A marked hole: [t0, t1) of a channel is silence in place of audio. Summaries respect it."""

    session_id: str
    channel: Channel
    t0: float
    t1: float
    reason: GapReason


@dataclass(frozen=True, slots=True)
class Fault:
    """Something went wrong, said so that the user can act.

    Attributes:
        where: The part of the product ("audio.mic", "stt", "store").
        message: What happened and why, one sentence.
        hint: What to do about it, one sentence.
        fatal: The call cannot go on.
    """

    where: str
    message: str
    hint: str
    fatal: bool = False
    session_id: str | None = field(default=None, compare=False)


Event = Segment | Chip | Session | Gap | Fault
"""What the pipeline emits: saved first, then shown."""

Sink = Callable[[Event], None]
