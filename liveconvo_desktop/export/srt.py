"""SubRip subtitles: for every video player and editor."""

from __future__ import annotations

import re

from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import Conversation, Format, Options
from liveconvo_desktop.export.cues import stamp

_STYLE = re.compile(r"(<(?=/?[A-Za-z])|\{(?=\\))")


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8 with CRLF, as the format's own program wrote it; a cue a line."""
    parts: list[str] = []
    for number, line in enumerate(conversation.lines, 1):
        text = _safe(saying.one_line(line.text))
        name = f"{saying.one_line(conversation.name(line.speaker))}: " if options.names else ""
        times = f"{stamp(line.t0, ',')} --> {stamp(line.t1, ',')}"
        parts.append(f"{number}\r\n{times}\r\n{name}{text}\r\n")
    return "\r\n".join(parts).encode()


def _safe(text: str) -> str:
    """The format has no escapes: an arrow would be read as times, a tag or a brace as style."""
    return _STYLE.sub(r"\1 ", text.replace("-->", "→"))


FORMAT = Format(
    name="srt",
    title="SRT subtitles",
    about="For every video player and editor.",
    suffix=".srt",
    text=True,
    uses=frozenset({"names"}),
    render=render,
)
