"""What a search found: hits under the call they are in, their matches marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from liveconvo_desktop.store.search import Hit
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.captions import paint_empty
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, XS, L, M, S

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = int(Qt.ItemDataRole.UserRole)
_GUTTER, _NAME, _LONG_NAME = 60, 44, 128
_KINDS = {"summary": "Summary", "document": "Document", "title": "Title", "line": ""}


@dataclass(frozen=True, slots=True)
class Head:
    """The call that the hits below it are in."""

    hit: Hit
    count: int


Item = Head | Hit


class ResultModel(QAbstractListModel):
    """Hits grouped by call, the call of the best hit first.

    Attributes:
        shown: The hits.
        names: What the speakers in them are called.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._items: list[Item] = []
        self.shown: tuple[Hit, ...] = ()
        self.names: frozenset[str] = frozenset()

    def show(self, hits: tuple[Hit, ...]) -> None:
        """Show these hits."""
        groups: dict[str, list[Hit]] = {}
        for hit in hits:
            groups.setdefault(hit.session_id, []).append(hit)
        self.beginResetModel()
        self.shown, self.names = hits, frozenset(hit.name for hit in hits)
        self._items = []
        for group in groups.values():
            lines = [hit for hit in group if hit.kind != "title"]
            head = next((hit for hit in group if hit.kind == "title"), group[0])
            self._items += [Head(head, len(lines)), *lines]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Heads and hits."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The item, and its text for screen readers."""
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(item)
        return None

    def _text(self, item: Item) -> str:
        if isinstance(item, Head):
            when = words.when(item.hit.started_at, self._now())
            return f"{item.hit.title or 'Untitled call'}, {when}"
        return f"{place(item)}: {item.snippet}"


def place(hit: Hit) -> str:
    """Where a hit is: the time and who spoke, or what kind of text it is."""
    if hit.kind != "line":
        return _KINDS[hit.kind]
    return f"{words.clock(hit.seconds or 0)} {hit.name}".strip()


class ResultDelegate(QStyledItemDelegate):
    """A call's title as a heading; its lines with time, speaker and marked words."""

    def __init__(self, theme_: Theme, now: Callable[[], datetime], parent: ResultList) -> None:
        super().__init__(parent)
        self._theme, self._now, self._list = theme_, now, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as its text."""
        width = self._list.viewport().width()
        item: Item = index.data(ITEM_ROLE)
        if isinstance(item, Head):
            return QSize(width, self._theme.px(20) + L + XS)
        layout = self._layout(item, self._text_width(width))
        return QSize(width, round(layout.boundingRect().height()) + S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a heading or a hit."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        item: Item = index.data(ITEM_ROLE)
        states = QStyle.StateFlag
        box = QRectF(option.rect).adjusted(L, 0, -L, 0)
        if isinstance(item, Head):
            box.adjust(0, S, 0, 0)
        if option.state & (states.State_Selected | states.State_MouseOver):
            role = "selected" if option.state & states.State_Selected else "hover"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour(role))
            painter.drawRoundedRect(box, theme.RADIUS_M, theme.RADIUS_M)
        if isinstance(item, Head):
            self._paint_head(painter, box.toRect().adjusted(S, 0, -S, 0), item)
        else:
            self._paint_hit(painter, option.rect, item)
        painter.restore()

    def _text_width(self, width: int) -> int:
        return max(80, width - L - XL - self._theme.px(_GUTTER) - self._name_width() - S)

    def _name_width(self) -> int:
        """The same for all, so that the words stand one below the other; long names are cut."""
        metrics = QFontMetrics(self._theme.font("small", "semibold"))
        widest = max(map(metrics.horizontalAdvance, self._list.hits.names), default=0) + S
        return max(self._theme.px(_NAME), min(widest, self._theme.px(_LONG_NAME)))

    def _layout(self, hit: Hit, width: int) -> QTextLayout:
        layout = QTextLayout(hit.snippet, self._theme.font("body"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats([self._mark(begin, end) for begin, end in hit.marks])
        step = round(self._theme.px(theme.TYPE["body"]) * theme.LINE_HEIGHT)
        y = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
        layout.endLayout()
        return layout

    def _mark(self, begin: int, end: int) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start, made.length = begin, end - begin
        shape = QTextCharFormat()
        tone = self._theme.palette.warning
        shape.setBackground(QColor(tone.edge))
        shape.setForeground(self._theme.colour("text"))
        made.format = shape
        return made

    def _paint_head(self, painter: QPainter, rect: QRect, head: Head) -> None:
        ratio = painter.device().devicePixelRatioF()
        ink = self._theme.palette.text_3
        image = icons.pixmap(head.hit.conversation_type, ink, theme.ICON, ratio)
        painter.drawPixmap(rect.left(), rect.center().y() - theme.ICON // 2 + 1, image)
        rect = rect.adjusted(theme.ICON + S, 0, 0, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._theme.font("small"))
        when = words.when(head.hit.started_at, self._now())
        room = painter.fontMetrics().horizontalAdvance(when) + L
        painter.setPen(self._theme.colour("text_3"))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, when)
        painter.setFont(self._theme.font("body", "semibold"))
        painter.setPen(self._theme.colour("text"))
        title = painter.fontMetrics().elidedText(
            head.hit.title or "Untitled call", Qt.TextElideMode.ElideRight, rect.width() - room
        )
        painter.drawText(rect, middle, title)

    def _paint_hit(self, painter: QPainter, rect: QRect, hit: Hit) -> None:
        left, top, names = rect.left() + XL, rect.top() + XS, self._name_width()
        step = round(self._theme.px(theme.TYPE["body"]) * theme.LINE_HEIGHT)
        gutter = QRect(left, top, self._theme.px(_GUTTER) - S, step)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text_3"))
        text_left = gutter.right() + M
        if hit.kind == "line":
            painter.drawText(gutter, right, words.clock(hit.seconds or 0))
            who = QRect(text_left, top, names - S, step)
            painter.setFont(self._theme.font("small", "semibold"))
            painter.setPen(self._theme.colour("you" if hit.speaker == "user" else "them"))
            mode = Qt.TextElideMode.ElideRight
            name = painter.fontMetrics().elidedText(hit.name, mode, who.width())
            painter.drawText(who, Qt.AlignmentFlag.AlignVCenter, name)
        else:
            wide = gutter.adjusted(0, 0, names - S, 0)
            painter.drawText(wide, right, _KINDS[hit.kind])
        layout = self._layout(hit, self._text_width(rect.width()))
        painter.setPen(self._theme.colour("text"))
        layout.draw(painter, QPointF(text_left + names, top))


class ResultList(QListView):
    """Hits; Enter or a click opens the call at that second.

    Attributes:
        chosen: The hit to open.
    """

    chosen = Signal(object)

    def __init__(self, theme_: Theme, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme = theme_
        self._state = ("search", "", "")
        self.hits = ResultModel(now)
        self.setModel(self.hits)
        self.setItemDelegate(ResultDelegate(theme_, now, self))
        self.setAccessibleName("Search results")
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._choose)
        theme_.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def chosen_call(self) -> str:
        """Id of the call of the current hit, or empty."""
        item: Item | None = self.currentIndex().data(ITEM_ROLE)
        hit = item.hit if isinstance(item, Head) else item
        return hit.session_id if hit is not None else ""

    def show_hits(self, hits: tuple[Hit, ...], *, again: bool) -> None:
        """Show these hits, from the top; the same search once more leaves the place."""
        if again and hits == self.hits.shown:
            return
        at, scroll = self.currentIndex().row(), self.verticalScrollBar().value()
        self.hits.show(hits)
        if again:
            self.setCurrentIndex(self.hits.index(min(at, self.hits.rowCount() - 1)))
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(scroll)
        else:
            self.scrollToTop()

    def set_state(self, icon: str, title: str, hint: str) -> None:
        """What is shown while there is no hit."""
        self._state = (icon, title, hint)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; the rest as usual."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hits, or why there are none."""
        super().paintEvent(event)
        if self.hits.rowCount() == 0 and self._state[1]:
            painter = QPainter(self.viewport())
            paint_empty(painter, self.viewport().rect(), self._theme, *self._state)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        item: Item = index.data(ITEM_ROLE)
        self.chosen.emit(item.hit if isinstance(item, Head) else item)
