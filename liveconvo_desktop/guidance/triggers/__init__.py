"""The registry of triggers: one judge a file, listed here so that a frozen build holds them all."""

from __future__ import annotations

from liveconvo_desktop.guidance.playbook import TriggerName
from liveconvo_desktop.guidance.triggers.base import Follows, Raise, Trigger
from liveconvo_desktop.guidance.triggers.closing import Closing
from liveconvo_desktop.guidance.triggers.commitment import Commitments
from liveconvo_desktop.guidance.triggers.example import Example
from liveconvo_desktop.guidance.triggers.open_question import OpenQuestions
from liveconvo_desktop.guidance.triggers.promise import Promise
from liveconvo_desktop.guidance.triggers.said import Said
from liveconvo_desktop.guidance.triggers.talk import Monologue, Pace

# In this order they judge: commitments are noted before the closing asks for them.
TRIGGERS: dict[TriggerName, type[Trigger]] = {
    "promise": Promise,
    "commitment": Commitments,
    "open_question": OpenQuestions,
    "said": Said,
    "example": Example,
    "closing": Closing,
    "monologue": Monologue,
    "pace": Pace,
}

__all__ = ["TRIGGERS", "Follows", "Raise", "Trigger"]
