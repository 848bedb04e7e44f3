"""Side tables of the live call: what it knows and the shared schema has no column for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from sync import schema
from sync.local.base import local_metadata
from sync.schema import words_check
from sync.types import ExactDecimal, Json, Uuid

local_gaps = Table(
    "local_gaps",
    local_metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), nullable=False
    ),
    Column("channel", String(10), nullable=False),
    Column("t0", ExactDecimal(10, 3), nullable=False),
    Column("t1", ExactDecimal(10, 3), nullable=False),
    Column("reason", String(10), nullable=False),
    words_check("local_gaps", "channel", ("mic", "speaker")),
    words_check("local_gaps", "reason", ("lost", "stalled", "device", "paused", "killed")),
    # Unique, so that a gap saved again by a retry is the same gap.
    Index("idx_local_gaps_place", "session_id", "channel", "t0", unique=True),
)

local_recordings = Table(
    "local_recordings",
    local_metadata,
    Column(
        "session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), primary_key=True
    ),
    Column("path", Text, nullable=False),
    Column("state", String(10), nullable=False),
    words_check("local_recordings", "state", ("open", "complete")),
)

local_guidance = Table(
    "local_guidance",
    local_metadata,
    Column(
        "guidance_id", Uuid, ForeignKey(schema.guidance.c.id, ondelete="CASCADE"), primary_key=True
    ),
    Column("cue", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("expires_seconds", ExactDecimal(10, 3), nullable=False),
    Column("evidence", Json, nullable=False),
)
