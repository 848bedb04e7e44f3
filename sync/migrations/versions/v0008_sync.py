"""Sync: the server's schema ``liveconvo_ops`` and row-level security; the desktop's outbox."""

from __future__ import annotations

from alembic import op

from sync.migrations import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Each dialect gets its own end of it."""
    run_sql(op.get_bind(), "0008_sync")
