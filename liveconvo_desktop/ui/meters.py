"""Level meters and the bar of who talks how much."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from liveconvo_desktop.language.saying import SPEAKERS
from liveconvo_desktop.ui import icons, theme, words
from liveconvo_desktop.ui.style import Theme

_FLOOR = -60.0
"""dBFS drawn as an empty meter: speech sits between -40 and -10."""
_HOT = -3.0
"""dBFS from which the meter warns of clipping."""
_FALL = 0.12
"""How much of its length a meter may lose between two polls, so that it does not flicker."""


class LevelMeter(QWidget):
    """One side's level behind its icon.

    Args:
        icon: ``mic`` or ``speaker``.
        name: What a screen reader and the tooltip call it.
    """

    def __init__(self, theme_: Theme, icon: str, name: str) -> None:
        super().__init__()
        self._theme, self._icon, self._name = theme_, icon, name
        self._length, self._hot, self._captured = 0.0, False, False
        self.setFixedSize(self.sizeHint())
        self.setToolTip(name)
        self.setAccessibleName(name)
        theme_.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """An icon and a short bar."""
        return QSize(theme.ICON + theme.XS + 44, theme.ICON)

    def set_level(self, dbfs: float | None) -> None:
        """Show a peak level; None where this side is not captured."""
        captured = dbfs is not None
        target = 0.0 if dbfs is None else min(1.0, max(0.0, 1.0 - dbfs / _FLOOR))
        length = max(target, self._length - _FALL)
        hot = dbfs is not None and dbfs >= _HOT
        if (round(length * 44), hot, captured) != (
            round(self._length * 44),
            self._hot,
            self._captured,
        ):
            self.update()
        if captured != self._captured:
            self.setToolTip(self._name if captured else f"{self._name}: not captured")
        self._length, self._hot, self._captured = length, hot, captured

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, track, level."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        ink = palette.text_2 if self._captured else palette.warning.ink
        image = icons.pixmap(self._icon, ink, theme.ICON, self.devicePixelRatioF())
        painter.drawPixmap(0, 0, image)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(theme.ICON + theme.XS, (theme.ICON - 4) / 2, 44, 4)
        painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(track, 2, 2)
        if self._captured and self._length > 0.02:
            track.setWidth(max(4.0, 44 * self._length))
            painter.setBrush(QColor(palette.warning.ink if self._hot else palette.success.ink))
            painter.drawRoundedRect(track, 2, 2)


class TalkBar(QWidget):
    """The user's share of all talk as two lengths of one line, with the figure beside it."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self._ratio: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(96)
        self._grow()
        self.setAccessibleName("Talk ratio")
        theme_.changed.connect(self._grow)

    def set_ratio(self, ratio: float | None) -> None:
        """The user's share, 0..1, or None before anybody spoke."""
        if words.share(ratio) == words.share(self._ratio):
            return
        self._ratio = ratio
        self.setToolTip("" if ratio is None else f"You spoke {words.share(ratio)} of the talk time")
        self.setAccessibleDescription(f"You {words.share(ratio)}")
        self.update()

    def _grow(self) -> None:
        self.setFixedHeight(self._theme.px(16))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """You · line · Them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        you, them = SPEAKERS["user"], SPEAKERS["other"]
        mine = f"{you} {words.share(self._ratio)}" if self._ratio is not None else you
        font = self._theme.font("micro", "medium")
        painter.setFont(font)
        metrics = painter.fontMetrics()
        left, right = metrics.horizontalAdvance(f"{you} 100 %"), metrics.horizontalAdvance(them)
        box, centre = self.rect(), Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(palette.text_2))
        painter.drawText(box, centre | Qt.AlignmentFlag.AlignLeft, mine)
        painter.drawText(box, centre | Qt.AlignmentFlag.AlignRight, them)
        start, end = left + theme.S, box.width() - right - theme.S
        line = QRectF(start, (box.height() - 4) / 2, max(8, end - start), 4)
        self._paint_line(painter, line)

    def _paint_line(self, painter: QPainter, line: QRectF) -> None:
        palette = self._theme.palette
        painter.setPen(Qt.PenStyle.NoPen)
        if self._ratio is None:
            painter.setBrush(QColor(palette.line))
            painter.drawRoundedRect(line, 2, 2)
            return
        cut = line.left() + min(line.width() - 4, max(4.0, line.width() * self._ratio))
        painter.setBrush(QColor(palette.you))
        painter.drawRoundedRect(QRectF(line.left(), line.top(), cut - line.left() - 1, 4), 2, 2)
        painter.setBrush(QColor(palette.them))
        painter.drawRoundedRect(QRectF(cut + 1, line.top(), line.right() - cut - 1, 4), 2, 2)
