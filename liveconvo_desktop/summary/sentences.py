"""A transcript as sentences: turns put together, cut, cleaned, each with the lines it is from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from liveconvo_desktop.language.acts import NEUTRAL, is_backchannel
from liveconvo_desktop.language.words import tokens
from liveconvo_desktop.summary import cleaning
from liveconvo_desktop.summary.base import Line

JOIN_SECONDS = 3.0
"""A longer silence ends a turn even if the same person goes on."""

OTHER_SCRIPT = re.compile(r"[^\W\d_\x00-\u024f]")
"""A letter that is not Latin."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A cleaned sentence.

    Attributes:
        order: Its place in the call, from 0.
        turn: The turn it belongs to, from 0.
        sources: Ids of the lines that hold it.
        raw: As it was said.
        content: Stems of the words that carry its subject.
    """

    order: int
    turn: int
    speaker: str
    t0: float
    t1: float
    text: str
    raw: str
    sources: tuple[str, ...]
    content: tuple[str, ...]

    @property
    def asks(self) -> bool:
        """It was marked as a question."""
        return self.text.endswith("?")

    @property
    def words(self) -> int:
        """Words of the cleaned text."""
        return len(self.text.split())


def sentences(lines: Iterable[Line]) -> list[Sentence]:
    """Every sentence of substance, in the order of the call."""
    found: list[Sentence] = []
    for number, turn in enumerate(turns(lines)):
        for start, end, parts in _cut(turn):
            raw = words_of(turn)[start:end]
            text = cleaning.clean(raw)
            if not text or _is_noise(text):
                continue
            content = tuple(t.stem for t in tokens(text) if t.word not in NEUTRAL)
            found.append(
                Sentence(
                    order=len(found),
                    turn=number,
                    speaker=turn[0].speaker,
                    t0=parts[0].t0,
                    t1=parts[-1].t1,
                    text=text,
                    raw=raw,
                    sources=tuple(one.id for one in parts),
                    content=content,
                )
            )
    return found


def turns(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that belong together: one speaker, without a long silence between.

    A listener's "yeah" between two lines of the other takes no turn and is left out.
    """
    found: list[list[Line]] = []
    spoken = sorted(lines, key=lambda line: (line.t0, line.t1))
    for line in spoken:
        if not cleaning.plain(line.text) or _is_noise(cleaning.plain(line.text)):
            continue
        last = found[-1][-1] if found else None
        if last and last.speaker == line.speaker and line.t0 - last.t1 <= JOIN_SECONDS:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _is_noise(text: str) -> bool:
    """A listener's "yeah"; words in another script, which the judge does not see, are none."""
    return is_backchannel(text) and not OTHER_SCRIPT.search(text)


def words_of(turn: Sequence[Line]) -> str:
    """The words of a turn."""
    return " ".join(cleaning.plain(line.text) for line in turn)


def _cut(turn: Sequence[Line]) -> list[tuple[int, int, list[Line]]]:
    """Sentences of a turn as (start, end, the lines they touch)."""
    places: list[tuple[int, int, Line]] = []
    at = 0
    for line in turn:
        length = len(cleaning.plain(line.text))
        places.append((at, at + length, line))
        at += length + 1
    return [
        (start, end, [line for first, last, line in places if first < end and last > start])
        for start, end in _spans(turn)
    ]


def _spans(turn: Sequence[Line]) -> list[tuple[int, int]]:
    """Sentences; where a recogniser gives no marks at all, each line is one."""
    text = words_of(turn)
    if any(mark in text for mark in ".?!"):
        return cleaning.split(text)
    spans: list[tuple[int, int]] = []
    at = 0
    for line in turn:
        length = len(cleaning.plain(line.text))
        spans.append((at, at + length))
        at += length + 1
    return spans
