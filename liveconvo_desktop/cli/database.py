"""``liveconvo db``: upgrade, check and print the schema."""

from __future__ import annotations

import enum

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import Database
from liveconvo_desktop.store import check, ddl, upgrade

app = typer.Typer(help="Look after the session database.", no_args_is_help=True)


class DialectOption(enum.StrEnum):
    """Databases that the schema is made for."""

    sqlite = "sqlite"
    postgresql = "postgresql"


@app.command("upgrade")
def upgrade_database(db: Database = None) -> None:
    """Bring the database to this version's schema; an older one is copied aside first."""
    path = db or paths.default_database()
    copy = upgrade(path)
    print(f"{path} is up to date." + (f" The old one is kept as {copy}." if copy else ""))


@app.command("check")
def check_database(db: Database = None) -> None:
    """Check integrity, foreign keys and schema version; exit code 1 when something is wrong."""
    path = db or paths.default_database()
    problems = check(path)
    for problem in problems:
        print(f"problem: {problem}")
    if problems:
        raise typer.Exit(1)
    print(f"{path}: no problems found.")


@app.command("schema")
def print_schema(dialect: DialectOption = DialectOption.sqlite) -> None:
    """Print the schema as SQL."""
    print(ddl(dialect.value))
