"""PDF: a page one would send to a customer. Summary first, then what was said."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from liveconvo_desktop.events import Gap, Speaker
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
from liveconvo_desktop.export.pdffonts import BOLD, REGULAR, covered, markup
from liveconvo_desktop.language.saying import clock

_INK, _SECOND, _QUIET, _LINE = "#17171C", "#4A4A55", "#63636F", "#D9D9E0"
_ACCENT = "#4145BD"
_SPEAKERS: dict[Speaker, str] = {"user": _ACCENT, "other": "#0C6670", "system": _QUIET}
_SIDE, _TOP, _BOTTOM = 24 * mm, 22 * mm, 24 * mm
_WIDTH = A4[0] - 2 * _SIDE
_ACTION_COLUMNS = (7 * mm, 80 * mm, 29 * mm, _WIDTH - 116 * mm)


def _style(name: str, size: float, lead: float, ink: str = _INK, **more: Any) -> ParagraphStyle:
    font = more.pop("fontName", REGULAR)
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=lead, textColor=HexColor(ink), **more
    )


TITLE = _style("title", 20, 25, fontName=BOLD, spaceAfter=5)
FACTS = _style("facts", 9, 13, _SECOND)
HEAD = _style("head", 12.5, 17, fontName=BOLD, spaceBefore=16, spaceAfter=6, keepWithNext=1)
# Keeping it with a table would keep the whole table together, too.
HEAD_OF_TABLE = ParagraphStyle("tablehead", HEAD, keepWithNext=0)
SUBHEAD = _style("subhead", 10, 14, fontName=BOLD, spaceBefore=8, spaceAfter=3, keepWithNext=1)
BODY = _style("body", 10, 15, spaceAfter=5)
BULLET = _style("bullet", 10, 15, leftIndent=12, bulletIndent=1, spaceAfter=3)
CELL = _style("cell", 9.5, 13.5)
CELL_HEAD = _style("cellhead", 8.5, 12, _QUIET, fontName=BOLD)
SPEAKER = _style("speaker", 8.5, 12, spaceBefore=6, spaceAfter=1)
SAID = _style("said", 10, 15, spaceAfter=3, allowWidows=0, allowOrphans=0)
ASIDE = _style("aside", 8.5, 12, _QUIET, leftIndent=12, spaceBefore=4, spaceAfter=4)


def render(conversation: Conversation, options: Options) -> bytes:
    """A4, with embedded fonts; the same conversation gives the same bytes."""
    covered()
    title = saying.one_line(conversation.title)
    content = io.BytesIO()
    document = BaseDocTemplate(
        content,
        pagesize=A4,
        title=title,
        author=saying.one_line(conversation.names.get("user", "")),
        subject=saying.KINDS[conversation.session.conversation_type],
        creator="LiveConvo",
        invariant=1,
    )
    frame = Frame(_SIDE, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame]))
    document.build(
        list(_story(conversation, options)),
        canvasmaker=_numbered(title, conversation.session.started_at),
    )
    return content.getvalue()


def _numbered(title: str, when: datetime) -> type[Canvas]:
    """A canvas whose pages know how many there are: they are kept back until the end.

    The document is of the day of the call, or the same call would never give the same file.
    """

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._kept: list[dict[str, Any]] = []
            self._doc._timeStamp.YMDhms = when.astimezone(UTC).timetuple()[:6]

        def showPage(self) -> None:  # noqa: N802
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                _footer(self, title, number, len(self._kept))
                super().showPage()
            super().save()

    return Numbered


def _footer(canvas: Canvas, title: str, page: int, pages: int) -> None:
    style = _style("foot", 8, 10, _QUIET)
    number = f"{page} / {pages}"
    room = _WIDTH - canvas.stringWidth(number, REGULAR, 8) - 10 * mm
    shown = title
    while shown and canvas.stringWidth(shown, REGULAR, 8) > room:
        shown = shown[:-1]
    shown = shown if shown == title else f"{shown.rstrip()}…"
    left = Paragraph(markup(shown), style)
    left.wrapOn(canvas, _WIDTH, 10)
    left.drawOn(canvas, _SIDE, _BOTTOM - 10 * mm)
    canvas.setFont(REGULAR, 8)
    canvas.setFillColor(HexColor(_QUIET))
    canvas.drawRightString(_SIDE + _WIDTH, _BOTTOM - 10 * mm + 2, number)


def _story(conversation: Conversation, options: Options) -> Iterator[Any]:
    yield Paragraph(markup(saying.one_line(conversation.title)), TITLE)
    values = [value for _, value in saying.facts(conversation, options)]
    yield Paragraph(markup("  ·  ".join(values)), FACTS)
    yield HRFlowable(width="100%", thickness=0.7, color=HexColor(_LINE), spaceBefore=9)
    summary = saying.summed_up(conversation)
    if options.summary and summary:
        yield from _summary(summary, conversation)
    if options.transcript or options.chips:
        yield Paragraph("Transcript" if options.transcript else "Guidance", HEAD)
        yield from _transcript(conversation, options)


def _summary(summary: Summary, conversation: Conversation) -> Iterator[Any]:
    if summary.tldr:
        yield Paragraph("Summary", HEAD)
        for part in saying.clean(summary.tldr).split("\n"):
            if part.strip():
                yield Paragraph(markup(part), BODY)
    yield from _list("Decisions", summary.decisions)
    if summary.actions:
        yield CondPageBreak(40 * mm)
        yield Paragraph("Action items", HEAD_OF_TABLE)
        yield _actions(summary.actions, conversation)
    yield from _list("Open questions", summary.questions)
    if summary.notes.strip():
        yield Paragraph("Notes", HEAD)
        for block in blocks(summary.notes):
            if block.kind == "heading":
                yield Paragraph(markup(block.text), SUBHEAD)
            elif block.kind == "bullet":
                yield _bullet(block.text, block.level)
            else:
                yield Paragraph(markup(block.text), BODY)


def _actions(items: Sequence[ActionItem], conversation: Conversation) -> Any:
    rows = [["", *(Paragraph(head, CELL_HEAD) for head in ("What", "Who", "By"))]]
    for item in items:
        words = saying.one_line(item.text), saying.owner(item, conversation), saying.due(item)
        rows.append([_Box(item.done), *(Paragraph(markup(text), CELL) for text in words)])
    table = Table(rows, _ACTION_COLUMNS, repeatRows=1, splitInRow=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(_LINE)),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
    )
    return table


class _Box(Flowable):  # type: ignore[misc]
    """A box to tick, drawn: no font has to have one."""

    def __init__(self, done: bool) -> None:
        super().__init__()
        self.width = self.height = 9
        self._done = done

    def draw(self) -> None:
        """Open, or with a tick."""
        canvas = self.canv
        canvas.setStrokeColor(HexColor(_ACCENT if self._done else _QUIET))
        canvas.setLineWidth(0.9)
        canvas.roundRect(0.5, -2, 8, 8, 1.5)
        if self._done:
            canvas.setLineWidth(1.3)
            canvas.lines([(2.2, 2, 3.9, 0.2), (3.9, 0.2, 6.8, 4.2)])


def _list(head: str, texts: Sequence[str]) -> Iterator[Any]:
    if texts:
        yield Paragraph(head, HEAD)
    for text in texts:
        yield _bullet(saying.one_line(text), 0)


def _bullet(text: str, level: int) -> Any:
    style = BULLET
    if level:
        indent = 12 * level
        style = ParagraphStyle("deeper", BULLET, leftIndent=12 + indent, bulletIndent=1 + indent)
    return Paragraph(markup(text), style, bulletText="•")


def _transcript(conversation: Conversation, options: Options) -> Iterator[Any]:
    nothing = True
    for entry in entries(conversation, options):
        nothing = False
        t = entry.chip.t if isinstance(entry, Mark) else entry.t0
        time = f'<font color="{_QUIET}">{clock(t)}</font>' if options.timestamps else ""
        match entry:
            case Turn():
                name = markup(saying.one_line(conversation.name(entry.speaker)))
                ink = _SPEAKERS[entry.speaker]
                who = f'<font name="{BOLD}" color="{ink}">{name}</font>' if options.names else ""
                head = "&nbsp;&nbsp;".join(part for part in (who, time) if part)
                if head:
                    # With two lines of what was said; a long turn may go on overleaf.
                    yield CondPageBreak(SPEAKER.leading + 2.5 * SAID.leading)
                    yield Paragraph(head, SPEAKER)
                yield Paragraph(markup(entry.text), SAID)
            case Mark(chip=chip):
                kind = f'<font name="{BOLD}">{saying.CHIPS[chip.kind]}:</font>'
                text = markup(saying.chip_words(chip))
                yield Paragraph(f"{time} {kind} {text}", ASIDE)
            case Gap():
                text = markup(f"[{saying.gap_words(entry, conversation)}]")
                yield Paragraph(f"{time} {text}", ASIDE)
    if nothing:
        text = "Nothing was said or heard." if options.transcript else "None."
        yield Paragraph(text, ASIDE)
    yield Spacer(0, 1)


FORMAT = Format(
    name="pdf",
    title="PDF",
    about="A page to send to a customer: summary first, then what was said.",
    suffix=".pdf",
    text=False,
    uses=ALL_OPTIONS,
    render=render,
)
