"""Side tables of retention: what is kept on purpose, and what still has to be deleted."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from sync import schema
from sync.local.base import local_metadata
from sync.schema import words_check
from sync.types import Now, UtcDateTime, Uuid

local_retention = Table(
    "local_retention",
    local_metadata,
    Column(
        "session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), primary_key=True
    ),
    # The user said "keep this one"; a later deletion of the call by the user counts more.
    Column("kept_at", UtcDateTime),
    # When its first summary was complete: later edits of the summary do not prolong the audio.
    Column("summarised_at", UtcDateTime),
    Column("transcript_deleted_at", UtcDateTime),
    # Deadlines count from here where it is later than the call: a call that was there before
    # anything was deleted by itself, or came back with a backup, does not go at once.
    Column("counted_from", UtcDateTime),
)

# What a committed deletion still has to do outside its transaction: remove a file, take a row out
# of the backups. Its row goes when that is done, so a kill in between is made up for.
local_purges = Table(
    "local_purges",
    local_metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    # No foreign key: the row it names is gone.
    Column("row_id", Uuid),
    Column("path", Text),
    Column("created_at", UtcDateTime, server_default=Now()),
    words_check(
        "local_purges",
        "kind",
        ("file", "transcript", "session", "document", "summary", "template", "vacuum"),
    ),
)
