"""A summary and its transcript as text."""

from __future__ import annotations

from collections.abc import Sequence

from liveconvo_desktop.summary.base import Conversation, Draft, Hole, Line, Topic


def clock(seconds: float) -> str:
    """``4:05`` or ``1:04:05``."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


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


def notes(draft: Draft, lines: Sequence[Line]) -> str:
    """The topics as Markdown: a heading with its time, and what was said, each with its time."""
    if draft.notes:
        return draft.notes
    at = {line.id: line.t0 for line in lines}
    parts = [_topic(topic, at) for topic in draft.topics]
    if draft.gaps:
        parts.append("\n".join(["## Not heard", "", *(f"- {gap}" for gap in draft.gaps)]))
    return "\n\n".join(parts)


def _topic(topic: Topic, at: dict[str, float]) -> str:
    when = f" ({clock(topic.t0)}–{clock(topic.t1)})" if topic.t1 else ""
    rows = [f"## {topic.heading}{when}", ""]
    for one in topic.statements:
        times = [at[source] for source in one.sources if source in at]
        rows.append(f"- [{clock(min(times))}] {one.text}" if times else f"- {one.text}")
    return "\n".join(rows)


def transcript(conversation: Conversation) -> str:
    """What was said, a line each, holes in their place."""
    rows = [
        (line.t0, f"[{clock(line.t0)}] {conversation.name(line.speaker)}: {line.text.strip()}")
        for line in conversation.lines
    ]
    rows += [
        (hole.t0, f"[{clock(hole.t0)}] ({_missing(hole, conversation)})")
        for hole in conversation.holes
    ]
    return "\n".join(text for _, text in sorted(rows, key=lambda row: row[0]))


def gaps(conversation: Conversation) -> tuple[str, ...]:
    """What a reader has to know is missing; holes of under a second are not worth a sentence."""
    return tuple(
        f"{_missing(hole, conversation)}." for hole in conversation.holes if hole.t1 - hole.t0 >= 1
    )


def _missing(hole: Hole, conversation: Conversation) -> str:
    side = conversation.side(hole.speaker)
    return f"{clock(hole.t0)}–{clock(hole.t1)} of {side} is missing: {hole.reason}"
