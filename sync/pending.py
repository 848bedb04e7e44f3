"""What waits to be sent: the outbox, read in the order in which the server can take it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    select,
    text,
    update,
)

from sync.local.sync import local_outbox, local_private, local_sync, local_synced, synced
from sync.protocol import MAX_BYTES, MAX_ROWS, PUSHED, RULES, Change, fitting, size
from sync.rows import columns_of, table_of, to_wire
from sync.schema import sessions

_T = TypeVar("_T")
_BOX = local_outbox.c
# Beside the table of the row itself, which may be the same one.
_CALLS = sessions.alias("calls")


@dataclass(frozen=True, slots=True)
class Batch:
    """One request's worth of edits.

    Attributes:
        device: Whose they are.
        attempt: The number of the request.
        nonce: Of this request, see ``protocol.Push``.
        epoch: The life of the server's database that they are meant for.
        changes: What is sent.
    """

    device: str
    attempt: int
    nonce: str
    epoch: str
    changes: list[Change]


@dataclass(slots=True)
class Choice:
    """What was found in the outbox.

    Attributes:
        useless: Entries whose row has gone and that the server never had.
        too_large: Entries whose row no message can hold.
    """

    changes: list[Change] = field(default_factory=list)
    useless: list[int] = field(default_factory=list)
    too_large: list[int] = field(default_factory=list)


def choose(connection: Connection) -> Choice:
    """The next batch: rows with parents first, then deletions with children first."""
    choice = Choice()
    # Read no further than the batch goes: a document may be large.
    with closing(_candidates(connection, choice)) as rows:
        choice.changes = list(fitting(rows))
    return choice


def waiting(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, str], bool]:
    """Which of these rows have an edit that was not sent, and whether it is a deletion."""
    found: dict[tuple[str, str], bool] = {}
    for some in chunks(ids):
        query = select(_BOX.tbl, _BOX.row_id, _BOX.deleted).where(_BOX.row_id.in_(some))
        found |= {(tbl, row_id): deleted for tbl, row_id, deleted in connection.execute(query)}
    return found


def unchanged(connection: Connection, versions: Iterable[int]) -> set[int]:
    """Which entries are still there: one that was edited meanwhile has another number."""
    found: set[int] = set()
    for some in chunks(versions):
        query = select(_BOX.version).where(_BOX.version.in_(some))
        found |= set(connection.execute(query).scalars())
    return found


def strike(connection: Connection, versions: Iterable[int]) -> None:
    """Take entries out of the outbox."""
    for some in chunks(versions):
        connection.execute(delete(local_outbox).where(_BOX.version.in_(some)))


def park(connection: Connection, codes: dict[int, str]) -> None:
    """Set entries aside with their reasons."""
    for version, code in codes.items():
        connection.execute(
            update(local_outbox).where(_BOX.version == version).values(parked=code[:30])
        )


def mark_everything(connection: Connection) -> None:
    """Put every row that is synced into the outbox; parents come first anyway."""
    for name in PUSHED:
        # OR IGNORE: an entry that is there says the same or more.
        connection.execute(
            text(
                "INSERT OR IGNORE INTO local_outbox (tbl, row_id, deleted)"
                f" SELECT '{name}', id, 0 FROM {name} WHERE {synced(name, name)}"
            )
        )


def forget(connection: Connection) -> None:
    """Empty the outbox and everything known of a server."""
    for table in (local_outbox, local_synced, local_sync):
        connection.execute(delete(table))


def private_count(connection: Connection) -> int:
    """Entries that wait for nothing now: their calls stay here, or are running."""
    kept = select(local_private.c.session_id)
    running = select(_CALLS.c.id).where(_CALLS.c.status == "active")
    if connection.execute(kept.union_all(running).limit(1)).first() is None:
        return 0
    return sum(connection.execute(_kept_here(name)).scalar_one() for name in PUSHED)


def chunks(values: Iterable[_T], most: int = 500) -> Iterator[list[_T]]:
    """Lists of at most ``most``, for statements that name their rows."""
    whole = list(values)
    return (whole[at : at + most] for at in range(0, len(whole), most))


def _candidates(connection: Connection, choice: Choice) -> Generator[Change, None, None]:
    there = {(tbl, gone) for tbl, gone in connection.execute(_KINDS)}
    for name in PUSHED:
        if (name, False) in there:
            yield from _writes(connection, name, choice)
    for name in reversed(PUSHED):
        if (name, True) in there:
            yield from _deletions(connection, name, choice)


def _writes(connection: Connection, name: str, choice: Choice) -> Iterator[Change]:
    for found in connection.execute(_next_writes(name)).mappings():
        values = dict(found)
        version, row_id, seq = (values.pop(key) for key in ("version", "row_id", "seq"))
        if values["id"] is None:
            choice.useless.append(version)
            continue
        row = to_wire(values)
        change = Change(table=name, id=row_id, version=version, base=seq or 0, row=row)
        if size(change) > MAX_BYTES - 1024:
            choice.too_large.append(version)
            continue
        yield change


def _deletions(connection: Connection, name: str, choice: Choice) -> Iterator[Change]:
    for version, row_id, seq in connection.execute(_next_deletions(name)):
        if seq is None:
            choice.useless.append(version)
        else:
            yield Change(table=name, id=row_id, version=version, base=seq, deleted=True)


_KINDS = select(_BOX.tbl, _BOX.deleted).where(_BOX.parked.is_(None)).distinct()


# The statements of a table never change, and building one takes longer than running it.
@cache
def _next_writes(name: str) -> Select[Any]:
    table = table_of(name)
    query = _of_table(name, deleted=False).add_columns(*(table.c[c] for c in columns_of(name)))
    return query.where(_may_leave(name)).order_by(_BOX.version).limit(MAX_ROWS)


@cache
def _next_deletions(name: str) -> Select[Any]:
    return _of_table(name, deleted=True).order_by(_BOX.version).limit(MAX_ROWS)


@cache
def _kept_here(name: str) -> Select[Any]:
    query = _of_table(name, deleted=False).with_only_columns(func.count())
    return query.where(~_may_leave(name))


def _of_table(name: str, *, deleted: bool) -> Select[Any]:
    table = table_of(name)
    known = and_(local_synced.c.tbl == name, local_synced.c.row_id == _BOX.row_id)
    source = local_outbox.outerjoin(table, table.c.id == _BOX.row_id).outerjoin(local_synced, known)
    wanted = and_(_BOX.parked.is_(None), _BOX.deleted.is_(deleted), _BOX.tbl == name)
    return select(_BOX.version, _BOX.row_id, local_synced.c.seq).select_from(source).where(wanted)


def _may_leave(name: str) -> ColumnElement[bool]:
    """Not a part of a call that stays here; a row that has gone names no call."""
    table = table_of(name)
    if name != "sessions" and RULES[name].parent is None:
        return _BOX.version.is_not(None)
    session = table.c.id if name == "sessions" else table.c.session_id
    kept = select(local_private.c.session_id).where(local_private.c.session_id == session)
    # Another computer would take a running call for one that was cut off, and recover it.
    running = select(_CALLS.c.id).where(_CALLS.c.id == session, _CALLS.c.status == "active")
    return ~(kept.exists() | running.exists())
