"""PDF, through PDFium: the text of each page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from pypdfium2 import raw

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


class Pdf:
    """See ``Reader``."""

    kind = "pdf"
    suffixes = (".pdf",)
    name = "a PDF"

    def read(self, path: Path, limits: DocumentSettings, progress: Progress) -> Extract:
        """Page by page; a page that PDFium cannot load is left out, and the note says so."""
        document = _open(path)
        count = len(document)
        if count > limits.max_pages:
            raise DocumentError(
                f"It has {whole_number(count)} pages; the most that is read is "
                f"{whole_number(limits.max_pages)}.",
                "Save the pages that matter for the call as a PDF of their own, and add that.",
            )
        sink, lost = TextSink(limits.max_characters), []
        done = 0
        for number in range(count):
            text = _page_text(document, number)
            if text is None:
                lost.append(number + 1)
            if not sink.add((PAGE_BREAK if number else "") + (text or "")):
                break
            done = number + 1
            progress(done / count)
        if not sink.text().strip(PAGE_BREAK):
            raise _without_text(count, len(lost))
        cut = cut_note(f"the first {done} of {count} pages") if sink.full else ""
        return Extract(sink.text(), count, note=" ".join(filter(None, (cut, _lost_note(lost)))))


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
        raise DocumentError(
            "It is damaged: it cannot be opened as a PDF.",
            "Open it in a PDF viewer; if that works, print it as a PDF and add that.",
        ) from error
    if not len(document):
        raise DocumentError("It has no pages.", "Check that it was saved or downloaded completely.")
    return document


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str | None:
    try:
        return clean(document[number].get_textpage().get_text_bounded()).strip()
    except pypdfium2.PdfiumError:
        return None


def _without_text(pages: int, lost: int) -> DocumentError:
    if lost == pages:
        return DocumentError(
            "It is damaged: none of its pages can be read.",
            "Open it in a PDF viewer; if that works, print it as a PDF and add that.",
        )
    return DocumentError(
        "It holds no text, only pictures: it is probably a scan.",
        "Save the pages that matter as PNG or JPG and add those, or add a PDF that went through "
        "text recognition.",
    )


def _lost_note(lost: list[int]) -> str:
    if not lost:
        return ""
    some = ", ".join(str(number) for number in lost[:5]) + (", …" if len(lost) > 5 else "")
    return f"{len(lost)} damaged pages were left out ({some})."
