"""Where files are dropped: the whole panel takes them, an empty one says so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import IconLabel, label
from liveconvo_desktop.ui.style import Theme


class DropZone(QWidget):
    """A dashed place with an icon, what to do, and whatever is put below."""

    def __init__(self, theme_: Theme, icon: str, title: str, hint: str) -> None:
        super().__init__()
        self._theme, self._hot = theme_, False
        center = Qt.AlignmentFlag.AlignHCenter
        self.title = label(title, "callout")
        self.hint = label(hint, "small", "quiet", wrap=True)
        self.hint.setAlignment(center)
        self.title.setAlignment(center)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self.box.setSpacing(theme.S)
        self.box.addStretch(1)
        self.box.addWidget(IconLabel(theme_, icon, "text_3", 32), 0, center)
        self.box.addWidget(self.title)
        self.box.addWidget(self.hint)
        self.box.addStretch(1)
        theme_.changed.connect(self.update)

    def add(self, widget: QWidget) -> None:
        """Put something below the hint."""
        at = self.box.count() - 1
        self.box.insertSpacing(at, theme.S)
        self.box.insertWidget(at + 1, widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_hot(self, hot: bool) -> None:
        """Files hang over it."""
        self._hot = hot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dashed border."""
        paint_border(self, self._theme, hot=self._hot)


class DropOverlay(QWidget):
    """Lies over what is there while files hang over it."""

    def __init__(self, theme_: Theme, parent: QWidget, text: str) -> None:
        super().__init__(parent)
        self._theme, self._text = theme_, text
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Show it over all of its parent."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect().adjusted(theme.S, theme.S, -theme.S, -theme.S))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ground that hides what lies below, and the invitation."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS_L, theme.RADIUS_L)
        painter.setFont(self._theme.font("callout", "semibold"))
        painter.setPen(self._theme.colour("link"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
        paint_border(self, self._theme, hot=True)


class DropTarget(QWidget):
    """A widget that takes files anywhere on it.

    Attributes:
        dropped: Carries a list of ``Path``.
    """

    dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)

    def hover(self, on: bool) -> None:
        """Files hang over it, or no longer; for the subclass to show."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome local files, nothing else."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()
            self.hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went on."""
        self.hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them."""
        self.hover(False)
        files = local_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files)


def local_files(data: QMimeData) -> list[Path]:
    """The files of a drag; what lies on the web is none of ours."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def paint_border(widget: QWidget, theme_: Theme, *, hot: bool) -> None:
    """A dashed border just inside a widget."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme_.colour("focus" if hot else "outline"), 2 if hot else 1)
    pen.setDashPattern([4, 4] if not hot else [3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(widget.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
    painter.drawRoundedRect(box, theme.RADIUS_L, theme.RADIUS_L)
