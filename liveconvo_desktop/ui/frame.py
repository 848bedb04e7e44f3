"""A frameless window that stays on top, never takes the keyboard, and is moved by its ground."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBitmap,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.style import Theme

_EDGE = 6
"""Pixels along the border that resize instead of move."""

_FLAGS = (
    Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.Tool
    | Qt.WindowType.WindowDoesNotAcceptFocus
)


class FloatingWindow(QWidget):
    """The overlay's window behaviour without its content.

    Moving and resizing are done here by hand: asking the window manager would activate the window
    on some of them.
    """

    def __init__(self, theme_: Theme) -> None:
        super().__init__(None, _FLAGS)
        self._theme = theme_
        self._grab: QPoint | None = None
        self._grabbed = QRect()
        self._edges = Qt.Edge(0)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        # The window is never active, and tips are shown by active windows only unless told.
        self.setAttribute(Qt.WidgetAttribute.WA_AlwaysShowToolTips)
        self.setMouseTracking(True)
        theme_.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded sheet with a hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        edge = palette.outline if palette.dark else palette.line
        pen = QColor(edge)
        painter.setPen(QPen(pen, 1))
        painter.setBrush(QColor(palette.surface))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.RADIUS_L, theme.RADIUS_L)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the corners too, for desktops without a compositor, where they would be black."""
        super().resizeEvent(event)
        shape = QBitmap(self.size())
        shape.clear()
        painter = QPainter(shape)
        painter.setBrush(Qt.GlobalColor.color1)
        painter.setPen(Qt.GlobalColor.color1)
        radius = theme.RADIUS_L - 1
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        painter.end()
        self.setMask(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the window."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grab = event.globalPosition().toPoint()
            self._grabbed = self.geometry()
            self._edges = self._edges_at(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move or resize what is held; otherwise say what a press would do."""
        if self._grab is None:
            self.setCursor(_cursor(self._edges_at(event.position().toPoint())))
            return
        offset = event.globalPosition().toPoint() - self._grab
        if self._edges == Qt.Edge(0):
            self.move(self._grabbed.topLeft() + offset)
        else:
            self._stretch(offset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._grab is not None:
            self._grab = None
            self.settled()

    def settled(self) -> None:
        """The window has a new place or size; for subclasses that remember it."""

    def _edges_at(self, at: QPoint) -> Qt.Edge:
        edges = Qt.Edge(0)
        if at.x() < _EDGE:
            edges |= Qt.Edge.LeftEdge
        if at.x() >= self.width() - _EDGE:
            edges |= Qt.Edge.RightEdge
        if self.maximumHeight() > self.minimumHeight():
            if at.y() < _EDGE:
                edges |= Qt.Edge.TopEdge
            if at.y() >= self.height() - _EDGE:
                edges |= Qt.Edge.BottomEdge
        return edges

    def _stretch(self, offset: QPoint) -> None:
        rect = QRect(self._grabbed)
        least = self.minimumSizeHint().expandedTo(self.minimumSize())
        if self._edges & Qt.Edge.RightEdge:
            rect.setWidth(max(least.width(), rect.width() + offset.x()))
        if self._edges & Qt.Edge.LeftEdge:
            rect.setLeft(min(rect.left() + offset.x(), rect.right() - least.width()))
        if self._edges & Qt.Edge.BottomEdge:
            rect.setHeight(max(least.height(), rect.height() + offset.y()))
        if self._edges & Qt.Edge.TopEdge:
            rect.setTop(min(rect.top() + offset.y(), rect.bottom() - least.height()))
        self.setGeometry(rect)


def _cursor(edges: Qt.Edge) -> Qt.CursorShape:
    shapes = Qt.CursorShape
    sides = bool(edges & (Qt.Edge.LeftEdge | Qt.Edge.RightEdge))
    ends = bool(edges & (Qt.Edge.TopEdge | Qt.Edge.BottomEdge))
    if sides and ends:
        falling = bool(edges & Qt.Edge.LeftEdge) == bool(edges & Qt.Edge.TopEdge)
        return shapes.SizeFDiagCursor if falling else shapes.SizeBDiagCursor
    if sides:
        return shapes.SizeHorCursor
    return shapes.SizeVerCursor if ends else shapes.ArrowCursor
