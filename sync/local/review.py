"""Side tables of review: what the user made of a transcript, and what it was before.

``transcripts`` holds the text as the user left it; the recogniser's rows are kept here.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from sync import schema
from sync.local.base import local_metadata
from sync.schema import words_check
from sync.types import ExactDecimal, UtcDateTime, Uuid


def _session(*, key: bool = False) -> Column[str]:
    link = ForeignKey(schema.sessions.c.id, ondelete="CASCADE")
    return Column("session_id", Uuid, link, primary_key=key, nullable=False)


# A group is a set of the recogniser's rows and the lines that were made of them by editing,
# merging and splitting; its id is that of one of its rows.
local_originals = Table(
    "local_originals",
    local_metadata,
    Column("id", Uuid, primary_key=True),
    _session(),
    Column("group_id", Uuid, nullable=False),
    Column("content", Text, nullable=False),
    Column("speaker", String(50), nullable=False),
    Column("confidence_score", ExactDecimal(3, 2)),
    Column("start_time_seconds", ExactDecimal(10, 3), nullable=False),
    Column("end_time_seconds", ExactDecimal(10, 3), nullable=False),
    Column("stt_provider", String(50), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    words_check("local_originals", "speaker", schema.SPEAKERS),
    Index("idx_local_originals_session_id", "session_id"),
)

# What the user added to a line; a line without a row here is as the recogniser left it.
local_marks = Table(
    "local_marks",
    local_metadata,
    Column(
        "transcript_id",
        Uuid,
        ForeignKey(schema.transcripts.c.id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("group_id", Uuid),
    Column("starred", Boolean, nullable=False),
    Column("comment", Text, nullable=False),
)

# Where the words of a line that is gone are now, so that what cited it still leads somewhere.
local_moves = Table(
    "local_moves",
    local_metadata,
    Column("old_id", Uuid, primary_key=True),
    _session(),
    Column("new_id", Uuid, nullable=False),
    Index("idx_local_moves_session_id", "session_id"),
)

local_speakers = Table(
    "local_speakers",
    local_metadata,
    _session(key=True),
    Column("speaker", String(50), primary_key=True),
    Column("name", Text, nullable=False),
    words_check("local_speakers", "speaker", schema.SPEAKERS),
)
