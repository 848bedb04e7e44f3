"""Looking after the search index: does it agree with the rows, building it anew, wiping it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sync.local import local_extras
from sync.local.search import FILL
from sync.sqlite import immediate, open_engine

INDEXES = ("local_lines_fts", "local_texts_fts")
_TABLES = ("local_lines", "local_texts", "local_sessions")

# Each counts what the triggers should never let happen.
_COUNTS = {
    "lines of transcripts are missing in the search index": "SELECT count(*) FROM transcripts"
    " LEFT JOIN local_lines ON transcript_id = transcripts.id"
    " WHERE +is_final AND transcript_id IS NULL",
    "entries of the search index have no line": "SELECT count(*) FROM local_lines"
    " LEFT JOIN transcripts ON transcripts.id = transcript_id"
    " WHERE transcripts.id IS NULL OR NOT is_final",
    "titles, summaries or documents are missing in the search index": "SELECT count(*) FROM ("
    "SELECT id FROM sessions UNION ALL SELECT id FROM summaries WHERE deleted_at IS NULL"
    " UNION ALL SELECT id FROM documents WHERE deleted_at IS NULL)"
    " WHERE id NOT IN (SELECT source_id FROM local_texts)",
    "texts of the search index have no row": "SELECT count(*) FROM local_texts"
    " WHERE id NOT IN (SELECT id FROM local_texts_content)",
    "calls have wrong figures": "SELECT count(*) FROM sessions LEFT JOIN local_sessions"
    " ON local_sessions.session_id = sessions.id"
    " LEFT JOIN (SELECT session_id, count(*) AS n, sum(coalesce(duration_seconds, 0)) AS talk"
    " FROM transcripts WHERE +is_final GROUP BY session_id) AS said"
    " ON said.session_id = sessions.id"
    " LEFT JOIN local_retention AS kept ON kept.session_id = sessions.id"
    " WHERE lines IS NOT coalesce(n, 0) OR (talk_seconds IS NOT coalesce(talk, 0)"
    # How long was talked outlives the words.
    " AND (n IS NOT NULL OR transcript_deleted_at IS NULL))",
}

_WORDLESS_TALK = (
    "SELECT session_id, talk_seconds, user_talk_seconds FROM local_sessions"
    " JOIN local_retention USING (session_id) WHERE transcript_deleted_at IS NOT NULL AND lines = 0"
)


def disagreements(path: Path) -> list[str]:
    """Where the index does not say what the rows say, a sentence each; empty when it does.

    Changes nothing, but holds the write lock while it reads (seconds for a million lines): FTS5
    compares itself with its rows only inside a write.

    Raises:
        sqlalchemy.exc.DBAPIError: The database cannot be read, or another program holds the lock.
    """
    engine = open_engine(path)
    try:
        with immediate(engine).connect() as connection, connection.begin() as transaction:
            try:
                return _counted(connection) or _compared(connection)
            finally:
                transaction.rollback()
    finally:
        engine.dispose()


def _counted(connection: Connection) -> list[str]:
    found = ((what, connection.exec_driver_sql(sql).scalar()) for what, sql in _COUNTS.items())
    return [f"{count} {what}." for what, count in found if count]


def _compared(connection: Connection) -> list[str]:
    try:
        for index in INDEXES:
            # Rank 1: compare with the rows, too, not only the index with itself.
            connection.exec_driver_sql(
                f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"
            )
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.OperationalError):
            raise
        return ["The search index does not say what the rows say."]
    return []


def rebuild(connection: Connection) -> None:
    """Make the index, its tables' content and its triggers anew, inside the caller's transaction.

    Takes about half a minute for a million lines. Tags and people are the user's own and stay, and
    so does how long was talked in calls whose words were deleted since.
    """
    talk = connection.exec_driver_sql(_WORDLESS_TALK).all()
    made = {name: statement.split(None, 2)[1] for name, statement in local_extras.items()}
    for name, kind in reversed(made.items()):
        connection.exec_driver_sql(
            f"DROP {'TABLE' if kind == 'VIRTUAL' else kind} IF EXISTS {name}"
        )
    for table in _TABLES:
        connection.exec_driver_sql(f"DELETE FROM {table}")
    for statement in (*local_extras.values(), *FILL):
        connection.exec_driver_sql(statement)
    for row in talk:
        connection.exec_driver_sql(
            "UPDATE local_sessions SET talk_seconds = ?, user_talk_seconds = ?"
            " WHERE session_id = ?",
            (row.talk_seconds, row.user_talk_seconds, row.session_id),
        )


def forget(connection: Connection) -> None:
    """Leave no word of a deleted row in the index's live pages.

    FTS5 only marks the words of a deleted row as gone until it merges them away. Call this after
    rows were deleted for good, and ``VACUUM`` and checkpoint afterwards: it moves the words to free
    pages, which those clear. Costs the writing of the whole index.
    """
    for index in INDEXES:
        connection.exec_driver_sql(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
