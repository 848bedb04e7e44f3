"""The filters of a query as SQL."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from liveconvo_desktop.store.search_query import Query
from sync.types import UtcDateTime

_NAMED = (
    "SELECT session_id, 'other' AS speaker FROM local_people WHERE name LIKE ? ESCAPE '\\'"
    " UNION SELECT session_id, speaker FROM local_speakers WHERE name LIKE ? ESCAPE '\\'"
)
"""Who speaks under a name: (session_id, speaker). People of a call are its far side."""


def session_numbers(connection: Connection, query: Query) -> list[int] | None:
    """Numbers of the calls that pass the filters, the newest first; None: all of them."""
    if not query.narrowed and not query.speaker_name:
        return None
    where, values = session_filter(connection, query)
    found = connection.exec_driver_sql(
        "SELECT number FROM local_sessions JOIN sessions ON sessions.id = session_id"
        f" WHERE sessions.deleted_at IS NULL{where} ORDER BY number DESC",
        tuple(values),
    )
    return list(found.scalars())


def session_filter(connection: Connection, query: Query) -> tuple[str, list[Any]]:
    """The filters on sessions as SQL that continues a WHERE, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    started = "coalesce(sessions.recording_started_at, sessions.created_at)"
    bind = UtcDateTime().process_bind_param
    for moment, sign in ((query.since, ">="), (query.until, "<")):
        if moment is not None:
            parts.append(f"{started} {sign} ?")
            values.append(bind(moment, connection.dialect))
    if query.types:
        parts.append("sessions.conversation_type IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(query.types))
    for tag in query.tags:
        parts.append("sessions.id IN (SELECT session_id FROM local_tags WHERE tag = ?)")
        values.append(tag)
    for name in query.people:
        parts.append(
            "sessions.id IN (SELECT session_id FROM local_people"
            " WHERE name LIKE ? ESCAPE '\\' OR company LIKE ? ESCAPE '\\'"
            " UNION ALL SELECT session_id FROM local_speakers WHERE name LIKE ? ESCAPE '\\')"
        )
        values += [_like(name)] * 3
    if query.speaker_name:
        parts.append(f"sessions.id IN (SELECT session_id FROM ({_NAMED}))")
        values += [_like(query.speaker_name)] * _NAMED.count("?")
    return "".join(f" AND {part}" for part in parts), values


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def line_filter(query: Query) -> tuple[str, list[Any]]:
    """What narrows lines beside their call, as SQL that continues a WHERE, and its values."""
    narrow = ""
    values: list[Any] = []
    if query.speaker:
        narrow += " AND transcripts.speaker = ?"
        values.append(query.speaker)
    if query.speaker_name:
        narrow += f" AND (transcripts.session_id, transcripts.speaker) IN ({_NAMED})"
        values += [_like(query.speaker_name)] * _NAMED.count("?")
    return narrow, values
