"""What belongs to an imported session, put beside its rows; see ``belongings``.

Every function runs inside the transaction of the import, after the lines and chips are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from liveconvo_desktop.events import new_id
from liveconvo_desktop.store.belongings import (
    Belongings,
    DocumentRow,
    LineNotes,
    OriginalRow,
    SessionNotes,
    UnreadRow,
    VersionRow,
)
from liveconvo_desktop.store.contents import Piece
from liveconvo_desktop.store.search_query import tag_name
from sync.local import (
    local_marks,
    local_moves,
    local_originals,
    local_people,
    local_retention,
    local_tags,
)
from sync.local.documents import local_chunks, local_contents, local_document_contents
from sync.local.summaries import local_summary_versions
from sync.schema import documents, guidance, sessions, transcripts
from sync.types import decimal

Pieces = Mapping[str, Sequence[Piece]]
"""What each document can be found by, by its id."""

_NO_FILE = "Only its text came with the import, not the file."
_NO_FILE_HINT = "Add the file again to find it by meaning, too."
_UNREAD = "It had not been read when the call was exported."
_UNREAD_HINT = "Add the file again."


def put(
    connection: Connection, session_id: str, user_id: str, own: Belongings, pieces: Pieces
) -> None:
    """Everything but the summary's own row."""
    _put_session(connection, session_id, own.session)
    _put_line_notes(connection, own.lines)
    _put_unread(connection, session_id, own.unread)
    _put_guidance_notes(connection, own)
    _put_originals(connection, session_id, own.originals)
    _insert(
        connection,
        local_moves,
        ({"session_id": session_id, "old_id": one.old, "new_id": one.new} for one in own.moves),
    )
    _put_versions(connection, session_id, own.versions)
    for row in own.documents:
        _put_document(connection, session_id, user_id, row, pieces.get(row.id, ()))


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """All of them; an empty list would insert a row of defaults."""
    found = list(rows)
    if found:
        connection.execute(insert(table), found)


def _put_session(connection: Connection, session_id: str, notes: SessionNotes) -> None:
    mine = {"session_id": session_id}
    tags = dict.fromkeys(name for name in map(tag_name, notes.tags) if name)
    _insert(connection, local_tags, ({**mine, "tag": name} for name in tags))
    people = {one.name: one.company for one in notes.people}
    rows = ({**mine, "name": name, "company": company} for name, company in people.items())
    _insert(connection, local_people, rows)
    kept = {
        "kept_at": notes.kept_at,
        "summarised_at": notes.summarised_at,
        "transcript_deleted_at": notes.transcript_deleted_at,
    }
    if any(kept.values()):
        _insert(connection, local_retention, [{**mine, **kept}])
    changed = update(sessions).where(sessions.c.id == session_id)
    connection.execute(changed.values(audio_deleted_at=notes.audio_deleted_at))


def _put_line_notes(connection: Connection, lines: Mapping[str, LineNotes]) -> None:
    _stamp(connection, transcripts, lines)
    marked = {row_id: one for row_id, one in lines.items() if one.group or one.starred}
    marked |= {row_id: one for row_id, one in lines.items() if one.comment}
    rows = (
        {
            "transcript_id": row_id,
            "group_id": one.group,
            "starred": one.starred,
            "comment": one.comment,
        }
        for row_id, one in marked.items()
    )
    _insert(connection, local_marks, rows)


def _stamp(connection: Connection, table: Table, notes: Mapping[str, Any]) -> None:
    """When rows were made and changed, where that is known."""
    stamped: list[dict[str, Any]] = [
        {"row_id": row_id, "made": one.created_at, "changed": one.updated_at or one.created_at}
        for row_id, one in notes.items()
        if one.created_at is not None
    ]
    if stamped:
        mine = update(table).where(table.c.id == bindparam("row_id"))
        changed = mine.values(created_at=bindparam("made"), updated_at=bindparam("changed"))
        connection.execute(changed, stamped)


def _put_unread(connection: Connection, session_id: str, rows: Sequence[UnreadRow]) -> None:
    for row in rows:
        values = _columns(row) | {"is_final": False, "session_id": session_id}
        values["duration_seconds"] = values["end_time_seconds"] - values["start_time_seconds"]
        _insert(connection, transcripts, [values])
    _stamp(connection, transcripts, {row.id: row for row in rows})


def _put_guidance_notes(connection: Connection, own: Belongings) -> None:
    """A chip's line may be another than its evidence cites: lines are merged."""
    _stamp(connection, guidance, own.guidance)
    for row_id, one in own.guidance.items():
        there = select(transcripts.c.id).where(transcripts.c.id == one.line).scalar_subquery()
        mine = update(guidance).where(guidance.c.id == row_id)
        connection.execute(mine.values(triggered_by_transcript_id=there))


def _put_originals(connection: Connection, session_id: str, rows: Sequence[OriginalRow]) -> None:
    _insert(
        connection,
        local_originals,
        (
            {
                **_columns(row),
                "session_id": session_id,
                "group_id": row.group,
                "created_at": row.created_at,
            }
            for row in rows
        ),
    )


def _columns(row: OriginalRow | UnreadRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "speaker": row.speaker,
        "content": row.text,
        "confidence_score": row.confidence,
        "start_time_seconds": decimal(row.start, 3),
        "end_time_seconds": decimal(row.end, 3),
        "stt_provider": row.provider,
    }


def _put_versions(connection: Connection, session_id: str, rows: Sequence[VersionRow]) -> None:
    _insert(
        connection,
        local_summary_versions,
        (
            {
                "id": row.id,
                "session_id": session_id,
                "state": row.state,
                "edited": row.edited,
                "content": row.content,
                "model_used": row.model,
                "generation_time_seconds": row.seconds,
                "created_at": row.created_at,
            }
            for row in rows
        ),
    )


def _put_document(
    connection: Connection,
    session_id: str,
    user_id: str,
    row: DocumentRow,
    pieces: Sequence[Piece],
) -> None:
    told = _told(row)
    content_id, embedding = _same_content(connection, row) or _put_content(
        connection, row, told, pieces
    )
    made = row.created_at or datetime.now(UTC)
    values = {
        "id": row.id,
        "session_id": session_id,
        "user_id": user_id,
        "original_filename": row.filename,
        "file_type": row.file_type,
        "file_size_bytes": row.size_bytes,
        "extracted_text": row.text,
        "processing_status": told["status"],
        "processing_error": told["error"],
        "embedding_status": embedding,
        "ocr_confidence_score": row.confidence,
        "created_at": made,
        "updated_at": row.updated_at or made,
    }
    connection.execute(insert(documents).values(**values))
    link = {"document_id": row.id, "content_id": content_id}
    connection.execute(insert(local_document_contents).values(**link))


def _told(row: DocumentRow) -> dict[str, str | None]:
    """How far its reading came: what waited there has nothing here that could be read."""
    if row.status in ("pending", "processing"):
        return {"status": "failed", "error": _UNREAD, "hint": _UNREAD_HINT}
    return {"status": row.status, "error": row.error, "hint": row.hint}


def _same_content(connection: Connection, row: DocumentRow) -> tuple[str, str] | None:
    """The library has this very file: its id, and whether it has vectors."""
    of = local_contents.c
    query = select(of.id, of.embedding).where(
        of.sha256 == row.sha256, of.file_type == row.file_type
    )
    found = None if row.sha256 is None else connection.execute(query).first()
    return None if found is None else (found.id, found.embedding)


def _put_content(
    connection: Connection,
    row: DocumentRow,
    told: Mapping[str, str | None],
    pieces: Sequence[Piece],
) -> tuple[str, str]:
    """A content without its file: it is found by its words, as one whose vectors failed."""
    if told["status"] == "completed":
        told = {**told, "error": _NO_FILE, "hint": _NO_FILE_HINT}
    content_id = new_id()
    values = {
        "id": content_id,
        "sha256": row.sha256,
        "file_type": row.file_type,
        "size_bytes": row.size_bytes,
        "embedding": "failed",
        "note": row.note,
        "pages": row.pages,
        "confidence": row.confidence,
        **told,
    }
    connection.execute(insert(local_contents).values(**values))
    rows = (
        {
            "content_id": content_id,
            "position": at,
            "start": piece.start,
            "page": piece.page,
            "text": piece.text,
        }
        for at, piece in enumerate(pieces)
    )
    _insert(connection, local_chunks, rows)
    return content_id, "failed"
