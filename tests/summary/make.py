"""Conversations to sum up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np

from liveconvo_desktop.language.embed import DIMENSIONS
from liveconvo_desktop.language.words import stems
from liveconvo_desktop.summary.base import Conversation, Hole, Line

WEDNESDAY = date(2026, 3, 4)


def lines(*said: tuple[str, str]) -> tuple[Line, ...]:
    made, at = [], 0.0
    for number, (speaker, text) in enumerate(said, 1):
        length = 1 + len(text.split()) / 2.5
        made.append(Line(id=f"id-{number}", speaker=speaker, t0=at, t1=at + length, text=text))
        at += length + 0.5
    return tuple(made)


CALL = Conversation(
    kind="meeting",
    day=WEDNESDAY,
    lines=lines(
        ("user", "So, um, the migration starts on Saturday, and the old system is frozen at six."),
        ("other", "And does the dispensing robot freeze as well?"),
        ("user", "The robot keeps its own list, so it carries on for, uh, six hours alone."),
        ("other", "Six hours. But that is thirteen hours of freeze for the old system."),
        ("user", "Okay then, we split the migration. The archive moves a week before."),
        ("other", "Yeah."),
        ("other", "I'll send you the new plan by Friday."),
        ("user", "Could you email the vendor about the robot before the end of the month?"),
        ("other", "Sure, no problem."),
        ("user", "How many people have finished the training module?"),
        ("other", "Good question. I'd have to check, I only see logins."),
    ),
    holes=(Hole(speaker="other", t0=190, t1=265, reason="the device was away"),),
)


def embed(texts: Sequence[str]) -> np.ndarray:
    """Vectors of the words alone: the same words lie near each other."""
    found = np.zeros((len(texts), DIMENSIONS), np.float32)
    for at, text in enumerate(texts):
        for stem in stems(text):
            place = int.from_bytes(hashlib.md5(stem.encode()).digest()[:4], "big") % DIMENSIONS
            found[at, place] += 1
        found[at, 0] += 0.1
    return found / np.linalg.norm(found, axis=1, keepdims=True)
