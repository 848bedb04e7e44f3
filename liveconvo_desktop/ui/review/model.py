"""The rows of a reviewed transcript: lines and marked gaps in order of time, chips beside them."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from liveconvo_desktop.events import SPEAKER_OF, Gap, Speaker
from liveconvo_desktop.language.lines import Line, Lines
from liveconvo_desktop.language.saying import REASONS, SPEAKERS, missing, side
from liveconvo_desktop.store import ChipRow
from liveconvo_desktop.ui import theme, words

Row = Line | Gap
Index = QModelIndex | QPersistentModelIndex


class ReviewModel(QAbstractListModel):
    """Rows are reached directly (``row``), not through roles: a delegate asks for thousands.

    Attributes:
        editable: Lines may be edited in place.
        names: What speakers are called.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editable = False
        self.names: dict[Speaker, str] = dict(SPEAKERS)
        self._rows: list[Row] = []
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._gaps: tuple[Gap, ...] = ()
        self._chips: tuple[ChipRow, ...] = ()
        self._beside: dict[int, list[ChipRow]] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows of the flat list."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """A row's plain text, for copying and screen readers."""
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.plain(index.row())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Lines can be edited where the session can."""
        found = super().flags(index)
        if self.editable and index.isValid() and self.line(index.row()) is not None:
            found |= Qt.ItemFlag.ItemIsEditable
        return found

    def row(self, at: int) -> Row:
        """The line or gap of a row."""
        return self._rows[at]

    def line(self, at: int) -> Line | None:
        """The line of a row, None for a gap or where there is no row."""
        row = self._rows[at] if 0 <= at < len(self._rows) else None
        return row if isinstance(row, Line) else None

    def lines(self) -> list[Line]:
        """The lines in order of time."""
        return [row for row in self._rows if isinstance(row, Line)]

    def chips(self, at: int) -> Sequence[ChipRow]:
        """What was raised while a row was spoken, or since."""
        return self._beside.get(at, ())

    def head(self, at: int) -> bool:
        """The speaker changes here, so that the name is written."""
        row, before = self._rows[at], self._rows[at - 1] if at else None
        return isinstance(row, Line) and not (
            isinstance(before, Line) and before.speaker == row.speaker
        )

    def at_time(self, t: float) -> int:
        """The row that is spoken at a time, the latest to begin; else the one before; else -1."""
        last = bisect.bisect_right(self._starts, t) - 1
        for at in range(last, max(-1, last - 8), -1):
            if self._ends[at] > t and isinstance(self._rows[at], Line):
                return at
        while last >= 0 and not isinstance(self._rows[last], Line):
            last -= 1
        return last

    def place(self, line_id: str) -> int:
        """The row of a line, or -1."""
        for at, row in enumerate(self._rows):
            if isinstance(row, Line) and row.id == line_id:
                return at
        return -1

    def fill(
        self,
        lines: Lines,
        gaps: Sequence[Gap],
        chips: Sequence[ChipRow],
        names: Mapping[Speaker, str],
    ) -> None:
        """Show another session."""
        self.beginResetModel()
        self._gaps, self._chips = tuple(gaps), tuple(chips)
        self.names = {**SPEAKERS, **names}
        self._take(self._sorted(lines))
        self.endResetModel()

    def complete(
        self,
        lines: Lines,
        gaps: Sequence[Gap],
        chips: Sequence[ChipRow],
        names: Mapping[Speaker, str],
    ) -> None:
        """The whole session, of which the first lines are shown already: they stay in place."""
        self._gaps, self._chips = tuple(gaps), tuple(chips)
        self.names = {**SPEAKERS, **names}
        self.update(lines)
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def rename(self, speaker: Speaker, name: str) -> None:
        """Call a speaker otherwise; empty: as before the user named him."""
        self.names[speaker] = name or SPEAKERS[speaker]
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def rate(self, one: ChipRow) -> None:
        """Show a chip as it is saved now."""
        self._chips = tuple(one if chip.chip.id == one.chip.id else chip for chip in self._chips)
        self._beside = self._placed()
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def update(self, lines: Lines) -> None:
        """Show the next state; only the rows that differ are touched."""
        rows = self._sorted(lines)
        old = self._rows
        first = 0
        while first < min(len(old), len(rows)) and old[first] == rows[first]:
            first += 1
        tail = 0
        while tail < min(len(old), len(rows)) - first and old[-1 - tail] == rows[-1 - tail]:
            tail += 1
        gone, new = len(old) - first - tail, len(rows) - first - tail
        kept = min(gone, new)
        if gone > new:
            self.beginRemoveRows(QModelIndex(), first + kept, first + gone - 1)
            self._take(rows)
            self.endRemoveRows()
        elif new > gone:
            self.beginInsertRows(QModelIndex(), first + kept, first + new - 1)
            self._take(rows)
            self.endInsertRows()
        else:
            self._take(rows)
        # One more: it may have become, or stopped being, the first of its speaker.
        last = min(len(rows) - 1, first + kept)
        if gone or new:
            self.dataChanged.emit(self.index(min(first, max(0, last))), self.index(last))

    def plain(self, at: int) -> str:
        """A row as one line of text."""
        row = self._rows[at]
        if isinstance(row, Gap):
            return gap_text(row)
        notes = [
            "starred" if row.starred else "",
            "edited" if row.edited else "",
            f"comment: {row.comment}" if row.comment else "",
            *(f"{theme.KIND_NAMES[one.chip.kind]}: {one.chip.text}" for one in self.chips(at)),
        ]
        more = "; ".join(note for note in notes if note)
        told = f"{self.names[row.speaker]}, {words.clock(row.t0)}: {row.text}"
        return f"{told} ({more})" if more else told

    def find(self, text: str) -> list[int]:
        """Rows whose words or comment contain a text, whatever its case."""
        wanted = text.casefold()
        return [
            at
            for at, row in enumerate(self._rows)
            if isinstance(row, Line)
            and (wanted in row.text.casefold() or wanted in row.comment.casefold())
        ]

    def _sorted(self, lines: Lines) -> list[Row]:
        rows: list[Row] = [*lines.lines, *self._gaps]
        rows.sort(key=lambda row: row.t0)
        return rows

    def _take(self, rows: list[Row]) -> None:
        self._rows = rows
        self._starts = [row.t0 for row in rows]
        self._ends = [row.t1 for row in rows]
        assert all(one <= other for one, other in pairwise(self._starts))
        self._beside = self._placed()

    def _placed(self) -> dict[int, list[ChipRow]]:
        beside: dict[int, list[ChipRow]] = {}
        for one in self._chips:
            at = max(0, self.at_time(one.chip.t))
            if self.line(at) is not None:
                beside.setdefault(at, []).append(one)
        return beside


def gap_text(gap: Gap) -> str:
    """What is missing, where and why."""
    length = words.duration(gap.t1 - gap.t0)
    return missing(length, side(SPEAKER_OF[gap.channel]), REASONS[gap.reason])


def chip_told(one: ChipRow) -> str:
    """A chip in short: what it said, what the user did with it, and why it was raised."""
    quotes = [f"“{e.quote}”" if e.segment_id else e.quote for e in one.chip.evidence]
    return "\n".join([f"{one.chip.text} ({chip_state(one)})", *quotes])


def chip_state(one: ChipRow) -> str:
    """What the user did with a chip, in words."""
    feedback = {
        "helpful": "you found it helpful",
        "irrelevant": "you found it irrelevant",
        "too_late": "it came too late for you",
    }
    if one.feedback is not None:
        return feedback[one.feedback]
    if one.clicked:
        return "you used it"
    if one.dismissed:
        return "you dismissed it"
    return "shown" if one.displayed else "not shown"


def chip_icon(one: ChipRow) -> str:
    """What became of a chip, as an icon; empty where nothing did."""
    if one.feedback == "helpful":
        return "thumbs-up"
    if one.feedback == "too_late":
        return "clock"
    if one.feedback == "irrelevant" or one.dismissed:
        return "close"
    return "check" if one.clicked else ""
