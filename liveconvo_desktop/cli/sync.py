"""``liveconvo sync``: an account, and keeping calls on several computers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.call.playbooks import builtin_templates
from liveconvo_desktop.cli.calls import AsJson, Database, find_session
from liveconvo_desktop.review.account import REASONS, Account, Status
from liveconvo_desktop.store import Store
from sync.cycle import Progress

app = typer.Typer(
    help="Keep calls on several computers. Off until you turn it on: nothing is sent before.",
    no_args_is_help=True,
)


def register(root: typer.Typer) -> None:
    """Add the group."""
    root.add_typer(app, name="sync")


@app.command("login")
def login(
    server: Annotated[str, typer.Option(help="Address of the server: https://…")],
    email: Annotated[str, typer.Option(help="Your e-mail address.")],
    create: Annotated[bool, typer.Option("--create", help="Make the account first.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Sign in. The password is asked for, or read as one line of standard input.

    Nothing else is sent: turn sync on with `liveconvo sync on`.
    Exit code 0: signed in. 1: wrong, or the server cannot be reached.
    """
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=create, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    with _account(db) as (_, account):
        account.sign_in(server, email, password, create=create)
        _tell(account.status(), as_json)


@app.command("logout")
def logout(db: Database = None, as_json: AsJson = False) -> None:
    """Sign out; every call stays, here and on the server. Exit code 0: done. 1: nobody was in."""
    with _account(db) as (_, account):
        account.sign_out()
        _tell(account.status(), as_json)


@app.command("status")
def status(db: Database = None, as_json: AsJson = False) -> None:
    """Say what is synced, what waits and what the server does not take. Asks no server.

    Exit code 0.
    """
    with _account(db) as (_, account):
        _tell(account.status(), as_json)


@app.command("on")
def turn_on(db: Database = None, as_json: AsJson = False) -> None:
    """Turn sync on: from now on calls are sent. Exit code 0: on. 1: nobody is signed in."""
    _turn(db, as_json, on=True)


@app.command("off")
def turn_off(db: Database = None, as_json: AsJson = False) -> None:
    """Turn sync off: nothing is sent or read. Exit code 0: off. 1: nobody is signed in."""
    _turn(db, as_json, on=False)


@app.command("now")
def now(
    retry: Annotated[
        bool, typer.Option("--retry", help="Also send what the server did not take.")
    ] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Send what waits, and read what is new. Ctrl-C stops it; the next one goes on from there.

    Exit code 0: both ends agree. 1: it could not be finished. 3: the server does not take some
    rows; `liveconvo sync status` names them.
    """

    def progress(done: Progress) -> None:
        if sys.stderr.isatty():
            print(
                f"\r{done.sent} sent, {done.received} received, {done.waiting} waiting ",
                end="",
                file=sys.stderr,
            )

    with _account(db) as (_, account):
        if retry:
            account.retry()
        done = account.sync(progress)
        left = account.status()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if as_json:
        print(json.dumps(asdict(done) | {"parked": len(left.parked)}))
    else:
        print(f"{done.sent} rows sent, {done.received} received.")
        for one in left.parked:
            print(f"not taken: {one.table} {one.row_id}: {REASONS.get(one.code, one.code)}")
    if left.parked:
        raise typer.Exit(3)


@app.command("keep-here")
def keep_here(
    session: Annotated[str, typer.Argument(help="A session's id, or how it begins.")],
    off: Annotated[bool, typer.Option("--off", help="Take it back.")] = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Keep a call on this computer only.

    Exit code 0: done. 2: there is no such session.
    """
    with _account(db) as (store, account):
        session_id = find_session(store, session)
        sent = account.keep_here(session_id, not off)
    if as_json:
        print(json.dumps({"session_id": session_id, "kept_here": not off, "was_sent": sent}))
        return
    print(f"{session_id} {'may be synced again' if off else 'stays on this computer'}.")
    if sent:
        print("Parts of it were sent before; they stay on the server until you delete the call.")


@app.command("system-templates")
def system_templates() -> None:
    """Print the built-in templates as JSON, for `python -m sync.server seed -`. Exit code 0."""
    print(json.dumps([asdict(one) for one in builtin_templates()], ensure_ascii=False))


def _turn(db: Path | None, as_json: bool, *, on: bool) -> None:
    with _account(db) as (_, account):
        account.enable(on)
        _tell(account.status(), as_json)


@contextmanager
def _account(db: Path | None) -> Iterator[tuple[Store, Account]]:
    store = Store.open(db or paths.default_database())
    account = Account(store, paths.data_dir())
    try:
        yield store, account
    finally:
        account.close()
        store.close()


def _tell(found: Status, as_json: bool) -> None:
    state = found.state
    if as_json:
        row = {
            "signed_in": state is not None,
            "on": bool(state and state.enabled),
            "server": state.server if state else None,
            "email": state.email if state else None,
            "waiting": found.waiting,
            "parked": [asdict(one) for one in found.parked],
            "last_sync_at": state.last_sync_at.isoformat()
            if state and state.last_sync_at
            else None,
            "last_error": state.last_error if state else None,
        }
        print(json.dumps(row, ensure_ascii=False))
        return
    if state is None:
        print("Nobody is signed in; everything stays on this computer.")
        return
    print(f"{state.email} at {state.server}: sync is {'on' if state.enabled else 'off'}.")
    print(f"{found.waiting} rows wait to be sent.")
    if state.last_sync_at:
        print(f"Last sync: {state.last_sync_at.astimezone():%Y-%m-%d %H:%M}.")
    if state.last_error:
        print(f"The last try failed: {state.last_error}")
    for one in found.parked:
        print(f"not taken: {one.table} {one.row_id}: {REASONS.get(one.code, one.code)}")
