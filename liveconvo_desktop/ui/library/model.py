"""The calls as a Qt table that loads as you scroll."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from liveconvo_desktop.call.liveness import is_live
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.library import Filter, Library, LibraryRow, SortKey
from liveconvo_desktop.ui import words
from liveconvo_desktop.ui.bridge import Bridge

Index = QModelIndex | QPersistentModelIndex
PAGE = 100
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
RUNNING_ROLE = ROW_ROLE + 1

COLUMNS: tuple[tuple[SortKey, str], ...] = (
    ("title", "Title"),
    ("type", "Type"),
    ("date", "Date"),
    ("duration", "Length"),
    ("people", "People"),
    ("talk", "You talked"),
    ("status", "Status"),
)
_RISING: tuple[SortKey, ...] = ("title", "type", "people", "status")


@dataclass(frozen=True, slots=True)
class Page:
    """What one reading brought.

    Attributes:
        running: Ids of calls that are under way.
        total: How many calls pass the filter.
    """

    rows: list[LibraryRow]
    running: set[str]
    total: int


class LibraryModel(QAbstractTableModel):
    """Calls that pass a filter, a page at a time off the GUI thread.

    Attributes:
        loaded: A page has arrived.
        failed: Loading failed; carries the exception.
        rename: The user typed another title: session id, the title, the one before.
        total: How many calls pass the filter.
        same: The rows that come are those that are shown, read again.
        waiting: Nothing is known yet of the calls that were asked for.
    """

    loaded = Signal()
    failed = Signal(object)
    rename = Signal(str, str, str)

    def __init__(
        self, store: Store, bridge: Bridge, now: Callable[[], datetime], which: Filter
    ) -> None:
        super().__init__()
        self._store, self._bridge, self._now = store, bridge, now
        self._library = Library(store)
        self._rows: list[LibraryRow] = []
        self._running: set[str] = set()
        self._filter = which
        self._sort: SortKey = "date"
        self._descending = True
        self._loading = False
        self._version = 0
        self.total = 0
        self.same = False
        self.waiting = True

    @property
    def filter(self) -> Filter:
        """What is shown."""
        return self._filter

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows loaded so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See ``COLUMNS``."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row, and each cell as text."""
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        if role == ROW_ROLE:
            return one
        if role == RUNNING_ROLE:
            return one.row.session.id in self._running
        if role == Qt.ItemDataRole.EditRole and index.column() == 0:
            return one.row.session.title
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(one, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            tags = f", tagged {', '.join(one.tags)}" if one.tags and not index.column() else ""
            return self._text(one, index.column()) + tags
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (0, 4):
            return self._text(one, index.column()) or None
        return None

    def setData(
        self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)
    ) -> bool:
        """Take a title that was typed; it is shown at once and saved behind the scene."""
        one = self._rows[index.row()]
        title = " ".join(str(value).split())
        if index.column() or not title or title == one.row.session.title:
            return False
        before, session = one.row.session.title, replace(one.row.session, title=title)
        self._rows[index.row()] = replace(one, row=replace(one.row, session=session))
        self.dataChanged.emit(index, index)
        self.rename.emit(session.id, title, before)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Titles may be edited in place."""
        editable = Qt.ItemFlag.ItemIsEditable if index.column() == 0 else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | editable

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; done by the database."""
        self._sort = COLUMNS[max(0, column)][0]
        self._descending = order == Qt.SortOrder.DescendingOrder
        self._start_over(PAGE)
        self.same, self.waiting = False, True

    def show(self, which: Filter) -> None:
        """Show the calls that pass another filter."""
        self._filter = which
        self._start_over(PAGE)
        self.same, self.waiting = False, True

    def reload(self) -> None:
        """Something was changed: as many rows as were loaded are read again."""
        self.same = self.same or not self._loading
        self._start_over(max(PAGE, len(self._rows)))

    def canFetchMore(self, parent: Index) -> bool:
        """True until all are loaded."""
        return not self._loading and len(self._rows) < self.total

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self._loading = True
            self._run(self._arrived, len(self._rows), PAGE)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Session ids of rows."""
        return [self._rows[row].row.session.id for row in rows if row < len(self._rows)]

    def row_of(self, session_id: str) -> int | None:
        """Where a call stands in what is loaded."""
        for at, one in enumerate(self._rows):
            if one.row.session.id == session_id:
                return at
        return None

    def load_all(self) -> None:
        """Read every call that passes the filter, for a choice of all of them."""
        self.same = True
        self._start_over(max(PAGE, self.total))

    def _start_over(self, limit: int) -> None:
        self._version += 1
        self._loading = True
        self._run(self._replaced, 0, limit)

    def _run(self, done: Callable[[int, Page], None], offset: int, limit: int) -> None:
        work = partial(self._read, self._filter, self._sort, self._descending, offset, limit)
        self._bridge.run(work, partial(done, self._version), partial(self._lost, self._version))

    def _read(
        self, which: Filter, sort: SortKey, descending: bool, offset: int, limit: int
    ) -> Page:
        rows = self._library.page(which, sort, descending=descending, limit=limit, offset=offset)
        open_ = [one.row.session.id for one in rows if one.row.session.status == "active"]
        running = {one for one in open_ if is_live(self._store.path, one)}
        return Page(rows, running, self._library.count(which))

    def _replaced(self, version: int, page: Page) -> None:
        if version != self._version:
            return
        self._loading = self.waiting = False
        before, known = self._rows, self._running
        ids = [one.row.session.id for one in before]
        if self.same and ids == [one.row.session.id for one in page.rows]:
            # The same calls: nothing moves, and what did not change is not touched.
            self._rows, self._running, self.total = page.rows, page.running, page.total
            for at, (old, new) in enumerate(zip(before, page.rows, strict=True)):
                if old != new or (ids[at] in known) != (ids[at] in page.running):
                    self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))
        else:
            self.beginResetModel()
            self._rows, self._running, self.total = page.rows, page.running, page.total
            self.endResetModel()
        self.loaded.emit()

    def _arrived(self, version: int, page: Page) -> None:
        if version != self._version:
            return
        self._loading = False
        self.total = page.total if page.rows else len(self._rows)
        if page.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
            self._rows += page.rows
            self._running |= page.running
            self.endInsertRows()
        self.loaded.emit()

    def _lost(self, version: int, error: Exception) -> None:
        if version == self._version:
            self._loading = self.waiting = False
            self.failed.emit(error)

    def _text(self, one: LibraryRow, column: int) -> str:
        row = one.row
        match COLUMNS[column][0]:
            case "title":
                return row.session.title or "Untitled call"
            case "type":
                return words.CONVERSATIONS[row.session.conversation_type]
            case "date":
                return words.when(row.session.started_at, self._now())
            case "duration":
                return words.duration(row.duration_seconds)
            case "people":
                return ", ".join(one.names)
            case "talk":
                return words.share(row.talk_ratio)
            case _:
                return status(one, row.session.id in self._running)


def status(one: LibraryRow, running: bool) -> str:
    """A call's state in a word."""
    if one.deleted_at:
        return "Deleted"
    if running:
        return "On call"
    names = {
        "active": "Unfinished",
        "completed": "Completed",
        "archived": "Archived",
        "draft": "Draft",
    }
    return names[one.row.session.status]


def rises(column: int) -> bool:
    """A first click on this column sorts from A to Z, not from the most to the least."""
    return COLUMNS[column][0] in _RISING
