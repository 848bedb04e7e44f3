"""``liveconvo sessions``: what is in the library."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.call import interrupted
from liveconvo_desktop.cli.calls import AsJson, Database, find_session
from liveconvo_desktop.cli.output import clock_text
from liveconvo_desktop.store import SessionRow, Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sessions")(sessions)


def sessions(
    session: Annotated[str | None, typer.Argument(help="Show this one's transcript.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """List past sessions, or show the transcript of one."""
    store = Store.open(db or paths.default_database())
    try:
        if session:
            _show(store, find_session(store, session))
        else:
            _list(store, limit, as_json)
    finally:
        store.close()


def _list(store: Store, limit: int, as_json: bool) -> None:
    cut_off = {s.id for s in interrupted(store)}
    rows = store.sessions(limit=limit)
    for row in rows:
        if as_json:
            print(json.dumps(_row(row, row.session.id in cut_off), ensure_ascii=False))
            continue
        state = "cut off: liveconvo recover" if row.session.id in cut_off else row.session.status
        started = row.session.started_at.astimezone()
        minutes = clock_text(row.duration_seconds)
        print(f"{row.session.id}  {started:%Y-%m-%d %H:%M}  {minutes:>8}  {row.session.title}")
        print(f"{'':38}{row.segments} lines, {row.words} words, {row.chips} chips, {state}")
    if not rows and not as_json:
        print("No sessions yet. `liveconvo call --live` or the app makes the first one.")


def _row(row: SessionRow, cut_off: bool) -> dict[str, Any]:
    return {
        "id": row.session.id,
        "title": row.session.title,
        "conversation_type": row.session.conversation_type,
        "status": row.session.status,
        "cut_off": cut_off,
        "started_at": row.session.started_at.isoformat(),
        "duration_seconds": row.duration_seconds,
        "words": row.words,
        "talk_ratio": row.talk_ratio,
        "segments": row.segments,
        "chips": row.chips,
    }


def _show(store: Store, session_id: str) -> None:
    row = store.session(session_id)
    if row is None:
        raise typer.BadParameter(f"there is no session {session_id}")
    print(row.session.title)
    lines = [
        (s.t0, f"{'You ' if s.speaker == 'user' else 'Them'}  {s.text}")
        for s in store.transcript(session_id)
    ]
    lines += [(c.chip.t, f" >>   [{c.chip.kind}] {c.chip.text}") for c in store.chips(session_id)]
    lines += [
        (g.t0, f" --   {g.channel}: {g.t1 - g.t0:.1f} s {g.reason}") for g in store.gaps(session_id)
    ]
    for t, text in sorted(lines):
        print(f"{clock_text(t):>8}  {text}")
