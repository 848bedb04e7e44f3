"""The lines of a conversation as a Qt model: segments, holes and guidance in order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from liveconvo_desktop.events import SPEAKER_OF, Channel, Chip, Gap, GapReason, Segment
from liveconvo_desktop.language.saying import REASONS, SPEAKERS, missing, side
from liveconvo_desktop.ui import theme, words

_TOGETHER = 1.0
"""Seconds between the beginnings of the two sides' holes that are one event, a pause."""
_BOTH_SIDES: tuple[GapReason, ...] = ("paused", "killed")
"""What happens to the call rather than to a device."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Missing audio as a person sees it: of one side, or of both at once.

    Attributes:
        starts: When each side's hole began; a side that is not missing is absent.
    """

    starts: tuple[tuple[Channel, float], ...]
    t1: float
    reason: GapReason

    @property
    def t0(self) -> float:
        """When the first side went."""
        return min(t0 for _, t0 in self.starts)

    @property
    def side(self) -> str:
        """Whose words are missing."""
        if len(self.starts) > 1:
            return "both sides"
        return side(SPEAKER_OF[self.starts[0][0]])

    @property
    def told(self) -> str:
        """What is missing, where and why."""
        return missing(words.duration(self.t1 - self.t0), self.side, REASONS[self.reason])

    def holds(self, gap: Gap) -> bool:
        """The same hole, seen again as it grows."""
        return (gap.channel, gap.t0) in self.starts

    def joins(self, gap: Gap) -> bool:
        """The other side of the same event."""
        missing = all(channel != gap.channel for channel, _ in self.starts)
        near = abs(gap.t0 - self.t0) < _TOGETHER
        return missing and near and self.reason == gap.reason and gap.reason in _BOTH_SIDES

    def grown(self, gap: Gap) -> Hole:
        """With what is known of a side now."""
        starts = dict(self.starts) | {gap.channel: gap.t0}
        return replace(self, starts=tuple(starts.items()), t1=max(self.t1, gap.t1))


Row = Segment | Chip | Gap
"""What comes in."""
Shown = Segment | Chip | Hole
"""What a line is made of."""
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
HEAD_ROLE = ROW_ROLE + 1
"""True where the speaker changes, so that the name is written."""


class TranscriptModel(QAbstractListModel):
    """Partials are replaced under their id; a final with empty text takes its line back.

    Args:
        limit: Keep at most this many rows, dropping the oldest (everything is in the database).
    """

    def __init__(self, limit: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._rows: list[Shown] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows of the flat list."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Row, head flag, and the plain text for copying and screen readers."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == HEAD_ROLE:
            return self._is_head(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return plain(row)
        return None

    def clear(self) -> None:
        """Forget every row."""
        self.fill([])

    def fill(self, rows: Iterable[Row]) -> None:
        """Show these rows instead, sorted here by time."""
        self.beginResetModel()
        self._rows = []
        for row in rows:
            at = self._find_hole(row) if isinstance(row, Gap) else None
            if isinstance(row, Gap) and at is not None:
                self._rows[at] = self._grown(at, row)
            else:
                self._rows.append(_row(row))
        self._rows.sort(key=start)
        self.endResetModel()

    def put(self, event: Row) -> None:
        """Take in an event in its place: replace, insert or remove.

        A hole is told again and again while it grows, and by both sides: it stays one row.
        """
        if isinstance(event, Gap):
            at = self._find_hole(event)
            row: Shown = _row(event) if at is None else self._grown(at, event)
        else:
            at, row = self._find(event), event
        if isinstance(row, Segment) and not row.text.strip():
            if at is not None and row.final:
                self._remove(at, at)
        elif at is None:
            self._insert(row)
        else:
            self._replace(at, row)

    def _replace(self, at: int, row: Shown) -> None:
        old = self._rows[at]
        if isinstance(old, Segment) and isinstance(row, Segment) and old.final and not row.final:
            return
        self._rows[at] = row
        self._touch(at, at)

    def _insert(self, row: Shown) -> None:
        at = len(self._rows)
        while at and start(self._rows[at - 1]) > start(row):
            at -= 1
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.insert(at, row)
        self.endInsertRows()
        self._touch(at + 1, at + 1)
        if self._limit and len(self._rows) > self._limit:
            self._remove(0, len(self._rows) - self._limit - 1)

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        del self._rows[first : last + 1]
        self.endRemoveRows()
        self._touch(first, first)

    def _touch(self, first: int, last: int) -> None:
        if first < len(self._rows):
            self.dataChanged.emit(self.index(first), self.index(min(last, len(self._rows) - 1)))

    def _find_hole(self, gap: Gap) -> int | None:
        for at in range(len(self._rows) - 1, -1, -1):
            row = self._rows[at]
            if isinstance(row, Hole) and (row.holds(gap) or row.joins(gap)):
                return at
        return None

    def _grown(self, at: int, gap: Gap) -> Hole:
        hole = self._rows[at]
        assert isinstance(hole, Hole)
        return hole.grown(gap)

    def _find(self, row: Segment | Chip) -> int | None:
        for at in range(len(self._rows) - 1, -1, -1):
            if getattr(self._rows[at], "id", None) == row.id:
                return at
        return None

    def _is_head(self, at: int) -> bool:
        row, before = self._rows[at], self._rows[at - 1] if at else None
        if not isinstance(row, Segment) or not isinstance(before, Segment):
            return True
        return before.speaker != row.speaker


def _row(event: Row) -> Shown:
    if isinstance(event, Gap):
        return Hole(((event.channel, event.t0),), event.t1, event.reason)
    return event


def start(row: Shown) -> float:
    """Where a row stands in time."""
    return row.t if isinstance(row, Chip) else row.t0


def plain(row: Shown) -> str:
    """A row as one line of text."""
    at = words.clock(start(row))
    if isinstance(row, Segment):
        return f"{SPEAKERS[row.speaker]}, {at}: {row.text}"
    if isinstance(row, Chip):
        return f"{theme.KIND_NAMES[row.kind]}, {at}: {row.text}"
    return f"{at}: {row.told}"
