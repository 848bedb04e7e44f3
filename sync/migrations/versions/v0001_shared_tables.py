"""The eleven tables of the schema document."""

from __future__ import annotations

from alembic import op

from sync.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them, with their indexes."""
    run_sql(op.get_bind(), "0001_shared_tables")
