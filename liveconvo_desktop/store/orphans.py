"""Recordings and rows that do not belong together any more."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from sync.local import local_purges, local_recordings
from sync.schema import sessions
from sync.sqlite import open_engine


def orphaned_recordings(database: Path) -> list[str]:
    """Audio that no session names, and audio that a session names and is not there.

    A sentence each; empty where all is well. Changes nothing. Of a database that cannot be read,
    or is of another schema, nothing is said: ``check`` does.
    """
    if not database.is_file():
        return []
    engine = open_engine(database, read_only=True)
    try:
        with engine.connect() as connection:
            return [*_without_a_row(connection, database), *_without_a_file(connection, database)]
    except DBAPIError:
        return []
    finally:
        engine.dispose()


def _without_a_row(connection: Connection, database: Path) -> list[str]:
    home = database.resolve().parent
    folder = home / f"{database.stem}-recordings"
    rows = connection.execute(select(local_recordings.c.path)).scalars().all()
    # What a cleaning has still to remove is no orphan.
    going = connection.execute(select(local_purges.c.path)).scalars().all()
    known = {(home / path).resolve() for path in (*rows, *going) if path is not None}
    found = sorted(folder.glob("*.flac")) if folder.is_dir() else []
    return [
        f"The recording {path.name} belongs to no session."
        for path in found
        if path.resolve() not in known
    ]


def _without_a_file(connection: Connection, database: Path) -> list[str]:
    home = database.resolve().parent
    query = (
        select(sessions.c.id, sessions.c.title, local_recordings.c.path)
        .join(local_recordings, local_recordings.c.session_id == sessions.c.id)
        .where(sessions.c.audio_deleted_at.is_(None))
    )
    return [
        f"The recording of session {row.id} is missing: {home / row.path}."
        for row in connection.execute(query)
        if not (home / row.path).is_file()
    ]
