"""Writing what the server sent into this computer's tables, inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from sync.local.sync import local_outbox, local_private, local_synced
from sync.pending import chunks, waiting
from sync.protocol import LINKS_TO, PUSHED, RULES, Page, PulledRow, Row
from sync.rows import from_wire, table_of
from sync.schema import users

Waiting = Mapping[tuple[str, str], bool]


def until_blocked(connection: Connection, page: Page) -> tuple[Sequence[PulledRow], int]:
    """The changes that can be taken in now, and the cursor behind them.

    A call that was deleted elsewhere waits until what was added to it here has been offered to the
    server, which keeps it aside: going with the call, it would be lost without a trace.
    """
    gone = {one.id for one in page.changes if one.table == "sessions" and one.row is None}
    if not gone:
        return page.changes, page.seq
    busy = gone & _with_unsent_parts(connection)
    for at, change in enumerate(page.changes):
        if change.table == "sessions" and change.id in busy:
            return page.changes[:at], change.seq - 1
    return page.changes, page.seq


def news(connection: Connection, changes: Sequence[PulledRow]) -> list[PulledRow]:
    """Without what waits to be sent, what is known already, and calls that are kept here."""
    unsent = waiting(connection, [one.id for one in changes])
    known = _known(connection, [one.id for one in changes])
    kept = _of_kept_calls(connection, changes)
    return [
        one
        for one in changes
        if (one.table, one.id) not in unsent
        and known.get((one.table, one.id), 0) < one.seq
        and one.id not in kept
    ]


def absent(connection: Connection, rows: Sequence[PulledRow]) -> list[PulledRow]:
    """Those that are not here, and were not deleted here either."""
    unsent = waiting(connection, [one.id for one in rows])
    there: set[tuple[str, str]] = set()
    for name in {one.table for one in rows}:
        ids = table_of(name).c.id
        for some in chunks(one.id for one in rows if one.table == name):
            query = select(ids).where(ids.in_(some))
            there |= {(name, row_id) for row_id in connection.execute(query).scalars()}
    return [
        one
        for one in rows
        if (one.table, one.id) not in there and (one.table, one.id) not in unsent
    ]


def put(connection: Connection, user_id: str, rows: Iterable[PulledRow]) -> None:
    """Insert or update rows, parents first; only the columns that were sent.

    Args:
        connection: Of the caller's transaction.
        user_id: The local person, whose rows they become.
        rows: With their columns.
    """
    by_table: dict[str, dict[str, Row]] = defaultdict(dict)
    for one in rows:
        if one.row is not None:
            by_table[one.table][one.id] = from_wire(one.table, one.row)
    for name in RULES:
        if name == "users":
            for row in by_table[name].values():
                connection.execute(update(users).where(users.c.id == user_id).values(**row))
        elif by_table[name]:
            fit = _fitting(connection, name, by_table[name])
            _upsert(connection, name, user_id, fit)


def know(connection: Connection, rows: Iterable[tuple[str, str, int]]) -> None:
    """Remember which version of a row this computer has: table, id, number."""
    values = [{"tbl": tbl, "row_id": row_id, "seq": seq} for tbl, row_id, seq in rows]
    if values:
        new = insert(local_synced)
        greater = func.max(local_synced.c.seq, new.excluded.seq)
        connection.execute(
            new.on_conflict_do_update(index_elements=["row_id", "tbl"], set_={"seq": greater}),
            values,
        )


def remove(connection: Connection, name: str, ids: Iterable[str]) -> None:
    """Delete rows with what hangs on them; columns that point to them are emptied."""
    table = table_of(name)
    for some in chunks(ids):
        for other, column in LINKS_TO.get(name, ()):
            pointing = table_of(other).c[column]
            connection.execute(
                update(table_of(other)).where(pointing.in_(some)).values({column: None})
            )
        connection.execute(delete(table).where(table.c.id.in_(some)))


def _with_unsent_parts(connection: Connection) -> set[str]:
    found: set[str] = set()
    for child in (one for one in PUSHED if RULES[one].parent):
        table = table_of(child)
        unsent = (
            select(table.c.session_id)
            .distinct()
            .join(
                local_outbox, (local_outbox.c.row_id == table.c.id) & (local_outbox.c.tbl == child)
            )
        )
        found |= set(connection.execute(unsent.where(local_outbox.c.parked.is_(None))).scalars())
    kept = set(connection.execute(select(local_private.c.session_id)).scalars())
    return found - kept


def _of_kept_calls(connection: Connection, changes: Sequence[PulledRow]) -> set[str]:
    """Ids of calls that are kept here, and of their parts; a deletion does not say whose it is."""
    calls = set(connection.execute(select(local_private.c.session_id)).scalars())
    if not calls:
        return calls
    found = {one.id for one in changes if (one.row or {}).get("session_id") in calls}
    for child in (one for one in PUSHED if RULES[one].parent):
        columns = table_of(child).c
        for some in chunks(one.id for one in changes if one.table == child):
            query = select(columns.id).where(columns.id.in_(some), columns.session_id.in_(calls))
            found |= set(connection.execute(query).scalars())
    return found | calls


def _known(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    columns = local_synced.c
    for some in chunks(ids):
        query = select(columns.tbl, columns.row_id, columns.seq).where(columns.row_id.in_(some))
        found |= {(tbl, row_id): seq for tbl, row_id, seq in connection.execute(query)}
    return found


def _fitting(connection: Connection, name: str, rows: dict[str, Row]) -> dict[str, Row]:
    """Rows that can stand here: what they point to may have been deleted here, not yet there."""
    rule = RULES[name]
    if rule.parent:
        lost = _deleted_here(connection, "sessions", {row[rule.parent] for row in rows.values()})
        rows = {key: row for key, row in rows.items() if row[rule.parent] not in lost}
    for column, target in rule.links:
        pointed = {row[column] for row in rows.values() if row.get(column)}
        lost = _deleted_here(connection, target, pointed)
        rows = {
            key: row | {column: None} if row.get(column) in lost else row
            for key, row in rows.items()
        }
    return rows


def _deleted_here(connection: Connection, name: str, ids: set[str]) -> set[str]:
    return {
        row_id for (tbl, row_id), gone in waiting(connection, ids).items() if gone and tbl == name
    }


def _upsert(connection: Connection, name: str, user_id: str, rows: dict[str, Row]) -> None:
    table = table_of(name)
    # One statement for rows with the same columns; nearly always all of them.
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row_id, row in rows.items():
        owner: Row = {}
        if "user_id" in table.c:
            # What the product ships belongs to nobody.
            owner["user_id"] = None if row.get("is_system_template") else user_id
        alike[tuple(sorted(row))].append({"id": row_id, **owner, **row})
    for columns, values in alike.items():
        connection.execute(_statement(table, columns), values)


def _statement(table: Table, columns: Sequence[str]) -> Insert:
    new = insert(table)
    if not columns:
        return new.on_conflict_do_nothing(index_elements=["id"])
    return new.on_conflict_do_update(
        index_elements=["id"], set_={name: new.excluded[name] for name in columns}
    )
