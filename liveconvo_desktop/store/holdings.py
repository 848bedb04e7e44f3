"""Reads what retention looks at: rows of the database and files beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, exists, func, or_, select

from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.store.retention import Call, Deleted, Holdings, Item, LogPart, plan
from liveconvo_desktop.store.retention_rows import first_summary
from liveconvo_desktop.store.store import Store
from liveconvo_desktop.store.strays import find_strays
from sync.backup import backups
from sync.local import local_recordings, local_retention
from sync.schema import documents, sessions, summaries, system_logs, templates, transcripts

IsLive = Callable[[str], bool]


def read_holdings(store: Store, is_live: IsLive, logs: list[LogPart]) -> Holdings:
    """Everything that may have a deadline.

    Args:
        store: Open.
        is_live: Whether a process runs this session now.
        logs: Of the log files.

    Raises:
        StoreError: The database refuses.
    """
    with store.reading() as connection:
        rows = oldest_log(connection)
        kept = backups(store.path)
        return Holdings(
            calls=calls(connection, store.path, is_live),
            deleted=list(_deleted(connection, store.path)),
            logs=[*rows, *logs],
            backups=kept,
            strays=find_strays(connection, store.path, is_live, kept),
        )


def calls(
    connection: Connection, database: Path, is_live: IsLive, session_id: str | None = None
) -> list[Call]:
    """Every session, deleted ones included; only one if its id is given."""
    has_lines = exists().where(transcripts.c.session_id == sessions.c.id)
    has_copy = exists().where(
        summaries.c.session_id == sessions.c.id, summaries.c.full_transcript != ""
    )
    query = (
        select(
            sessions,
            local_recordings.c.path,
            local_retention.c.kept_at,
            local_retention.c.counted_from,
            # What was noted when it was complete stays; older versions noted nothing.
            func.coalesce(local_retention.c.summarised_at, first_summary(sessions.c.id)).label(
                "summarised_at"
            ),
            or_(has_lines, has_copy).label("has_transcript"),
        )
        .outerjoin(local_recordings, local_recordings.c.session_id == sessions.c.id)
        .outerjoin(local_retention, local_retention.c.session_id == sessions.c.id)
        .order_by(sessions.c.created_at, sessions.c.id)
    )
    if session_id is not None:
        query = query.where(sessions.c.id == session_id)
    return [_call(row, database, is_live) for row in connection.execute(query)]


def oldest_log(connection: Connection) -> list[LogPart]:
    """The log rows as one part; none where there are none."""
    oldest = connection.execute(select(func.min(system_logs.c.created_at))).scalar()
    return [LogPart("Log entries in the database", oldest)] if oldest else []


def still_due(
    connection: Connection,
    database: Path,
    item: Item,
    settings: PrivacySettings,
    now: datetime,
    is_live: IsLive,
) -> bool:
    """Whether an item has its deadline behind it as things stand inside this transaction."""
    held = Holdings(deleted=list(_deleted(connection, database)))
    if item.what == "stray":
        strays = find_strays(connection, database, is_live, backups(database))
        held = Holdings(strays=strays)
    elif item.what in ("audio", "transcript", "session"):
        held = Holdings(calls=calls(connection, database, is_live, item.id))
    return any(
        (one.what, one.id) == (item.what, item.id) and one.when <= now
        for one in plan(held, settings)
    )


def _call(row: Row[Any], database: Path, is_live: IsLive) -> Call:
    audio = None
    if row.path is not None and row.audio_deleted_at is None:
        audio = database.resolve().parent / row.path
    return Call(
        id=row.id,
        title=row.title or "Untitled call",
        counted_from=max(
            at for at in (row.created_at, row.recording_ended_at, row.counted_from) if at
        ),
        audio=audio,
        audio_bytes=audio.stat().st_size if audio and audio.is_file() else 0,
        has_transcript=row.has_transcript,
        retention_days=row.data_retention_days,
        summarised_at=row.summarised_at,
        deleted_at=row.deleted_at,
        kept_at=row.kept_at,
        busy=is_live(row.id),
        cut_off=row.status == "active",
    )


def _deleted(connection: Connection, database: Path) -> Iterator[Deleted]:
    for row in connection.execute(_with_call(documents)):
        path = database.resolve().parent / row.file_url if row.file_url else None
        kept = _kept(row)
        yield Deleted("document", row.id, row.original_filename, row.deleted_at, path, kept=kept)
    for row in connection.execute(_with_call(summaries)):
        kept = _kept(row)
        yield Deleted("summary", row.id, row.title or "Summary", row.deleted_at, kept=kept)
    for row in connection.execute(select(templates).where(templates.c.deleted_at.is_not(None))):
        yield Deleted("template", row.id, row.name, row.deleted_at)


def _with_call(table: Table) -> Select[Any]:
    """The deleted rows of a table and what was said about their calls."""
    return (
        select(table, local_retention.c.kept_at, sessions.c.deleted_at.label("call_deleted_at"))
        .join(sessions, sessions.c.id == table.c.session_id)
        .outerjoin(local_retention, local_retention.c.session_id == sessions.c.id)
        .where(table.c.deleted_at.is_not(None))
    )


def _kept(row: Row[Any]) -> bool:
    """The call was kept after both were deleted: the later word counts."""
    last = max(row.deleted_at, row.call_deleted_at or row.deleted_at)
    return row.kept_at is not None and bool(row.kept_at >= last)
