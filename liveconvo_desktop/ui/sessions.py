"""The list of past calls: a model that loads as you scroll, and how a row looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.backend import Backend
from liveconvo_desktop.ui.bridge import Bridge
from liveconvo_desktop.ui.captions import paint_empty
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, L, M, S

if TYPE_CHECKING:
    from liveconvo_desktop.store import SessionRow

Index = QModelIndex | QPersistentModelIndex
PAGE = 50
SESSION_ROLE = int(Qt.ItemDataRole.UserRole)


class SessionModel(QAbstractListModel):
    """Past sessions, newest first, a page at a time off the GUI thread.

    Attributes:
        loaded: A page has arrived.
        failed: Loading failed; carries the exception.
    """

    loaded = Signal()
    failed = Signal(object)

    def __init__(self, backend: Backend, bridge: Bridge, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._backend, self._bridge, self._now = backend, bridge, now
        self._rows: list[SessionRow] = []
        self._more = True
        self._loading = False
        self._version = 0
        self._known = False

    @property
    def waiting(self) -> bool:
        """Nothing is known yet of the calls there are."""
        return not self._known

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows loaded so far."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row, and its text for screen readers."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == SESSION_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title_of(row)}, {facts(row, self._now())}"
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """True until a page came back short."""
        return self._more and not self._loading

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if not self.canFetchMore(parent):
            return
        self._loading = True
        work = partial(self._backend.sessions, PAGE, len(self._rows))
        self._bridge.run(work, partial(self._arrived, self._version), self._lost)

    def reload(self) -> None:
        """Start over: a call was added or changed."""
        self._version += 1
        self._loading = True
        # As many as are loaded: the list keeps its place and its choice.
        wanted = max(PAGE, len(self._rows))
        work = partial(self._backend.sessions, wanted, 0)
        self._bridge.run(work, partial(self._replaced, self._version, wanted), self._lost)

    def row_of(self, session_id: str) -> int | None:
        """Where a session stands in what is loaded."""
        for at, row in enumerate(self._rows):
            if row.session.id == session_id:
                return at
        return None

    def _arrived(self, version: int, rows: list[SessionRow]) -> None:
        if version != self._version:
            return
        self._loading, self._more = False, len(rows) == PAGE
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
        self.loaded.emit()

    def _replaced(self, version: int, wanted: int, rows: list[SessionRow]) -> None:
        if version != self._version:
            return
        self._loading, self._more, self._known = False, len(rows) == wanted, True
        before, now = self._rows, list(rows)
        if [row.session.id for row in before] == [row.session.id for row in now]:
            # The same calls: nothing moves, nothing loses the keyboard.
            self._rows = now
            for at, (old, new) in enumerate(zip(before, now, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(at), self.index(at))
        else:
            self.beginResetModel()
            self._rows = now
            self.endResetModel()
        self.loaded.emit()

    def _lost(self, error: Exception) -> None:
        self._loading, self._more, self._known = False, False, True
        self.failed.emit(error)


def facts(row: SessionRow, now: datetime) -> str:
    """When it was, how long, and what kind, as far as it is known."""
    parts = [words.when(row.session.started_at, now), words.duration(row.duration_seconds)]
    if row.session.status == "active":
        parts.append("unfinished")
    return " · ".join(part for part in parts if part)


class SessionDelegate(QStyledItemDelegate):
    """Icon of the kind, title, facts, and the talk ratio as a short line."""

    def __init__(self, theme_: Theme, now: Callable[[], datetime], parent: QListView) -> None:
        super().__init__(parent)
        self._theme, self._now = theme_, now

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        return QSize(200, self._theme.px(36) + 2 * S + XS)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row with its selection, hover and focus."""
        row: SessionRow = index.data(SESSION_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(S, 1, -S, -1)
        self._paint_ground(painter, box, option)
        inner = box.toRect().adjusted(S, S, -S, -S)
        ratio = painter.device().devicePixelRatioF()
        name = row.session.conversation_type
        image = icons.pixmap(name, self._theme.palette.text_3, theme.ICON, ratio)
        painter.drawPixmap(inner.left(), inner.top() + self._theme.px(1), image)
        text = inner.adjusted(theme.ICON + S, 0, 0, 0)
        self._paint_text(painter, text, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem) -> None:
        states = QStyle.StateFlag
        selected = bool(option.state & states.State_Selected)
        hovered = bool(option.state & states.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(self._theme.colour("selected" if selected else "hover"))
            painter.drawRoundedRect(box, theme.RADIUS_M, theme.RADIUS_M)
        if option.state & states.State_HasFocus and option.state & states.State_KeyboardFocusChange:
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_M, theme.RADIUS_M)

    def _paint_text(self, painter: QPainter, text: QRect, row: SessionRow) -> None:
        first = QRect(text.left(), text.top(), text.width(), self._theme.px(18))
        second = first.translated(0, self._theme.px(18))
        painter.setFont(self._theme.font("body", "medium"))
        painter.setPen(self._theme.colour("text"))
        title = painter.fontMetrics().elidedText(
            title_of(row), Qt.TextElideMode.ElideRight, first.width()
        )
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text_3"))
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, facts(row, self._now()))
        if row.talk_ratio is not None:
            self._paint_ratio(painter, second, row.talk_ratio)

    def _paint_ratio(self, painter: QPainter, line: QRect, ratio: float) -> None:
        width = 36.0
        bar = QRectF(line.right() - width, line.center().y() - 1, width, 3)
        cut = words.divided(ratio, width, 3.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.palette.you))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(0.0, cut - 1), 3), 1.5, 1.5)
        painter.setBrush(QColor(self._theme.palette.them))
        painter.drawRoundedRect(QRectF(bar.left() + cut, bar.top(), width - cut, 3), 1.5, 1.5)


class SessionList(QListView):
    """The sidebar's list with its empty, loading and error states."""

    def __init__(self, theme_: Theme, model: SessionModel, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme, self._model = theme_, model
        self._error = ""
        self._place = 0
        self.setModel(model)
        self.setItemDelegate(SessionDelegate(theme_, now, self))
        self.setAccessibleName("Past calls")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model.loaded.connect(self._settled)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._take_up)
        theme_.changed.connect(self.scheduleDelayedItemsLayout)

    def mark(self, session_id: str) -> None:
        """Select a call where it is loaded; the list stays where it was scrolled to."""
        at = self._model.row_of(session_id)
        if at is not None and at != self.currentIndex().row():
            self.setAutoScroll(False)
            self.setCurrentIndex(self._model.index(at))
            self.setAutoScroll(True)

    def show_error(self, message: str) -> None:
        """Say why there is no list."""
        self._error = message
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        if self._model.rowCount():
            return
        painter = QPainter(self.viewport())
        room = self.viewport().rect().adjusted(-M, 0, M, -L)
        if self._error:
            paint_empty(painter, room, self._theme, "error", "Calls cannot be shown", self._error)
        elif self._model.waiting:
            paint_empty(painter, room, self._theme, "clock", "Loading calls…", "")
        else:
            hint = "Every call is kept here, on this computer only."
            paint_empty(painter, room, self._theme, "calls", "No calls yet", hint)

    @Slot()
    def _remember(self) -> None:
        self._place = self.verticalScrollBar().value()

    @Slot()
    def _take_up(self) -> None:
        """A changed call does not move the list."""
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(self._place)

    @Slot()
    def _settled(self) -> None:
        self._error = ""
        self.viewport().update()


def title_of(row: SessionRow) -> str:
    """What a call is called where it is listed."""
    return row.session.title or "Untitled call"
