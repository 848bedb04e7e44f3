"""What SQLite and the disk say, in words that a user can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, StatementError

from liveconvo_desktop.errors import StoreError
from sync.backup import DamagedBackupError
from sync.migrations import ForeignDatabaseError, NewerDatabaseError, UnusableDatabaseError
from sync.types import UnstorableError

WHERE = "store"


class RowRefusedError(StoreError):
    """This one row can never be saved as it is; every other ``StoreError`` may pass by itself."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"A row was refused: {why}.",
            "This is a fault of the program: please report it; everything else is saved.",
            WHERE,
        )


# By the start of SQLite's own error names, most specific first: what happened, what to do.
_SAYINGS = (
    (
        "SQLITE_FULL",
        "The disk that holds {path} is full.",
        "Free some space; what could not be saved is kept in memory and saved then.",
    ),
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "Another program holds the database {path} locked.",
        "Close other programs that use it; what could not be saved is kept and saved then.",
    ),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"),
        "The database {path} cannot be opened for writing.",
        "Check that its folder exists and that you may write there, or choose another with --db.",
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "The file {path} is damaged or is no database.",
        "Put a backup in its place with `liveconvo db restore`; `liveconvo db check` says what "
        "else can be done.",
    ),
    (
        "SQLITE_IOERR",
        "The disk that holds {path} fails to read or write.",
        "Check the disk; what could not be saved is kept in memory and saved when it can be.",
    ),
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn database and file errors inside into ``StoreError``.

    Raises:
        RowRefusedError: A constraint or a column type refuses the row.
        StoreError: The database or the disk refuses.
    """
    try:
        yield
    except DBAPIError as error:
        raise _from_sqlite(error.orig, path) from error
    except StatementError as error:
        raise RowRefusedError(str(error.orig)) from error
    except UnstorableError as error:
        raise RowRefusedError(str(error)) from error
    except sqlite3.Error as error:
        raise _from_sqlite(error, path) from error
    except UnusableDatabaseError as error:
        raise _from_migration(error, path) from error
    except DamagedBackupError as error:
        raise StoreError(
            f"A copy of the database {path} is not whole: {error}.",
            "Run `liveconvo db check`; `liveconvo db restore` lists the backups that are there.",
            WHERE,
        ) from error
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be made or opened: {error.strerror or error}.",
            "Check that its folder exists and that you may write there, or choose another with "
            "--db.",
            WHERE,
        ) from error


def _from_sqlite(error: BaseException | None, path: Path) -> StoreError:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith("SQLITE_CONSTRAINT"):
        return RowRefusedError(str(error))
    for prefix, message, hint in _SAYINGS:
        if name.startswith(prefix):
            return StoreError(message.format(path=path), hint, WHERE)
    return StoreError(
        f"The database {path} refuses: {error}.", "Run `liveconvo db check` and report it.", WHERE
    )


def _from_migration(error: UnusableDatabaseError, path: Path) -> StoreError:
    hint = "Run `liveconvo db check` and report it; the database was left as it was."
    if isinstance(error, NewerDatabaseError):
        hint = "Install the newest LiveConvo, or choose another database with --db."
    elif isinstance(error, ForeignDatabaseError):
        hint = "Choose another file with --db; this one was left as it was."
    return StoreError(f"LiveConvo cannot use {path}: {error}.", hint, WHERE)
