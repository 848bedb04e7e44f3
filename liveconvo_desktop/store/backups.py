"""Backups of the session database: the weekly one, one on demand, and going back to one.

A backup holds the database, not the recordings: those go within days anyway. It lies in the folder
``NAME-backups`` beside the database and is as secret as that.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.settings import PrivacySettings
from liveconvo_desktop.store.exclusive import alone
from liveconvo_desktop.store.failures import translated
from liveconvo_desktop.store.retention_rows import count_from, keep
from liveconvo_desktop.store.store import Store
from sync import migrations
from sync.backup import (
    Backup,
    back_up,
    backups,
    copy,
    name_for,
    partial_file,
    verify,
)
from sync.local import local_recordings, local_retention
from sync.schema import sessions
from sync.sqlite import open_engine

EVERY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        aside: Where the database that was there lies now; None where there was none.
        audio_gone: Sessions whose recording the backup knew and is not there any more.
    """

    aside: Path | None
    audio_gone: int


def listed(database: Path) -> list[Backup]:
    """Every backup of a database, the newest first."""
    return backups(database)


def make(database: Path, out: Path | None = None) -> Path:
    """Back a database up now; it may be in use.

    Args:
        database: The file.
        out: Where to; None is the folder of backups, where age and number take it in time.

    Raises:
        StoreError: There is none, it is damaged, ``out`` exists, or the disk refuses.
    """
    if not database.is_file():
        raise StoreError(f"There is no database at {database}.", "Choose one with --db.", "store")
    with translated(database):
        if out is None:
            return back_up(database, "manual")
        if out.exists():
            raise StoreError(f"{out} is there already.", "Choose another name.", "store")
        copy(database, out)
        return out


def weekly(database: Path, settings: PrivacySettings, now: datetime) -> Path | None:
    """Make the weekly backup if it is time; more often where backups may not grow that old.

    Raises:
        StoreError: The database is damaged, or the disk refuses.
    """
    made = [one.made_at for one in backups(database) if one.reason == "weekly"]
    every = timedelta(days=min(EVERY_DAYS, settings.transcript_days))
    if made and now - max(made) < every:
        return None
    with translated(database):
        return back_up(database, "weekly")


def restore(
    database: Path, backup: Path, step: Callable[[str], None] = lambda step: None
) -> Restored:
    """Put a backup in the database's place; the database that is there is put aside first.

    An older backup is brought to this program's schema. At every moment the name holds a whole
    database, the old one or the new one.

    Args:
        database: The file to replace; it need not exist, and may be damaged.
        backup: A backup of this or another computer.
        step: Called between the steps, for tests that kill.

    Raises:
        StoreError: The database is in use, or the backup cannot be used; nothing was changed.
    """
    with translated(backup):
        _usable(backup)
    with translated(database):
        ready = database.with_name(f"{database.name}.restoring")
        with partial_file(ready) as part:
            with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(part)) as new:
                source.backup(new)
            migrations.upgrade(part, keep=False)
        step("ready")
        try:
            aside = _put_aside(database, step)
            ready.replace(database)
        finally:
            ready.unlink(missing_ok=True)
        step("replaced")
    return Restored(aside, _settle_in(database, _kept_in(aside) if aside else {}))


def _usable(backup: Path) -> None:
    """Refuse what is damaged, foreign or of a newer version, before anything is touched."""
    if not backup.is_file():
        raise StoreError(f"There is no backup at {backup}.", "`liveconvo db restore` lists them.")
    verify(backup)
    engine = open_engine(backup, read_only=True)
    try:
        with engine.connect() as connection:
            if migrations.revision(connection) is None:
                raise migrations.ForeignDatabaseError("it is an empty database")
    finally:
        engine.dispose()


def _put_aside(database: Path, step: Callable[[str], None]) -> Path | None:
    """Copy what is there into the backups, whatever state it is in."""
    if not database.exists():
        return None
    with alone(database):
        step("alone")
        aside = name_for(database, "restore", datetime.now(UTC))
        with partial_file(aside) as part:
            # Byte by byte: of a damaged database everything may still be worth something.
            shutil.copyfile(database, part)
        step("aside")
    for suffix in ("-wal", "-shm"):
        # Of a sound database they are gone; of a damaged one they would spoil the new one.
        left = database.with_name(database.name + suffix)
        if left.exists():
            left.replace(aside.with_name(aside.name + suffix))
    return aside


def _kept_in(aside: Path) -> dict[str, datetime]:
    """What the user keeps, as the database says that was put aside; of a damaged one nothing."""
    query = select(local_retention.c.session_id, local_retention.c.kept_at).where(
        local_retention.c.kept_at.is_not(None)
    )
    engine = open_engine(aside, read_only=True)
    try:
        with engine.connect() as connection:
            return {row.session_id: row.kept_at for row in connection.execute(query)}
    except (DBAPIError, sqlite3.Error, ValueError):
        return {}
    finally:
        engine.dispose()


def _settle_in(database: Path, kept: dict[str, datetime]) -> int:
    """Bring a restored database up to now.

    It may know recordings that were deleted since; what the user kept since is to stay.
    """
    store = Store.open(database)
    try:
        home = database.resolve().parent
        with store.writing() as connection:
            known = connection.execute(
                select(local_recordings.c.session_id, local_recordings.c.path)
            ).all()
            lost = [row.session_id for row in known if not (home / row.path).is_file()]
            now = datetime.now(UTC)
            for session_id in lost:
                gone = local_recordings.delete().where(local_recordings.c.session_id == session_id)
                connection.execute(gone)
                changed = sessions.update().where(sessions.c.id == session_id)
                connection.execute(changed.values(audio_deleted_at=now, updated_at=now))
            there = set(connection.execute(select(sessions.c.id)).scalars())
        for session_id in kept.keys() & there:
            keep(store, session_id, kept[session_id])
        # What came back is not to go with the next cleaning.
        count_from(store, datetime.now(UTC))
        return len(lost)
    finally:
        store.close()
