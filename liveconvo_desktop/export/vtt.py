"""WebVTT subtitles: for video on web pages; says who speaks in a way that machines read."""

from __future__ import annotations

from liveconvo_desktop.events import Segment
from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import Conversation, Format, Mark, Options
from liveconvo_desktop.export.cues import stamp
from liveconvo_desktop.language.saying import clock


def escape(text: str) -> str:
    """Cue text (W3C WebVTT, 4.2.2): no tag, no entity and no arrow but ours."""
    one = saying.one_line(text)
    return one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8; a cue a line, its voice's class the speaker; guidance as comments."""
    # An arrow would make a cue of a header line or a comment.
    title = saying.one_line(conversation.title).replace("-->", "→")
    parts = [f"WEBVTT - {title}"]
    timed = [(line.t0, 0, _cue(line, conversation, options)) for line in conversation.lines]
    if options.chips:
        timed += [(mark.chip.t, 1, _note(mark)) for mark in conversation.marks]
    parts += [text for _, _, text in sorted(timed, key=lambda one: one[:2])]
    return ("\n\n".join(parts) + "\n").encode()


def _cue(line: Segment, conversation: Conversation, options: Options) -> str:
    times = f"{stamp(line.t0, '.')} --> {stamp(line.t1, '.')}"
    text = escape(line.text)
    if options.names:
        text = f"<v.{line.speaker} {escape(conversation.name(line.speaker))}>{text}</v>"
    return f"{times}\n{text}"


def _note(mark: Mark) -> str:
    text = f"{saying.CHIPS[mark.chip.kind]}: {saying.chip_words(mark.chip)}"
    return f"NOTE {clock(mark.chip.t)} {text.replace('-->', '→')}"


FORMAT = Format(
    name="vtt",
    title="WebVTT subtitles",
    about="For video on web pages; keeps who speaks.",
    suffix=".vtt",
    text=True,
    uses=frozenset({"names", "chips"}),
    render=render,
)
