"""Files that become conversations: recordings by way of the call, transcripts as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

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
from liveconvo_desktop.events import Segment, Session
from liveconvo_desktop.export import Conversation, ExportError
from liveconvo_desktop.export.copies import with_new_ids
from liveconvo_desktop.export.document import Document
from liveconvo_desktop.export.jsonfile import from_document
from liveconvo_desktop.export.parts import Kept
from liveconvo_desktop.knowledge.chunk import chunk
from liveconvo_desktop.review.transcripts import read_transcript, to_lines
from liveconvo_desktop.store import ChipRow, Store
from liveconvo_desktop.store.belongings import Belongings, DocumentRow
from liveconvo_desktop.store.contents import Piece
from liveconvo_desktop.store.exports import StoredFigures, StoredSummary
from liveconvo_desktop.store.imports import Whole, add_whole
from liveconvo_desktop.store.retention_rows import set_days
from liveconvo_desktop.summary.base import Draft

__all__ = ["CancelledError", "ImportPlan", "Imported", "Progress", "import_files", "speakers_in"]

AUDIO = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".mp4", ".aiff", ".caf")
TRANSCRIPTS = (".json", ".srt", ".vtt")

_OWN = TypeAdapter(Belongings)


@dataclass(frozen=True, slots=True)
class ImportPlan(AudioPlan):
    """What to import, and how.

    Attributes:
        me: Which of the names in a transcript is the user; see ``transcripts.to_lines``.
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
        return _import_document(content, plan, store)
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
    add_whole(store, Whole(session, seconds, lines, names=found.names))
    return _imported(session, seconds, lines, found.remarks)


def _import_document(document: Document, plan: ImportPlan, store: Store) -> Imported:
    """As it was exported; only the title may be another."""
    conversation = from_document(with_new_ids(document) if plan.copy else document)
    session = conversation.session
    if plan.title.strip():
        session = replace(session, title=plan.title.strip()[:255])
    own = _belongings(document, conversation.kept)
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
        figures=StoredFigures(**asdict(conversation.figures)),
        names=conversation.names,
        own=own,
        pieces=_pieces(own.documents),
    )
    add_whole(store, whole)
    return _imported(session, conversation.seconds, conversation.lines, [])


def _imported(
    session: Session, seconds: float, lines: Sequence[Segment], remarks: Sequence[str]
) -> Imported:
    words = sum(len(line.text.split()) for line in lines)
    return Imported(session.id, session.title, seconds, len(lines), words, tuple(remarks))


def _belongings(document: Document, kept: Kept | None) -> Belongings:
    """The form's own parts as the store's, which have the same fields."""
    for number, version in enumerate(document.summary_versions):
        try:
            Draft.model_validate(version.content)
        except ValidationError as error:
            raise ExportError(
                f"The file's summary_versions.{number} is no summary.",
                "Restore the file as it was exported; nothing was imported.",
                "import",
            ) from error
    return _OWN.validate_python(kept.model_dump()) if kept else Belongings()


def _pieces(documents: Sequence[DocumentRow]) -> dict[str, list[Piece]]:
    """What each document is found by: cut again as when it was read from its file."""
    return {
        one.id: [
            Piece(span.start, one.text[span.start : span.end], span.page)
            for span in chunk(one.text, paged=one.pages is not None)
        ]
        for one in documents
        if one.text is not None
    }


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
