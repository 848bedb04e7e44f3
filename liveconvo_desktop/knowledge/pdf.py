"""PDF, through PDFium: the text of each page; scanned pages are read as pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from liveconvo_desktop.knowledge import ocr
from liveconvo_desktop.knowledge.base import (
    PAGE_BREAK,
    DocumentError,
    Extract,
    Progress,
    TextSink,
    clean,
    cut_note,
    whole_number,
)
from liveconvo_desktop.settings import DocumentSettings

_DPI = 200
_MAX_PIXELS = 4_000_000
"""Of a page as a picture, whatever size it claims."""
_RESAVE = "Open it in a PDF viewer; if that works, print it as a PDF and add that."


class Pdf:
    """See ``Reader``."""

    kind = "pdf"
    suffixes = (".pdf",)
    name = "a PDF"

    def read(self, path: Path, limits: DocumentSettings, progress: Progress) -> Extract:
        """Page by page; what is left out is counted and named in the note."""
        document = _open(path)
        count = len(document)
        if count > limits.max_pages:
            raise DocumentError(
                f"It has {whole_number(count)} pages; the most that is read is "
                f"{whole_number(limits.max_pages)}.",
                "Save the pages that matter for the call as a PDF of their own, and add that.",
            )
        sink, pages = TextSink(limits.max_characters), _Pages(document, limits)
        done = 0
        for number in range(count):
            text = (PAGE_BREAK if number else "") + pages.text(number)
            if not sink.add(text):
                break
            done = number + 1
            progress(done / count)
        if not sink.text().strip(PAGE_BREAK):
            raise pages.why_empty()
        cut = cut_note(f"the first {done} of {count} pages") if sink.full else ""
        note = " ".join(filter(None, (cut, *pages.notes())))
        return Extract(sink.text(), count, ocr.confidence(pages.recognised), note)


@dataclass(slots=True)
class _Pages:
    """The pages of a document, and what could not be read of them."""

    document: pypdfium2.PdfDocument
    limits: DocumentSettings
    recognised: list[ocr.Line] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    _read_as_pictures: int = 0
    _recogniser: ocr.Recogniser | None = None

    def text(self, number: int) -> str:
        """The text of a page, from 0; empty for one that is blank or cannot be read."""
        try:
            page = self.document[number]
            found = clean(page.get_textpage().get_text_bounded()).strip()
            if found or not _has_picture(page):
                return found
            return self._recognise(number, page)
        except pypdfium2.PdfiumError:
            self.damaged.append(number + 1)
            return ""

    def notes(self) -> list[str]:
        """A sentence for each kind of page that was left out."""
        notes = []
        if self.damaged:
            notes.append(f"Damaged pages were left out: {_some(self.damaged)}.")
        if self.scanned and ocr.installed():
            limit = self.limits.max_scanned_pages
            notes.append(
                f"Of scanned pages the first {limit} were read, the others not: "
                f"{_some(self.scanned)}."
            )
        elif self.scanned:
            notes.append(
                f"Pages that are pictures were left out: {_some(self.scanned)}. {ocr.INSTALL}"
            )
        return notes

    def why_empty(self) -> DocumentError:
        """The reason why there is no text at all."""
        if self.damaged:
            return DocumentError("It is damaged: its pages cannot be read.", _RESAVE)
        if not self.scanned and not self._read_as_pictures:
            return DocumentError("It holds no text.", "Check that it is the file you meant.")
        if not ocr.installed():
            return DocumentError(
                "It holds only pictures of text: it is a scan, and reading these is not installed.",
                ocr.INSTALL,
            )
        return DocumentError(
            "It is a scan, and no text was found in its pictures.",
            "Scan it sharper, or type what matters into a text file.",
        )

    def _recognise(self, number: int, page: pypdfium2.PdfPage) -> str:
        if not ocr.installed() or self._read_as_pictures >= self.limits.max_scanned_pages:
            self.scanned.append(number + 1)
            return ""
        if self._recogniser is None:
            self._recogniser = ocr.Recogniser()
        self._read_as_pictures += 1
        width, height = page.get_size()
        scale = min(_DPI / 72, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
        lines = self._recogniser(page.render(scale=scale).to_pil())
        self.recognised += lines
        return clean("\n".join(text for text, _ in lines)).strip()


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise DocumentError(
                "It is protected with a password.",
                "Open it in a PDF viewer, save or print it as a PDF without a password, and add "
                "that.",
            ) from error
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise DocumentError(
                "It is encrypted in a way that cannot be opened.",
                "Ask whoever sent it for a copy that is not protected.",
            ) from error
        raise DocumentError("It is damaged: it cannot be opened as a PDF.", _RESAVE) from error
    if not len(document):
        raise DocumentError("It has no pages.", "Check that it was saved or downloaded completely.")
    return document


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return next(iter(pictures), None) is not None


def _some(pages: list[int]) -> str:
    return ", ".join(str(page) for page in pages[:8]) + (", …" if len(pages) > 8 else "")
