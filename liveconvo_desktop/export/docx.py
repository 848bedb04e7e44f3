"""DOCX: a document to go on with in Word, LibreOffice or Google Docs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from liveconvo_desktop.events import Gap
from liveconvo_desktop.export import saying
from liveconvo_desktop.export.base import (
    ALL_OPTIONS,
    ActionItem,
    Conversation,
    Format,
    Mark,
    Options,
    Summary,
    Turn,
    entries,
)
from liveconvo_desktop.export.notes import blocks
from liveconvo_desktop.language.saying import clock

_QUIET = RGBColor(0x63, 0x63, 0x6F)
_INKS = {
    "user": RGBColor(0x41, 0x45, 0xBD),
    "other": RGBColor(0x0C, 0x66, 0x70),
    "system": _QUIET,
}
_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3", "List Bullet 3")


def render(conversation: Conversation, options: Options) -> bytes:
    """An Office Open XML document of Word's own styles, so that it takes on any template."""
    document = Document()
    _set_up(document, conversation)
    document.add_paragraph(saying.one_line(conversation.title), style="Title")
    facts = document.add_paragraph()
    found = [value for _, value in saying.facts(conversation, options)]
    _run(facts, "  ·  ".join(found), colour=_QUIET)
    summary = saying.summed_up(conversation)
    if options.summary and summary:
        _summary(document, summary, conversation)
    if options.transcript or options.chips:
        document.add_heading("Transcript" if options.transcript else "Guidance", 1)
        _transcript(document, conversation, options)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _set_up(document: Any, conversation: Conversation) -> None:
    properties = document.core_properties
    # The schema of these allows 255 characters.
    properties.title = saying.one_line(conversation.title)[:255]
    properties.author = saying.one_line(conversation.names.get("user", ""))[:255]
    properties.comments = "Made by LiveConvo"
    started = conversation.session.started_at.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = started
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    """A field that Word fills in; python-docx has no call for one."""
    run = _run(paragraph, "", colour=_QUIET)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _run(
    paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, colour: Any = None
) -> Any:
    run = paragraph.add_run(saying.clean(text))
    run.bold, run.italic = bold or None, italic or None
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _summary(document: Any, summary: Summary, conversation: Conversation) -> None:
    if summary.tldr:
        document.add_heading("Summary", 1)
        for part in saying.clean(summary.tldr).split("\n"):
            if part.strip():
                document.add_paragraph(part.strip())
    _list(document, "Decisions", summary.decisions)
    if summary.actions:
        document.add_heading("Action items", 1)
        _actions(document, summary.actions, conversation)
    _list(document, "Open questions", summary.questions)
    if summary.notes.strip():
        document.add_heading("Notes", 1)
        for block in blocks(summary.notes):
            if block.kind == "heading":
                document.add_heading(block.text, min(4, block.level + 1))
            elif block.kind == "bullet":
                document.add_paragraph(block.text, style=_BULLETS[block.level])
            else:
                document.add_paragraph(block.text)


def _list(document: Any, head: str, texts: Sequence[str]) -> None:
    if texts:
        document.add_heading(head, 1)
    for text in texts:
        document.add_paragraph(saying.one_line(text), style="List Bullet")


def _actions(document: Any, items: Sequence[ActionItem], conversation: Conversation) -> None:
    table = document.add_table(rows=1, cols=4, style="Light List Accent 1")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for cell, head in zip(table.rows[0].cells, ("", "What", "Who", "By"), strict=True):
        cell.text = head
    for item in items:
        cells = table.add_row().cells
        cells[0].text = "☑" if item.done else "☐"
        cells[1].text = saying.one_line(item.text)
        cells[2].text = saying.owner(item, conversation)
        cells[3].text = saying.due(item)
    for row in table.rows:
        for cell, width in zip(row.cells, (0.9, 8.6, 3.0, 3.5), strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(2)
    document.add_paragraph()


def _transcript(document: Any, conversation: Conversation, options: Options) -> None:
    nothing = True
    for entry in entries(conversation, options):
        nothing = False
        paragraph = document.add_paragraph()
        t = entry.chip.t if isinstance(entry, Mark) else entry.t0
        time = f"{clock(t)}  " if options.timestamps else ""
        _run(paragraph, time, colour=_QUIET)
        match entry:
            case Turn():
                if options.names:
                    name = f"{saying.one_line(conversation.name(entry.speaker))}: "
                    _run(paragraph, name, bold=True, colour=_INKS[entry.speaker])
                _run(paragraph, entry.text)
            case Mark(chip=chip):
                paragraph.paragraph_format.left_indent = Cm(1)
                _run(paragraph, f"{saying.CHIPS[chip.kind]}: ", bold=True, colour=_QUIET)
                _run(paragraph, saying.chip_words(chip), colour=_QUIET)
            case Gap():
                text = f"[{saying.gap_words(entry, conversation)}]"
                _run(paragraph, text, italic=True, colour=_QUIET)
    if nothing:
        text = "Nothing was said or heard." if options.transcript else "None."
        _run(document.add_paragraph(), text, italic=True, colour=_QUIET)


FORMAT = Format(
    name="docx",
    title="Word document (DOCX)",
    about="To go on with in Word, LibreOffice or Google Docs.",
    suffix=".docx",
    text=False,
    uses=ALL_OPTIONS,
    render=render,
)
