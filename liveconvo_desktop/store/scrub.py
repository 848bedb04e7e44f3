"""Makes what was deleted leave the file too: full-text indexes, free pages, write-ahead log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liveconvo_desktop.store.deletion import full_text_tables
from liveconvo_desktop.store.failures import translated
from sync.sqlite import open_engine

MERGE_PAGES = 500
"""Pages that one step of a merge writes: a live call never waits long behind it."""
FREE_SHARE = 0.25
"""Share of free pages from which the file is rewritten to give the space back."""
FREE_BYTES = 16 << 20
_BUSY = 10.0


def scrub(path: Path, *, rewrite: bool = False) -> bool:
    """Leave no deleted word in the file or its log.

    Deleted rows are zeroed in their pages when they go (``secure_delete``). What remains is: full
    text indexes, which keep deleted words until their parts are merged, and the write-ahead log.

    Args:
        path: A database; other connections may be open.
        rewrite: Rewrite the whole file (VACUUM), which needs as much free space again.

    Returns:
        Whether the log could be emptied; a reader or writer at that moment prevents it.

    Raises:
        StoreError: The database or the disk refuses.
    """
    with translated(path), bare(path) as raw:
        for table in full_text_tables(raw):
            _merge(raw, table)
        if rewrite or _mostly_free(raw):
            raw.execute("VACUUM")
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


@contextmanager
def bare(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of our own with the product's pragmas, outside any transaction."""
    engine = open_engine(path, busy_seconds=_BUSY)
    try:
        pooled = engine.raw_connection()
        try:
            raw = pooled.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            yield raw
        finally:
            pooled.close()
    finally:
        engine.dispose()


def _merge(raw: sqlite3.Connection, table: str) -> None:
    """All parts of an index into one, in small transactions; deleted words are left out."""
    name = '"' + table.replace('"', '""') + '"'
    # A negative count begins a full merge; positive ones go on until nothing is written.
    pages = -MERGE_PAGES
    while True:
        before = raw.total_changes
        raw.execute(f"INSERT INTO {name}({name}, rank) VALUES ('merge', ?)", [pages])
        if raw.total_changes - before < 2:
            return
        pages = MERGE_PAGES


def _mostly_free(raw: sqlite3.Connection) -> bool:
    free, pages, size = (
        raw.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("freelist_count", "page_count", "page_size")
    )
    return bool(free * size >= FREE_BYTES and free >= FREE_SHARE * pages)
