"""What belongs to a session, read whole; see ``belongings``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from liveconvo_desktop.store.belongings import (
    Attendee,
    Belongings,
    DocumentRow,
    GuidanceNotes,
    LineNotes,
    Move,
    OriginalRow,
    SessionNotes,
    SummaryRecord,
    UnreadRow,
    VersionRow,
)
from sync.local import (
    local_marks,
    local_moves,
    local_originals,
    local_people,
    local_retention,
    local_tags,
)
from sync.local.documents import local_contents, local_document_contents
from sync.local.summaries import local_summary_versions
from sync.schema import documents, guidance, sessions, summaries, transcripts


def read(connection: Connection, session_id: str) -> Belongings:
    """Everything that belongs to a session; of none, nothing."""
    return Belongings(
        session=_session(connection, session_id),
        lines=_lines(connection, session_id),
        guidance=_guidance(connection, session_id),
        originals=_originals(connection, session_id),
        moves=_moves(connection, session_id),
        unread=_unread(connection, session_id),
        summary=_summary(connection, session_id),
        versions=_versions(connection, session_id),
        documents=_documents(connection, session_id),
    )


def _session(connection: Connection, session_id: str) -> SessionNotes:
    with_ = select(local_tags.c.tag).where(local_tags.c.session_id == session_id)
    of = select(local_people).where(local_people.c.session_id == session_id)
    told = local_retention.c
    query = (
        select(
            sessions.c.audio_deleted_at,
            *(told.kept_at, told.summarised_at, told.transcript_deleted_at),
        )
        .outerjoin_from(sessions, local_retention, told.session_id == sessions.c.id)
        .where(sessions.c.id == session_id)
    )
    row = connection.execute(query).first()
    people = connection.execute(of.order_by(local_people.c.id))
    return SessionNotes(
        tags=tuple(connection.execute(with_.order_by(local_tags.c.tag)).scalars()),
        people=tuple(Attendee(one.name, one.company) for one in people),
        **({} if row is None else row._asdict()),
    )


def _lines(connection: Connection, session_id: str) -> dict[str, LineNotes]:
    of = transcripts.c
    query = (
        select(of.id, of.created_at, of.updated_at, of.is_final, local_marks)
        .outerjoin_from(transcripts, local_marks, local_marks.c.transcript_id == of.id)
        .where(of.session_id == session_id)
    )
    return {
        row.id: LineNotes(
            row.group_id, bool(row.starred), row.comment or "", row.created_at, row.updated_at
        )
        for row in connection.execute(query)
        if row.is_final
    }


def _guidance(connection: Connection, session_id: str) -> dict[str, GuidanceNotes]:
    query = select(guidance).where(guidance.c.session_id == session_id)
    return {
        row.id: GuidanceNotes(row.triggered_by_transcript_id, row.created_at, row.updated_at)
        for row in connection.execute(query)
    }


def _originals(connection: Connection, session_id: str) -> tuple[OriginalRow, ...]:
    of = local_originals.c
    query = select(local_originals).where(of.session_id == session_id)
    query = query.order_by(of.start_time_seconds, of.end_time_seconds, of.id)
    return tuple(
        OriginalRow(group=row.group_id, created_at=row.created_at, **_words(row))
        for row in connection.execute(query)
    )


def _moves(connection: Connection, session_id: str) -> tuple[Move, ...]:
    query = select(local_moves).where(local_moves.c.session_id == session_id)
    rows = connection.execute(query.order_by(local_moves.c.old_id))
    return tuple(Move(row.old_id, row.new_id) for row in rows)


def _unread(connection: Connection, session_id: str) -> tuple[UnreadRow, ...]:
    of = transcripts.c
    query = select(transcripts).where(of.session_id == session_id)
    query = query.order_by(of.start_time_seconds, of.end_time_seconds, of.id)
    return tuple(
        UnreadRow(created_at=row.created_at, updated_at=row.updated_at, **_words(row))
        for row in connection.execute(query)
        if not row.is_final
    )


def _words(row: Row[Any]) -> dict[str, Any]:
    """The columns that a line and its original have in common."""
    start = float(row.start_time_seconds)
    return {
        "id": row.id,
        "speaker": row.speaker,
        "start": start,
        "end": start if row.end_time_seconds is None else float(row.end_time_seconds),
        "text": row.content,
        "confidence": _number(row.confidence_score),
        "provider": row.stt_provider or "",
    }


def _summary(connection: Connection, session_id: str) -> SummaryRecord | None:
    of = summaries.c
    query = select(summaries).where(of.session_id == session_id, of.deleted_at.is_(None))
    row = connection.execute(query.order_by(of.created_at.desc(), of.id).limit(1)).first()
    if row is None:
        return None
    return SummaryRecord(
        id=row.id,
        status=row.generation_status,
        error=row.generation_error,
        seconds=_number(row.generation_time_seconds),
        full_transcript=row.full_transcript,
        export_count=row.export_count or 0,
        last_exported_at=row.last_exported_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _versions(connection: Connection, session_id: str) -> tuple[VersionRow, ...]:
    of = local_summary_versions.c
    query = select(local_summary_versions).where(of.session_id == session_id)
    return tuple(
        VersionRow(
            id=row.id,
            state=row.state,
            edited=row.edited,
            content=row.content,
            model=row.model_used,
            seconds=float(row.generation_time_seconds),
            created_at=row.created_at,
        )
        for row in connection.execute(query.order_by(of.created_at, of.id))
    )


def _documents(connection: Connection, session_id: str) -> tuple[DocumentRow, ...]:
    of, told, link = documents.c, local_contents.c, local_document_contents.c
    query = (
        select(documents, told.sha256, told.hint, told.note, told.pages)
        .outerjoin_from(documents, local_document_contents, link.document_id == of.id)
        .outerjoin(local_contents, told.id == link.content_id)
        .where(of.session_id == session_id, of.deleted_at.is_(None))
        .order_by(of.created_at, of.id)
    )
    return tuple(
        DocumentRow(
            id=row.id,
            filename=row.original_filename,
            file_type=row.file_type,
            size_bytes=row.file_size_bytes,
            sha256=row.sha256,
            status=row.processing_status,
            error=row.processing_error,
            # Of a file that was read, it speaks of this computer's index.
            hint=row.hint if row.processing_status == "failed" else None,
            note=row.note,
            pages=row.pages,
            confidence=_number(row.ocr_confidence_score),
            text=row.extracted_text,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in connection.execute(query)
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
