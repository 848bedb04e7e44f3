"""The scrolling list of lines: follows the talk unless the user looks back."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QPushButton, QWidget

from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.transcript import TranscriptModel
from liveconvo_desktop.ui.transcript_view import Measures, RowDelegate

_NEAR_END = 24
"""Pixels from the end that still count as looking at the newest line."""


class CaptionList(QListView):
    """A transcript with an empty state and a way back to the newest line.

    Args:
        focusable: False in the overlay, which must never take the keyboard.
        follow: Keep the newest line in view; False for a call that is over.
    """

    def __init__(
        self,
        model: TranscriptModel,
        theme_: Theme,
        measures: Measures,
        *,
        focusable: bool,
        follow: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme_
        self._live, self._following = follow, follow
        self._empty = ("waveform", "", "")
        self.setModel(model)
        self.setItemDelegate(RowDelegate(theme_, measures, self))
        self.setAccessibleName("Transcript")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if focusable else Qt.FocusPolicy.NoFocus)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if focusable else modes.NoSelection)
        # The newest line is the one that is read: it must not touch the edge.
        self.setViewportMargins(0, 0, 0, theme.M)
        self._jump = self._jump_button()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._grown)
        theme_.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def following(self) -> bool:
        """True while the newest line is kept in view."""
        return self._following

    def set_empty(self, icon: str, title: str, hint: str) -> None:
        """What is shown while there is no line."""
        self._empty = (icon, title, hint)
        self.viewport().update()

    @Slot()
    def follow(self) -> None:
        """Go to the newest line and stay there."""
        self._following = True
        self.scrollToBottom()
        self._jump.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected lines as text; otherwise as usual."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(self.selectedIndexes(), key=lambda index: index.row())
            QGuiApplication.clipboard().setText("\n".join(str(row.data()) for row in rows))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in its place."""
        super().resizeEvent(event)
        self._place_jump()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines, or the designed emptiness."""
        super().paintEvent(event)
        if self.model().rowCount() == 0 and self._empty[1]:
            painter = QPainter(self.viewport())
            paint_empty(painter, self.viewport().rect(), self._theme, *self._empty)

    def sizeHint(self) -> QSize:
        """As high as its place allows."""
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:
        """At least a line."""
        return QSize(160, 48)

    def _jump_button(self) -> QPushButton:
        button = QPushButton("Newest", self)
        button.setProperty("extent", "small")
        button.setFocusPolicy(self.focusPolicy())
        button.setIcon(icons.icon("arrow-down", self._theme.palette.text_2))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(self.follow)
        button.hide()
        return button

    def _place_jump(self) -> None:
        self._jump.adjustSize()
        x = (self.width() - self._jump.width()) // 2
        self._jump.move(x, self.height() - self._jump.height() - theme.S)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        if not self._live:
            return
        self._following = value >= self.verticalScrollBar().maximum() - _NEAR_END
        self._jump.setVisible(not self._following)
        self._place_jump()

    @Slot(int, int)
    def _grown(self, _minimum: int, _maximum: int) -> None:
        if self._following:
            self.scrollToBottom()


def paint_empty(
    painter: QPainter, rect: QRect, theme_: Theme, icon: str, title: str, hint: str
) -> None:
    """An icon, what it is and what will come, centred and quiet."""
    size, gap = theme_.px(24), theme.S
    wrap = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
    room = rect.adjusted(theme.XL, 0, -theme.XL, 0)
    small = QFontMetrics(theme_.font("small"))
    title_h = theme_.px(20)
    hint_h = small.boundingRect(room, wrap, hint).height() if hint else 0
    y = rect.top() + max(0, (rect.height() - size - gap - title_h - hint_h) // 2)
    roomy = rect.height() >= size + gap + title_h + hint_h
    if roomy:
        ratio = painter.device().devicePixelRatioF()
        image = icons.pixmap(icon, theme_.palette.text_3, size, ratio)
        painter.drawPixmap(rect.center().x() - size // 2, y, image)
        y += size + gap
    painter.setFont(theme_.font("body", "medium"))
    painter.setPen(theme_.colour("text_2"))
    painter.drawText(QRect(room.left(), y, room.width(), title_h), wrap, title)
    if roomy:
        painter.setFont(theme_.font("small"))
        painter.setPen(theme_.colour("text_3"))
        painter.drawText(QRect(room.left(), y + title_h, room.width(), hint_h), wrap, hint)
