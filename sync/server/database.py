"""Transactions of the server: each says for whom it is, and forgets that when it ends.

A pooled connection serves one user after the other, and behind a transaction pooler even a server
connection does. So role and user are set inside each transaction, never for the session.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, text

from sync.migrations import HEAD
from sync.server.config import Config

Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]

_AS_USER = text(
    "SELECT set_config('role', 'liveconvo_api', true), set_config('app.user_id', :user, true),"
    " set_config('app.device_id', '', true), set_config('app.versions', '', true)"
)
_AS_AUTH = text("SELECT set_config('role', 'liveconvo_auth', true)")
_READY = text(
    "SELECT (SELECT version_num FROM alembic_version) AS version,"
    " row_security_active('sessions') AND row_security_active('transcripts') AS bound"
)


class Database:
    """The one way to PostgreSQL.

    Any thread may call any method. Losing the server raises ``sqlalchemy.exc.DBAPIError``.
    """

    def __init__(self, config: Config) -> None:
        self._engine = _engine(config)
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")

    def close(self) -> None:
        """Close the pool."""
        self._engine.dispose()

    @contextmanager
    def of_user(self, user_id: str) -> Iterator[Connection]:
        """A transaction that sees and changes one user's rows alone.

        It holds the user's place in the queue of their writers from its first statement on:
        taken later, two of them would deadlock.
        """
        with self._engine.begin() as connection:
            connection.execute(_AS_USER, {"user": user_id})
            connection.execute(text("SELECT liveconvo_ops.lock_head()"))
            yield connection

    @contextmanager
    def view_of_user(self, user_id: str) -> Iterator[Connection]:
        """One consistent view of one user's rows; waits for no writer."""
        with self._reader.begin() as connection:
            connection.execute(_AS_USER, {"user": user_id})
            yield connection

    @contextmanager
    def accounts(self) -> Iterator[Connection]:
        """A transaction of the role that knows accounts and tokens, and no other row."""
        with self._engine.begin() as connection:
            connection.execute(_AS_AUTH)
            yield connection

    def problems(self) -> list[str]:
        """Why it cannot serve, a sentence each; empty when it can."""
        with self._engine.begin() as connection:
            connection.execute(_AS_USER, {"user": ""})
            version, bound = connection.execute(_READY).one()
        found = []
        if version != HEAD:
            found.append(f"The schema is version {version}, this program's is {HEAD}.")
        if not bound:
            found.append("Row-level security does not bind this role.")
        return found


def _engine(config: Config) -> Engine:
    return create_engine(
        config.database_url,
        pool_size=config.pool_size,
        max_overflow=config.pool_size,
        # A connection that a proxy has closed is noticed before it is used.
        pool_pre_ping=True,
        pool_recycle=1800,
        # Errors and logs never quote what somebody said.
        hide_parameters=True,
        # No prepared statements by name: a transaction pooler would hand them to others.
        connect_args={
            "prepare_threshold": None,
            "connect_timeout": 5,
            "application_name": "liveconvo",
            "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000",
        },
    )
