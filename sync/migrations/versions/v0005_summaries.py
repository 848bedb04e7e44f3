"""The desktop's side tables of summaries; PostgreSQL has none of them."""

from __future__ import annotations

from alembic import op

from sync.migrations import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create them on SQLite."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        run_sql(connection, "0005_summaries")
