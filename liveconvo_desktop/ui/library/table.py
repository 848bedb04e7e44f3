"""The table of calls: its columns, keys and empty states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from liveconvo_desktop.knowledge.registry import suffixes
from liveconvo_desktop.store.library import Filter, SortKey
from liveconvo_desktop.ui.captions import paint_empty
from liveconvo_desktop.ui.drop_zone import local_files
from liveconvo_desktop.ui.library.cells import CellDelegate
from liveconvo_desktop.ui.library.filters import CURRENT
from liveconvo_desktop.ui.library.model import COLUMNS, LibraryModel, rises
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import RADIUS_M

_WIDTHS: dict[SortKey, int] = {
    "type": 64,
    "date": 124,
    "duration": 82,
    "people": 120,
    "talk": 108,
    "status": 92,
}
_SPARED: tuple[tuple[SortKey, int], ...] = (("people", 700), ("status", 580), ("type", 500))
"""Columns that make way for the title in a window narrower than this."""


NOTHING_YET = (
    "Every call is kept here, on this computer only.\n"
    "Import… (Ctrl+I) brings in a recording or a transcript that you have already."
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the user was: the call at the top and how far it stands out, and the current one."""

    scroll: int = 0
    offset: int = 0
    top_id: str = ""
    current: int = -1
    current_id: str = ""
    chosen: Sequence[str] = ()


class LibraryTable(QTableView):
    """Calls, one a row.

    Attributes:
        opened: A call is to be opened: its row.
        delete_wanted: The Delete key was pressed.
        files_dropped: Documents were let go over a call: its row, and a list of ``Path``.
    """

    opened = Signal(int)
    delete_wanted = Signal()
    files_dropped = Signal(int, list)

    def __init__(self, theme_: Theme, model: LibraryModel) -> None:
        super().__init__()
        self._theme, self._model = theme_, model
        self._error = ("", "")
        self._cells = CellDelegate(theme_, self)
        self.setModel(model)
        self.setItemDelegate(self._cells)
        self.setAccessibleName("Calls")
        self.setObjectName("library")
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self._build_header()
        self.doubleClicked.connect(self._open)
        model.loaded.connect(self._settled)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._take_up)
        self._target = -1
        self._all_wanted = False
        self._place = _Place()
        theme_.changed.connect(self._grow)
        self._grow()

    def take_files(self) -> None:
        """Documents may be dropped on a call."""
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)

    def rows(self) -> list[int]:
        """Selected rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def show_error(self, message: str, hint: str) -> None:
        """Say why there are no calls."""
        self._error = (message, hint)
        self.viewport().update()

    def rename(self) -> None:
        """Edit the title of the current row in place."""
        at = self.currentIndex()
        if at.isValid():
            self.edit(at.siblingAtColumn(0))

    def selectAll(self) -> None:
        """Choose every call that passes the filter; those not loaded yet are loaded first."""
        self._all_wanted = self._model.rowCount() < self._model.total
        if self._all_wanted:
            self._model.load_all()
        else:
            super().selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, F2 edits the title, Delete deletes; the rest as usual."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid() and self.state() != self.State.EditingState:
                self.opened.emit(self.currentIndex().row())
        elif key == Qt.Key.Key_F2:
            self.rename()
        elif key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row under the mouse is tinted."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        """No row is tinted any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome documents; a drag of anything else goes on."""
        if any(file.suffix.lower() in suffixes() for file in local_files(event.mimeData())):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The call that would take them is framed."""
        self._aim(self.indexAt(event.position().toPoint()).row())
        if self._target < 0:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went on."""
        self._aim(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """The call under the mouse takes them."""
        self._aim(-1)
        at = self.indexAt(event.position().toPoint()).row()
        if at >= 0:
            event.acceptProposedAction()
            self.files_dropped.emit(at, local_files(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out columns in a narrow window."""
        super().resizeEvent(event)
        self._spare()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        if self._model.rowCount():
            self._paint_target()
            return
        painter = QPainter(self.viewport())
        paint_empty(painter, self.viewport().rect(), self._theme, *self._emptiness())

    def _paint_target(self) -> None:
        if self._target < 0:
            return
        row = self.visualRect(self._model.index(self._target, 0))
        row.setLeft(0)
        row.setRight(self.viewport().width() - 1)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("focus"), 2))
        painter.drawRoundedRect(row.adjusted(2, 2, -2, -2), RADIUS_M, RADIUS_M)

    def _aim(self, row: int) -> None:
        if row != self._target:
            self._target = row
            self.viewport().update()

    def _emptiness(self) -> tuple[str, str, str]:
        if self._error[0]:
            return "error", *self._error
        if self._model.waiting:
            return "clock", "Loading calls…", ""
        if self._model.filter.deleted:
            return "trash", "Nothing deleted", "Deleted calls wait here for a while."
        if self._model.filter not in (Filter(), CURRENT):
            return "search", "No call passes these filters", "Choose wider ones, or clear them."
        return "calls", "No calls yet", NOTHING_YET

    def _build_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.sectionClicked.connect(self._sort)
        self._sorted = (2, Qt.SortOrder.DescendingOrder)

    @Slot(int)
    def _sort(self, column: int) -> None:
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        order = up if rises(column) else down
        if self._sorted[0] == column:
            order = up if self._sorted[1] == down else down
        self._sorted = (column, order)
        self.horizontalHeader().setSortIndicator(column, order)
        self._model.sort(column, order)

    def _hover(self, row: int) -> None:
        if row != self._cells.hovered:
            self._cells.hovered = row
            self.viewport().update()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    @Slot()
    def _remember(self) -> None:
        scroll, current = self.verticalScrollBar().value(), self.currentIndex().row()
        top = self.rowAt(0) if scroll else -1
        self._place = _Place(
            scroll,
            self.rowViewportPosition(top),
            "".join(self._model.ids([top] if top >= 0 else [])),
            current,
            "".join(self._model.ids([current] if current >= 0 else [])),
            self._model.ids(self.rows()),
        )

    @Slot()
    def _take_up(self) -> None:
        """A change leaves the place and, where they are still there, the chosen calls."""
        place = self._place
        if not self._model.same:
            self.scrollToTop()
            return
        flags = QItemSelectionModel.SelectionFlag
        for row in map(self._model.row_of, place.chosen):
            if row is not None:
                index = self._model.index(row, 0)
                self.selectionModel().select(index, flags.Select | flags.Rows)
        known = self._model.row_of(place.current_id)
        current = min(place.current, self._model.rowCount() - 1) if known is None else known
        self.selectionModel().setCurrentIndex(self._model.index(current, 0), flags.NoUpdate)
        bar = self.verticalScrollBar()
        bar.setValue(place.scroll)
        top = self._model.row_of(place.top_id)
        if top is not None:
            # Calls that came in above push nothing down that is being looked at.
            bar.setValue(bar.value() + self.rowViewportPosition(top) - place.offset)
        if self._all_wanted:
            self._all_wanted = False
            super().selectAll()

    @Slot()
    def _settled(self) -> None:
        self._error = ("", "")
        empty = self._model.rowCount() == 0
        self.setAccessibleDescription(" ".join(self._emptiness()[1:]) if empty else "")
        self.viewport().update()

    @Slot()
    def _grow(self) -> None:
        for at, (key, _) in enumerate(COLUMNS):
            if key in _WIDTHS:
                self.setColumnWidth(at, self._theme.px(_WIDTHS[key]))
        self.verticalHeader().setDefaultSectionSize(self._cells.height())
        self._spare()

    def _spare(self) -> None:
        names = [key for key, _ in COLUMNS]
        for key, least in _SPARED:
            hidden = self.viewport().width() < self._theme.px(least)
            self.setColumnHidden(names.index(key), hidden)
