"""The desktop's side tables of search; PostgreSQL has none of them."""

from __future__ import annotations

from alembic import op

from sync.migrations import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create them on SQLite, and index the rows that are there."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        run_sql(connection, "0003_search")
