"""What will be deleted and when, as a list in which a call can be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from liveconvo_desktop.review.privacy import Overview
from liveconvo_desktop.store.retention import What
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.captions import paint_empty
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, M, S

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)

NAMES: dict[What, tuple[str, str]] = {
    "audio": ("Recording", "waveform"),
    "transcript": ("Transcript", "calls"),
    "session": ("Deleted call", "trash"),
    "document": ("Deleted document", "trash"),
    "summary": ("Deleted summary", "trash"),
    "template": ("Deleted playbook", "trash"),
    "log": ("Log", "info"),
    "backup": ("Backup", "backup"),
    "stray": ("Stray recording", "waveform"),
}
_OF_A_CALL = ("audio", "transcript", "session")
_WHEN = 116
_ACTION = 64


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line: something that goes, or a call that is kept.

    Attributes:
        session_id: Empty where it cannot be kept.
    """

    session_id: str
    icon: str
    title: str
    why: str
    when: str
    kept: bool
    due: bool = False


def rows_of(overview: Overview, now: datetime) -> list[PlanRow]:
    """What goes, the earliest first, then what is kept."""
    rows = []
    for item in overview.items:
        name, icon = NAMES[item.what]
        size = words.size(item.bytes)
        what = f"{name}, {size}" if size else name
        rows.append(
            PlanRow(
                item.id if item.what in _OF_A_CALL else "",
                icon,
                item.title,
                f"{what}  ·  {item.why}",
                words.until(item.when, now),
                kept=False,
                due=item.when <= now,
            )
        )
    why = "Kept by you. Nothing of it is deleted by itself."
    return rows + [
        PlanRow(call.id, "keep", call.title, why, "Never", kept=True) for call in overview.kept
    ]


class PlanModel(QAbstractListModel):
    """The rows; replaced as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[PlanRow] = []

    def fill(self, rows: list[PlanRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The row, and its text for screen readers."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.title}\n{row.why}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            how = ". Space takes the keeping back" if row.kept else ". Space keeps this call"
            return f"{row.title}, {row.when}. {row.why}{how if row.session_id else ''}"
        return None


class PlanDelegate(QStyledItemDelegate):
    """Icon, title and reason; when; and the word that keeps the call."""

    def __init__(self, theme_: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._theme = theme_

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        return QSize(200, self._theme.px(36) + 2 * S + XS)

    def action(self, rect: QRect) -> QRect:
        """Where the word stands that keeps the call."""
        width = self._theme.px(_ACTION)
        return QRect(rect.right() - width - S, rect.top(), width, rect.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        row: PlanRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(XS, 1, -XS, -1)
        self._paint_ground(painter, box, option)
        inner = option.rect.adjusted(M, S, -S, -S)
        ratio = painter.device().devicePixelRatioF()
        ink = self._theme.palette.link if row.kept else self._theme.palette.text_3
        image = icons.pixmap(row.icon, ink, theme.ICON, ratio)
        painter.drawPixmap(inner.left(), inner.top() + self._theme.px(1), image)
        right = self.action(option.rect)
        when = QRect(right.left() - self._theme.px(_WHEN), inner.top(), self._theme.px(_WHEN), 0)
        when.setHeight(self._theme.px(18))
        text = inner.adjusted(theme.ICON + S, 0, 0, 0)
        text.setRight(when.left() - S)
        self._paint_text(painter, text, inner.right(), row)
        self._paint_when(painter, when, row)
        if row.session_id:
            self._paint_action(painter, right, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem) -> None:
        states = QStyle.StateFlag
        if option.state & (states.State_Selected | states.State_MouseOver):
            chosen = bool(option.state & states.State_Selected)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("selected" if chosen else "hover"))
            painter.drawRoundedRect(box, theme.RADIUS_M, theme.RADIUS_M)
        if option.state & states.State_HasFocus and option.state & states.State_KeyboardFocusChange:
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_M, theme.RADIUS_M)

    def _paint_text(self, painter: QPainter, text: QRect, whole: int, row: PlanRow) -> None:
        first = QRect(text.left(), text.top(), text.width(), self._theme.px(18))
        second = QRect(first.left(), first.bottom() + 1, whole - first.left(), first.height())
        painter.setFont(self._theme.font("body", "medium"))
        painter.setPen(self._theme.colour("text"))
        _draw_elided(painter, first, row.title)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text_3"))
        _draw_elided(painter, second, row.why)

    def _paint_when(self, painter: QPainter, rect: QRect, row: PlanRow) -> None:
        painter.setFont(self._theme.font("small", "medium" if row.due else "regular"))
        palette = self._theme.palette
        painter.setPen(QColor(palette.warning.ink if row.due else palette.text_2))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, int(flags), row.when)

    def _paint_action(self, painter: QPainter, rect: QRect, row: PlanRow) -> None:
        painter.setFont(self._theme.font("small", "medium"))
        painter.setPen(self._theme.colour("link"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        line = rect.adjusted(0, S, 0, 0)
        line.setHeight(self._theme.px(18))
        painter.drawText(line, int(flags), "Undo" if row.kept else "Keep")


def _draw_elided(painter: QPainter, rect: QRect, text: str) -> None:
    mode = Qt.TextElideMode.ElideRight
    shown = painter.fontMetrics().elidedText(text, mode, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)


class PlanList(QListView):
    """The list with its empty, loading and error states.

    Attributes:
        keep_wanted: The user keeps a session or takes that back; carries its id and which.
    """

    keep_wanted = Signal(str, bool)

    def __init__(self, theme_: Theme, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme, self._now = theme_, now
        self._state = ("clock", "Looking at what is here…", "")
        self.plan = PlanModel()
        self._delegate = PlanDelegate(theme_, self)
        self.setModel(self.plan)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("What will be deleted and when")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme_.changed.connect(self.scheduleDelayedItemsLayout)

    def sizeHint(self) -> QSize:
        """Six rows, fewer where there are fewer; the rest scrolls."""
        rows = min(6, max(3, self.plan.rowCount()))
        return QSize(400, rows * (self._theme.px(36) + 2 * S + XS))

    def show_overview(self, overview: Overview) -> None:
        """Show what will go."""
        self._state = (
            "check",
            "Nothing is going to be deleted",
            "When a call has ended, its recording and its words get their dates here.",
        )
        at = self.currentIndex().row()
        self.plan.fill(rows_of(overview, self._now()))
        if at >= 0 and self.plan.rowCount():
            self.setCurrentIndex(self.plan.index(min(at, self.plan.rowCount() - 1)))
        self.setFixedHeight(self.sizeHint().height())

    def show_error(self, message: str, hint: str) -> None:
        """Say why there is no list."""
        self._state = ("error", message, hint)
        self.plan.fill([])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space keeps the call of the row."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The word is a link, and looks like one."""
        over = self._over_action(event)
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the word."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._over_action(event):
            self._toggle(self.indexAt(event.position().toPoint()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        if not self.plan.rowCount():
            painter = QPainter(self.viewport())
            paint_empty(painter, self.viewport().rect(), self._theme, *self._state)

    def _over_action(self, event: QMouseEvent) -> bool:
        point = event.position().toPoint()
        index = self.indexAt(point)
        return index.isValid() and self._delegate.action(self.visualRect(index)).contains(point)

    def _toggle(self, index: QModelIndex) -> None:
        row: PlanRow | None = index.data(ROW_ROLE) if index.isValid() else None
        if row is not None and row.session_id:
            self.keep_wanted.emit(row.session_id, not row.kept)
