"""Draws a transcript: names at a change of speaker, partials quieter than finals."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from liveconvo_desktop.events import Chip, Segment
from liveconvo_desktop.language.saying import SPEAKERS
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import ICON, LINE_HEIGHT, XS, L, M, S, TextStyle
from liveconvo_desktop.ui.transcript import HEAD_ROLE, ROW_ROLE, Hole, Shown

Index = QModelIndex | QPersistentModelIndex
_CACHE = 2000


@dataclass(frozen=True, slots=True)
class Measures:
    """How roomy the lines are.

    Attributes:
        gutter: Width of a column of times at the left in logical pixels, 0 for none.
        margin: Space left and right.
        style: Text style of what was said.
        column: Longest line in logical pixels; wider windows leave room at the right.
    """

    gutter: int
    margin: int
    style: TextStyle
    column: int


CAPTIONS = Measures(gutter=0, margin=L, style="body", column=640)
PAGE = Measures(gutter=56, margin=theme.XL, style="callout", column=720)


class RowDelegate(QStyledItemDelegate):
    """Paints one row and knows its height; heights are kept until the text or width changes."""

    def __init__(self, theme_: Theme, measures: Measures, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme_
        self._measures = measures
        self._heights: dict[tuple[object, ...], int] = {}
        theme_.changed.connect(self._heights.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Full width; as high as the wrapped text."""
        row, head = index.data(ROW_ROLE), index.data(HEAD_ROLE)
        width = self._view.viewport().width()
        key = (getattr(row, "id", id(row)), getattr(row, "text", ""), head, width)
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) > _CACHE:
                self._heights.clear()
            height = self._height(row, head, width)
            self._heights[key] = height
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row in the theme's colours."""
        row, head = index.data(ROW_ROLE), index.data(HEAD_ROLE)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.colour("selected"))
        if isinstance(row, Segment):
            self._paint_segment(painter, option.rect, row, head)
        elif isinstance(row, Chip):
            self._paint_chip(painter, option.rect, row)
        else:
            self._paint_gap(painter, option.rect, row)
        painter.restore()

    def _height(self, row: Shown, head: bool, width: int) -> int:
        if isinstance(row, Segment):
            lines = self._layout(row, self._column(width)[1]).lineCount()
            return lines * self._step() + (self._head_height() if head else XS)
        if isinstance(row, Chip):
            return self._chip_box(QRect(0, 0, width, 0), row)[1] + M
        return self._theme.px(18) + L

    def _head_height(self) -> int:
        return M + self._theme.px(16) + 2

    def _step(self) -> int:
        """From one line of text to the next."""
        return round(self._theme.px(theme.TYPE[self._measures.style]) * LINE_HEIGHT)

    def _column(self, width: int) -> tuple[int, int]:
        """Left edge and width of the text."""
        m = self._measures
        left = m.margin + self._theme.px(m.gutter)
        return left, max(80, min(self._theme.px(m.column), width - left - m.margin))

    def _layout(self, row: Segment, width: int) -> QTextLayout:
        layout = QTextLayout(row.text, self._theme.font(self._measures.style))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats(row))
        step = self._step()
        y = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
        layout.endLayout()
        return layout

    def _formats(self, row: Segment) -> list[QTextLayout.FormatRange]:
        """Finals in the text colour; of a partial, the agreed head is firmer than the tail."""
        if row.final:
            return [_range(0, len(row.text), self._theme.colour("text"))]
        cut = min(row.stable, len(row.text))
        return [
            _range(0, cut, self._theme.colour("text_2")),
            _range(cut, len(row.text) - cut, self._theme.colour("text_3")),
        ]

    def _paint_segment(self, painter: QPainter, rect: QRect, row: Segment, head: bool) -> None:
        left, width = self._column(rect.width())
        top = rect.top() + (self._head_height() if head else XS)
        if head:
            self._paint_head(painter, rect, row, left)
        layout = self._layout(row, width)
        layout.draw(painter, QPointF(rect.left() + left, top))

    def _paint_head(self, painter: QPainter, rect: QRect, row: Segment, left: int) -> None:
        band = QRect(rect.left() + left, rect.top() + M, rect.width() - left, self._theme.px(16))
        self._paint_time(painter, rect, row.t0, band)
        painter.setFont(self._theme.font("small", "semibold"))
        painter.setPen(self._theme.colour("you" if row.speaker == "user" else "them"))
        painter.drawText(band, Qt.AlignmentFlag.AlignVCenter, SPEAKERS[row.speaker])

    def _paint_time(self, painter: QPainter, rect: QRect, t: float, band: QRect) -> None:
        if not self._measures.gutter:
            return
        gutter = QRect(rect.left() + self._measures.margin, band.top(), band.left(), band.height())
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text_3"))
        painter.drawText(gutter, Qt.AlignmentFlag.AlignVCenter, words.clock(t))

    def _chip_box(self, rect: QRect, chip: Chip) -> tuple[QRect, int]:
        """Where the chip's text goes, and the height of its box."""
        left, width = self._column(rect.width())
        metrics_left = left + ICON + S + M
        room = width - ICON - S - 2 * M
        metrics = self._metrics("body", "medium")
        bounds = metrics.boundingRect(
            QRect(0, 0, room, 10_000), int(Qt.TextFlag.TextWordWrap), _chip_text(chip)
        )
        height = bounds.height() + 2 * S
        box = QRect(rect.left() + metrics_left, rect.top() + S + S, room, bounds.height())
        return box, height

    def _metrics(self, style: TextStyle, weight: theme.Weight) -> QFontMetrics:
        return QFontMetrics(self._theme.font(style, weight))

    def _paint_chip(self, painter: QPainter, rect: QRect, chip: Chip) -> None:
        text, height = self._chip_box(rect, chip)
        left, width = self._column(rect.width())
        tone = self._theme.tone(chip.kind)
        box = QRectF(rect.left() + left, rect.top() + S, width, height)
        self._paint_time(painter, rect, chip.t, QRect(rect.left() + left, text.top(), 1, 18))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tone.edge), 1))
        painter.setBrush(QColor(tone.tint))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_M, theme.RADIUS_M)
        ratio = painter.device().devicePixelRatioF()
        spot = QPointF(box.left() + M, text.top() + 1)
        painter.drawPixmap(spot, icons.pixmap(chip.kind, tone.ink, ICON, ratio))
        painter.setFont(self._theme.font("body", "medium"))
        painter.setPen(self._theme.colour("text"))
        painter.drawText(text, int(Qt.TextFlag.TextWordWrap), _chip_text(chip))

    def _paint_gap(self, painter: QPainter, rect: QRect, gap: Hole) -> None:
        left, width = self._column(rect.width())
        band = rect.adjusted(left, 0, 0, 0)
        self._paint_time(painter, rect, gap.t0, band)
        painter.setFont(self._theme.font("small"))
        painter.setPen(QColor(self._theme.palette.warning.ink))
        told = painter.fontMetrics().elidedText(gap.told, Qt.TextElideMode.ElideRight, width)
        painter.drawText(band, Qt.AlignmentFlag.AlignVCenter, told)


def _chip_text(chip: Chip) -> str:
    return f"{theme.KIND_NAMES[chip.kind]} · {chip.text}"


def _range(start: int, length: int, colour: QColor) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start
    made.length = length
    shape = QTextCharFormat()
    shape.setForeground(colour)
    made.format = shape
    return made
