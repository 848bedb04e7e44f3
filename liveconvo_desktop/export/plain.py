"""Plain text: readable everywhere."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from liveconvo_desktop.events import Gap
from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import (
    ALL_OPTIONS,
    ActionItem,
    Conversation,
    Format,
    Mark,
    Options,
    Summary,
    Turn,
    entries,
)
from liveconvo_desktop.export.notes import blocks
from liveconvo_desktop.language.saying import clock

WIDTH = 88


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8 with line feeds, wrapped at ``WIDTH``."""
    title = saying.one_line(conversation.title)
    lines = [*wrap(title), "=" * min(WIDTH, len(title)), ""]
    facts = saying.facts(conversation, options)
    lines += [f"{caption + ':':8} {value}" for caption, value in facts]
    summary = saying.summed_up(conversation)
    if options.summary and summary:
        lines += _summary(summary, conversation)
    if options.transcript or options.chips:
        lines += heading("Transcript" if options.transcript else "Guidance")
        lines += _transcript(conversation, options)
    return ("\n".join(lines) + "\n").encode()


def wrap(text: str, first: str = "", then: str = "") -> list[str]:
    """Lines of at most ``WIDTH``, the first one after ``first`` and the others after ``then``."""
    made = textwrap.wrap(
        saying.one_line(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_on_hyphens=False,
    )
    return made or [first.rstrip()]


def heading(text: str) -> list[str]:
    """A section's head with the space before and after it."""
    return ["", "", text, "-" * len(text), ""]


def action(item: ActionItem, conversation: Conversation) -> str:
    """``Dana: Send the offer (due Friday, 31 January 2025)``."""
    owner, due = saying.owner(item, conversation), saying.due(item)
    who = f"{owner}: " if owner else ""
    return f"{who}{saying.one_line(item.text)}" + (f" (due {due})" if due else "")


def _summary(summary: Summary, conversation: Conversation) -> Iterator[str]:
    if summary.tldr:
        yield from heading("Summary")
        for part in saying.clean(summary.tldr).split("\n"):
            yield from wrap(part)
    if summary.decisions:
        yield from heading("Decisions")
        for text in summary.decisions:
            yield from wrap(text, "- ", "  ")
    if summary.actions:
        yield from heading("Action items")
        for item in summary.actions:
            yield from wrap(action(item, conversation), "[x] " if item.done else "[ ] ", "    ")
    if summary.questions:
        yield from heading("Open questions")
        for text in summary.questions:
            yield from wrap(text, "- ", "  ")
    if summary.notes.strip():
        yield from heading("Notes")
        yield from _notes(summary.notes)


def _notes(markdown: str) -> Iterator[str]:
    before = ""
    for block in blocks(markdown):
        if before and not (before == block.kind == "bullet"):
            yield ""
        before = block.kind
        indent = "  " * block.level
        bullet = (f"{indent}- ", f"{indent}  ") if block.kind == "bullet" else ("", "")
        yield from wrap(block.text, *bullet)


def _transcript(conversation: Conversation, options: Options) -> Iterator[str]:
    room = "         " if options.timestamps else ""
    first = True
    for entry in entries(conversation, options):
        if not first:
            yield ""
        first = False
        t = entry.t0 if isinstance(entry, Turn | Gap) else entry.chip.t
        time = f"{clock(t):>7}  " if options.timestamps else ""
        match entry:
            case Turn():
                name = f"{conversation.name(entry.speaker)}: " if options.names else ""
                yield from wrap(name + entry.text, time, room)
            case Mark():
                chip = entry.chip
                text = f">> {saying.CHIPS[chip.kind]}: {saying.chip_words(chip)}"
                yield from wrap(text, time, room + "   ")
            case Gap():
                yield from wrap(f"[{saying.gap_words(entry, conversation)}]", time, room)
    if first:
        yield "Nothing was said or heard." if options.transcript else "None."


FORMAT = Format(
    name="text",
    title="Plain text",
    about="Readable everywhere.",
    suffix=".txt",
    text=True,
    uses=ALL_OPTIONS,
    render=render,
)
