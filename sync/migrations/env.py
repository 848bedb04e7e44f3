"""Run by Alembic for each command: the connection comes from ``sync.migrations.config``."""

from __future__ import annotations

from alembic import context

from sync.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite's DDL is transactional too: a failed upgrade leaves the database as it was.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
