"""The lines of a transcript as a user edits them; pure.

Every operation returns a new ``Lines``: undoing is going back to an earlier one. What the
recogniser wrote is never thrown away. Lines that were changed belong to a group, which keeps the
rows they were made of; restoring a group puts exactly those rows back.
"""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import Speaker, new_id


class EditError(LiveConvoError):
    """The operation makes no sense on this line."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint, "review")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the transcript.

    Attributes:
        t0, t1: Session seconds, to the millisecond as they are stored.
        confidence: 0..1 to the hundredth, or None.
        group: What it was made of, see ``Lines.originals``; empty while it is as recognised.
    """

    id: str
    speaker: Speaker
    t0: float
    t1: float
    text: str
    confidence: float | None = None
    provider: str = ""
    group: str = ""
    starred: bool = False
    comment: str = ""

    @property
    def edited(self) -> bool:
        """It is no longer what the recogniser wrote."""
        return bool(self.group)

    @property
    def bare(self) -> Line:
        """The row alone, without what the user added."""
        return replace(self, group="", starred=False, comment="")


def _place(line: Line) -> tuple[float, float, str]:
    return line.t0, line.t1, line.id


@dataclass(frozen=True)
class Lines:
    """A transcript in order of time; immutable.

    Attributes:
        originals: A group's rows as the recogniser wrote them, in order of time. A group whose
            lines were all deleted stays, so that it can be restored.
    """

    lines: tuple[Line, ...]
    originals: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)

    def line(self, line_id: str) -> Line:
        """The line of that id.

        Raises:
            EditError: There is none.
        """
        return self.lines[self._at(line_id)]

    def deleted(self) -> list[str]:
        """Groups of which no line is left, by time."""
        living = {line.group for line in self.lines}
        gone = [group for group in self.originals if group not in living]
        return sorted(gone, key=lambda group: self.originals[group][0].t0)

    def edit(self, line_id: str, text: str) -> Lines:
        """Other words; none at all delete the line."""
        text = " ".join(text.split())
        line = self.line(line_id)
        if not text:
            return self.delete(line_id)
        return self._change(line, lambda one: [replace(one, text=text)])

    def set_speaker(self, line_id: str, speaker: Speaker) -> Lines:
        """Somebody else said it."""
        return self._change(self.line(line_id), lambda one: [replace(one, speaker=speaker)])

    def delete(self, line_id: str) -> Lines:
        """Take the line out; ``restore`` of its group brings the recogniser's rows back."""
        return self._change(self.line(line_id), lambda _: [])

    def split(self, line_id: str, at: int, fresh: Callable[[], str] = new_id) -> Lines:
        """Two lines of one; the time of the cut is taken from its place in the text.

        Args:
            line_id: The line.
            at: Index of a character; a cut inside a word moves to the nearest end of it.
            fresh: Makes the id of the second line.

        Raises:
            EditError: There is nothing on one side.
        """
        line = self.line(line_id)
        cut = _word_end(line.text, at)
        head, tail = line.text[:cut].rstrip(), line.text[cut:].lstrip()
        if not head or not tail:
            raise EditError(
                "The line cannot be split here.", "Put the cursor between two of its words."
            )
        share = len(head) / (len(head) + len(tail))
        middle = round(line.t0 + (line.t1 - line.t0) * share, 3)
        second = replace(line, id=fresh(), t0=middle, text=tail, starred=False, comment="")
        return self._change(
            line,
            lambda one: [
                replace(one, t1=middle, text=head),
                replace(second, group=one.group),
            ],
        )

    def merge(self, line_id: str) -> Lines:
        """One line of this and the next one.

        Raises:
            EditError: It is the last one, or somebody else says the next one.
        """
        at = self._at(line_id)
        if at + 1 == len(self.lines):
            raise EditError("This is the last line.", "Merge the line before it instead.")
        line, after = self.lines[at], self.lines[at + 1]
        if line.speaker != after.speaker:
            raise EditError(
                "The next line is somebody else's.", "Change its speaker first, then merge."
            )
        merged = replace(
            line,
            t1=max(line.t1, after.t1),
            text=f"{line.text} {after.text}",
            confidence=_confidence(line, after),
            starred=line.starred or after.starred,
            comment=_comments([line, after]),
        )
        both = self._grouped(line)._grouped(after)
        one, other = both.line(line.id), both.line(after.id)
        joined = both._join(one.group, other.group)
        group = joined.line(line.id).group
        return joined._put({line.id, after.id}, [replace(merged, group=group)])._settled(group)

    def star(self, line_id: str, on: bool) -> Lines:
        """Mark a line, or not any more."""
        return self._put({line_id}, [replace(self.line(line_id), starred=on)])

    def comment(self, line_id: str, text: str) -> Lines:
        """Note something at a line; empty takes the note away."""
        return self._put({line_id}, [replace(self.line(line_id), comment=text.strip())])

    def restore(self, group: str) -> Lines:
        """Put a group's rows back as the recogniser wrote them; stars and comments stay.

        Raises:
            EditError: There is no such group.
        """
        rows = self.originals.get(group)
        if rows is None:
            raise EditError("This line is as it was recognised.", "There is nothing to restore.")
        made = [line for line in self.lines if line.group == group]
        homes: dict[str, list[Line]] = {row.id: [] for row in rows}
        for line in made:
            homes[line.id if line.id in homes else rows[0].id].append(line)
        back = [
            replace(
                row,
                starred=any(line.starred for line in homes[row.id]),
                comment=_comments(homes[row.id]),
            )
            for row in rows
        ]
        plain = {key: kept for key, kept in self.originals.items() if key != group}
        return Lines(self.lines, plain)._put({line.id for line in made}, back)

    def _at(self, line_id: str) -> int:
        for at, line in enumerate(self.lines):
            if line.id == line_id:
                return at
        raise EditError("This line is no longer there.", "Open the session again.")

    def _change(self, line: Line, make: Callable[[Line], list[Line]]) -> Lines:
        grouped = self._grouped(line)
        one = grouped.line(line.id)
        return grouped._put({one.id}, make(one))._settled(one.group)

    def _grouped(self, line: Line) -> Lines:
        """With the row kept as an original, if it is the recogniser's."""
        if line.group:
            return self
        kept = {**self.originals, line.id: (line.bare,)}
        return Lines(self.lines, kept)._put({line.id}, [replace(line, group=line.id)])

    def _join(self, group: str, other: str) -> Lines:
        if group == other:
            return self
        rows = sorted((*self.originals[group], *self.originals[other]), key=_place)
        kept = {key: one for key, one in self.originals.items() if key not in (group, other)}
        moved = [replace(one, group=group) for one in self.lines if one.group == other]
        return Lines(self.lines, {**kept, group: tuple(rows)})._put(
            {one.id for one in moved}, moved
        )

    def _put(self, gone: Collection[str], new: Iterable[Line]) -> Lines:
        kept = [line for line in self.lines if line.id not in gone]
        for line in new:
            bisect.insort(kept, line, key=_place)
        return Lines(tuple(kept), self.originals)

    def _settled(self, group: str) -> Lines:
        """A group whose lines say again what was recognised is none."""
        made = [line for line in self.lines if line.group == group]
        if tuple(line.bare for line in made) != self.originals[group]:
            return self
        plain = {key: kept for key, kept in self.originals.items() if key != group}
        return Lines(self.lines, plain)._put(
            {line.id for line in made}, [replace(line, group="") for line in made]
        )


def _comments(lines: list[Line]) -> str:
    """The comments of several lines on one."""
    return "\n".join(line.comment for line in lines if line.comment)


def _confidence(*lines: Line) -> float | None:
    """The mean by length of text; None where one is not known."""
    known = [(line.confidence, len(line.text)) for line in lines if line.confidence is not None]
    if len(known) < len(lines):
        return None
    weight = sum(size for _, size in known)
    return round(sum(value * size for value, size in known) / weight, 2) if weight else None


def _word_end(text: str, at: int) -> int:
    """``at``, or the nearest place between words; 0 where there is none."""
    at = min(max(at, 0), len(text))
    if at in (0, len(text)) or text[at].isspace() or text[at - 1].isspace():
        return at
    if _unspaced(text[at - 1]) and _unspaced(text[at]):
        return at
    places = [place for place, letter in enumerate(text) if letter.isspace()]
    return min(places, key=lambda place: abs(place - at), default=0)


def _unspaced(letter: str) -> bool:
    """It is of a script that puts no spaces between words: Chinese, Japanese, Thai and others."""
    return unicodedata.name(letter, "").startswith(_UNSPACED)


_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
