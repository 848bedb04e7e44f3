"""Markdown (CommonMark): for notes apps, wikis and repositories."""

from __future__ import annotations

import re
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
from liveconvo_desktop.language.saying import clock

# Everything that could begin markup inside a line; "&" only where it would be an entity.
_INLINE = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)")
# What makes a block of a line that begins with it.
_OPENING = re.compile(r"^(#{1,6}(?=\s|$)|[-+=]|\d{1,9}(?=[.)](?:\s|$)))")
_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)


def escape(text: str) -> str:
    """Words as words: on one line, with nothing that Markdown would take for its own."""
    line = _INLINE.sub(r"\\\g<0>", saying.one_line(text))
    opening = _OPENING.match(line)
    if not opening:
        return line
    if opening[1][0].isdigit():
        at = opening.end()
        return f"{line[:at]}\\{line[at:]}"
    return "\\" + line


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8 with line feeds."""
    lines = [f"# {escape(conversation.title)}", ""]
    facts = saying.facts(conversation, options)
    lines += [f"- **{caption}:** {escape(value)}" for caption, value in facts]
    summary = saying.summed_up(conversation)
    if options.summary and summary:
        lines += _summary(summary, conversation)
    if options.transcript or options.chips:
        lines += ["", "## Transcript" if options.transcript else "## Guidance"]
        lines += _transcript(conversation, options)
    return ("\n".join(lines) + "\n").encode()


def _summary(summary: Summary, conversation: Conversation) -> Iterator[str]:
    if summary.tldr:
        yield from ("", "## Summary", "", *_paragraphs(summary.tldr))
    if summary.decisions:
        yield from ("", "## Decisions", "")
        yield from (f"- {escape(text)}" for text in summary.decisions)
    if summary.actions:
        yield from ("", "## Action items", "")
        yield from (_action(item, conversation) for item in summary.actions)
    if summary.questions:
        yield from ("", "## Open questions", "")
        yield from (f"- {escape(text)}" for text in summary.questions)
    if summary.notes.strip():
        yield from ("", "## Notes", "", _below_ours(saying.clean(summary.notes)).strip("\n"))


def _below_ours(notes: str) -> str:
    """Markdown already; its headings start one level under "Notes"."""
    highest = min((len(found) for found in _HEADING.findall(notes)), default=3)
    return _HEADING.sub(lambda m: "#" * min(6, len(m[1]) - highest + 3), notes)


def _paragraphs(text: str) -> list[str]:
    parts = [escape(part) for part in saying.clean(text).split("\n") if part.strip()]
    return "\n\n".join(parts).split("\n")


def _action(item: ActionItem, conversation: Conversation) -> str:
    owner, due = saying.owner(item, conversation), saying.due(item)
    who = f"**{escape(owner)}:** " if owner else ""
    when = f" *(due {escape(due)})*" if due else ""
    return f"- [{'x' if item.done else ' '}] {who}{escape(item.text)}{when}"


def _transcript(conversation: Conversation, options: Options) -> Iterator[str]:
    nothing = True
    for entry in entries(conversation, options):
        nothing = False
        yield ""
        match entry:
            case Turn():
                name = f"**{escape(conversation.name(entry.speaker))}**" if options.names else ""
                time = f"`{clock(entry.t0)}`" if options.timestamps else ""
                head = " ".join(part for part in (name, time) if part)
                text = escape(entry.text)
                yield f"{head}: {text}" if head else text
            case Mark():
                yield _mark(entry, options)
            case Gap():
                time = f"`{clock(entry.t0)}` " if options.timestamps else ""
                yield f"*{time}[{escape(saying.gap_words(entry, conversation))}]*"
    if nothing:
        yield from ("", "*Nothing was said or heard.*" if options.transcript else "*None.*")


def _mark(mark: Mark, options: Options) -> str:
    time = f"`{clock(mark.chip.t)}` " if options.timestamps else ""
    words = escape(saying.chip_words(mark.chip))
    return f"> {time}**{saying.CHIPS[mark.chip.kind]}:** {words}"


FORMAT = Format(
    name="markdown",
    title="Markdown",
    about="For notes apps, wikis and repositories.",
    suffix=".md",
    text=True,
    uses=ALL_OPTIONS,
    render=render,
)
