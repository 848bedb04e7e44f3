"""Rows between SQLite and the wire: see ``sync.protocol`` for the form in which they travel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Table
from sqlalchemy.types import TypeEngine

from sync.protocol import RULES, Row
from sync.schema import metadata
from sync.types import ExactDecimal, UtcDateTime


class UnreadableRowError(ValueError):
    """The other end sent what no column of its type can hold."""


def table_of(name: str) -> Table:
    """The definition of a synced table."""
    return metadata.tables[name]


def columns_of(name: str) -> list[str]:
    """``id`` and the columns that travel, in the order of the definition."""
    return ["id", *(c.name for c in table_of(name).c if c.name in RULES[name].columns)]


def to_wire(row: Mapping[str, Any]) -> Row:
    """A row as SQLAlchemy read it, without its id."""
    return {name: _told(value) for name, value in row.items() if name != "id"}


def from_wire(table: str, row: Row) -> Row:
    """Values for SQLAlchemy. A column that this program does not know is passed over.

    Raises:
        UnreadableRowError: A value is not of its column's type.
    """
    known = RULES[table].columns
    columns = table_of(table).c
    try:
        return {
            name: _heard(columns[name].type, value) for name, value in row.items() if name in known
        }
    except (ValueError, ArithmeticError, TypeError) as error:
        raise UnreadableRowError(f"a row of {table} cannot be read: {error}") from error


def _told(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value


def _heard(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case UtcDateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case ExactDecimal():
            return Decimal(str(value))
        case Boolean():
            return bool(value)
        case Integer():
            return int(value)
    return value
