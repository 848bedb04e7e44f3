"""Copies of a SQLite database: where they lie, how one is made, and whether it can be trusted.

A copy is made by SQLite's own online backup, so it is one moment of the database however many
programs write to it, and it is checked before it gets its name: a file with a backup's name is a
whole backup.
"""

from __future__ import annotations

import glob
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from sync.sqlite import create_private

Reason = Literal["weekly", "manual", "migration", "restore"]

_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(rf"-(?P<stamp>\d{{8}}T\d{{12}}Z)-(?P<reason>{'|'.join(get_args(Reason))})\.db$")
# Named by earlier versions, beside the database.
_OLD_NAME = re.compile(r"\.before-\d{4}-was-\d{4}-(?P<stamp>\d{8}T\d{12})\.")


class DamagedBackupError(Exception):
    """A copy is not a whole database."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that lies in its folder.

    Attributes:
        made_at: Aware UTC, from its name.
        reason: Why it was made; ``restore`` is a database put aside by a restore.
    """

    path: Path
    made_at: datetime
    reason: Reason
    bytes: int


def backups_dir(database: Path) -> Path:
    """The folder of a database's backups, made on first use, for its owner only.

    Raises:
        OSError: It cannot be made.
    """
    folder = database.resolve().parent / f"{database.stem}-backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def backups(database: Path) -> list[Backup]:
    """Every backup of a database, the newest first; those that old versions left beside it too."""
    whole = database.resolve()
    found = list(_named(whole))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def back_up(database: Path, reason: Reason) -> Path:
    """Copy a database into its folder of backups.

    Raises:
        DamagedBackupError: The copy is not whole; it was thrown away.
        sqlite3.Error: The database cannot be read, or the disk refuses.
        OSError: The folder cannot be written.
    """
    target = name_for(database, reason, datetime.now(UTC))
    copy(database, target)
    return target


def name_for(database: Path, reason: Reason, at: datetime) -> Path:
    """Where a backup made at ``at`` lies; its folder is made.

    Raises:
        OSError: The folder cannot be made.
    """
    stamp = at.astimezone(UTC).strftime(_STAMP)
    return backups_dir(database) / f"{database.stem}-{stamp}-{reason}.db"


def copy(database: Path, target: Path) -> None:
    """Copy a database to ``target``, which appears there whole and checked, or not at all.

    Raises:
        As ``back_up``.
    """
    with partial_file(target) as part:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(part)) as kept:
            source.backup(kept)
            # One file: nothing beside a backup belongs to it.
            kept.execute("PRAGMA journal_mode = DELETE")
        verify(part)


def verify(path: Path) -> None:
    """Read a whole copy.

    Raises:
        DamagedBackupError: It is not a whole database.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as raw:
            lines = [line for (line,) in raw.execute("PRAGMA integrity_check(1)")]
    except sqlite3.DatabaseError as error:
        raise DamagedBackupError(f"{path.name} cannot be read: {error}") from error
    if lines != ["ok"]:
        raise DamagedBackupError(f"{path.name} is damaged: {lines[0] if lines else 'it is empty'}")


@contextmanager
def partial_file(target: Path) -> Iterator[Path]:
    """A private file beside ``target`` that takes its name, on the disk, when the block ends well.

    Raises:
        OSError: It cannot be made or renamed.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    create_private(part)
    try:
        yield part
        _to_disk(part)
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _named(database: Path) -> Iterator[Backup]:
    folder = database.parent / f"{database.stem}-backups"
    for path in folder.glob("*.db") if folder.is_dir() else ():
        if (told := _NAME.search(path.name)) and path.is_file():
            made = datetime.strptime(told["stamp"], _STAMP).replace(tzinfo=UTC)
            reason: Reason = told["reason"]  # type: ignore[assignment]  # the pattern's own words
            yield Backup(path, made, reason, path.stat().st_size)
    for path in database.parent.glob(f"{glob.escape(database.stem)}.before-*{database.suffix}"):
        if (told := _OLD_NAME.search(path.name)) and path.is_file():
            made = datetime.strptime(f"{told['stamp']}Z", _STAMP).replace(tzinfo=UTC)
            yield Backup(path, made, "migration", path.stat().st_size)
