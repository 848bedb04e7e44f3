"""Side tables of sync: what is still to be sent, and how far this computer has read.

Triggers note each edit in the edit's own transaction. They rest while no account is attached, and
while the replica writes what came from the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    update,
)

from sync import schema
from sync.local.base import local_extras, local_metadata
from sync.protocol import PUSHED, RULES
from sync.types import UtcDateTime, Uuid


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


# One row while an account is attached, none before.
local_sync = Table(
    "local_sync",
    local_metadata,
    Column("id", Integer, primary_key=True),
    Column("server", Text, nullable=False),
    Column("email", String(255), nullable=False),
    Column("account_id", Uuid, nullable=False),
    # Of this copy of the database: a copy that was put back gets a new one.
    Column("device_id", Uuid, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("0")),
    # 0 while the replica itself writes: the triggers rest.
    Column("recording", Boolean, nullable=False, server_default=text("1")),
    Column("epoch", Uuid),
    _number("seq"),
    # Counts the requests that were sent, so that the server knows a late one.
    _number("attempt"),
    Column("last_sync_at", UtcDateTime),
    Column("last_error", Text),
    CheckConstraint("id = 1", name="local_sync_only_one"),
)

local_outbox = Table(
    "local_outbox",
    local_metadata,
    # A new number for each edit, never used twice: an acknowledgement of an older one does nothing.
    Column("version", Integer, primary_key=True),
    Column("tbl", String(20), nullable=False),
    Column("row_id", Uuid, nullable=False),
    Column("deleted", Boolean, nullable=False),
    # Why the server does not take it; it is not sent again until the user says so or edits it.
    Column("parked", String(30)),
    UniqueConstraint("row_id", "tbl", name="local_outbox_row"),
    sqlite_autoincrement=True,
)

# The server's number of the version that this computer has; 0: sent, and no answer came yet.
local_synced = Table(
    "local_synced",
    local_metadata,
    # The id first: rows are looked up by it alone.
    Column("row_id", Uuid, primary_key=True),
    Column("tbl", String(20), primary_key=True),
    Column("seq", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# "Keep this call on this computer only."
local_private = Table(
    "local_private",
    local_metadata,
    Column(
        "session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), primary_key=True
    ),
)

Index(
    "idx_local_outbox_next",
    local_outbox.c.parked,
    local_outbox.c.deleted,
    local_outbox.c.tbl,
    local_outbox.c.version,
)

# Which rows of a table are synced at all.
_WANTED = {
    # The program brings its own, under the same ids everywhere.
    "templates": "{}.is_system_template IS NOT 1",
    # A partial is replaced in a moment.
    "transcripts": "{}.is_final",
    # One that is being written is no summary yet, and another computer would call it cut off.
    "summaries": "{}.generation_status IS NOT 'generating'",
}


def synced(table: str, row: str) -> str:
    """SQL: is this row of a pushed table one that is synced?"""
    return _WANTED.get(table, "true").format(row)


@contextmanager
def unsynced(connection: Connection) -> Iterator[None]:
    """What is written inside is not noted in the outbox; for a part of one transaction."""
    connection.execute(update(local_sync).values(recording=False))
    yield
    connection.execute(update(local_sync).values(recording=True))


def _trigger(table: str, event: str, row: str, deleted: int) -> str:
    verb = event.split()[0].lower()
    wanted = f"{synced(table, row)} AND " if table in _WANTED else ""
    return (
        f"CREATE TRIGGER local_sync_{table}_{verb} AFTER {event} ON {table}\n"
        f"WHEN {wanted}(SELECT recording FROM local_sync) BEGIN\n"
        f"    DELETE FROM local_outbox WHERE tbl = '{table}' AND row_id = {row}.id;\n"
        f"    INSERT INTO local_outbox (tbl, row_id, deleted)"
        f" VALUES ('{table}', {row}.id, {deleted});\n"
        "END"
    )


for _table in PUSHED:
    _columns = ", ".join(sorted(RULES[_table].columns))
    local_extras[f"local_sync_{_table}_insert"] = _trigger(_table, "INSERT", "new", 0)
    local_extras[f"local_sync_{_table}_update"] = _trigger(
        _table, f"UPDATE OF {_columns}", "new", 0
    )
    local_extras[f"local_sync_{_table}_delete"] = _trigger(_table, "DELETE", "old", 1)
