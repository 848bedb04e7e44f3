"""How every SQLite database of the product is opened: the pragmas, and how transactions begin."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

BUSY_SECONDS = 2.0
"""How long a write waits for another program's; a live call cannot wait much longer."""


def open_engine(
    path: Path,
    *,
    busy_seconds: float = BUSY_SECONDS,
    read_only: bool = False,
    foreign_keys: bool = True,
) -> Engine:
    """An engine on the database at ``path``; nothing is opened yet.

    ``with immediate(engine).begin()`` is the one way to write. Connections may be used from any
    thread, one at a time.

    Args:
        path: The file; its folder must exist.
        busy_seconds: How long a statement waits for another program's lock.
        read_only: Neither create nor change the file.
        foreign_keys: Off only for migrations, which may rebuild a parent table.
    """

    def connect() -> sqlite3.Connection:
        # Not mode=ro even to read only: SQLite then skips the CHECKs in its integrity check.
        uri = f"{path.resolve().as_uri()}?mode={'rw' if read_only else 'rwc'}"
        raw = sqlite3.connect(
            uri, uri=True, timeout=busy_seconds, check_same_thread=False, isolation_level=None
        )
        try:
            _configure(raw, foreign_keys=foreign_keys, read_only=read_only)
        except sqlite3.Error:
            raw.close()
            raise
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    return engine


def immediate(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock when they begin.

    A deferred transaction that has read and then writes fails at once with "database is locked"
    when another one wrote in between, whatever the busy time-out: it cannot be given a newer view.
    """
    return engine.execution_options(immediate=True)


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read; an existing one is left as it is.

    Raises:
        OSError: The folder is missing or not writable.
    """
    # SQLite gives its -wal and -shm files the mode of the database.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _configure(raw: sqlite3.Connection, *, foreign_keys: bool, read_only: bool) -> None:
    if read_only:
        raw.execute("PRAGMA query_only = ON")
    else:
        # Readers never wait for the writer, and a commit is one fsync of one file.
        raw.execute("PRAGMA journal_mode = WAL")
    raw.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    # FULL: a commit survives a power cut. Speech needs fewer than 10 rows/s; FULL gives thousands.
    raw.execute("PRAGMA synchronous = FULL")
    # macOS: fsync alone leaves the data in the drive's cache. Elsewhere this does nothing.
    raw.execute("PRAGMA fullfsync = ON")
    # What is deleted is overwritten with zeros in the file, not only forgotten.
    raw.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    # The sqlite3 module's own transactions are off (isolation_level None): it begins deferred.
    at_once = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if at_once else "BEGIN")
