"""Column types that mean the same on PostgreSQL and on SQLite.

PostgreSQL gets its native type; SQLite, which has none of them, gets a storage form that loses
nothing and still sorts and compares in SQL as the value does. See docs/database.md.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from ipaddress import ip_interface
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, Dialect, Integer, Numeric, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class UnstorableError(ValueError):
    """A value that no column of its type can hold."""


class Uuid(TypeDecorator[str]):
    """A UUID as its canonical text in Python: ``UUID`` on PostgreSQL, ``CHAR(36)`` on SQLite.

    SQLAlchemy's own type stores 32 bare hex digits on SQLite, which no other tool shows as the
    id that the logs, the exports and the server print.
    """

    impl = CHAR(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The storage type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(CHAR(36))

    def process_bind_param(self, value: str | UUID | None, dialect: Dialect) -> str | None:
        """Canonical lower-case text; ValueError for anything that is not a UUID."""
        return None if value is None else str(value if isinstance(value, UUID) else UUID(value))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, UTC out.

    ``TIMESTAMP WITH TIME ZONE`` on PostgreSQL; on SQLite ISO 8601 text of fixed width
    (``2025-01-27T09:30:00.000000Z``), so that text order is time order and SQLite's own date
    functions read it.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The storage type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The moment in UTC; UnstorableError for a naive datetime, which names no moment."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise UnstorableError(f"a datetime without a time zone names no moment: {value!r}")
        moment = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return moment
        return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware datetime in UTC."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """DECIMAL(precision, scale), exact: an INTEGER count of its last digit on SQLite.

    SQLite's own NUMERIC is a binary float. Whole numbers of the smallest unit (thousandths of a
    second for scale 3) keep every digit, sort and sum as numbers, and use an index; read them by
    hand with ``value / 1000.0``.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The storage type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(self.precision, self.scale))
        return dialect.type_descriptor(Integer())

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> Any:
        """The value rounded to ``scale`` digits, half away from zero as PostgreSQL does.

        Raises:
            UnstorableError: Not a finite number, or too large for ``precision``.
        """
        if value is None:
            return None
        exact = decimal(value, self.scale)
        units = int(exact.scaleb(self.scale))
        if abs(units) >= 10**self.precision:
            raise UnstorableError(f"{value} does not fit DECIMAL({self.precision},{self.scale})")
        return exact if dialect.name == "postgresql" else units

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """A Decimal with exactly ``scale`` digits."""
        if value is None:
            return None
        return (
            Decimal(value) if dialect.name == "postgresql" else Decimal(value).scaleb(-self.scale)
        )


def decimal(value: Decimal | float, scale: int) -> Decimal:
    """``value`` with ``scale`` digits after the point; UnstorableError for NaN and infinities."""
    # By way of str: the shortest decimal that names the float, not its binary tail.
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise UnstorableError(f"not a finite number: {value}")
    return exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


class Json(TypeDecorator[Any]):
    """A JSON document: ``JSONB`` on PostgreSQL, TEXT on SQLite; None is SQL NULL.

    TEXT, because a column declared ``JSON`` has numeric affinity on SQLite and would turn the
    document ``"12"`` into a number.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The storage type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The document for the driver."""
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The document as Python objects."""
        return value if value is None or dialect.name == "postgresql" else json.loads(value)


class Inet(TypeDecorator[str]):
    """An IP address or network as text: ``INET`` on PostgreSQL, TEXT on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The storage type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.INET())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """PostgreSQL's text form; ValueError for anything that is no address."""
        return None if value is None else _inet_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """The same text on both ends, whatever object the driver made of it."""
        return None if value is None else _inet_text(str(value))


def _inet_text(value: str) -> str:
    address = ip_interface(value)
    alone = address.network.prefixlen == address.max_prefixlen
    return str(address.ip) if alone else str(address)


class NewUuid(FunctionElement[str]):
    """Column default: a UUID v4 made by the database."""

    inherit_cache = True


class Now(FunctionElement[datetime]):
    """Column default: the moment of the insert, as ``UtcDateTime`` stores it."""

    inherit_cache = True


@compiles(NewUuid, "postgresql")
def _new_uuid_postgresql(element: NewUuid, compiler: SQLCompiler, **kw: Any) -> str:
    return "gen_random_uuid()"


@compiles(NewUuid, "sqlite")
def _new_uuid_sqlite(element: NewUuid, compiler: SQLCompiler, **kw: Any) -> str:
    # RFC 9562: version nibble 4, variant bits 10.
    return (
        "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'"
        " || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1)"
        " || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"
    )


@compiles(Now, "postgresql")
def _now_postgresql(element: Now, compiler: SQLCompiler, **kw: Any) -> str:
    return "CURRENT_TIMESTAMP"


@compiles(Now, "sqlite")
def _now_sqlite(element: Now, compiler: SQLCompiler, **kw: Any) -> str:
    # SQLite's clock has milliseconds; the zeros keep the width of the text fixed.
    return "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')"
