"""``liveconvo db``: upgrade, check, back up, restore and print the schema."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli import backups
from liveconvo_desktop.cli.calls import AsJson, Database
from liveconvo_desktop.store import advice, check, ddl, repair, upgrade
from liveconvo_desktop.store.orphans import orphaned_recordings

app = typer.Typer(help="Look after the session database.", no_args_is_help=True)
backups.register(app)


class DialectOption(enum.StrEnum):
    """Databases that the schema is made for."""

    sqlite = "sqlite"
    postgresql = "postgresql"


@app.command("upgrade")
def upgrade_database(db: Database = None, as_json: AsJson = False) -> None:
    """Bring the database to this version's schema; an older one is backed up first.

    Exit code 0: it is up to date. 1: it cannot be; nothing was changed.
    """
    path = db or paths.default_database()
    copy = upgrade(path)
    if as_json:
        print(json.dumps({"path": str(path), "backup": str(copy) if copy else None}))
        return
    print(f"{path} is up to date." + (f" The old one is kept as {copy}." if copy else ""))


CHECKS: tuple[tuple[str, Callable[[Path], list[str]]], ...] = (
    ("database", check),
    ("recordings", orphaned_recordings),
)
"""What ``check`` looks at, each a name and what finds sentences about it."""


@app.command("check")
def check_database(
    repair_: Annotated[
        bool, typer.Option("--repair", help="Build the search index anew from the rows first.")
    ] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Check integrity, foreign keys, schema version, search index and recordings.

    Exit code 0: no problem. 1: something is wrong, a line each with what to do. With --json the
    last line is {"ok": …}.
    """
    path = db or paths.default_database()
    if repair_ and path.is_file():
        repair(path)
        if not as_json:
            print("The search index was built anew.")
    problems = [(name, problem) for name, find in CHECKS for problem in find(path)]
    for name, problem in problems:
        row = {"check": name, "problem": problem, "advice": advice(problem, path)}
        print(json.dumps(row, ensure_ascii=False) if as_json else f"problem: {problem}")
    if as_json:
        print(json.dumps({"ok": not problems, "path": str(path)}, ensure_ascii=False))
    else:
        for hint in dict.fromkeys(advice(problem, path) for _, problem in problems):
            print(f"  {hint}")
        if not problems:
            print(f"{path}: no problems found.")
    if problems:
        raise typer.Exit(1)


@app.command("schema")
def print_schema(dialect: DialectOption = DialectOption.sqlite) -> None:
    """Print the schema as SQL.

    Exit code 0.
    """
    print(ddl(dialect.value))
