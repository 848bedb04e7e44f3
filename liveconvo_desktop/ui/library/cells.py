"""How the cells of the library look."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from liveconvo_desktop.store.library import LibraryRow
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.library.model import COLUMNS, ROW_ROLE, RUNNING_ROLE, Index
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XL, XS, L, M, S

_BAR = 44
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class CellDelegate(QStyledItemDelegate):
    """Title over tags, the type's icon, plain texts, and a bar of who talked."""

    def __init__(self, theme_: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme_
        self.hovered = -1

    def height(self) -> int:
        """Of a row: two lines."""
        return self._theme.px(36) + M

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        """A field over the title."""
        field = QLineEdit(parent)
        field.setMaxLength(255)
        field.setAccessibleName("Title of the call")
        return field

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Over the title and the tags below it."""
        editor.setGeometry(option.rect.adjusted(L, XS, 0, -XS))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell; the ground is the row's."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index)
        inner = option.rect.adjusted(M, 0, -S, 0)
        one: LibraryRow = index.data(ROW_ROLE)
        match COLUMNS[index.column()][0]:
            case "title":
                self._paint_title(painter, option.rect.adjusted(XL, 0, -S, 0), one, index)
            case "type":
                self._paint_type(painter, inner, one)
            case "talk":
                self._paint_talk(painter, inner, one)
            case "status":
                self._paint_status(painter, inner, one, index)
            case _:
                self._write(painter, inner, str(index.data()), "text_2")
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or index.row() == self.hovered:
            painter.fillRect(option.rect, self._theme.colour("selected" if selected else "hover"))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        focused = option.state & QStyle.StateFlag.State_HasFocus
        if focused and index.column() == 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("focus"))
            mark = QRectF(option.rect.left() + 3, option.rect.top() + 8, 3, 0)
            mark.setBottom(option.rect.bottom() - 8)
            painter.drawRoundedRect(mark, 1.5, 1.5)

    def _write(self, painter: QPainter, rect: QRect, text: str, role: str) -> None:
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _MIDDLE, shown)

    def _paint_title(self, painter: QPainter, rect: QRect, one: LibraryRow, index: Index) -> None:
        line = self._theme.px(18)
        high = 2 * line if one.tags else line
        first = QRect(rect.left(), rect.center().y() - high // 2 + 1, rect.width(), line)
        painter.setFont(self._theme.font("body", "medium"))
        faint = bool(one.deleted_at) or not one.row.session.title
        painter.setPen(self._theme.colour("text_3" if faint else "text"))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(first, _MIDDLE, title)
        if one.tags:
            self._paint_tags(painter, first.translated(0, line + 1), one.tags)

    def _paint_tags(self, painter: QPainter, rect: QRect, tags: tuple[str, ...]) -> None:
        painter.setFont(self._theme.font("micro", "medium"))
        metrics = painter.fontMetrics()
        left, height = rect.left(), self._theme.px(15)
        for at, tag in enumerate(tags):
            room = rect.right() - left
            rest = f"+{len(tags) - at}"
            width = metrics.horizontalAdvance(tag) + S
            keep = 0 if at == len(tags) - 1 else metrics.horizontalAdvance(rest) + S
            if width + keep > room and at:
                painter.setPen(self._theme.colour("text_3"))
                painter.drawText(QRect(left, rect.top(), room, height), _MIDDLE, rest)
                return
            box = QRectF(left + 0.5, rect.top() + 0.5, min(width, room), height)
            painter.setPen(QPen(self._theme.colour("line"), 1))
            painter.setBrush(self._theme.colour("sunken"))
            painter.drawRoundedRect(box, theme.RADIUS_S, theme.RADIUS_S)
            painter.setPen(self._theme.colour("text_2"))
            text = metrics.elidedText(tag, Qt.TextElideMode.ElideRight, int(box.width()) - XS)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            left += round(box.width()) + XS

    def _paint_type(self, painter: QPainter, rect: QRect, one: LibraryRow) -> None:
        ratio = painter.device().devicePixelRatioF()
        name = one.row.session.conversation_type
        image = icons.pixmap(name, self._theme.palette.text_3, theme.ICON, ratio)
        painter.drawPixmap(rect.left(), rect.center().y() - theme.ICON // 2 + 1, image)

    def _paint_talk(self, painter: QPainter, rect: QRect, one: LibraryRow) -> None:
        ratio = one.row.talk_ratio
        if ratio is None:
            self._write(painter, rect, "–", "text_3")
            return
        width = float(min(_BAR, rect.width()))
        bar = QRectF(rect.left(), rect.center().y() - 1, width, 4)
        cut = words.divided(ratio, width, 3.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for left, right, role in ((0.0, cut - 1, "you"), (cut, width, "them")):
            painter.setBrush(self._theme.colour(role))
            part = QRectF(bar.left() + left, bar.top(), max(0.0, right - left), 4)
            painter.drawRoundedRect(part, 2, 2)
        text = rect.adjusted(round(width) + S, 0, 0, 0)
        self._write(painter, text, f"{round(100 * ratio)} %", "text_2")

    def _paint_status(self, painter: QPainter, rect: QRect, one: LibraryRow, index: Index) -> None:
        text = str(index.data())
        if index.data(RUNNING_ROLE):
            ink = self._theme.palette.success.ink
        elif one.row.session.status == "active" and not one.deleted_at:
            ink = self._theme.palette.warning.ink
        else:
            ink = self._theme.palette.text_3
        painter.setFont(self._theme.font("small"))
        painter.setPen(QColor(ink))
        painter.drawText(rect, _MIDDLE, text)
