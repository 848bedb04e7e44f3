"""The call as a strip: both speakers, silences, chips, marked gaps; a click goes there.

Painted by hand and not with a plotting library: it is a few hundred rectangles drawn once into a
picture, over which only the playhead moves. That costs no import (pyqtgraph: about a third of a
second), follows the theme and the text scale, and can be read by a screen reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from liveconvo_desktop.events import Gap
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.store import ChipRow
from liveconvo_desktop.ui import theme, words
from liveconvo_desktop.ui.review.model import gap_text
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import XS, L, M, S

Interval = tuple[float, float]
_CHIPS, _LANE, _SPACE, _CLOCK = 12, 14, 3, 16
_STEPS = (5, 10, 30, 60, 300, 600, 1200, 1800, 3600)
_LABEL_ROOM = 90
_CLOSEST = 30.0
"""Seconds seen at the closest."""
_NEAR = 5.0
"""Pixels around a chip that still mean it."""
_ARROW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn."""

    seconds: float
    lines: Sequence[Line] = ()
    silences: Sequence[Interval] = ()
    chips: Sequence[ChipRow] = ()
    gaps: Sequence[Gap] = ()


class Timeline(QWidget):
    """One session from its first to its last second.

    Attributes:
        sought: The user wants to go to a second.
    """

    sought = Signal(float)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self._scene = Scene(0.0)
        self._t = 0.0
        self._first, self._span = 0.0, 0.0  # what is seen, in seconds
        self._picture: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        theme_.changed.connect(self._redraw)

    def show_scene(self, scene: Scene) -> None:
        """Another session, or the same one after an edit."""
        if scene.seconds != self._scene.seconds:
            self._first, self._span = 0.0, scene.seconds
        self._scene = scene
        self._redraw()

    def zoom(self, factor: float, around: float) -> None:
        """See less (a factor below 1) or more of the call, with a second in its place."""
        whole = self._scene.seconds
        span = min(whole, max(min(_CLOSEST, whole), self._span * factor))
        if self._span > 0:
            self._show_from(around - (around - self._first) * span / self._span, span)

    def set_time(self, t: float) -> None:
        """Move the playhead."""
        if not self._first <= t <= self._first + self._span and self._span > 0:
            self._show_from(t - self._span / 10, self._span)
        if abs(t - self._t) * self._scale() >= 0.5:
            for at in (self._t, t):
                x = round(self._x(at))
                self.update(x - 8, 0, 16, self.height())
            self._t = t
            spoken = f"{words.clock(t)} of {words.clock(self._scene.seconds)}"
            self.setAccessibleDescription(spoken)

    def sizeHint(self) -> QSize:
        """Two lanes, the chips above them and a clock below."""
        high = self._theme.px(_CLOCK) + XS + _CHIPS + 2 * _LANE + _SPACE + 2 * S
        return QSize(480, high)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, the playhead and the focus ring."""
        painter = QPainter(self)
        if self._picture is None:
            self._picture = self._draw()
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scene.seconds > 0:
            self._draw_playhead(painter)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(box, theme.RADIUS_M, theme.RADIUS_M)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw again."""
        self._redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there; to the chip exactly where one is meant."""
        if event.button() == Qt.MouseButton.LeftButton and self._scene.seconds > 0:
            chip = self._chip_near(event.position().x(), event.position().y())
            self.sought.emit(chip.chip.t if chip else self._time(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging scrubs."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._scene.seconds > 0:
            self.sought.emit(self._time(event.position().x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The whole call again."""
        self._show_from(0.0, self._scene.seconds)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Closer or farther; sideways along the call."""
        turned = event.angleDelta()
        if turned.y():
            self.zoom(0.999 ** turned.y(), self._time(event.position().x()))
        elif turned.x():
            self._show_from(self._first - turned.x() * self._span / 1200, self._span)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Home/End; plus and minus for closer and farther."""
        steps = {Qt.Key.Key_Left: -_ARROW_SECONDS, Qt.Key.Key_Right: _ARROW_SECONDS}
        ends = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: self._scene.seconds}
        key = Qt.Key(event.key())
        if key in steps:
            self.sought.emit(min(max(0.0, self._t + steps[key]), self._scene.seconds))
        elif key in ends:
            self.sought.emit(ends[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.zoom(0.5 if key == Qt.Key.Key_Plus else 2.0, self._t)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """What is under the pointer, as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def told(self, x: float, y: float) -> str:
        """What stands at a point, in words."""
        if self._scene.seconds <= 0:
            return ""
        chip = self._chip_near(x, y)
        if chip is not None:
            return f"{words.clock(chip.chip.t)}  {chip.chip.text}"
        t = self._time(x)
        for gap in self._scene.gaps:
            if gap.t0 <= t <= gap.t1:
                return f"{words.clock(t)}  {gap_text(gap)}"
        return words.clock(t)

    def _chip_near(self, x: float, y: float) -> ChipRow | None:
        if y > S + _CHIPS:
            return None
        near = [one for one in self._scene.chips if abs(self._x(one.chip.t) - x) <= _NEAR]
        return min(near, key=lambda one: abs(self._x(one.chip.t) - x), default=None)

    def _scale(self) -> float:
        """Pixels a second."""
        return max(1, self.width() - 2 * L) / max(self._span, 0.001)

    def _x(self, t: float) -> float:
        return L + (t - self._first) * self._scale()

    def _time(self, x: float) -> float:
        return min(max(0.0, self._first + (x - L) / self._scale()), self._scene.seconds)

    def _show_from(self, first: float, span: float) -> None:
        self._span = span
        self._first = min(max(0.0, first), self._scene.seconds - span)
        self._redraw()

    def _redraw(self) -> None:
        self._picture = None
        self.updateGeometry()
        self.update()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = S + _CHIPS
        lanes = {"user": top, "other": top + _LANE + _SPACE}
        painter.setBrush(self._theme.colour("sunken"))
        for y in lanes.values():
            whole = QRectF(L, y, self.width() - 2 * L, _LANE)
            painter.drawRoundedRect(whole, theme.RADIUS_S, theme.RADIUS_S)
        painter.setClipRect(QRectF(L - 5, 0, self.width() - 2 * L + 10, top + 2 * _LANE + _SPACE))
        self._draw_silences(painter, top)
        for line in self._scene.lines:
            y = lanes.get(line.speaker, lanes["other"])
            painter.setBrush(self._theme.colour("you" if line.speaker == "user" else "them"))
            self._draw_bar(painter, line.t0, line.t1, y + 2, _LANE - 4)
        for gap in self._scene.gaps:
            self._draw_gap(painter, gap, lanes["user" if gap.channel == "mic" else "other"])
        for chip in self._scene.chips:
            self._draw_chip(painter, chip)
        painter.setClipping(False)
        self._draw_clock(painter, top + 2 * _LANE + _SPACE + XS)
        painter.end()
        return picture

    def _draw_bar(self, painter: QPainter, t0: float, t1: float, y: float, high: float) -> None:
        left, right = self._x(t0), self._x(t1)
        if right < 0 or left > self.width():
            return
        wide = max(1.5, right - left)
        painter.drawRoundedRect(QRectF(left, y, wide, high), min(2, wide / 2), 2)

    def _draw_silences(self, painter: QPainter, top: float) -> None:
        """A thin line between the lanes: nobody speaks."""
        painter.setBrush(self._theme.colour("outline"))
        for t0, t1 in self._scene.silences:
            self._draw_bar(painter, t0, t1, top + _LANE, _SPACE)

    def _draw_gap(self, painter: QPainter, gap: Gap, y: float) -> None:
        tone = self._theme.palette.warning
        left = self._x(gap.t0)
        box = QRectF(left, y, max(3.0, self._x(gap.t1) - left), _LANE)
        painter.setBrush(QColor(tone.tint))
        painter.drawRect(box)
        painter.setBrush(QBrush(QColor(tone.ink), Qt.BrushStyle.BDiagPattern))
        painter.drawRect(box)

    def _draw_chip(self, painter: QPainter, one: ChipRow) -> None:
        x = self._x(one.chip.t)
        painter.setBrush(QColor(self._theme.tone(one.chip.kind).ink))
        corners = [QPointF(x - 4, S - 1), QPointF(x + 4, S - 1), QPointF(x, S + 7)]
        painter.drawPolygon(QPolygonF(corners))

    def _draw_clock(self, painter: QPainter, y: float) -> None:
        if self._scene.seconds <= 0:
            return
        room = _LABEL_ROOM * self._theme.scale
        step = next((s for s in _STEPS if s * self._scale() >= room), _STEPS[-1])
        painter.setFont(self._theme.font("micro"))
        painter.setPen(self._theme.colour("text_3"))
        t = math.ceil(self._first / step) * step
        while t <= self._first + self._span:
            box = QRectF(self._x(t), y, room, self._theme.px(_CLOCK))
            if box.left() + self._theme.px(36) <= self.width() - M:
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words.clock(t))
            t += step

    def _draw_playhead(self, painter: QPainter) -> None:
        x = self._x(min(self._t, self._scene.seconds))
        bottom = S + _CHIPS + 2 * _LANE + _SPACE + 2
        painter.setPen(QPen(self._theme.colour("surface"), 4))
        painter.drawLine(QPointF(x, S), QPointF(x, bottom))
        painter.setPen(QPen(self._theme.colour("text"), 2))
        painter.drawLine(QPointF(x, S), QPointF(x, bottom))
        painter.setBrush(self._theme.colour("text"))
        painter.drawEllipse(QPointF(x, S), 3.0, 3.0)
