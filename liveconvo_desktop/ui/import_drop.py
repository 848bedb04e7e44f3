"""The place where a file to import is dropped; pressed, it asks for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy

from liveconvo_desktop.ui import icons, theme
from liveconvo_desktop.ui.style import Theme
from liveconvo_desktop.ui.theme import M, S

_TITLE = "Drop a recording or a transcript here"
_ANOTHER = "Choose another file"
_KINDS = "WAV, FLAC, MP3, OGG, M4A  ·  SRT, VTT, JSON  ·  or one file for each side"


class FileDrop(QPushButton):
    """A dashed place that takes files and is a button for those who do not drag.

    Attributes:
        dropped: Carries a list of ``Path``.
    """

    dropped = Signal(list)

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self._hot = self._small = False
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{_TITLE}, or press to choose one. {_KINDS}")
        theme_.changed.connect(self.updateGeometry)

    def set_small(self, small: bool) -> None:
        """A file is chosen: it only offers another one."""
        self._small = small
        tall = QSizePolicy.Policy.Fixed if small else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, tall)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Large while it is all there is."""
        return QSize(320, self._theme.px(44 if self._small else 200))

    def minimumSizeHint(self) -> QSize:
        """As high as its words."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed border around an icon and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._hot or self.hasFocus()
        pen = QPen(self._theme.colour("focus" if lit else "outline"), 2 if lit else 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(self._theme.colour("hover" if self.underMouse() else "surface"))
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(box, theme.RADIUS_L, theme.RADIUS_L)
        if self._small:
            self._words(painter, self.rect(), _ANOTHER, "small", "text_2")
            return
        size = self._theme.px(28)
        line, gap = self._theme.px(22), S
        top = (self.height() - size - 2 * line - 2 * gap) // 2
        image = icons.pixmap("waveform", self._theme.palette.text_3, size, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - size) // 2, top, image)
        title = QRect(M, top + size + gap, self.width() - 2 * M, line)
        self._words(painter, title, f"{_TITLE}, or press to choose one", "callout", "text")
        self._words(painter, title.translated(0, line + gap // 2), _KINDS, "small", "text_3")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files of this computer, nothing else."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()
            self._heat(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went on."""
        self._heat(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them."""
        self._heat(False)
        event.acceptProposedAction()
        self.dropped.emit(local_files(event.mimeData()))

    def _heat(self, on: bool) -> None:
        self._hot = on
        self.update()

    def _words(
        self, painter: QPainter, room: QRect, text: str, style: theme.TextStyle, role: str
    ) -> None:
        painter.setFont(self._theme.font(style, "semibold" if style == "callout" else "regular"))
        painter.setPen(self._theme.colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)


def local_files(data: QMimeData) -> list[Path]:
    """The files of a drag; what lies on the web is none of ours."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
