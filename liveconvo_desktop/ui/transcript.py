"""The lines of a conversation as a Qt model: segments, holes and guidance in order of time."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from liveconvo_desktop.events import Chip, Gap, Segment
from liveconvo_desktop.ui import theme, words

Row = Segment | Chip | Gap
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
        self._rows: list[Row] = []

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

    def fill(self, rows: list[Row]) -> None:
        """Show these rows instead, sorted here by time."""
        self.beginResetModel()
        self._rows = sorted(rows, key=start)
        self.endResetModel()

    def put(self, row: Row) -> None:
        """Take in an event in its place: replace, insert or remove."""
        at = self._find(row)
        if isinstance(row, Segment) and not row.text.strip():
            if at is not None and row.final:
                self._remove(at, at)
        elif at is None:
            self._insert(row)
        else:
            self._replace(at, row)

    def _replace(self, at: int, row: Row) -> None:
        old = self._rows[at]
        if isinstance(old, Segment) and isinstance(row, Segment) and old.final and not row.final:
            return
        self._rows[at] = row
        self._touch(at, at)

    def _insert(self, row: Row) -> None:
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

    def _find(self, row: Row) -> int | None:
        if isinstance(row, Gap):
            return None
        for at in range(len(self._rows) - 1, -1, -1):
            if getattr(self._rows[at], "id", None) == row.id:
                return at
        return None

    def _is_head(self, at: int) -> bool:
        row, before = self._rows[at], self._rows[at - 1] if at else None
        if not isinstance(row, Segment) or not isinstance(before, Segment):
            return True
        return before.speaker != row.speaker


def start(row: Row) -> float:
    """Where a row stands in time."""
    return row.t if isinstance(row, Chip) else row.t0


def plain(row: Row) -> str:
    """A row as one line of text."""
    at = words.clock(start(row))
    if isinstance(row, Segment):
        return f"{words.SPEAKERS[row.speaker]}, {at}: {row.text}"
    if isinstance(row, Chip):
        return f"{theme.KIND_NAMES[row.kind]}, {at}: {row.text}"
    side = "Your side" if row.channel == "mic" else "Their side"
    return f"{side}, {at}: {words.duration(row.t1 - row.t0)} missing, {gap_reason(row)}"


def gap_reason(gap: Gap) -> str:
    """Why audio is missing, in words."""
    return words.GAP_REASONS[gap.reason]
