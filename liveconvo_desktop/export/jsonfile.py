"""JSON: everything, for other programs; imported again it is the same conversation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Literal, TypeVar

from liveconvo_desktop.events import (
    Channel,
    Chip,
    Evidence,
    Gap,
    Segment,
    Session,
    Speaker,
)
from liveconvo_desktop.export.base import (
    ActionItem,
    Conversation,
    ExportError,
    Figures,
    Format,
    Mark,
    Options,
    Summary,
)
from liveconvo_desktop.export.document import Document, fitting
from liveconvo_desktop.export.parts import (
    ActionPart,
    EvidencePart,
    FiguresPart,
    GapPart,
    GuidanceNotes,
    GuidancePart,
    Kept,
    LineNotes,
    LinePart,
    SessionNotes,
    SessionPart,
    SummaryPart,
)

CHANNEL_OF: dict[Speaker, Channel] = {"user": "mic", "other": "speaker", "system": "speaker"}
_Notes = TypeVar("_Notes", LineNotes, GuidanceNotes)
_SIDES: dict[Channel, Literal["user", "other"]] = {"mic": "user", "speaker": "other"}


def render(conversation: Conversation, options: Options) -> bytes:
    """UTF-8, indented; see docs/export-format.md.

    Raises:
        ExportError: ``kept`` was not read, or something in it does not fit the form.
    """
    with fitting():
        document = to_document(conversation, options)
    content = document.model_dump(mode="json")
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(
        "utf-8", "backslashreplace"
    )


def to_document(conversation: Conversation, options: Options) -> Document:
    """The conversation in the form's own models."""
    session, kept = conversation.session, conversation.kept
    if kept is None:
        raise ExportError(
            "This conversation was not read whole, and JSON leaves nothing out.",
            "Read it with what only this form holds.",
            "export",
        )
    return Document(
        session=SessionPart(
            **dict(kept.session),
            id=session.id,
            title=session.title,
            conversation_type=session.conversation_type,
            status=session.status,
            template_id=session.template_id,
            started_at=session.started_at,
            ended_at=session.ended_at,
            duration_seconds=_ms(conversation.seconds),
        ),
        speakers=dict(conversation.names),
        transcript=tuple(
            _line(line, kept.lines.get(line.id, LineNotes())) for line in conversation.lines
        ),
        guidance=tuple(
            _guidance(mark, kept.guidance.get(mark.chip.id, GuidanceNotes()))
            for mark in conversation.marks
            if options.chips
        ),
        gaps=tuple(
            GapPart(speaker=_SIDES[g.channel], start=_ms(g.t0), end=_ms(g.t1), reason=g.reason)
            for g in conversation.gaps
        ),
        summary=_summary(conversation.summary) if options.summary else None,
        figures=FiguresPart(**asdict(conversation.figures)),
        originals=kept.originals,
        moves=kept.moves,
        unread=kept.unread,
        summary_record=kept.summary if options.summary else None,
        summary_versions=kept.versions if options.summary else (),
        documents=kept.documents,
    )


def from_document(document: Document) -> Conversation:
    """What ``to_document`` was made from."""
    part = document.session
    return Conversation(
        session=Session(
            part.id,
            part.title,
            part.conversation_type,
            part.template_id,
            part.started_at,
            part.ended_at,
            part.status,
        ),
        seconds=part.duration_seconds,
        lines=tuple(_segment(line, part.id) for line in document.transcript),
        marks=tuple(_mark(guidance, part.id) for guidance in document.guidance),
        gaps=tuple(
            Gap(part.id, CHANNEL_OF[gap.speaker], gap.start, gap.end, gap.reason)
            for gap in document.gaps
        ),
        names=dict(document.speakers),
        summary=_summary_of(document.summary),
        figures=Figures(**dict(document.figures)),
        kept=Kept(
            session=SessionNotes(**dict(part)),
            lines=_noted(LineNotes, document.transcript),
            guidance=_noted(GuidanceNotes, document.guidance),
            originals=document.originals,
            moves=document.moves,
            unread=document.unread,
            summary=document.summary_record,
            versions=document.summary_versions,
            documents=document.documents,
        ),
    )


def _noted(notes: type[_Notes], parts: Iterable[LinePart | GuidancePart]) -> dict[str, _Notes]:
    """What is noted of rows by their ids; nothing of those of which nothing is."""
    found = {part.id: notes(**dict(part)) for part in parts}
    return {row_id: one for row_id, one in found.items() if one != notes()}


def _ms(seconds: float) -> float:
    return round(seconds, 3)


def _line(line: Segment, notes: LineNotes) -> LinePart:
    return LinePart(
        **dict(notes),
        id=line.id,
        speaker=line.speaker,
        start=_ms(line.t0),
        end=_ms(line.t1),
        text=line.text,
        confidence=line.confidence,
        provider=line.provider,
    )


def _segment(part: LinePart, session_id: str) -> Segment:
    return Segment(
        id=part.id,
        session_id=session_id,
        channel=CHANNEL_OF[part.speaker],
        speaker=part.speaker,
        t0=part.start,
        t1=part.end,
        text=part.text,
        confidence=part.confidence,
        provider=part.provider,
        final=True,
    )


def _guidance(mark: Mark, notes: GuidanceNotes) -> GuidancePart:
    chip = mark.chip
    return GuidancePart(
        **dict(notes),
        id=chip.id,
        kind=chip.kind,
        cue=chip.cue,
        text=chip.text,
        detail=chip.detail,
        time=_ms(chip.t),
        priority=chip.priority,
        expires=_ms(chip.expires),
        evidence=tuple(
            EvidencePart(line=one.segment_id, quote=one.quote, source=one.source)
            for one in chip.evidence
        ),
        template_id=chip.template_id,
        model=chip.model,
        milliseconds=chip.ms,
        displayed=mark.displayed,
        clicked=mark.clicked,
        dismissed=mark.dismissed,
        feedback=mark.feedback,
    )


def _mark(part: GuidancePart, session_id: str) -> Mark:
    chip = Chip(
        id=part.id,
        session_id=session_id,
        kind=part.kind,
        cue=part.cue,
        text=part.text,
        detail=part.detail,
        t=part.time,
        priority=part.priority,
        expires=part.expires,
        evidence=tuple(Evidence(one.line, one.quote, one.source) for one in part.evidence),
        template_id=part.template_id,
        model=part.model,
        ms=part.milliseconds,
    )
    return Mark(chip, part.displayed, part.clicked, part.dismissed, part.feedback)


def _summary(summary: Summary | None) -> SummaryPart | None:
    if summary is None:
        return None
    return SummaryPart(
        title=summary.title,
        tldr=summary.tldr,
        decisions=summary.decisions,
        action_items=tuple(
            ActionPart(text=a.text, owner=a.owner, due=a.due, done=a.done, sources=a.sources)
            for a in summary.actions
        ),
        questions=summary.questions,
        notes=summary.notes,
        model=summary.model,
        reviewed=summary.reviewed,
    )


def _summary_of(part: SummaryPart | None) -> Summary | None:
    if part is None:
        return None
    return Summary(
        part.title,
        part.tldr,
        part.decisions,
        tuple(ActionItem(a.text, a.owner, a.due, a.done, a.sources) for a in part.action_items),
        part.questions,
        part.notes,
        part.model,
        part.reviewed,
    )


FORMAT = Format(
    name="json",
    title="JSON",
    about="Everything, also edits, comments and documents' text; imports without loss.",
    suffix=".json",
    text=True,
    uses=frozenset({"chips", "summary", "kept"}),
    render=render,
)
