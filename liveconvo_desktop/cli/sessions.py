"""``liveconvo sessions``: what is in the library, and what may be done to it."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, cast

import typer

from liveconvo_desktop import paths
from liveconvo_desktop.call import interrupted
from liveconvo_desktop.cli.calls import AsJson, Database
from liveconvo_desktop.cli.help import one_of
from liveconvo_desktop.cli.output import clock_text
from liveconvo_desktop.cli.session_changes import Changes, Moves
from liveconvo_desktop.cli.session_view import library_row, show
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.library import Filter, Library, LibraryRow, SortKey
from liveconvo_desktop.store.search_query import day_span, day_start

_ALL = 1_000_000
_RISING: tuple[SortKey, ...] = ("title", "type", "people", "status", "tags")
"""Sorted from A to Z; the others from the most to the least."""

_NONE = "No sessions yet. `liveconvo call --live` or the app makes the first one."
_NO_MATCH = "No session passes these filters."

TypeOption = enum.StrEnum("TypeOption", ["sales_call", "interview", "meeting", "consultation"])
StatusOption = enum.StrEnum("StatusOption", ["draft", "active", "completed", "archived"])
SortOption = enum.StrEnum(
    "SortOption",
    ["date", "title", "type", "duration", "people", "status", "talk", "words", "tags"],
)

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="SESSION", help="Ids, or how they begin: show or change them."),
]
Types = Annotated[
    list[TypeOption] | None,
    typer.Option("--type", metavar="TYPE", help=f"Only {one_of(TypeOption)}."),
]
Statuses = Annotated[
    list[StatusOption] | None,
    typer.Option("--status", metavar="STATUS", help=f"Only {one_of(StatusOption)}."),
]
Sort = Annotated[
    SortOption,
    typer.Option(metavar="COLUMN", help=f"Newest, longest, A to Z first: {one_of(SortOption)}."),
]
People = Annotated[str | None, typer.Option(help="Who was there: 'Dana Whitfield (Contoso), Bo'.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sessions")(sessions)


def sessions(
    ids: Ids = None,
    limit: Annotated[int, typer.Option(min=1, help="How many are listed.")] = 20,
    types: Types = None,
    statuses: Statuses = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="Only with this tag.")] = None,
    people: Annotated[list[str] | None, typer.Option("--with", help="Only with this name.")] = None,
    since: Annotated[str, typer.Option(help="From a day: 2026-03-09, 2026-03, yesterday.")] = "",
    until: Annotated[str, typer.Option(help="Up to the end of a day.")] = "",
    sort: Sort = SortOption.date,
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="List the deleted ones.")] = False,
    rename: Annotated[str | None, typer.Option(help="A new title for one session.")] = None,
    archive: Annotated[bool, typer.Option("--archive", help="Put away.")] = False,
    unarchive: Annotated[bool, typer.Option("--unarchive", help="Bring back.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Hide; --restore brings back.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Bring back deleted ones.")] = False,
    add_tag: Annotated[list[str] | None, typer.Option(help="Add a tag.")] = None,
    remove_tag: Annotated[list[str] | None, typer.Option(help="Remove a tag.")] = None,
    set_people: People = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """List past sessions, show the transcript of one, or change some.

    A change says how many sessions it changed. Deleted sessions stay restorable until they are
    cleaned up. With --json a session is one line of facts ("event": "session") and then a line for
    each thing said, raised or missed ("line", "chip", "gap"); a change is {"event", "sessions"}.

    Exit code 0: done. 1: the database refuses. 2: an id or an option makes no sense.
    """
    span = (_moment(since, 0), _moment(until, 1))
    names = (tuple(tags or ()), tuple(people or ()))
    which = Filter(_chosen(types), _chosen(statuses), *names, *span, deleted)
    moves = Moves(archive, unarchive, delete, restore)
    changes = Changes(rename, moves, add_tag or (), remove_tag or (), set_people)
    store = Store.open(db or paths.default_database())
    try:
        library = Library(store)
        chosen = [_find(library, given, restore or deleted) for given in ids or ()]
        if changes.wanted():
            changes.make(store, library, chosen, as_json)
        elif chosen:
            cut_off = {one.id for one in interrupted(store)}
            for one in chosen:
                (row,) = library.get([one])
                show(store, row, cut_off=one in cut_off, as_json=as_json)
        else:
            descending = (sort.value not in _RISING) != reverse
            key = cast(SortKey, sort.value)
            rows = library.page(which, key, descending=descending, limit=limit)
            _list(store, rows, as_json, _NONE if which == Filter() else _NO_MATCH)
    finally:
        store.close()


def _find(library: Library, given: str, deleted: bool) -> str:
    rows = library.page(Filter(deleted=deleted), limit=_ALL)
    found = [one.row.session.id for one in rows if one.row.session.id.startswith(given)]
    if len(found) != 1:
        many = "several sessions begin" if found else "no session begins"
        hint = " --deleted" if deleted else ""
        raise typer.BadParameter(f"{many} with {given!r}; `liveconvo sessions{hint}` lists them")
    return found[0]


def _list(store: Store, rows: list[LibraryRow], as_json: bool, none: str) -> None:
    if not rows and not as_json:
        print(none)
    cut_off = {s.id for s in interrupted(store)}
    for one in rows:
        row = one.row
        if as_json:
            print(json.dumps(library_row(one, row.session.id in cut_off), ensure_ascii=False))
            continue
        state = "cut off: liveconvo recover" if row.session.id in cut_off else row.session.status
        started = row.session.started_at.astimezone()
        minutes = clock_text(row.duration_seconds)
        print(f"{row.session.id}  {started:%Y-%m-%d %H:%M}  {minutes:>8}  {row.session.title}")
        labels = "".join(f" #{tag}" for tag in one.tags)
        print(f"{'':38}{row.segments} lines, {row.words} words, {row.chips} chips, {state}{labels}")


def _chosen(options: Sequence[enum.StrEnum] | None) -> tuple[Any, ...]:
    return tuple(option.value for option in options or ())


def _moment(day: str, end: int) -> datetime | None:
    if not day:
        return None
    span = day_span(day, datetime.now().astimezone().date())
    if span is None:
        raise typer.BadParameter(f"{day!r} is no day; write 2026-03-09, 2026-03 or yesterday")
    return day_start(span[end])
