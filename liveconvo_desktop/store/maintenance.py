"""What the command line does with a database file."""

from __future__ import annotations

from pathlib import Path

from liveconvo_desktop.store.failures import translated
from sync import migrations
from sync.check import check
from sync.ddl import ddl
from sync.search_index import rebuild
from sync.sqlite import immediate, open_engine

__all__ = ["advice", "check", "ddl", "repair", "upgrade"]


def upgrade(path: Path) -> Path | None:
    """Bring a database to this program's schema; see ``sync.migrations.upgrade``.

    Returns:
        The copy that was made of an older database before it was changed, else None.

    Raises:
        StoreError: Not writable, damaged, of another program or of a newer version.
    """
    with translated(path):
        return migrations.upgrade(path)


def repair(path: Path) -> None:
    """Build the search index and the running figures anew from the rows.

    Raises:
        StoreError: The database cannot be read or written; nothing was changed.
    """
    with translated(path):
        engine = open_engine(path)
        try:
            with immediate(engine).begin() as connection:
                rebuild(connection)
        finally:
            engine.dispose()


def advice(problem: str, path: Path) -> str:
    """What to do about a problem that ``check`` found, one sentence or two."""
    if problem.startswith(("The file is damaged", "It cannot be read")):
        return (
            "Put a backup in its place with `liveconvo db restore`. Without one, move the file "
            f"aside (`sqlite3 {path} .recover` may still read it) and start with a new one; the "
            f"recordings in {path.with_name(path.stem + '-recordings')} are not touched."
        )
    if problem.startswith("Its schema is version"):
        return "Run `liveconvo db upgrade`; it copies the file aside first."
    if problem.startswith("This program cannot use it"):
        return "Install the newest LiveConvo, or choose another database with --db."
    if problem.startswith("There is no database"):
        return "The first call makes one; or name another with --db."
    if any(word in problem for word in ("search index", "wrong figures")):
        return "Run `liveconvo db check --repair`; it changes no row of yours."
    if problem.startswith("Row "):
        return "Put a backup in its place with `liveconvo db restore`, and please report it."
    if problem.endswith("belongs to no session."):
        return "Keep it with `liveconvo import`, or delete the file."
    if problem.startswith("The recording of session"):
        return "Put the file back if it was moved; the transcript is not touched."
    return "Close other programs that use the file, and try again."
