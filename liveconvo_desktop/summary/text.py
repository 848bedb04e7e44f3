"""A summary as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from liveconvo_desktop.language.saying import between, clock, missing
from liveconvo_desktop.summary.base import Conversation, Draft, Hole, Line, Topic


class Said(Protocol):
    """Words of a speaker: a line or a segment of any layer."""

    @property
    def speaker(self) -> str:
        """Who."""

    @property
    def text(self) -> str:
        """What."""


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def heading(phrases: Sequence[str]) -> str:
    """``Budget and battery``: a heading of what something was about."""
    named = listed(phrases)
    return named[:1].upper() + named[1:]


def tldr(draft: Draft) -> str:
    """The short version, a statement a line."""
    return "\n".join([*(one.text for one in draft.tldr), *draft.gaps])


def notes(draft: Draft, lines: Sequence[Line], *, timed: bool = True) -> str:
    """The topics as Markdown: a heading with its time, and what was said, each with its time.

    Not ``timed``: without the times.
    """
    if draft.notes:
        return draft.notes
    at = {line.id: line.t0 for line in lines} if timed else {}
    parts = [_topic(topic, at) for topic in draft.topics]
    if draft.gaps:
        parts.append("\n".join(["## Not heard", "", *(f"- {gap}" for gap in draft.gaps)]))
    return "\n\n".join(parts)


def _topic(topic: Topic, at: dict[str, float]) -> str:
    when = f" ({between(topic.t0, topic.t1)})" if topic.t1 and at else ""
    rows = [f"## {topic.heading}{when}", ""]
    for one in topic.statements:
        times = [at[source] for source in one.sources if source in at]
        rows.append(f"- [{clock(min(times))}] {one.text}" if times else f"- {one.text}")
    return "\n".join(rows)


def fingerprint(lines: Iterable[Said]) -> str:
    """What two transcripts have in common that say the same words of the same speakers.

    Stars and comments do not count, nor does where one line ends and the next begins.
    """
    said: dict[str, str] = {}
    for line in lines:
        said[line.speaker] = said.get(line.speaker, "") + "".join(line.text.split())
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def gaps(conversation: Conversation) -> tuple[str, ...]:
    """What a reader has to know is missing; holes of under a second are not worth a sentence."""
    return tuple(
        f"{_missing(hole, conversation)}." for hole in conversation.holes if hole.t1 - hole.t0 >= 1
    )


def _missing(hole: Hole, conversation: Conversation) -> str:
    return missing(between(hole.t0, hole.t1), conversation.side(hole.speaker), hole.reason)
