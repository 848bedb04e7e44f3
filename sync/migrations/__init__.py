"""Bringing a database to the present schema, on both dialects, from wherever this is installed.

Alembic needs a folder, not an ini file: it is this package. Each revision runs the SQL frozen
beside it in ``sql/``, so that no later change of ``sync.schema`` changes what it once did.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect

from sync.backup import back_up
from sync.sqlite import create_private, immediate, open_engine

HEAD = "0008"
"""The revision that this program writes and reads."""

MIGRATION_BUSY_SECONDS = 30.0
# Alembic's environment is a module-wide proxy: one upgrade at a time in a process.
_upgrading = threading.Lock()


class UnusableDatabaseError(Exception):
    """The database cannot be brought to this program's schema."""


class NewerDatabaseError(UnusableDatabaseError):
    """A newer version of the program wrote it."""


class ForeignDatabaseError(UnusableDatabaseError):
    """It holds tables, and they are not ours."""


def upgrade(target: Path | str, *, keep: bool = True) -> Path | None:
    """Bring a database to ``HEAD``; made first if it is SQLite and does not exist.

    Args:
        target: A path of a SQLite file, or the URL of a PostgreSQL database.
        keep: Back up a SQLite file before it is changed.

    Returns:
        The backup that was made before an existing SQLite file was changed, else None.

    Raises:
        UnusableDatabaseError: See its subclasses; nothing was changed.
        sqlalchemy.exc.DBAPIError: The database refuses; nothing was changed.
        DamagedBackupError: The backup before the change is not whole; nothing was changed.
        OSError: The file cannot be made.
    """
    if isinstance(target, str) and "://" in target:
        engine = create_engine(target)
        try:
            with engine.begin() as connection:
                _to_head(connection)
        finally:
            engine.dispose()
        return None
    return _upgrade_file(Path(target), keep)


def revision(connection: Connection) -> str | None:
    """The revision of a database, None for an empty one.

    Raises:
        NewerDatabaseError: A revision that this program does not know.
        ForeignDatabaseError: Tables, but no revision.
    """
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise ForeignDatabaseError("it holds tables of another program")
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is not None and found > HEAD:
        raise NewerDatabaseError(f"its schema is version {found}, this program knows {HEAD}")
    return found


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here instead of read from a file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def known_head() -> str | None:
    """The newest revision in the folder; a test keeps ``HEAD`` equal to it."""
    return ScriptDirectory.from_config(config()).get_current_head()


def run_sql(connection: Connection, name: str) -> None:
    """Run the frozen statements of ``sql/<name>.<dialect>.sql``, for the revisions."""
    script = files(__name__) / "sql" / f"{name}.{connection.dialect.name}.sql"
    split = _statements if connection.dialect.name == "sqlite" else _dollar_statements
    for statement in split(script.read_text(encoding="utf-8")):
        # Without parameters a percent sign or a colon means nothing to the driver.
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _statements(script: str) -> Iterator[str]:
    """Split at the semicolons that end a line and a statement, not at those inside a trigger."""
    return _split(script, sqlite3.complete_statement)


def _dollar_statements(script: str) -> Iterator[str]:
    """The same in PostgreSQL's words, where the body of a function stands between ``$$``."""
    return _split(script, lambda so_far: so_far.count("$$") % 2 == 0)


def _split(script: str, complete: Callable[[str], bool]) -> Iterator[str]:
    so_far = ""
    for line in script.splitlines(keepends=True):
        so_far += line
        if line.endswith(";\n") and complete(so_far):
            yield so_far.strip().removesuffix(";")
            so_far = ""
    if so_far.strip():
        yield so_far


def _upgrade_file(path: Path, keep: bool) -> Path | None:
    create_private(path)
    engine = open_engine(path, busy_seconds=MIGRATION_BUSY_SECONDS, foreign_keys=False)
    try:
        with engine.connect() as connection:
            found = revision(connection)
        if found == HEAD:
            return None
        copy = back_up(path, "migration") if keep and found is not None else None
        _upgrade_locked(engine)
        return copy
    finally:
        engine.dispose()


def _upgrade_locked(engine: Engine) -> None:
    with immediate(engine).begin() as connection:
        _to_head(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise UnusableDatabaseError(f"{len(broken)} rows would point to nothing")


def _to_head(connection: Connection) -> None:
    # Asked again under the lock: another process may have been faster.
    if revision(connection) == HEAD:
        return
    with _upgrading:
        command.upgrade(config(connection), "head")
