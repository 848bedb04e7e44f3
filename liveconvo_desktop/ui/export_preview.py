"""How an export will look: its text, or the first page of a PDF."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontDatabase, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QStackedWidget, QWidget

from liveconvo_desktop.export import Conversation, Format, Options
from liveconvo_desktop.review.export import render
from liveconvo_desktop.store import Store
from liveconvo_desktop.ui.captions import paint_empty
from liveconvo_desktop.ui.style import Theme

_MOST_TEXT = 20_000
"""Characters: enough to judge; the file and the clipboard get all of it."""
_PAGE_SCALE = 2.0
"""Pixels a point: sharp at 200 %."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A preview, made off the GUI thread: text, a page, or a word on why there is neither."""

    text: str = ""
    page: QImage | None = None
    pages: int = 0
    note: str = ""


def see(store: Store, conversation: Conversation, format_: Format, options: Options) -> Seen:
    """Render the whole and keep what a preview shows.

    Raises:
        LiveConvoError: See ``review.export.render``.
    """
    content = render(store, conversation, format_, options)
    if format_.text:
        text = content.decode("utf-8-sig")
        cut = len(text) > _MOST_TEXT
        return Seen(text=text[:_MOST_TEXT] + ("\n…" if cut else ""))
    if format_.name != "pdf":
        return Seen(note="Word documents have no preview. PDF shows how it will look.")
    document = pypdfium2.PdfDocument(content)
    try:
        bitmap = document[0].render(scale=_PAGE_SCALE, rev_byteorder=True)
        size = (bitmap.width, bitmap.height)
        pixels = bytes(bitmap.buffer)
        kind = (
            QImage.Format.Format_RGB888
            if bitmap.n_channels == 3
            else (QImage.Format.Format_RGBX8888)
        )
        # The image does not own the bytes; a copy does.
        image = QImage(pixels, *size, bitmap.stride, kind).copy()
        return Seen(page=image, pages=len(document))
    finally:
        document.close()


class Preview(QStackedWidget):
    """Text, a page, or a word on why there is neither."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setObjectName("preview")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Preview")
        self.page = _Page(theme_)
        self._theme = theme_
        self._sheet = QScrollArea()
        self._sheet.setObjectName("preview")
        self._sheet.setWidgetResizable(True)
        self._sheet.setWidget(self.page)
        self._sheet.setAccessibleName("Preview")
        self.addWidget(self.text)
        self.addWidget(self._sheet)
        theme_.changed.connect(self._set_font)
        self._set_font()

    def show_seen(self, seen: Seen) -> None:
        """A preview that was made."""
        if seen.page is not None or seen.note:
            self._turn_to(seen.page, seen.pages, "info", seen.note, "")
            return
        at = self.text.verticalScrollBar().value()
        self.text.setPlainText(seen.text)
        self.text.verticalScrollBar().setValue(at)
        self.setCurrentWidget(self.text)

    def wait(self, text: str) -> None:
        """Nothing yet."""
        self._turn_to(None, 0, "clock", text, "")

    def fail(self, message: str, hint: str) -> None:
        """Why there is none, and what to do."""
        self._turn_to(None, 0, "info", message, hint)

    def _turn_to(
        self, image: QImage | None, pages: int, icon: str, message: str, hint: str
    ) -> None:
        self.page.fill(image, pages, icon, message, hint)
        # Otherwise the scroll area keeps the height of the page before.
        self._sheet.setWidgetResizable(True)
        self.setCurrentWidget(self._sheet)

    def _set_font(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        size = self._theme.px(12)
        self.text.setStyleSheet(
            f'QPlainTextEdit {{ font-family: "{font.family()}", monospace; font-size: {size}px; }}'
        )


class _Page(QWidget):
    """The first page, as wide as there is room for; or words in its place."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme = theme_
        self._image: QImage | None = None
        self._words = ("", "", "")
        self._pages = 0
        theme_.changed.connect(self.update)

    def fill(self, image: QImage | None, pages: int, icon: str, message: str, hint: str) -> None:
        """Show a page, or words."""
        self._image, self._pages, self._words = image, pages, (icon, message, hint)
        self.setAccessibleName(self._foot() if image else f"{message} {hint}")
        self._fit()
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: object) -> None:
        """As high as the page is at this width."""
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page, or the words in the middle."""
        painter = QPainter(self)
        if self._image is None:
            icon, message, hint = self._words
            paint_empty(painter, self.rect(), self._theme, icon, message, hint)
            return
        ratio = self.devicePixelRatioF()
        place = self._place(self._image)
        drawn = self._image.scaled(
            place.size() * ratio,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(place, drawn)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("text_3"))
        below = self.rect()
        below.setTop(place.bottom())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._foot())

    def _place(self, image: QImage) -> QRect:
        width = max(1, self.width() - 2)
        return QRect(1, 1, width, round(width * image.height() / image.width()))

    def _fit(self) -> None:
        foot = self._theme.px(28)
        image = self._image
        self.setMinimumHeight(0 if image is None else self._place(image).height() + foot)

    def _foot(self) -> str:
        return f"First of {self._pages} pages" if self._pages > 1 else "One page"
