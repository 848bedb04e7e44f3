"""Files that become conversations: recordings by way of the call, transcripts as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from liveconvo_desktop import settings
from liveconvo_desktop.audio.files import recorded_at
from liveconvo_desktop.call.importing import (
    AudioPlan,
    CancelledError,
    Imported,
    Progress,
    import_audio,
    title_of,
)
from liveconvo_desktop.events import Evidence, Segment, Session, new_id
from liveconvo_desktop.export import Conversation, ExportError
from liveconvo_desktop.export.document import Document
from liveconvo_desktop.export.jsonfile import from_document
from liveconvo_desktop.review.export import keep_speaker_names
from liveconvo_desktop.review.transcripts import read_transcript, to_lines
from liveconvo_desktop.store import ChipRow, Store
from liveconvo_desktop.store.exports import StoredFigures, StoredSummary
from liveconvo_desktop.store.imports import Whole, add_whole
from liveconvo_desktop.store.retention_rows import set_days

__all__ = ["CancelledError", "ImportPlan", "Imported", "Progress", "import_files", "speakers_in"]

AUDIO = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".mp4", ".aiff", ".caf")
TRANSCRIPTS = (".json", ".srt", ".vtt")


@dataclass(frozen=True, slots=True)
class ImportPlan(AudioPlan):
    """What to import, and how.

    Attributes:
        me: Which of the names in a transcript is the user.
        copy: Import a conversation that is in the library once more, with ids of its own.
    """

    me: str = ""
    copy: bool = False


def import_files(
    plan: ImportPlan,
    store: Store,
    report: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Put a file, or the two files of two sides, into the library; blocks until done.

    Raises:
        CancelledError: ``cancelled`` said so; nothing of it stays.
        LiveConvoError: It cannot be read or saved, and why; nothing of it stays.
    """
    imported = _import_files(plan, store, report, cancelled)
    days = settings.load()[0].privacy.transcript_days
    set_days(store, days, imported.session_id)
    return imported


def _import_files(
    plan: ImportPlan,
    store: Store,
    report: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Imported:
    if not 1 <= len(plan.files) <= 2:
        raise ExportError(
            "One file is imported at a time, or the two files of two sides.",
            "Import others one after the other.",
            "import",
        )
    kinds = [is_transcript(path) for path in plan.files]
    if not any(kinds):
        return import_audio(plan, store, report, cancelled)
    if len(kinds) > 1:
        raise ExportError(
            "Two files are two recordings of two sides; one of these is a transcript.",
            "Import them one after the other.",
            "import",
        )
    imported = _import_transcript(plan, store)
    report(Progress(imported.seconds, imported.seconds, imported.words))
    return imported


def is_transcript(path: Path) -> bool:
    """Whether a file is read as text: by its name."""
    return path.suffix.casefold() in TRANSCRIPTS


def speakers_in(path: Path) -> list[str]:
    """Names in a transcript in the order in which they speak; of a recording, none.

    Raises:
        LiveConvoError: The file cannot be read.
    """
    if not is_transcript(path):
        return []
    content = read_transcript(path)
    if isinstance(content, Document):
        return []
    return list(dict.fromkeys(cue.name for cue in content if cue.name))


def _import_transcript(plan: ImportPlan, store: Store) -> Imported:
    path = plan.files[0]
    content = read_transcript(path)
    if isinstance(content, Document):
        return _import_document(from_document(content), plan, store)
    found = to_lines(content, plan.me, plan.speaker)
    lines = found.lines
    seconds = max(line.t1 for line in lines)
    started = plan.started_at or recorded_at(path, seconds, "")
    session = Session(
        id=lines[0].session_id,
        title=(plan.title.strip() or title_of(path))[:255],
        conversation_type=plan.conversation_type,
        template_id=None,
        started_at=started,
        ended_at=started + timedelta(seconds=seconds),
        status="completed",
    )
    add_whole(store, Whole(session, seconds, lines))
    keep_speaker_names(store, session.id, found.names)
    return _imported(session, seconds, lines, found.remarks)


def _import_document(conversation: Conversation, plan: ImportPlan, store: Store) -> Imported:
    """As it was exported; only the title may be another."""
    if plan.copy:
        conversation = _copied(conversation)
    session = conversation.session
    if plan.title.strip():
        session = replace(session, title=plan.title.strip()[:255])
    figures = conversation.figures
    whole = Whole(
        session=session,
        seconds=conversation.seconds,
        lines=conversation.lines,
        chips=[
            ChipRow(m.chip, m.displayed, m.clicked, m.dismissed, m.feedback)
            for m in conversation.marks
        ],
        gaps=conversation.gaps,
        summary=_summary_row(conversation),
        figures=StoredFigures(figures.words, figures.user_talk_seconds, figures.silences),
    )
    add_whole(store, whole)
    keep_speaker_names(store, session.id, conversation.names)
    return _imported(session, conversation.seconds, conversation.lines, [])


def _imported(
    session: Session, seconds: float, lines: Sequence[Segment], remarks: Sequence[str]
) -> Imported:
    words = sum(len(line.text.split()) for line in lines)
    return Imported(session.id, session.title, seconds, len(lines), words, tuple(remarks))


def _copied(conversation: Conversation) -> Conversation:
    """The same with ids of its own; what cites a line cites the copy's."""
    session_id = new_id()
    new = {line.id: new_id() for line in conversation.lines}
    summary = conversation.summary

    def cited(evidence: Evidence) -> Evidence:
        known = evidence.segment_id
        return replace(evidence, segment_id=new.get(known, known) if known else None)

    return replace(
        conversation,
        session=replace(conversation.session, id=session_id),
        lines=tuple(
            replace(line, id=new[line.id], session_id=session_id) for line in conversation.lines
        ),
        marks=tuple(
            replace(
                mark,
                chip=replace(
                    mark.chip,
                    id=new_id(),
                    session_id=session_id,
                    evidence=tuple(cited(one) for one in mark.chip.evidence),
                ),
            )
            for mark in conversation.marks
        ),
        gaps=tuple(replace(gap, session_id=session_id) for gap in conversation.gaps),
        summary=summary
        and replace(
            summary,
            actions=tuple(
                replace(item, sources=tuple(new.get(one, one) for one in item.sources))
                for item in summary.actions
            ),
        ),
    )


def _summary_row(conversation: Conversation) -> StoredSummary | None:
    summary = conversation.summary
    if summary is None:
        return None
    actions: list[dict[str, Any]] = [
        {**asdict(item), "due": item.due or None, "sources": list(item.sources)}
        for item in summary.actions
    ]
    return StoredSummary(
        title=summary.title,
        tldr=summary.tldr,
        decisions=summary.decisions,
        actions=actions,
        questions=summary.questions,
        notes=summary.notes,
        model=summary.model,
        marked_done=summary.reviewed,
    )
