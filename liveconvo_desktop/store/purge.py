"""Carries deletions out so that rows and files agree again after a kill at any point.

One transaction takes the rows away and notes in ``local_purges`` what is to be done outside it:
files to remove, rows to take out of the backups. ``settle`` does that and strikes the note; it is
run before and after every cleaning, and doing it twice changes nothing.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, insert, select

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.store.deletion import DELETE, Kind, full_text_tables, known_files, text_of
from liveconvo_desktop.store.failures import translated
from liveconvo_desktop.store.retention import Item
from liveconvo_desktop.store.scrub import scrub
from liveconvo_desktop.store.store import Store
from sync.backup import backups
from sync.local import local_purges, local_recordings
from sync.local.sync import unsynced
from sync.schema import sessions, system_logs

OUR_FOLDERS = ("recordings", "documents", "backups")
"""``NAME-recordings`` and so on, beside the database ``NAME.db``: what lies there is ours."""
Step = Callable[[str], None]
StillDue = Callable[[Connection], bool]


def _nothing(step: str) -> None:
    del step


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that should have gone and could not: what, and why."""

    what: str
    why: str


def purge(
    store: Store,
    item: Item,
    now: datetime,
    *,
    still_due: StillDue = lambda connection: True,
    step: Step = _nothing,
) -> bool:
    """Delete what ``item`` names; what lies outside the database follows with ``settle``.

    Args:
        store: Open.
        item: From ``retention.plan``; rows only, not a log file and not a backup.
        now: Aware UTC, written where a column tells when.
        still_due: Asked inside the transaction: the user may have said "keep this one" meanwhile.
        step: Called between the steps, for tests that kill.

    Returns:
        False when it was not due any more.

    Raises:
        StoreError: The database refuses; nothing was changed.
    """
    step("begin")
    with store.writing() as connection:
        if not still_due(connection):
            return False
        _delete(connection, store.path, item, now)
        step("rows")
    step("committed")
    return True


def purge_log_rows(store: Store, before: datetime) -> None:
    """Delete log entries older than ``before``.

    Raises:
        StoreError: The database refuses.
    """
    with store.writing() as connection:
        connection.execute(delete(system_logs).where(system_logs.c.created_at <= before))


def settle(store: Store, step: Step = _nothing) -> list[Kept]:
    """Finish what committed deletions noted.

    Returns:
        What could not be done now; it stays noted.

    Raises:
        StoreError: The database or the disk refuses.
    """
    with store.reading() as connection:
        noted = connection.execute(select(local_purges).order_by(local_purges.c.id)).all()
    done, kept = _remove_files(store, [row for row in noted if row.kind == "file"], step)
    rows = [row for row in noted if row.kind != "file"]
    if rows:
        left = _clean_up(store.path, rows, step)
        kept += left
        done += [] if left else [row.id for row in rows]
    if done:
        with store.writing() as connection:
            connection.execute(delete(local_purges).where(local_purges.c.id.in_(done)))
    return kept


def _remove_files(
    store: Store, noted: Sequence[Row[Any]], step: Step
) -> tuple[list[int], list[Kept]]:
    done: list[int] = []
    kept: list[Kept] = []
    for row in noted:
        path = store.path.resolve().parent / row.path
        try:
            remove(path)
            done.append(row.id)
        except OSError as error:
            kept.append(Kept(str(path), error.strerror or str(error)))
        step("file")
    return done, kept


def _clean_up(database: Path, noted: Sequence[Row[Any]], step: Step) -> list[Kept]:
    """Backups, indexes, free pages and the write-ahead log without the rows that are gone."""
    rows = [(row.kind, row.row_id) for row in noted if row.row_id]
    kept = _forget_in_backups(database, rows)
    step("backups")
    if not scrub(database, rewrite=any(row.kind == "vacuum" for row in noted)):
        kept.append(Kept("the write-ahead log", "another program is reading the database"))
    step("scrubbed")
    return kept


def remove(path: Path) -> None:
    """Remove a file and what it holds; one that is gone already is fine.

    Raises:
        OSError: Another program holds it, or its folder is not writable.
    """
    with suppress(FileNotFoundError):
        # Emptied first: a hard link or a program that has it open keeps nothing either.
        os.truncate(path, 0)
        path.unlink()


def owned(database: Path, path: Path) -> bool:
    """It lies in one of our folders (``NAME-recordings`` …): any other file is the user's own."""
    whole, home = path.resolve(), database.resolve().parent
    if not whole.is_relative_to(home):
        return False
    parts = whole.relative_to(home).parts
    return len(parts) > 1 and parts[0] in {f"{database.stem}-{name}" for name in OUR_FOLDERS}


def _delete(connection: Connection, database: Path, item: Item, now: datetime) -> None:
    """Take the rows away, and note what has to follow the transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    before = known_files(raw)
    if item.what == "stray":
        # No row names it: only the file goes, by the note.
        before |= {item.id}
    elif item.what == "audio":
        _forget_audio(connection, item.id, now)
    elif item.what == "transcript":
        # Each end forgets it by its own clock: other computers keep what their rules keep.
        with unsynced(connection):
            DELETE["transcript"](raw, item.id, text_of(now))
    else:
        DELETE[cast(Kind, item.what)](raw, item.id, text_of(now))
    home = database.resolve().parent
    # What no row names any more, and what was made after it and named by nobody.
    files = {home / path for path in before - known_files(raw)}
    if item.what in ("audio", "session"):
        files |= set(_named_after(home / f"{database.stem}-recordings", item.id))
    for path in sorted(file for file in files if owned(database, file)):
        kept = path.resolve().relative_to(home).as_posix()
        connection.execute(insert(local_purges).values(kind="file", path=kept))
    if item.what not in ("audio", "stray"):
        connection.execute(insert(local_purges).values(kind=item.what, row_id=item.id))


def _named_after(folder: Path, row_id: str) -> Iterator[Path]:
    """Files whose name begins with an id: a recording, and pictures that were drawn from it."""
    found = folder.iterdir() if folder.is_dir() else ()
    return (path for path in found if path.name.startswith(row_id) and path.is_file())


def _forget_audio(connection: Connection, session_id: str, now: datetime) -> None:
    connection.execute(delete(local_recordings).where(local_recordings.c.session_id == session_id))
    changed = sessions.update().where(sessions.c.id == session_id)
    connection.execute(changed.values(audio_deleted_at=now, audio_file_url=None, updated_at=now))


def _forget_in_backups(database: Path, rows: list[tuple[str, str]]) -> list[Kept]:
    """The same rows out of every backup: a restore must not bring them back."""
    kept: list[Kept] = []
    for backup in backups(database) if rows else ():
        try:
            with translated(backup.path):
                _forget_in(backup.path, rows)
        except StoreError as error:
            kept.append(Kept(str(backup.path), error.message))
    return kept


def _forget_in(backup: Path, rows: list[tuple[str, str]]) -> None:
    now = text_of(datetime.now(UTC))
    with closing(sqlite3.connect(backup, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA secure_delete = ON")
        before = raw.total_changes
        raw.execute("BEGIN IMMEDIATE")
        for kind, row_id in rows:
            DELETE[cast(Kind, kind)](raw, row_id, now)
        raw.execute("COMMIT")
        if raw.total_changes == before:
            return
        for table in full_text_tables(raw):
            raw.execute(f'INSERT INTO "{table}"("{table}") VALUES (\'optimize\')')
        raw.execute("VACUUM")
