"""Who was on the call, as far as the call itself says so."""

from __future__ import annotations

import re

from liveconvo_desktop.language.words import word_set
from liveconvo_desktop.summary.base import Conversation, Line

_TURNS = 6
"""People greet each other in the first lines, or not at all."""
_NAME = r"(?P<name>(?:(?:Mr|Mrs|Ms|Dr)\.? )?[A-ZÀ-Þ][\w'’-]+)"
_GREETED = re.compile(
    rf"\b(?:[Hh]i|[Hh]ello|[Hh]ey|[Mm]orning|[Aa]fternoon|[Ee]vening)(?:,? (?:there|again))?,? "
    rf"(?:is (?:this|that) )?{_NAME}(?=[\s,.?!]|$)"
)
_INTRODUCED = re.compile(
    rf"\b(?:[Tt]his is|[Mm]y name is|[Mm]y name's|[Cc]all me) {_NAME}(?=[\s,.?!]|$)"
)
_NO_NAMES = word_set(
    "there everyone everybody all folks guys team it is this that what how i i'm it's can could "
    "good thanks thank yes yeah sorry we you the so um uh sir madam no nice great and are did do"
)


def far_name(conversation: Conversation) -> tuple[str, tuple[str, ...]]:
    """What the far side is called, and the lines that say so.

    The user's own name for it wins, and needs no line. Else the user greets somebody, or the far
    side says who it is; only where two sides speak, so that there is one whom it can mean.

    Returns:
        The name, empty where nobody says one.
    """
    if given := conversation.named("other"):
        return given, ()
    if {line.speaker for line in conversation.lines} != {"user", "other"}:
        return "", ()
    for line in sorted(conversation.lines, key=lambda one: one.t0)[:_TURNS]:
        found = _named(line)
        if found:
            return found, (line.id,)
    return "", ()


def _named(line: Line) -> str:
    form = _GREETED if line.speaker == "user" else _INTRODUCED
    for found in form.finditer(line.text):
        if found["name"].lower() not in _NO_NAMES:
            return found["name"]
    return ""
