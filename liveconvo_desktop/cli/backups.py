"""``liveconvo db backup`` and ``liveconvo db restore``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import AsJson, Database
from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.store import backups
from sync.backup import Backup


def register(app: typer.Typer) -> None:
    """Add the commands to ``liveconvo db``."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it there, and never rotate it away.")
    ] = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Back the database up now, without the recordings; it may be in use.

    Without --out it joins the weekly ones: the newest four are kept, none for longer than
    transcripts are. Exit code 0: written and checked. 1: not written.
    """
    made = backups.make(db or paths.default_database(), out)
    if as_json:
        print(json.dumps({"path": str(made), "bytes": made.stat().st_size}, ensure_ascii=False))
    else:
        print(made)


def restore(
    backup: Annotated[
        str | None, typer.Argument(help="A file, or a backup's number in the list; none: the list.")
    ] = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """List the backups, or put one in the place of the database, which is put aside first.

    LiveConvo must be closed. Exit code 0: restored, or listed. 1: the backup cannot be used or
    LiveConvo is open; nothing was changed.
    """
    database = db or paths.default_database()
    found = backups.listed(database)
    if backup is None:
        _list(found, as_json)
        return
    done = backups.restore(database, _chosen(found, backup))
    if as_json:
        row = {"aside": str(done.aside) if done.aside else None, "audio_gone": done.audio_gone}
        print(json.dumps({"restored": str(database), **row}, ensure_ascii=False))
        return
    print(f"{database} is restored.")
    if done.aside:
        print(f"The database that was there is kept as {done.aside}.")
    if done.audio_gone:
        print(f"The recordings of {done.audio_gone} sessions were deleted since.")


def _list(found: list[Backup], as_json: bool) -> None:
    for number, one in enumerate(found, 1):
        if as_json:
            made = one.made_at.isoformat()
            row = {"path": str(one.path), "made_at": made, "reason": one.reason, "bytes": one.bytes}
            print(json.dumps(row, ensure_ascii=False))
        else:
            when = f"{one.made_at.astimezone():%Y-%m-%d %H:%M}"
            print(f"{number:3}  {when}  {one.reason:9}  {one.bytes / 1e6:8.1f} MB  {one.path}")
    if not found and not as_json:
        print("There are no backups yet. `liveconvo db backup` makes one.")


def _chosen(found: list[Backup], given: str) -> Path:
    if not given.isdecimal():
        return Path(given)
    if not 1 <= int(given) <= len(found):
        raise StoreError(
            f"There is no backup number {given}.", "`liveconvo db restore` lists them.", "store"
        )
    return found[int(given) - 1].path
