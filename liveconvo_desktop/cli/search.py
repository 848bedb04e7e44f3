"""``liveconvo search``: the words of every call, summary and document."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.cli.calls import AsJson, Database
from liveconvo_desktop.cli.output import clock_text
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.search import Found, Hit, Search
from liveconvo_desktop.store.search_query import Query, parse

_BOLD, _PLAIN = "\033[1m", "\033[0m"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    query: Annotated[list[str], typer.Argument(help="What to look for; several words are one.")],
    limit: Annotated[int, typer.Option(min=1, help="How many hits, the best first.")] = 20,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Search everything that was said, summed up and attached.

    Words, "phrases", beginnings (budg*), exclusions (-demo, after --), and filters: speaker:me,
    speaker:them, speaker:NAME, with:NAME, type:sales_call, tag:NAME, in:summary, from:2026-01,
    to:2026-02-15, on:yesterday, date:2026-01..2026-03.

    Exit code 0, also where nothing is found. 1: the database refuses. 2: wrong usage.
    """
    store = Store.open(db or paths.default_database())
    try:
        asked = parse(" ".join(query), datetime.now().astimezone().date())
        found = Search(store).find(asked, limit)
    finally:
        store.close()
    for note in asked.notes:
        print(note, file=sys.stderr)
    if as_json:
        for hit in found.hits:
            print(json.dumps(_row(hit), ensure_ascii=False))
    else:
        _print(found, asked)


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "session_id": hit.session_id,
        "title": hit.title,
        "conversation_type": hit.conversation_type,
        "started_at": hit.started_at.isoformat(),
        "kind": hit.kind,
        "id": hit.source_id,
        "seconds": hit.seconds,
        "speaker": hit.speaker,
        "name": hit.name,
        "snippet": hit.snippet,
        "marks": hit.marks,
        "score": round(hit.score, 4),
    }


def _print(found: Found, asked: Query) -> None:
    """Hits by session, the session of the best hit first."""
    if found.some and found.hits:
        print("Nothing has all of these words; this has some of them:")
    sessions: dict[str, list[Hit]] = {}
    for hit in found.hits:
        sessions.setdefault(hit.session_id, []).append(hit)
    for session_id, hits in sessions.items():
        first = hits[0]
        started = first.started_at.astimezone()
        print(f"{session_id}  {started:%Y-%m-%d %H:%M}  {first.title}")
        width = max(len(hit.name) for hit in hits)
        for hit in hits:
            if hit.kind != "title":
                print(_line(hit, width))
    if not found.hits:
        print("Nothing found." if not asked.empty else "Nothing is asked: give a word or a filter.")
    elif found.more:
        print(f"These are the best {len(found.hits)}; --limit gives more.")
    if found.newest_only:
        print("A word of this query is very common: only the newest lines with it were ranked.")


def _line(hit: Hit, width: int) -> str:
    if hit.kind != "line":
        return f"{hit.kind:>10}  {_marked(hit)}"
    return f"{clock_text(hit.seconds or 0):>10}  {hit.name:{width}}  {_marked(hit)}"


def _marked(hit: Hit) -> str:
    """The snippet, its matches bold on a terminal."""
    if not sys.stdout.isatty():
        return hit.snippet
    text = hit.snippet
    for begin, end in reversed(hit.marks):
        text = f"{text[:begin]}{_BOLD}{text[begin:end]}{_PLAIN}{text[end:]}"
    return text
