"""Takes rows out of a database for good: in the one in use and, the same, in a backup of it.

Works on the bare connection and on whatever tables are there: a backup may be of an older schema,
and side tables come and go. Every function runs inside the caller's transaction, with foreign keys
on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

Kind = Literal["session", "transcript", "document", "summary", "template"]

RAW_WORDS = ("local_originals", "local_moves")
"""Side tables of a session that hold its raw words: they go with the transcript."""
STAY = (
    "local_gaps", "local_recordings", "local_retention", "local_speakers", "local_people",
    "local_tags", "local_sessions", "local_texts", "local_summary_versions", "local_summary_runs",
    "local_private",
)  # fmt: skip
"""Side tables of a session that stay without its transcript. A test asks every new one."""
# Log entries outlive the call that they are about; they hold none of its words.
_OUTLIVE = ("system_logs", "local_purges")


def delete_session(raw: sqlite3.Connection, session_id: str, now: str) -> None:
    """A session and everything that hangs on it."""
    del now
    parts = {
        "transcript_id": _ids(raw, "transcripts", session_id),
        "document_id": _ids(raw, "documents", session_id),
        "summary_id": _ids(raw, "summaries", session_id),
        "session_id": [session_id],
    }
    raw.execute("DELETE FROM sessions WHERE id = ?", [session_id])
    # Most went by cascade; a side table may have left the foreign key out. Only now: the triggers
    # of full-text indexes look their row numbers up in side tables.
    for column, ids in parts.items():
        _sweep(raw, column, ids)


def delete_transcript(raw: sqlite3.Connection, session_id: str, now: str) -> None:
    """The raw words of a session, and every copy of them; title, figures and summary stay."""
    has = _columns(raw)
    one = [session_id]
    lines = _ids(raw, "transcripts", session_id)
    # The chips stay as the user saw them, without what was quoted.
    raw.execute(
        "UPDATE guidance SET triggered_by_transcript_id = NULL, context_snippet = NULL"
        " WHERE session_id = ?",
        one,
    )
    if "local_guidance" in has:
        raw.execute(
            "UPDATE local_guidance SET evidence = '[]' WHERE guidance_id IN"
            " (SELECT id FROM guidance WHERE session_id = ?)",
            one,
        )
    for table in _tables_with(raw, "full_transcript"):
        if "session_id" in has[table]:
            raw.execute(f"UPDATE {_q(table)} SET full_transcript = NULL WHERE session_id = ?", one)
    talk = _talk(raw, session_id) if "local_sessions" in has else None
    raw.execute("DELETE FROM transcripts WHERE session_id = ?", one)
    if talk is not None:
        # How long each side talked stays with the other figures; the triggers have counted it down.
        raw.execute(
            "UPDATE local_sessions SET talk_seconds = ?, user_talk_seconds = ?"
            " WHERE session_id = ?",
            [*talk, session_id],
        )
    _sweep(raw, "transcript_id", lines)
    for table in RAW_WORDS:
        if table in has:
            raw.execute(f"DELETE FROM {_q(table)} WHERE session_id = ?", one)
    if "local_retention" in has:
        raw.execute(
            "INSERT INTO local_retention (session_id, transcript_deleted_at)"
            " SELECT id, ? FROM sessions WHERE id = ?"
            " ON CONFLICT (session_id) DO UPDATE SET"
            " transcript_deleted_at = excluded.transcript_deleted_at",
            [now, session_id],
        )


def delete_document(raw: sqlite3.Connection, document_id: str, now: str) -> None:
    """A document and its chunks."""
    del now
    raw.execute("DELETE FROM documents WHERE id = ?", [document_id])
    _sweep(raw, "document_id", [document_id])


def delete_summary(raw: sqlite3.Connection, summary_id: str, now: str) -> None:
    """A summary and its versions."""
    del now
    raw.execute("DELETE FROM summaries WHERE id = ?", [summary_id])
    _sweep(raw, "summary_id", [summary_id])


def delete_template(raw: sqlite3.Connection, template_id: str, now: str) -> None:
    """A template; the calls that used it stay."""
    del now
    links = (("sessions", "selected_template_id"), ("guidance", "prompt_template_id"))
    for table, column in links:
        raw.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ?", [template_id])
    raw.execute("DELETE FROM templates WHERE id = ?", [template_id])


DELETE: dict[Kind, Callable[[sqlite3.Connection, str, str], None]] = {
    "session": delete_session,
    "transcript": delete_transcript,
    "document": delete_document,
    "summary": delete_summary,
    "template": delete_template,
}


def text_of(moment: datetime) -> str:
    """A moment as the database stores it."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def full_text_tables(raw: sqlite3.Connection) -> list[str]:
    """Every FTS5 table: each keeps deleted words in its index until it is merged."""
    found = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for name, sql in found if sql and "using fts5" in " ".join(sql.lower().split())]


def known_files(raw: sqlite3.Connection) -> set[str]:
    """Every path of a file that a row names, as it is stored."""
    columns = [("documents", "file_url")]
    columns += [(t, "path") for t in _tables_with(raw, "path") if t not in _OUTLIVE]
    return {
        path
        for table, column in columns
        for (path,) in raw.execute(f"SELECT {column} FROM {_q(table)} WHERE {column} NOT NULL")
    }


def _talk(raw: sqlite3.Connection, session_id: str) -> tuple[int, int] | None:
    found: tuple[int, int] | None = raw.execute(
        "SELECT talk_seconds, user_talk_seconds FROM local_sessions WHERE session_id = ?",
        [session_id],
    ).fetchone()
    return found


def _ids(raw: sqlite3.Connection, table: str, session_id: str) -> list[str]:
    found = raw.execute(f"SELECT id FROM {table} WHERE session_id = ?", [session_id])
    return [row_id for (row_id,) in found]


def _sweep(raw: sqlite3.Connection, column: str, ids: list[str]) -> None:
    """Rows of side tables that still name one of the rows that are gone."""
    for table in _tables_with(raw, column):
        if table not in _OUTLIVE:
            gone = f"DELETE FROM {_q(table)} WHERE {column} = ?"
            raw.executemany(gone, [(row_id,) for row_id in ids])


def _columns(raw: sqlite3.Connection) -> dict[str, set[str]]:
    """The columns of every ordinary table; a full-text index follows its own source."""
    found = raw.execute(
        "SELECT l.name, c.name FROM pragma_table_list AS l, pragma_table_info(l.name) AS c"
        " WHERE l.schema = 'main' AND l.type = 'table'"
    )
    columns: dict[str, set[str]] = {}
    for table, column in found:
        columns.setdefault(table, set()).add(column)
    return columns


def _tables_with(raw: sqlite3.Connection, column: str) -> Iterator[str]:
    return (table for table, columns in _columns(raw).items() if column in columns)


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
