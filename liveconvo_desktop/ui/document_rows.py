"""One line for each document, and one for each passage that was found in them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from liveconvo_desktop.knowledge.search import Passage, brief, stem, stems
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.parts import (
    Elided,
    IconLabel,
    PushButton,
    ToolButton,
    column,
    ink,
    label,
    row,
)
from liveconvo_desktop.ui.style import Theme

if TYPE_CHECKING:
    from liveconvo_desktop.store.documents import Document

ICONS = {
    "pdf": "document-pdf",
    "docx": "document-docx",
    "txt": "document-txt",
    "png": "document-image",
    "jpg": "document-image",
}
_KINDS = {"pdf": "PDF", "docx": "Word", "txt": "Text", "png": "PNG", "jpg": "JPG"}


class ProgressLine(QWidget):
    """How much is done, as a line of 4 px."""

    def __init__(self, theme_: Theme) -> None:
        super().__init__()
        self._theme, self._share = theme_, 0.0
        self.setFixedHeight(4)
        theme_.changed.connect(self.update)

    def set_share(self, share: float) -> None:
        """0..1."""
        if share != self._share:
            self._share = share
            self.setAccessibleName(f"{share:.0%} read")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the part that is done."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(whole, 2, 2)
        whole.setWidth(max(4.0, whole.width() * self._share))
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(whole, 2, 2)


class DocumentRow(QWidget):
    """A document: what it is, how far it is, why it failed, and what can be done.

    Attributes:
        retry_wanted: Carries the document's id, as the others do.
        cancel_wanted: Stop reading it.
        remove_wanted: Asked and confirmed.
    """

    retry_wanted = Signal(str)
    cancel_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, theme_: Theme, document: Document) -> None:
        super().__init__()
        self._theme, self._document = theme_, document
        self._icon = IconLabel(theme_, ICONS.get(document.file_type, "document"), "text_3", 20)
        self._name = Elided()
        self._facts = Elided()
        self._line = ProgressLine(theme_)
        self._why = label("", "small", wrap=True)
        self._hint = label("", "small", "second", wrap=True)
        self.retry = ToolButton(theme_, "document-retry", "Read it again", small=True)
        self.cancel = ToolButton(theme_, "close", "Stop reading it", small=True)
        self.remove = ToolButton(theme_, "document-remove", "Remove", small=True)
        self.confirm = PushButton(theme_, "Remove", kind="danger", small=True)
        self.keep = PushButton(theme_, "Keep", small=True)
        self._asking = False
        self._build()
        theme_.changed.connect(self._tint)
        self.show_document(document, None)

    @property
    def document(self) -> Document:
        """What is shown."""
        return self._document

    @property
    def facts(self) -> str:
        """The second line."""
        return self._facts.toolTip()

    def show_document(self, document: Document, share: float | None) -> None:
        """Its present state; ``share`` 0..1 is how far it is, None where it is not under way."""
        self._document = document
        self._name.set_whole(document.filename)
        for button in (self.retry, self.cancel, self.remove, self.confirm, self.keep):
            # A screen reader hears the button alone, without the line it stands in.
            button.setAccessibleName(f"{button.toolTip() or button.text()}: {document.filename}")
        self._why.setText(document.error or document.note)
        self._hint.setText(document.hint)
        self.set_share(share)
        self._tint()

    def set_share(self, share: float | None) -> None:
        """How far reading is."""
        document = self._document
        busy = "processing" in (document.status, document.embedding)
        self._line.setVisible(busy)
        self._line.set_share(share or 0.0)
        if not self._asking:
            self._facts.set_whole(facts(document, share))
        self._show_actions(busy or document.status == "pending")

    def _show_actions(self, unfinished: bool) -> None:
        document = self._document
        failed = "failed" in (document.status, document.embedding)
        self._why.setVisible(bool(self._why.text()) and not self._asking)
        self._hint.setVisible(bool(self._hint.text()) and not self._asking)
        can_retry = failed and document.path is not None
        self.retry.setVisible(can_retry and not self._asking)
        self.cancel.setVisible(unfinished and not self._asking)
        self.remove.setVisible(not self._asking)
        self.confirm.setVisible(self._asking)
        self.keep.setVisible(self._asking)

    def _build(self) -> None:
        self._name.setFont(self._theme.font("body", "medium"))
        self._facts.setProperty("type", "small")
        self._facts.setProperty("tone", "quiet")
        self.retry.clicked.connect(self._retry)
        self.cancel.clicked.connect(self._cancel)
        self.remove.clicked.connect(self._ask)
        self.confirm.clicked.connect(self._remove)
        self.keep.clicked.connect(self._keep)
        head = row(self._name, self.keep, self.confirm, self.retry, self.cancel, self.remove)
        head.setStretch(0, 1)
        head.setSpacing(theme.XS)
        body = column(self._facts, self._line, self._why, self._hint, spacing=theme.XS)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addLayout(head)
        text.addLayout(body)
        whole = row(spacing=theme.M)
        icon = column(self._icon)
        icon.setContentsMargins(0, theme.XS, 0, 0)
        icon.addStretch(1)
        whole.addLayout(icon)
        whole.addLayout(text, 1)
        whole.setContentsMargins(0, theme.S, 0, theme.M)
        self.setLayout(whole)

    @Slot()
    def _tint(self) -> None:
        document = self._document
        failed = bool(document.error)
        role = (
            "danger"
            if document.status == "failed"
            else "warning"
            if (failed or document.note)
            else "text_2"
        )
        self._why.setStyleSheet(f"color: {ink(self._theme, role)};")
        self._icon.describe(
            ICONS.get(document.file_type, "document"),
            "danger" if document.status == "failed" else "text_3",
        )
        self._name.setFont(self._theme.font("body", "medium"))

    @Slot()
    def _retry(self) -> None:
        self.retry_wanted.emit(self._document.id)

    @Slot()
    def _cancel(self) -> None:
        self.cancel_wanted.emit(self._document.id)

    @Slot()
    def _ask(self) -> None:
        self._asking = True
        self._show_actions(False)
        self._facts.set_whole("Remove it from here? Your own file stays where it is.")
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _keep(self) -> None:
        self._asking = False
        self.show_document(self._document, None)
        self.remove.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _remove(self) -> None:
        self.setEnabled(False)
        self.remove_wanted.emit(self._document.id)


class PassageRow(QWidget):
    """A passage: where it stands, and its words with those of the question in bold."""

    def __init__(self, theme_: Theme, passage: Passage, question: str) -> None:
        super().__init__()
        self._passage, self._question = passage, question
        self._open = False
        self.source = Elided(passage.source)
        self.source.setProperty("type", "section")
        kind = passage.document.rpartition(".")[2].lower().replace("jpeg", "jpg")
        icon = IconLabel(theme_, ICONS.get(kind, "document"), "text_3")
        self.text = label("", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = PushButton(theme_, "Show all", kind="quiet", small=True)
        self.copy = PushButton(theme_, "Copy", kind="quiet", small=True)
        self.more.clicked.connect(self._toggle)
        self.copy.clicked.connect(self._copy)
        head = row(icon, self.source, spacing=theme.S)
        head.setStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.M, 0, theme.S)
        box.setSpacing(theme.XS)
        box.addLayout(head)
        box.addWidget(self.text)
        box.addLayout(row(self.more, self.copy, None))
        self._show()

    def _show(self) -> None:
        passage = self._passage
        short = brief(passage.text, self._question)
        words = passage.text.strip() if self._open else short
        self.text.setText(highlighted(words, self._question))
        self.more.setText("Show less" if self._open else "Show all")
        self.more.setVisible(short != " ".join(passage.text.split()))
        self.setAccessibleName(f"{passage.source}: {words}")

    @Slot()
    def _toggle(self) -> None:
        self._open = not self._open
        self._show()

    @Slot()
    def _copy(self) -> None:
        passage = self._passage
        QGuiApplication.clipboard().setText(f"{passage.text.strip()}\n({passage.source})")


def facts(document: Document, share: float | None) -> str:
    """State, type, size and pages in one line, what matters first."""
    kind = _KINDS.get(document.file_type, document.file_type.upper())
    parts = [state(document, share), kind, size(document.size_bytes)]
    if document.pages:
        parts.append(f"{document.pages:,} page{'s' if document.pages != 1 else ''}")
    if document.confidence is not None:
        parts.append(f"text recognised, {document.confidence:.0%} sure")
    return "  ·  ".join(parts)


def state(document: Document, share: float | None) -> str:
    """How far it is, in a word or two."""
    if document.status == "failed":
        return "Not read"
    if document.status == "pending":
        return "Waiting"
    if "processing" in (document.status, document.embedding):
        return "Reading…" if share is None else f"Reading… {share:.0%}"
    return "Found by its words only" if document.embedding == "failed" else "Ready"


def size(count: int) -> str:
    """``320 kB`` or ``1.2 MB``."""
    if count < 1_000:
        return f"{count} bytes"
    return f"{count / 1e3:,.0f} kB" if count < 999_500 else f"{count / 1e6:,.1f} MB"


def highlighted(text: str, question: str) -> str:
    """Rich text with the question's words, in whatever form, in bold."""
    wanted = stems(question)

    def mark(found: re.Match[str]) -> str:
        word = html.escape(found[0])
        return f"<b>{word}</b>" if stem(found[0]) in wanted else word

    # Escaped piece by piece: a mark must not stand in the middle of "&amp;".
    parts = re.split(r"(\w+)", text)
    done = [re.sub(r"\w+", mark, p) if n % 2 else html.escape(p) for n, p in enumerate(parts)]
    return "".join(done).replace("\n", "<br>")
