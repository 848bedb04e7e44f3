"""What the database and the disk hold, looked at from outside."""

from __future__ import annotations

from sqlalchemy import select

from liveconvo_desktop.paths import documents_dir
from sync.schema import documents


def row(store, document_id):
    with store.reading() as connection:
        return connection.execute(select(documents).where(documents.c.id == document_id)).one()


def copies(store):
    return sorted(path.name for path in documents_dir(store.path).iterdir())


def count(store, table):
    with store.reading() as connection:
        return len(connection.execute(select(table.c.id)).all())
