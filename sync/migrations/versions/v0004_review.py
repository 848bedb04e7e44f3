"""The desktop's side tables of review; PostgreSQL has none of them."""

from __future__ import annotations

from alembic import op

from sync.migrations import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create them on SQLite."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        run_sql(connection, "0004_review")
