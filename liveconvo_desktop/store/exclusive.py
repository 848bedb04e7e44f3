"""Sole use of a database file, for what may not happen while another program has it open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from liveconvo_desktop.errors import StoreError

_PATIENCE = 1.0


@contextmanager
def alone(database: Path) -> Iterator[bool]:
    """Hold a database so that no program, this one included, has it open.

    A connection to a database with a write-ahead log holds a shared lock for as long as it lives,
    so nobody has to cooperate. The log is emptied into the file and removed.

    Args:
        database: A file that exists.

    Yields:
        Whether the file is a database that can be read; a damaged one cannot be locked.

    Raises:
        StoreError: It is open somewhere.
    """
    uri = f"{database.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)) as raw:
        yield _lock(raw, database)


def _lock(raw: sqlite3.Connection, database: Path) -> bool:
    try:
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("BEGIN EXCLUSIVE")
        return True
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StoreError(
                f"The database {database} is open in another program.",
                "Close LiveConvo, and end calls in terminals; then try again.",
                "store",
            ) from error
        return False
    except sqlite3.DatabaseError:
        return False
