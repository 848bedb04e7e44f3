"""Every table of the database as plain rows, for the export of all data."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, select

from sync.local import local_metadata
from sync.schema import metadata

Rows = Iterator[dict[str, Any]]

SECRET = {"password_hash"}
"""Columns that no export holds."""
_BATCH = 500


def tables_of(connection: Connection) -> list[str]:
    """Every table that holds data of its own: not full-text indexes, not our bookkeeping."""
    # SQLite itself tells the tables inside a full-text index apart ("shadow").
    found = connection.exec_driver_sql(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).scalars()
    skipped = ("alembic_version", "local_purges")
    return [name for name in found if name not in skipped]


def count(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    counted = select(func.count()).select_from(_table(connection, table))
    return int(connection.execute(counted).scalar_one())


def rows_of(connection: Connection, table: str) -> Rows:
    """A table's rows as JSON values, read in batches."""
    known = _table(connection, table)
    shown = [column for column in known.c if column.name not in SECRET]
    found = connection.execution_options(yield_per=_BATCH).execute(select(*shown))
    for row in found:
        yield {name: _json(value) for name, value in row._mapping.items()}


def _table(connection: Connection, name: str) -> Table:
    """As it is defined, so that values come out typed; an unknown one as SQLite reports it."""
    for defined in (metadata, local_metadata):
        if name in defined.tables:
            return defined.tables[name]
    return Table(name, MetaData(), autoload_with=connection)


def _json(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes() | memoryview():
            return {"base64": base64.b64encode(bytes(value)).decode()}
        case _:
            return value
