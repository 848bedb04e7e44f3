"""What the store hands out beside the shared event types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from liveconvo_desktop.events import Chip, ConversationType, Feedback, Session


@dataclass(frozen=True, slots=True)
class Template:
    """A playbook as it is stored.

    Attributes:
        id: Fixed for a system template, so that seeding it again finds it.
        guidance_prompts: The cues, one JSON object each; guidance knows their form.
        is_system: Shipped with the program, as against the user's own.
    """

    id: str
    name: str
    description: str
    conversation_type: ConversationType
    guidance_prompts: list[dict[str, Any]]
    context_instructions: str
    summary_template: str
    is_system: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A past session and its figures.

    Attributes:
        duration_seconds: Length of the audio; while the session is unfinished, the end of its
            last final.
        words: Of both sides together; so far, while the session is unfinished.
        talk_ratio: The user's share of all talk, 0..1, or None where nobody spoke.
        silences: See ``statistics.silences``; 0 until the session is finished.
        segments: Finals.
        chips: Pieces of guidance.
    """

    session: Session
    duration_seconds: float
    words: int
    talk_ratio: float | None
    silences: int
    segments: int
    chips: int


@dataclass(frozen=True, slots=True)
class ChipRow:
    """A chip and what the user did with it."""

    chip: Chip
    displayed: bool
    clicked: bool
    dismissed: bool
    feedback: Feedback | None
