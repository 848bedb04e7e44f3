"""The ``liveconvo`` command; without a subcommand it opens the app."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from liveconvo_desktop import __version__
from liveconvo_desktop.cli import (
    calls,
    database,
    demo,
    devices,
    documents,
    exports,
    guide,
    imports,
    privacy,
    search,
    sessions,
    settings,
    summarize,
    sync,
)
from liveconvo_desktop.cli.help import flow
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.knowledge.worker import serve_if_asked

app = typer.Typer(
    help="""LiveConvo: live transcription and guidance for the person in the conversation.

    Without a subcommand the app opens. Everything runs on this computer; nothing is sent
    anywhere unless you name a language model for summaries, or turn sync on.
    Data lies in the user's data folder; LIVECONVO_HOME moves it.""",
    add_completion=False,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
)
calls.register(app)
demo.register(app)
devices.register(app)
sessions.register(app)
search.register(app)
guide.register(app)
privacy.register(app)
exports.register(app)
imports.register(app)
documents.register(app)
summarize.register(app)
sync.register(app)
app.add_typer(database.app, name="db")
app.add_typer(settings.app, name="settings")


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Open the app when no subcommand was given."""
    if version:
        print(f"liveconvo {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is not None:
        # The doctor names it among its findings.
        if context.invoked_subcommand != "doctor" and "--help" not in sys.argv:
            settings.warn_of_damage()
    else:
        # Qt is imported only where a window is wanted: the other commands start in half the time.
        from liveconvo_desktop.app import main as open_app  # noqa: PLC0415

        raise typer.Exit(open_app([]))


flow(app)


def main() -> None:
    """Entry point: expected failures become two plain lines and exit code 1."""
    serve_if_asked()
    try:
        app()
    except LiveConvoError as error:
        print(f"error: {error.message}\n  {error.hint}", file=sys.stderr)
        sys.exit(1)
