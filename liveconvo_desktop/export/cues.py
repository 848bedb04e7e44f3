"""Times and cues of subtitle files, SRT and WebVTT: written by their formats, read here.

Both are read the way players do: what is no cue is passed over. A file without any cue is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from liveconvo_desktop.export.base import ExportError
from liveconvo_desktop.export.saying import clean, one_line

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_VOICE = re.compile(r"<v((?:\.[\w-]+)*)\s+([^>]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<(?:\d+:)?\d\d:\d\d\.\d{3}>|\{\\[^{}]{0,40}\}")
_DASH = re.compile(r"^[-–—]\s*")
_NAME = re.compile(r"^([^\W\d_][\w .,'’()/&-]{0,47}?)\s?[:：]\s+(?=\S)")
_BLOCKS = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """What was said, and when.

    Attributes:
        t0: Seconds.
        name: As the file says it, or empty.
        voice: Classes of a WebVTT voice span ("user").
    """

    t0: float
    t1: float
    text: str
    name: str = ""
    voice: tuple[str, ...] = ()


def stamp(seconds: float, point: str) -> str:
    """``01:02:03.450``; hours grow beyond 99 where need be."""
    total = max(0, round(seconds * 1000))
    minutes, ms = divmod(total, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}{point}{ms % 1000:03}"


def read_cues(text: str, what: str) -> list[Cue]:
    """Cues of an SRT or WebVTT file in order of time.

    Args:
        text: The whole file, decoded.
        what: The file's name, for the message.

    Raises:
        ExportError: There is no cue in it.
    """
    vtt = text.lstrip("\ufeff").startswith("WEBVTT")
    found = _vtt(text) if vtt else _srt(text)
    cues = [part for cue in found for part in _voices(cue, entities=vtt)]
    cues = [cue for cue in cues if cue.text]
    if not cues:
        raise ExportError(
            f"{what} holds no subtitles: no line with times such as "
            "00:00:01.000 --> 00:00:04.000 is followed by words.",
            "Choose an SRT or WebVTT file.",
            "import",
        )
    return sorted(_named(cues), key=lambda cue: (cue.t0, cue.t1))


def _seconds(match: re.Match[str], first: int) -> float:
    hours, minutes, secs, fraction = match.group(first, first + 1, first + 2, first + 3)
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(secs)
    return (whole * 1000 + int(fraction.ljust(3, "0"))) / 1000


def _cue(match: re.Match[str], lines: list[str]) -> Cue:
    t0, t1 = _seconds(match, 1), _seconds(match, 5)
    return Cue(t0, max(t0, t1), "\n".join(lines).strip())


def _srt(text: str) -> Iterator[Cue]:
    """From one line of times to the next: real files have blank lines in cues and lack numbers."""
    timing: re.Match[str] | None = None
    body: list[str] = []
    for line in clean(text).lstrip("\ufeff").split("\n"):
        found = _TIMING.match(line)
        if not found:
            body.append(line)
            continue
        if timing:
            yield _cue(timing, _without_number(body))
        timing, body = found, []
    if timing:
        yield _cue(timing, body)


def _without_number(body: list[str]) -> list[str]:
    """Without the number of the next cue, which stands before its times."""
    return body[:-1] if len(body) > 1 and body[-1].strip().isdigit() else body


def _vtt(text: str) -> Iterator[Cue]:
    """Blocks between blank lines; a cue's id stands before its times."""
    for block in re.split(r"\n[ \t]*\n", clean(text)):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith(_BLOCKS):
            continue
        for at, line in enumerate(lines[:2]):
            found = _TIMING.match(line)
            if found:
                yield _cue(found, lines[at + 1 :])
                break


def _voices(cue: Cue, *, entities: bool) -> Iterator[Cue]:
    """A cue may hold several voices, or several people after dashes."""
    first, *spans = _VOICE.split(cue.text)
    lines = first.split("\n")
    dialogue = not spans and len(lines) > 1 and all(_DASH.match(line) for line in lines)
    for text in [_DASH.sub("", line) for line in lines] if dialogue else [first]:
        yield replace(cue, text=_words(text, entities))
    for classes, name, text in zip(spans[0::3], spans[1::3], spans[2::3], strict=True):
        voice = tuple(part for part in classes.split(".") if part)
        who = one_line(html.unescape(name))
        yield replace(cue, text=_words(text, entities), name=who, voice=voice)


def _words(text: str, entities: bool) -> str:
    bare = _TAG.sub("", text)
    return one_line(html.unescape(bare) if entities else bare)


def _named(cues: list[Cue]) -> list[Cue]:
    """Names before a colon, where they are names: one that comes twice, or nearly every time."""
    found = [_NAME.match(cue.text) if not cue.name else None for cue in cues]
    counts: dict[str, int] = {}
    for match in found:
        if match:
            counts[match[1]] = counts.get(match[1], 0) + 1
    nearly_all = sum(counts.values()) >= 0.5 * len(cues)
    names = {name for name, count in counts.items() if nearly_all or count > 1}
    named: list[Cue] = []
    for cue, match in zip(cues, found, strict=True):
        if match and match[1] in names:
            cue = replace(cue, name=match[1], text=cue.text[match.end() :])
        elif not cue.name and names and named:
            # Who speaks is often said only where it changes.
            cue = replace(cue, name=named[-1].name)
        named.append(cue)
    return named
