"""Word documents (DOCX): paragraphs, headings, lists and tables in their order.

Read from the XML tree that python-docx opens, not from its paragraphs, which leave out content
controls, tracked insertions and text boxes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from liveconvo_desktop.knowledge.base import (
    MB,
    DocumentError,
    Extract,
    Progress,
    TextSink,
    clean,
    cut_note,
    whole_number,
)
from liveconvo_desktop.settings import DocumentSettings

_MAX_ENTRIES = 5_000
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# Taken out by whoever tracked changes, or the same box a second time for old readers.
_SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_NO_MEMORY = 2
"""libxml2's code for memory that it was refused: no damage."""
_DAMAGED = "Open it in Word; if that works, save it under a new name and add that."


class Docx:
    """See ``Reader``."""

    kind = "docx"
    suffixes = (".docx",)
    name = "a Word document"

    def read(self, path: Path, limits: DocumentSettings, progress: Progress) -> Extract:
        """Looks into the archive first, so that a bomb is refused before it is unpacked."""
        try:
            _examine(path, limits)
            document = docx.Document(str(path))
        except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise DocumentError("It is damaged: Word's parts are not in it.", _DAMAGED) from error
        # lxml's errors are SyntaxErrors.
        except (SyntaxError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
            if getattr(error, "code", None) == _NO_MEMORY:
                raise MemoryError from error
            raise DocumentError(
                "It is damaged: its text cannot be taken apart.", _DAMAGED
            ) from error
        body = document.element.body
        levels = _heading_levels(document)
        sink = TextSink(limits.max_characters)
        blocks = len(body) or 1
        for at, child in enumerate(body):
            if not all(sink.add(line) for line in _lines(child, levels)):
                break
            progress((at + 1) / blocks)
        text = sink.text().strip("\n")
        if not text.strip():
            raise DocumentError(
                "It holds no text.", "If its text is in pictures, save these as PNG and add them."
            )
        note = cut_note(f"the first {whole_number(len(text))} characters") if sink.full else ""
        return Extract(text, note=note)


def _examine(path: Path, limits: DocumentSettings) -> None:
    """Refuse by the archive's own list; what unpacks to more than that says is cut by zipfile."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        whole = sum(entry.file_size for entry in entries)
        parts = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
        xml = sum(entry.file_size for entry in parts)
        if whole > limits.max_unpacked_mb * MB or xml > limits.max_xml_mb * MB:
            shown = max(whole, xml) / MB
            raise DocumentError(
                f"It unpacks to {shown:,.0f} MB, which no letter or contract does: it may be made "
                "to fill the memory.",
                "If you trust it, save the part that matters as a document of its own.",
            )
        if len(entries) > _MAX_ENTRIES:
            raise DocumentError(
                f"It holds {whole_number(len(entries))} files, more than a document needs.",
                "If you trust it, open it in Word, save it under a new name, and add that.",
            )
        for entry in parts:
            with archive.open(entry) as part:
                _refuse_doctype(part.read(4096))


def _refuse_doctype(head: bytes) -> None:
    # The way to XML bombs and to files outside; UTF-16 has a zero beside each letter.
    if b"<!DOCTYPE" in head.replace(b"\0", b""):
        raise DocumentError(
            "It declares XML entities, which no word processor writes: it may be made to do harm.",
            "If you trust it, open it in Word, save it under a new name, and add that.",
        )


def _lines(block: Any, levels: dict[str, int]) -> Iterator[str]:
    """The text lines of a paragraph, table or whatever wraps them."""
    if block.tag == _PARAGRAPH:
        yield from _paragraph(block, levels)
    elif block.tag == _TABLE:
        for row in _nearest(block, _ROW):
            # A table within a cell becomes the cell's text.
            cells = (" ".join(_text(cell).split()) for cell in _nearest(row, _CELL))
            yield clean(" | ".join(cells)) + "\n"
        yield "\n"
    elif block.tag not in _SKIPPED:
        for child in block:
            yield from _lines(child, levels)


def _nearest(block: Any, tag: str) -> Iterator[Any]:
    """Elements of a kind inside, whatever wraps them; not those inside one of them."""
    for child in block:
        if child.tag == tag:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _nearest(child, tag)


def _paragraph(block: Any, levels: dict[str, int]) -> Iterator[str]:
    text = clean(_text(block)).strip()
    if not text:
        return
    style = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    level = levels.get(style.get(qn("w:val")), 0) if style is not None else 0
    listed = block.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    if level:
        yield f"{'#' * level} {text}\n\n"
    else:
        yield f"- {text}\n" if listed else f"{text}\n\n"


def _text(block: Any) -> str:
    parts: list[str] = []
    _gather(block, parts)
    return "".join(parts)


_BREAKS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}


def _gather(element: Any, parts: list[str]) -> None:
    for child in element:
        if child.tag == qn("w:t"):
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag == qn("w:pPr") or child.tag in _SKIPPED:
            continue
        else:
            if child.tag == _PARAGRAPH and parts:
                parts.append("\n")
            _gather(child, parts)


def _heading_levels(document: Any) -> dict[str, int]:
    """Ids of the heading styles and their depth; Word translates names, so the outline decides."""
    levels: dict[str, int] = {}
    for style in document.styles.element.iter(qn("w:style")):
        outline = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        name = style.find(qn("w:name"))
        named = (
            re.fullmatch(r"heading (\d)", name.get(qn("w:val"), "").lower())
            if (name is not None)
            else None
        )
        if outline is not None and outline.get(qn("w:val"), "9").isdigit():
            level = int(outline.get(qn("w:val"), "9")) + 1
        else:
            level = int(named[1]) if named else 0
        if 1 <= level <= 9:
            levels[style.get(qn("w:styleId"), "")] = min(level, 6)
    return levels
