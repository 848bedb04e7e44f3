"""A session with something in every column that may leave this computer, and what may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, LargeBinary, String, Table, Text, insert

from liveconvo_desktop.events import new_id
from liveconvo_desktop.store import Store
from sync.local import local_metadata
from sync.schema import metadata
from sync.types import ExactDecimal, Json, UtcDateTime, Uuid

TABLES = {table.name: table for one in (metadata, local_metadata) for table in one.sorted_tables}

OWN_TABLES = (
    "sessions",
    "transcripts",
    "guidance",
    "summaries",
    "documents",
    "local_gaps",
    "local_guidance",
    "local_marks",
    "local_moves",
    "local_originals",
    "local_people",
    "local_retention",
    "local_sessions",
    "local_speakers",
    "local_summary_versions",
    "local_tags",
    "local_contents",
    "local_document_contents",
    "local_chunks",
)
"""Tables of which every row of a session goes into the file or is made again from it."""

LEFT_TABLES = {
    "usage_records": "the server's bills",
    "system_logs": "the log of one computer",
    "local_recordings": "the audio is not in the file",
    "local_outbox": "what this computer still has to send",
    "local_synced": "what a server has of this computer's rows",
    "local_private": "a choice about one computer: whoever imports the file chooses anew",
    "local_lines": "the search index numbers lines by itself",
    "local_texts": "the search index numbers texts by itself",
    "local_summary_runs": "who is writing a summary now",
    "local_template_documents": "a template is not exported",
    "local_purges": "what a deletion on this computer still has to do",
}

_LIBRARY = "of the library that the session lies in"
_SERVER = "where the server keeps it; the desktop writes none"
_INDEX = "of this computer's search: without the file there are no vectors"
LEFT_COLUMNS = {
    "sessions.user_id": _LIBRARY,
    "sessions.audio_file_url": "the audio is not in the file",
    "sessions.data_retention_days": "the library's own setting rules",
    "sessions.created_at": "when it came into the library: deadlines count from there",
    "sessions.updated_at": _LIBRARY,
    "sessions.deleted_at": "a deleted session is not exported",
    "summaries.user_id": _LIBRARY,
    "summaries.deleted_at": "a deleted summary is not exported",
    "documents.user_id": _LIBRARY,
    "documents.file_url": _SERVER,
    "documents.pinecone_vector_id": _SERVER,
    "documents.embedding_status": _INDEX,
    "documents.deleted_at": "a deleted document is not exported",
    "local_gaps.id": "a number of this database",
    "local_people.id": "a number of this database",
    "local_retention.counted_from": "deadlines count from the import",
    "local_sessions.number": "the search index numbers sessions by itself",
    "local_sessions.lines": "counted from the lines, of which there are none without the words",
    "local_sessions.words": "counted from the lines, of which there are none without the words",
    "local_contents.id": "a number of this library, which keeps each file once",
    "local_contents.path": "the file itself is not in the file",
    "local_contents.embedding": _INDEX,
    "local_contents.error": "of a file that was read, it speaks of its vectors",
    "local_contents.hint": "of a file that was read, it speaks of its vectors",
    "local_contents.claimed_by": "which process of this computer reads it",
    "local_contents.attempts": "of this computer",
    "local_contents.created_at": "when this computer took it in",
    "local_document_contents.content_id": "a number of this library",
    "local_chunks.id": "a number of this database",
    "local_chunks.content_id": "a number of this library",
    "local_chunks.vector": _INDEX,
    "local_chunks.model": _INDEX,
}

_AT = datetime(2026, 3, 4, 5, 6, 7, 890_123, tzinfo=UTC)


def hanging() -> set[str]:
    """Every table whose rows belong to a session, directly or through another row."""
    found = {"sessions"}
    while True:
        more = {
            name
            for name, table in TABLES.items()
            if any(key.column.table.name in found for key in table.foreign_keys)
            or {"session_id", "transcript_id", "row_id"} & set(table.c.keys())
        }
        # A content belongs to the documents that link to it.
        more |= {"local_contents", "local_chunks"}
        if more <= found:
            return found
        found |= more


class Filler:
    """Makes rows in which every column holds something that no default would put there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._count = 0

    def put(self, table: str, **given: Any) -> dict[str, Any]:
        """One row; columns that are not given get a value of their type."""
        self._count += 1
        made = TABLES[table]
        values = {column.name: self._value(made, column) for column in made.columns}
        values |= given
        self._connection.execute(insert(made).values(**values))
        return values

    def _value(self, table: Table, column: Any) -> Any:
        match column.type:
            case Uuid():
                return new_id() if column.primary_key else None
            case UtcDateTime():
                return _AT + timedelta(seconds=self._count)
            case ExactDecimal():
                return Decimal("0.25") + self._count % 3 * Decimal("0.01")
            case Json():
                return {"column": f"{table.name}.{column.name}"}
            case Boolean():
                return True
            case Integer():
                return 100 + self._count
            case LargeBinary():
                return b"\0\0\x80\x3f"
            case String() | Text():
                return f"{column.name} {self._count}"[: getattr(column.type, "length", None)]
        raise AssertionError(f"no value for {table.name}.{column.name}")


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    """Rows of a table without the columns that may be left out, in a fixed order."""
    made = TABLES[table]
    kept = [c for c in made.columns if f"{table}.{c.name}" not in LEFT_COLUMNS]
    with store.reading() as connection:
        found = [dict(row._mapping) for row in connection.execute(made.select())]
    return sorted(({c.name: row[c.name] for c in kept} for row in found), key=repr)
