"""The little of Markdown that notes are written in, as blocks that any format can lay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from liveconvo_desktop.export.saying import clean

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$")
_MARKS = re.compile(r"(\*\*|__|`)(.+?)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?!\s)([^*]+)(?<!\s)\*(?![\w*])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a bullet or a paragraph.

    Attributes:
        level: Of a heading 1..6; of a bullet how far it is indented, from 0.
        text: Without marks.
    """

    kind: Literal["heading", "bullet", "paragraph"]
    level: int
    text: str


def blocks(markdown: str) -> Iterator[Block]:
    """The notes' blocks in order; lines of a paragraph are joined."""
    paragraph: list[str] = []
    for line in [*clean(markdown).split("\n"), ""]:
        heading, bullet = _HEADING.match(line), _BULLET.match(line)
        if paragraph and (heading or bullet or not line.strip()):
            yield Block("paragraph", 0, _plain(" ".join(paragraph)))
            paragraph = []
        if heading:
            yield Block("heading", len(heading[1]), _plain(heading[2]))
        elif bullet:
            yield Block("bullet", min(3, len(bullet[1].expandtabs(4)) // 2), _plain(bullet[2]))
        elif line.strip():
            paragraph.append(line.strip())


def _plain(text: str) -> str:
    text = _EMPHASIS.sub(r"\1", _MARKS.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", text).strip()
