"""``liveconvo privacy``: what is deleted when, all my data as a file, everything erased."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import AsJson, Database, find_session
from liveconvo_desktop.review.erase import PHRASE, Places, erase, places_of
from liveconvo_desktop.review.privacy import Cleaning, Privacy
from liveconvo_desktop.review.takeout import Takeout
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.retention import Item

app = typer.Typer(
    help="What is deleted when, all your data as one file, and erasing everything.",
    no_args_is_help=True,
)


def register(root: typer.Typer) -> None:
    """Add the group."""
    root.add_typer(app, name="privacy")


@app.command("preview")
def preview(
    due: Annotated[bool, typer.Option("--due", help="Only what the next cleaning takes.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """List what will be deleted by itself, when and why; changes nothing.

    Exit code 0.
    """
    with _privacy(db) as (_, privacy):
        now = datetime.now(UTC)
        items = [item for item in privacy.preview() if not due or item.when <= now]
    for item in items:
        print(json.dumps(_row(item), ensure_ascii=False) if as_json else _line(item, now))
    if not items and not as_json:
        print("Nothing is going to be deleted.")


@app.command("run")
def run(db: Database = None, as_json: AsJson = False) -> None:
    """Delete what is due now, as the app does at its start and once a day.

    Exit code 0: done. 1: something could not be deleted; the next run tries again. 3: a call is
    running; nothing was done.
    """
    with _privacy(db) as (_, privacy):
        done = privacy.run()
    if as_json:
        print(json.dumps(_cleaning(done), ensure_ascii=False))
    else:
        _tell(done)
    if done.postponed:
        raise typer.Exit(3)
    if done.kept:
        raise typer.Exit(1)


@app.command("keep")
def keep(
    session: Annotated[str, typer.Argument(help="A session's id, or how it begins.")],
    off: Annotated[bool, typer.Option("--off", help="Take it back.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Keep a session: nothing of it is deleted by itself.

    Exit code 0: done. 2: there is no such session.
    """
    with _privacy(db) as (store, privacy):
        session_id = find_session(store, session)
        privacy.keep(session_id, on=not off)
    if as_json:
        print(json.dumps({"event": "kept" if not off else "not kept", "session_id": session_id}))
    else:
        print(f"{session_id} {'follows the rules again' if off else 'is kept'}.")


@app.command("delete")
def delete(
    session: Annotated[str, typer.Argument(help="A session's id, or how it begins.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Delete a session for good, now: recording, words and summary, from the backups, too.

    Exit code 0: deleted. 1: it runs now, or something is left and is named. 2: not confirmed, or
    there is no such session.
    """
    with _privacy(db) as (store, privacy):
        session_id = find_session(store, session)
        if not yes and not typer.confirm(f"Delete {session_id} for good?", err=True):
            raise typer.Exit(2)
        left = privacy.delete_for_good(session_id)
    if as_json:
        rest = [{"what": one.what, "why": one.why} for one in left]
        print(json.dumps({"event": "deleted", "session_id": session_id, "left": rest}))
    else:
        for one in left:
            print(f"left: {one.what} ({one.why})")
        if not left:
            print(f"{session_id} is gone.")
    if left:
        raise typer.Exit(1)


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", help="The zip file to write.")],
    recordings: Annotated[bool, typer.Option(help="With the audio.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write all your data into one zip; a README inside explains it.

    Exit code 0: written, whole. 1: not written. Ctrl-C leaves no file behind.
    """

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            share = done / total if total else 1.0
            print(f"\r{share:4.0%}", end="\r" if share < 1 else "\n", file=sys.stderr)

    with _privacy(db) as (store, _):
        takeout = Takeout(store, paths.data_dir(), recordings=recordings)
        made = takeout.write(out, replace=force, progress=progress)
    if as_json:
        row = {"path": str(out), "bytes": made.bytes, "rows": made.rows, "files": made.files}
        print(json.dumps(row, ensure_ascii=False))
    else:
        print(f"{out}: {made.rows} rows and {made.files} files, {made.bytes / 1e6:.1f} MB.")


@app.command("erase")
def erase_everything(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Erase everything LiveConvo has on this computer: calls, recordings, backups, logs, settings.

    LiveConvo must be closed. Exit code 0: erased. 1: LiveConvo is open, or something is left and
    is named. 2: not confirmed.
    """
    places = places_of(db or paths.default_database(), paths.data_dir())
    if not yes and not _confirmed(places):
        print("Nothing was erased.", file=sys.stderr)
        raise typer.Exit(2)
    done = erase(places)
    if as_json:
        left = [{"what": one.what, "why": one.why} for one in done.left]
        row = {"erased": done.files, "keys": done.keys, "left": left}
        print(json.dumps(row | {"foreign": [str(path) for path in done.foreign]}))
    else:
        print(f"{done.files} files erased.")
        for one in done.left:
            print(f"left: {one.what} ({one.why})")
        for path in done.foreign:
            print(f"not ours, not touched: {path}")
    if done.left:
        raise typer.Exit(1)


def _confirmed(places: Places) -> bool:
    # Not on standard output: what is printed there may be read by a program.
    print(
        f"This erases every call, recording, document, backup, log and setting in {places.home}.\n"
        f"It cannot be undone.\nType “{PHRASE}” to go on: ",
        end="",
        file=sys.stderr,
        flush=True,
    )
    try:
        return input().strip().lower() == PHRASE
    except EOFError:
        return False


@contextmanager
def _privacy(db: Path | None) -> Iterator[tuple[Store, Privacy]]:
    store = Store.open(db or paths.default_database())
    try:
        yield store, Privacy(store)
    finally:
        store.close()


def _row(item: Item) -> dict[str, Any]:
    return {
        "what": item.what,
        "id": item.id,
        "title": item.title,
        "when": item.when.isoformat(),
        "why": item.why,
        "bytes": item.bytes,
    }


def _line(item: Item, now: datetime) -> str:
    when = "now" if item.when <= now else f"{item.when.astimezone():%Y-%m-%d %H:%M}"
    return f"{when:16}  {item.what:10}  {item.title}\n{'':30}{item.why}"


def _cleaning(done: Cleaning) -> dict[str, Any]:
    return {
        "gone": [_row(item) for item in done.gone],
        "kept": [{"what": one.what, "why": one.why} for one in done.kept],
        "postponed": done.postponed,
        "backup": str(done.backup) if done.backup else None,
    }


def _tell(done: Cleaning) -> None:
    if done.postponed:
        print(done.postponed)
        return
    for item in done.gone:
        print(f"deleted: {item.what} of {item.title}. {item.why}")
    for one in done.kept:
        print(f"not deleted: {one.what} ({one.why})")
    if not done.gone and not done.kept:
        print("Nothing was due.")
    if done.backup:
        print(f"This week's backup is {done.backup}.")
