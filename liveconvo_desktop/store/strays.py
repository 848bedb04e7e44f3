"""Files among the recordings that no row names: of a killed import, or from before a restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from liveconvo_desktop.store.retention import Stray
from sync.backup import Backup
from sync.local import local_purges, local_recordings
from sync.schema import sessions

_PART = ".importing"
_SUFFIXES = (".flac", ".peaks", _PART)
_SQLITE = b"SQLite format 3\0"


def find_strays(
    connection: Connection, database: Path, is_live: Callable[[str], bool], backups: list[Backup]
) -> list[Stray]:
    """What lies in our folder of recordings and belongs to no session. Changes nothing.

    Not what a running call holds, waits for its recovery, or is noted to be removed already.

    Args:
        connection: Reading or writing.
        database: Its file.
        is_live: Whether a process runs this session now.
        backups: Of the database. One that a restore put aside may name any of the files: they are
            as old as that at most.
    """
    home = database.resolve().parent
    folder = home / f"{database.stem}-recordings"
    if not folder.is_dir() or _shared(database.resolve()):
        return []
    rows = connection.execute(select(local_recordings.c.path)).scalars()
    named = {(home / path).resolve() for path in rows}
    noted = connection.execute(select(local_purges.c.path)).scalars()
    going = {(home / path).resolve() for path in noted if path is not None}
    waiting = set(
        connection.execute(select(sessions.c.id).where(sessions.c.status == "active")).scalars()
    )
    aside = max((one.made_at for one in backups if one.reason == "restore"), default=None)
    found = []
    for path in _files(folder):
        # What was drawn from a recording (``.peaks``) belongs to its call, too.
        if path in going or not named.isdisjoint((path, path.with_suffix(".flac"))):
            continue
        if path.stem in waiting or is_live(path.stem):
            continue
        about = path.stat()
        changed = datetime.fromtimestamp(about.st_mtime, UTC)
        part = path.suffix == _PART
        since = changed if part or aside is None else max(changed, aside)
        found.append(Stray(path, since, about.st_size, part))
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.resolve().iterdir()):
        # A link leads to a file that is not ours.
        if path.suffix in _SUFFIXES and path.is_file() and not path.is_symlink():
            yield path


def _shared(database: Path) -> bool:
    """Another database of the same name (``x.db``, ``x.sqlite``) has its recordings there, too."""
    for path in database.parent.glob(f"{database.stem}.*"):
        if path != database and path.stem == database.stem and path.is_file():
            with path.open("rb") as file:
                if file.read(len(_SQLITE)) == _SQLITE:
                    return True
    return False
