"""How a row of a reviewed transcript looks: time, marks, words, and its chips in the margin."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from liveconvo_desktop.events import Gap
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.store import ChipRow
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.review.line_editor import LineEditor
from liveconvo_desktop.ui.review.model import Index, ReviewModel, chip_icon, gap_text
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import LINE_HEIGHT, XS, L, M, S

if TYPE_CHECKING:
    from liveconvo_desktop.ui.review.transcript import TranscriptView

_TIME, _MARKS = 52, 22
_COLUMN = 720
_CHIP = 22
_BADGE = 13
_MARGIN = 190
_ROOM_FOR_WORDS = 600
"""Width from which chips in the margin are named; below they are icons."""
_LAYOUTS = 300


class LineDelegate(QStyledItemDelegate):
    """Paints rows and knows their heights; both are kept until the text or the width changes.

    Attributes:
        edited: (line id, text) when editing in place is done.
        begun: A line is being edited.
        split: (line id, text, cursor) when the editor asks for two lines.
        current: The row that is being heard, or -1.
        sought: What the user looks for; marked where it stands.
        pressed: Where in the view a double click asked for the editor; None: a key did.
    """

    edited = Signal(str, str)
    begun = Signal()
    split = Signal(str, str, int)

    def __init__(self, theme_: Theme, view: TranscriptView, model: ReviewModel) -> None:
        super().__init__(view)
        self._theme, self._view, self._model = theme_, view, model
        self.current = -1
        self.sought = ""
        self.pressed: QPoint | None = None
        self._heights: dict[tuple[object, ...], int] = {}
        self._layouts: OrderedDict[tuple[object, ...], QTextLayout] = OrderedDict()
        theme_.changed.connect(self.forget)

    def forget(self) -> None:
        """The look has changed: measure again."""
        self._heights.clear()
        self._layouts.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Full width; as high as the words or the chips beside them."""
        width = self._view.viewport().width()
        return QSize(width, self.height(index.row(), width))

    def height(self, at: int, width: int) -> int:
        """Pixels that a row needs at a width."""
        row, head, chips = self._model.row(at), self._model.head(at), len(self._model.chips(at))
        if isinstance(row, Gap):
            return self._theme.px(18) + M
        key = (row.text, row.comment, head, chips, width)
        found = self._heights.get(key)
        if found is None:
            found = self._measure(row, head, chips, width)
            if len(self._heights) > 20_000:
                self._heights.clear()
            self._heights[key] = found
        return found

    def chip_at(self, at: int, rect: QRect, x: int, y: int) -> ChipRow | None:
        """The chip in the margin under a point."""
        for n, one in enumerate(self._model.chips(at)):
            if self._chip_rect(rect, self._model.head(at), n).contains(x, y):
                return one
        return None

    def chip_rect(self, at: int, rect: QRect) -> QRect:
        """Where the first chip of a row stands."""
        return self._chip_rect(rect, self._model.head(at), 0)

    def text_rect(self, at: int, rect: QRect) -> QRect:
        """Where the words of a row stand."""
        left, width = self._column(rect.width())
        top = rect.top() + self._top(self._model.head(at))
        return QRect(rect.left() + left, top, width, rect.bottom() - top)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row in the theme's colours."""
        at, rect = index.row(), option.rect
        row = self._model.row(at)
        painter.save()
        self._paint_ground(painter, option, at)
        if isinstance(row, Gap):
            self._paint_gap(painter, rect, row)
        else:
            self._paint_line(painter, rect, at, row)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field over the words."""
        editor = LineEditor(parent, self._theme)
        editor.split_wanted.connect(self._split_here)
        self.begun.emit()
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The words as they are."""
        line = self._model.line(index.row())
        # Once: a change elsewhere that comes while one types must not take the words away.
        if line is not None and isinstance(editor, LineEditor) and not editor.line_id:
            editor.begin(line.id, line.text, self._pressed(index, line.text))

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Hand over what was typed; the page decides."""
        if isinstance(editor, LineEditor) and not editor.property("done"):
            self.edited.emit(editor.line_id, editor.toPlainText())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Over the words, with room for a line more."""
        box = self.text_rect(index.row(), option.rect).adjusted(-M, -2, M, 0)
        box.setHeight(max(box.height() + S, self._theme.px(theme.CONTROL) + self._step()))
        editor.setGeometry(box)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter is done; the rest as in every editor in place."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if enter and not control and isinstance(editor, QWidget):
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
                return True
            if enter:
                return False
        return super().eventFilter(editor, event)

    def _split_here(self) -> None:
        editor = self.sender()
        if isinstance(editor, LineEditor):
            editor.setProperty("done", True)
            cursor = editor.textCursor().position()
            line_id, text = editor.line_id, editor.toPlainText()
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
            self.split.emit(line_id, text, cursor)

    def _pressed(self, index: Index, text: str) -> int:
        """The place in the words that was clicked; their end where a key was pressed."""
        point, self.pressed = self.pressed, None
        box = self.text_rect(index.row(), self._view.visualRect(self._model.index(index.row())))
        if point is None or not box.adjusted(-M, 0, M, 0).contains(point):
            return len(text)
        layout = self._layout(text, box.width())
        at = point - box.topLeft()
        number = min(max(0, at.y() // self._step()), layout.lineCount() - 1)
        return layout.lineAt(number).xToCursor(at.x())

    def _column(self, width: int) -> tuple[int, int]:
        """Left edge and width of the words."""
        left = L + self._theme.px(_TIME + _MARKS)
        right = self._margin(width) + M
        return left, max(120, min(self._theme.px(_COLUMN), width - left - right))

    def _margin(self, width: int) -> int:
        """Width of the margin with the chips."""
        named = width >= self._theme.px(_ROOM_FOR_WORDS)
        return self._theme.px(_MARGIN) if named else self._theme.px(_CHIP) + M

    def _chip_rect(self, rect: QRect, head: bool, n: int) -> QRect:
        left, width = self._column(rect.width())
        x = rect.left() + left + width + M
        y = rect.top() + self._top(head) - 2 + n * (self._theme.px(_CHIP) + XS)
        return QRect(x, y, self._margin(rect.width()) - S, self._theme.px(_CHIP))

    def _top(self, head: bool) -> int:
        return (S + self._theme.px(16) + 2) if head else 2

    def _step(self) -> int:
        return round(self._theme.px(theme.TYPE["callout"]) * LINE_HEIGHT)

    def _measure(self, row: Line, head: bool, chips: int, width: int) -> int:
        column = self._column(width)[1]
        metrics = QFontMetrics(self._theme.font("callout"))
        if metrics.horizontalAdvance(row.text) <= column:
            said = self._step()
        else:
            said = round(self._layout(row.text, column).boundingRect().height())
        if row.comment:
            said += XS + self._comment_height(row.comment, column)
        return self._top(head) + max(said, chips * (self._theme.px(_CHIP) + XS)) + S

    def _comment_height(self, text: str, column: int) -> int:
        metrics = QFontMetrics(self._theme.font("small"))
        room = QRect(0, 0, column - L - M, 10_000)
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height() + S

    def _layout(self, text: str, width: int) -> QTextLayout:
        key = (text, width)
        found = self._layouts.get(key)
        if found is not None:
            self._layouts.move_to_end(key)
            return found
        made = QTextLayout(text, self._theme.font("callout"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        made.setTextOption(option)
        step, y = self._step(), 0.0
        made.beginLayout()
        while (line := made.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
        made.endLayout()
        self._layouts[key] = made
        if len(self._layouts) > _LAYOUTS:
            self._layouts.popitem(last=False)
        return made

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, at: int) -> None:
        rect = option.rect
        states = QStyle.StateFlag
        if option.state & states.State_Selected:
            painter.fillRect(rect, self._theme.colour("selected"))
        elif at == self.current:
            painter.fillRect(rect, self._theme.colour("sunken"))
        elif option.state & states.State_MouseOver:
            painter.fillRect(rect, self._theme.colour("canvas"))
        if at == self.current:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), self._theme.colour("link"))

    def _paint_line(self, painter: QPainter, rect: QRect, at: int, row: Line) -> None:
        left, width = self._column(rect.width())
        head = self._model.head(at)
        top = rect.top() + self._top(head)
        if head:
            band = QRect(rect.left() + left, rect.top() + S, width, self._theme.px(16))
            painter.setFont(self._theme.font("small", "semibold"))
            painter.setPen(self._theme.colour("you" if row.speaker == "user" else "them"))
            name = painter.fontMetrics().elidedText(
                self._model.names[row.speaker], Qt.TextElideMode.ElideRight, width
            )
            painter.drawText(band, Qt.AlignmentFlag.AlignVCenter, name)
        step = self._step()
        self._paint_time(painter, QRect(rect.left() + L, top, left, step), row.t0)
        self._paint_marks(painter, QPointF(rect.left() + L + self._theme.px(_TIME), top), row)
        painter.setPen(self._theme.colour("text"))
        layout = self._layout(row.text, width)
        layout.draw(painter, QPointF(rect.left() + left, top), self._found(row.text))
        if row.comment:
            below = top + round(layout.boundingRect().height()) + XS
            self._paint_comment(painter, QRect(rect.left() + left, below, width, 0), row.comment)
        for n, one in enumerate(self._model.chips(at)):
            self._paint_chip(painter, self._chip_rect(rect, head, n), one)

    def _paint_time(self, painter: QPainter, box: QRect, t: float) -> None:
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text_3"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words.clock(t))

    def _paint_marks(self, painter: QPainter, spot: QPointF, row: Line) -> None:
        ratio = painter.device().devicePixelRatioF()
        size = self._theme.px(14)
        shown = [("star-full", self._theme.palette.warning.ink)] if row.starred else []
        shown += [("pencil", self._theme.palette.text_3)] if row.edited else []
        for n, (name, colour) in enumerate(shown):
            place = spot + QPointF(-n * (size + 2), (self._step() - size) / 2)
            painter.drawPixmap(place, icons.pixmap(name, colour, size, ratio))

    def _paint_comment(self, painter: QPainter, box: QRect, text: str) -> None:
        height = self._comment_height(text, box.width())
        box.setHeight(height)
        tone = self._theme.palette.info
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.tint))
        painter.drawRoundedRect(QRectF(box), theme.RADIUS_S, theme.RADIUS_S)
        ratio = painter.device().devicePixelRatioF()
        size = self._theme.px(14)
        image = icons.pixmap("comment", tone.ink, size, ratio)
        painter.drawPixmap(QPointF(box.left() + XS, box.top() + XS), image)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text"))
        inside = box.adjusted(L + XS, XS, -S, 0)
        painter.drawText(inside, int(Qt.TextFlag.TextWordWrap), text)

    def _paint_chip(self, painter: QPainter, box: QRect, one: ChipRow) -> None:
        tone = self._theme.tone(one.chip.kind)
        ratio = painter.device().devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if one.dismissed or not one.displayed:
            painter.setOpacity(0.75)
        named = box.width() > self._theme.px(_CHIP) * 2
        shape = QRectF(box if named else box.adjusted(0, 0, box.height() - box.width(), 0))
        painter.setPen(QPen(QColor(tone.edge), 1))
        painter.setBrush(QColor(tone.tint))
        painter.drawRoundedRect(shape.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        size = self._theme.px(14)
        inset = (box.height() - size) / 2
        image = icons.pixmap(one.chip.kind, tone.ink, size, ratio)
        painter.drawPixmap(QPointF(box.left() + inset, box.top() + inset), image)
        painter.setOpacity(1.0)
        state = chip_icon(one)
        if not named:
            self._paint_badge(painter, shape, state, tone.ink)
            return
        text = box.adjusted(size + S + XS, 0, -S, 0)
        if state:
            text.setRight(text.right() - size - XS)
            spot = QPointF(text.right() + XS, box.top() + inset)
            painter.drawPixmap(spot, icons.pixmap(state, tone.ink, size, ratio))
        painter.setFont(self._theme.font("micro", "medium"))
        painter.setPen(self._theme.colour("text"))
        short = painter.fontMetrics().elidedText(
            one.chip.text, Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, short)

    def _paint_badge(self, painter: QPainter, chip: QRectF, state: str, ink: str) -> None:
        """What became of a chip that is only an icon, at its corner."""
        if not state:
            return
        size = self._theme.px(_BADGE)
        spot = QRectF(chip.right() - size * 0.7, chip.bottom() - size * 0.8, size, size)
        painter.setPen(QPen(QColor(ink), 1))
        painter.setBrush(self._theme.colour("surface"))
        painter.drawEllipse(spot)
        small = size - 4
        ratio = painter.device().devicePixelRatioF()
        image = icons.pixmap(state, ink, small, ratio)
        painter.drawPixmap(spot.topLeft() + QPointF(2, 2), image)

    def _paint_gap(self, painter: QPainter, rect: QRect, gap: Gap) -> None:
        left, width = self._column(rect.width())
        self._paint_time(painter, QRect(rect.left() + L, rect.top(), left, rect.height()), gap.t0)
        box = QRect(rect.left() + left, rect.top() + XS, width, rect.height() - S)
        tone = self._theme.palette.warning
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.tint))
        painter.drawRoundedRect(QRectF(box), theme.RADIUS_S, theme.RADIUS_S)
        painter.setFont(self._theme.font("small"))
        painter.setPen(QColor(tone.ink))
        text = painter.fontMetrics().elidedText(
            gap_text(gap), Qt.TextElideMode.ElideRight, width - 2 * S
        )
        painter.drawText(box.adjusted(S, 0, -S, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _found(self, text: str) -> list[QTextLayout.FormatRange]:
        """The places of what is sought."""
        marked: list[QTextLayout.FormatRange] = []
        wanted = self.sought.lower()
        at = text.lower().find(wanted) if wanted else -1
        while at >= 0:
            made = QTextLayout.FormatRange()
            made.start, made.length = at, len(wanted)
            shape = QTextCharFormat()
            shape.setBackground(QColor(self._theme.palette.warning.edge))
            made.format = shape
            marked.append(made)
            at = text.lower().find(wanted, at + len(wanted))
        return marked
