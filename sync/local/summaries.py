"""Side tables of summaries: every version with its citations, and who is writing one now."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from sync import schema
from sync.local.base import local_metadata
from sync.schema import words_check
from sync.types import ExactDecimal, Json, NewUuid, Now, UtcDateTime, Uuid

VERSION_STATES = ("current", "offered", "replaced", "discarded")

local_summary_versions = Table(
    "local_summary_versions",
    local_metadata,
    Column("id", Uuid, primary_key=True, server_default=NewUuid()),
    Column(
        "session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), nullable=False
    ),
    Column("state", String(10), nullable=False),
    Column("edited", Boolean, nullable=False, server_default=text("0")),
    # The whole draft with its citations; ``summaries`` holds the columns made of the current one.
    Column("content", Json, nullable=False),
    Column("model_used", String(50), nullable=False),
    Column("generation_time_seconds", ExactDecimal(6, 2), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, server_default=Now()),
    words_check("local_summary_versions", "state", VERSION_STATES),
    Index("idx_local_summary_versions_session", "session_id", "state"),
    # One of them is the summary.
    Index(
        "idx_local_summary_versions_current",
        "session_id",
        unique=True,
        sqlite_where=text("state = 'current'"),
    ),
)

local_summary_runs = Table(
    "local_summary_runs",
    local_metadata,
    Column(
        "session_id", Uuid, ForeignKey(schema.sessions.c.id, ondelete="CASCADE"), primary_key=True
    ),
    # A process id alone may be given to another program; with its start time it is one of a kind.
    Column("process_id", Integer, nullable=False),
    Column("process_started", ExactDecimal(13, 2), nullable=False),
)
"""Who is writing a summary now: a row whose process has gone was cut off."""
