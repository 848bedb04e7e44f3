"""One user's rows in PostgreSQL, for ``sync.merge``: inside a transaction of ``of_user``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from psycopg import errors
from pydantic_core import to_json
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from sync.merge import Outcome
from sync.protocol import LINKS_TO, PulledRow, Push, Row, Version
from sync.server.reading import sequence_numbers, standing

_VERSIONS = (
    "SELECT c.row_id::text, c.seq, c.deleted, c.device_id::text, c.seen{stamps}"
    " FROM liveconvo_ops.sync_changes c LEFT JOIN {table} t ON t.id = c.row_id"
    " WHERE c.user_id = liveconvo_ops.me() AND c.tbl = '{table}' AND c.row_id = ANY (:ids)"
)
_ATTEMPT = text("SELECT last_attempt, last_nonce FROM liveconvo_ops.devices WHERE id = :device")
_DEVICE = text(
    "INSERT INTO liveconvo_ops.devices (user_id, id, name, last_attempt, last_nonce)"
    " VALUES (liveconvo_ops.me(), :device, :name, :attempt, :nonce)"
    " ON CONFLICT (user_id, id) DO UPDATE SET last_attempt = excluded.last_attempt,"
    " last_nonce = excluded.last_nonce, name = excluded.name, last_seen_at = now()"
)
_LOSER = text(
    "INSERT INTO liveconvo_ops.sync_losers (user_id, tbl, row_id, device_id, content)"
    " VALUES (liveconvo_ops.me(), :table, :row, :device, CAST(:content AS jsonb))"
)
_WITH_DELETED_AT = ("templates", "sessions", "documents", "summaries")

# A row's own fault, by SQLSTATE; every other error is the server's.
_CODES: tuple[tuple[str, str], ...] = (
    ("42501", "forbidden"),
    ("22001", "too_long"),
    ("23502", "missing_value"),
    ("23503", "missing_parent"),
    ("23505", "duplicate"),
    ("23", "invalid_value"),
    ("22", "invalid_value"),
)


class PostgresLedger:
    """See ``sync.merge.Ledger``.

    Args:
        connection: Of ``Database.of_user``.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last_attempt(self, device: str) -> tuple[int, str]:
        """Number and nonce of the device's last request; 0 for a new device."""
        found = self._connection.execute(_ATTEMPT, {"device": device}).first()
        return (found.last_attempt, str(found.last_nonce)) if found else (0, "")

    def note_attempt(self, push: Push) -> None:
        """Remember this one as the last."""
        values = {
            "device": push.device,
            "name": push.device_name,
            "attempt": push.attempt,
            "nonce": push.nonce,
        }
        self._connection.execute(_DEVICE, values)

    def versions(self, table: str, ids: Iterable[str]) -> dict[str, Version]:
        """What is known of rows, gone ones included."""
        stamps = ", t.updated_at"
        stamps += ", t.deleted_at" if table in _WITH_DELETED_AT else ""
        query = text(_VERSIONS.format(table=table, stamps=stamps))
        found = self._connection.execute(query, {"ids": list(ids)})
        return {row_id: Version(*rest) for row_id, *rest in found}

    def current(self, table: str, ids: Iterable[str]) -> dict[str, PulledRow]:
        """Rows as they stand."""
        return standing(self._connection, table, list(ids))

    def existing(self, table: str, ids: Iterable[str]) -> set[str]:
        """Which rows may be pointed to: what the policies let this user see."""
        query = text(f"SELECT id::text FROM {table} WHERE id = ANY (:ids)")
        return set(self._connection.execute(query, {"ids": list(ids)}).scalars())

    def upsert(
        self, table: str, rows: Mapping[str, Row], versions: Mapping[str, int], device: str
    ) -> dict[str, Outcome]:
        """Write the columns that are given; one bad row does not hinder the others."""
        self._stamp(device, versions)
        outcomes: dict[str, Outcome] = {}
        alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row_id, row in rows.items():
            alike[tuple(sorted(row))].append(row_id)
        for columns, ids in alike.items():
            statement = text(_upsert(table, columns))

            def write(some: list[str], statement: TextClause = statement) -> None:
                payload = to_json([{"id": row_id, **rows[row_id]} for row_id in some]).decode()
                self._connection.execute(statement, {"rows": payload})

            outcomes |= self._bisect(ids, write)
        return self._with_seqs(table, rows, outcomes)

    def delete(
        self, table: str, ids: Iterable[str], versions: Mapping[str, int], device: str
    ) -> dict[str, Outcome]:
        """Delete rows with what hangs on them; columns that point to them are emptied."""

        def remove(some: list[str]) -> None:
            for other, column in LINKS_TO.get(table, ()):
                self._connection.execute(
                    text(f"UPDATE {other} SET {column} = NULL WHERE {column} = ANY (:ids)"),
                    {"ids": some},
                )
            self._stamp(device, versions)
            gone = text(f"DELETE FROM {table} WHERE id = ANY (:ids)")
            self._connection.execute(gone, {"ids": some})

        whole = list(ids)
        return self._with_seqs(table, whole, self._bisect(whole, remove))

    def keep_loser(self, table: str, row_id: str, device: str | None, row: Row) -> None:
        """Put aside what lost against a concurrent edit."""
        content = to_json(row).decode()
        self._connection.execute(
            _LOSER, {"table": table, "row": row_id, "device": device, "content": content}
        )

    def _stamp(self, device: str, versions: Mapping[str, int]) -> None:
        """Tell the triggers whose writes the next ones are."""
        self._connection.execute(
            text(
                "SELECT set_config('app.device_id', :device, true),"
                " set_config('app.versions', :versions, true)"
            ),
            {"device": device, "versions": to_json(dict(versions)).decode()},
        )

    def _bisect(self, ids: list[str], write: Callable[[list[str]], None]) -> dict[str, Outcome]:
        """Write all at once; where that is refused, by halves, until the bad rows stand alone."""
        if not ids:
            return {}
        try:
            with self._connection.begin_nested():
                write(ids)
        except DBAPIError as error:
            code = _code(error)
            if code is None:
                raise
            if len(ids) == 1:
                return {ids[0]: code}
            half = len(ids) // 2
            return self._bisect(ids[:half], write) | self._bisect(ids[half:], write)
        return dict.fromkeys(ids, 0)

    def _with_seqs(
        self, table: str, ids: Iterable[str], outcomes: dict[str, Outcome]
    ) -> dict[str, Outcome]:
        seqs = sequence_numbers(self._connection, table, ids)
        return {
            row_id: seqs.get(row_id, 0) if outcome == 0 else outcome
            for row_id, outcome in outcomes.items()
        }


def _upsert(table: str, columns: tuple[str, ...]) -> str:
    """One statement for many rows: PostgreSQL itself reads each column's type from the JSON."""
    names = ", ".join(columns)
    owner = "" if table in ("transcripts", "guidance") else "user_id, "
    mine = "liveconvo_ops.me(), " if owner else ""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns)
    then = f"DO UPDATE SET {changed}" if columns else "DO NOTHING"
    values = f", {names}" if columns else ""
    return (
        f"INSERT INTO {table} ({owner}id{values})"
        f" SELECT {mine}id{values} FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
        f" ON CONFLICT (id) {then}"
    )


def _code(error: DBAPIError) -> str | None:
    state = error.orig.sqlstate if isinstance(error.orig, errors.Error) else None
    return next((code for prefix, code in _CODES if state and state.startswith(prefix)), None)
