"""The present schema as SQL text."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Dialect, MetaData
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from sync.local import documents, local_extras, local_metadata
from sync.schema import metadata

DialectName = Literal["sqlite", "postgresql"]


_DIALECTS: dict[DialectName, type[Dialect]] = {"sqlite": SQLiteDialect, "postgresql": PGDialect}


def ddl(dialect: DialectName) -> str:
    """Statements that make every table and index, parents first; each ends with ``;``.

    On SQLite also the views, virtual tables and triggers of the side tables.
    """
    script = _script(metadata, _DIALECTS[dialect]())
    if dialect == "sqlite":
        script += _script(local_metadata, _DIALECTS[dialect]())
        # Virtual tables and triggers are no SQLAlchemy tables: each module writes them out.
        extras = (*local_extras.values(), *documents.EXTRA_DDL)
        script += "".join(f"{statement};\n\n" for statement in extras)
    return script


def _script(tables: MetaData, dialect: Dialect) -> str:
    parts: list[str] = []
    for table in tables.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        parts += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    lines = (part.strip().replace("\t", "    ").replace(", \n", ",\n") for part in parts)
    return "".join(f"{line};\n\n" for line in lines)
