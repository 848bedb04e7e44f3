"""``liveconvo db``: upgrade, check and print the schema."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import Database
from liveconvo_desktop.store import advice, check, ddl, repair, upgrade

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
def check_database(
    repair_: Annotated[
        bool, typer.Option("--repair", help="Build the search index anew from the rows first.")
    ] = False,
    db: Database = None,
) -> None:
    """Check integrity, foreign keys, schema version and search index.

    Exit code 1 when something is wrong; each problem comes with what to do.
    """
    path = db or paths.default_database()
    if repair_ and path.is_file():
        repair(path)
        print("The search index was built anew.")
    problems = check(path)
    told = dict.fromkeys(advice(problem, path) for problem in problems)
    for problem in problems:
        print(f"problem: {problem}")
    for hint in told:
        print(f"  {hint}")
    if problems:
        raise typer.Exit(1)
    print(f"{path}: no problems found.")


@app.command("schema")
def print_schema(dialect: DialectOption = DialectOption.sqlite) -> None:
    """Print the schema as SQL."""
    print(ddl(dialect.value))
