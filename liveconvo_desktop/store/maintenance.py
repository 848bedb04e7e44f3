"""What the command line does with a database file."""

from __future__ import annotations

from pathlib import Path

from liveconvo_desktop.store.failures import translated
from sync import migrations
from sync.check import check
from sync.ddl import ddl

__all__ = ["check", "ddl", "upgrade"]


def upgrade(path: Path) -> Path | None:
    """Bring a database to this program's schema; see ``sync.migrations.upgrade``.

    Returns:
        The copy that was made of an older database before it was changed, else None.

    Raises:
        StoreError: Not writable, damaged, of another program or of a newer version.
    """
    with translated(path):
        return migrations.upgrade(path)
