"""Is this SQLite database whole, and is it ours?"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from sync.migrations import HEAD, UnusableDatabaseError, revision
from sync.search_index import disagreements
from sync.sqlite import open_engine

# What every connection of the product must be told by SQLite (2 is FULL).
EXPECTED_PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}


def check(path: Path) -> list[str]:
    """What is wrong with the database at ``path``, a sentence each; empty when it is sound.

    Reads the whole file and changes nothing; holds the write lock while it compares the search
    index with the rows.
    """
    if not path.is_file():
        return [f"There is no database at {path}."]
    engine = open_engine(path, read_only=True)
    try:
        with engine.connect() as connection:
            # Of a damaged file nothing else can be told.
            damage = _damage(connection)
            if damage:
                return damage
            version = _version(connection)
            found = [*version, *_lost_references(connection), *_pragmas(connection)]
        return found if version else [*found, *_index(path)]
    except DBAPIError as error:
        return [f"It cannot be read: {error.orig}."]
    finally:
        engine.dispose()


def _damage(connection: Connection) -> list[str]:
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
    return [f"The file is damaged: {line}." for line in found if line != "ok"]


def _index(path: Path) -> list[str]:
    try:
        return disagreements(path)
    except OperationalError as error:
        return [f"The search index cannot be compared with the rows now: {error.orig}."]


def _lost_references(connection: Connection) -> list[str]:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return [
        f"Row {row} of {table} points to no row of {parent}." for table, row, parent, _ in found
    ]


def _version(connection: Connection) -> list[str]:
    try:
        found = revision(connection)
    except UnusableDatabaseError as error:
        return [f"This program cannot use it: {error}."]
    if found != HEAD:
        return [f"Its schema is version {found or 'none'}, this program's is {HEAD}: upgrade it."]
    return []


def _pragmas(connection: Connection) -> list[str]:
    told = {
        name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in EXPECTED_PRAGMAS
    }
    return [
        f"{name} is {told[name]} instead of {expected}."
        for name, expected in EXPECTED_PRAGMAS.items()
        if told[name] != expected
    ]
