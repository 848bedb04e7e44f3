"""The desktop's side tables of privacy; PostgreSQL has none of them."""

from __future__ import annotations

from alembic import op

from sync.migrations import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create them on SQLite."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        run_sql(connection, "0007_privacy")
        # What is here from before does not go with the first cleaning: its time begins now.
        connection.exec_driver_sql(
            "INSERT INTO local_retention (session_id, counted_from)"
            " SELECT id, strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z' FROM sessions"
        )
        # Earlier versions left deleted words in free pages: the first cleaning rewrites the file.
        connection.exec_driver_sql("INSERT INTO local_purges (kind) VALUES ('vacuum')")
