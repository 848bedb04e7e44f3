"""``liveconvo export``: a session as a file."""

from __future__ import annotations

import enum
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import AsJson, Database, find_session
from liveconvo_desktop.cli.help import one_of
from liveconvo_desktop.export import (
    FORMATS,
    Conversation,
    ExportError,
    Format,
    Options,
    find_format,
)
from liveconvo_desktop.review.export import (
    Exported,
    IfThere,
    export_to,
    gather,
    local_zone,
    render,
)
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.exports import mark_exported

FormatOption = enum.StrEnum("FormatOption", {one.name: one.name for one in FORMATS})  # type: ignore[misc]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    session: Annotated[str, typer.Argument(help="A session id, or its beginning.")],
    format_: Annotated[
        FormatOption, typer.Option("--format", metavar="FORMAT", help=f"{one_of(FormatOption)}.")
    ],
    out: Annotated[
        str,
        typer.Option(help="A file; a folder, where it is named after date and title; - prints."),
    ] = ".",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    timestamps: Annotated[bool, typer.Option(help="When each thing was said.")] = True,
    names: Annotated[bool, typer.Option(help="Who said it.")] = True,
    chips: Annotated[
        bool | None,
        typer.Option(
            help="The guidance of the call. Unless you say so, only JSON has it: it is for you."
        ),
    ] = None,
    summary: Annotated[bool, typer.Option(help="Summary, decisions, action items.")] = True,
    transcript: Annotated[bool, typer.Option(help="The words.")] = True,
    me: Annotated[str, typer.Option(help="Your name in the document.")] = "",
    them: Annotated[str, typer.Option(help="The other side's name in the document.")] = "",
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write a session as Markdown, text, SRT, VTT, JSON, CSV, DOCX, PDF or a follow-up email.

    Nothing is overwritten without --force. JSON can be imported again without loss: it holds your
    comments, what you edited away and the text of documents, too.
    --json says what was written where; with --out - the content is all that is printed.

    Exit code 0: written. 1: not written, nothing was changed. 2: wrong usage.
    """
    chosen = find_format(format_.value)
    # A customer sees no guidance unless the user wants it; a copy of the session has all of it.
    guidance = "kept" in chosen.uses if chips is None else chips
    options = Options(transcript, timestamps, names, guidance, summary, local_zone())
    store = Store.open(db or paths.default_database())
    try:
        found = find_session(store, session)
        conversation = gather(store, found, {"user": me, "other": them})
        if out == "-":
            _print(store, conversation, chosen, options)
            return
        there: IfThere = "replace" if force else "refuse"
        written = export_to(store, conversation, chosen, options, _target(out), there)
        _tell(found, chosen, written, as_json)
    finally:
        store.close()


def _target(out: str) -> Path:
    """A name that ends like a folder's is no file's."""
    if out.endswith(("/", os.sep)) and not Path(out).is_dir():
        raise ExportError(f"There is no folder {out}.", "Make it first.", "export")
    return Path(out).expanduser()


def _print(store: Store, conversation: Conversation, format_: Format, options: Options) -> None:
    content = render(store, conversation, format_, options)
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    mark_exported(store, conversation.session.id)


def _tell(session_id: str, format_: Format, written: Exported, as_json: bool) -> None:
    if as_json:
        row = {
            "event": "exported",
            "session_id": session_id,
            "format": format_.name,
            "path": str(written.path.resolve()),
            "bytes": written.size,
        }
        print(json.dumps(row, ensure_ascii=False))
    else:
        print(f"{written.path} ({format_.title}, {written.size:,} bytes)")
