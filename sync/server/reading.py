"""Reading one user's changes for a pull: inside one consistent view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

from sync.protocol import MAX_BYTES, MAX_ROWS, PULLED, RULES, Page, PulledRow, Row, size
from sync.rows import columns_of, to_wire

_EPOCH = text("SELECT epoch::text FROM liveconvo_ops.sync_epoch")
_HEAD = text("SELECT seq FROM liveconvo_ops.sync_heads WHERE user_id = liveconvo_ops.me()")
_CHANGES = text(
    "SELECT tbl, row_id::text, seq, deleted FROM liveconvo_ops.sync_changes"
    " WHERE user_id = liveconvo_ops.me() AND seq > :seq ORDER BY seq LIMIT :limit"
)
_SEQS = text(
    "SELECT row_id::text, seq FROM liveconvo_ops.sync_changes"
    " WHERE user_id = liveconvo_ops.me() AND tbl = :table AND row_id = ANY (:ids)"
)


class OtherEpochError(Exception):
    """The cursor is of another life of this database: it was restored."""


def epoch(connection: Connection) -> str:
    """Names this life of the database; a restore begins another one."""
    return str(connection.execute(_EPOCH).scalar_one())


def read_page(connection: Connection, known_epoch: str | None, seq: int, limit: int) -> Page:
    """Changes after a cursor, with the rows as they stand in this view.

    Args:
        connection: Of ``Database.view_of_user``.
        known_epoch: The client's, None at first.
        seq: Its cursor.
        limit: Rows at most.

    Raises:
        OtherEpochError: The cursor means nothing here.
    """
    now = epoch(connection)
    head = connection.execute(_HEAD).scalar() or 0
    if (known_epoch or now) != now or seq > head:
        raise OtherEpochError
    most = min(limit, MAX_ROWS)
    found = connection.execute(_CHANGES, {"seq": seq, "limit": most}).all()
    rows = _rows(connection, ((tbl, row_id) for tbl, row_id, _, gone in found if not gone))
    changes: list[PulledRow] = []
    reached, total = seq, 0
    for tbl, row_id, at, gone in found:
        row = rows.get((tbl, row_id))
        one = PulledRow(table=tbl, id=row_id, seq=at, row=row)
        total += size(one)
        if total > MAX_BYTES - 1024 and changes:
            break
        reached = at
        # No row and no tombstone: it expired, and expires on the other side as well.
        if tbl in PULLED and (gone or row is not None):
            changes.append(one)
    if len(found) < most and (not found or reached == found[-1].seq):
        # Nothing more in this view; the newest entries may be gone, old deletions are forgotten.
        reached = head
    parents = _parents(connection, changes)
    return Page.model_construct(
        epoch=now, seq=reached, head=head, more=reached < head, changes=changes, parents=parents
    )


def sequence_numbers(connection: Connection, table: str, ids: Iterable[str]) -> dict[str, int]:
    """The number of each row's newest change."""
    found = connection.execute(_SEQS, {"table": table, "ids": list(ids)})
    return {row.row_id: row.seq for row in found}


def standing(connection: Connection, table: str, ids: list[str]) -> dict[str, PulledRow]:
    """Rows as they stand; those that are gone or unknown are left out."""
    seqs = sequence_numbers(connection, table, ids)
    return {
        # The product's own rows have no number: they are nobody's.
        row_id: PulledRow(table=table, id=row_id, seq=seqs.get(row_id, 0), row=row)
        for row_id, row in read_rows(connection, table, ids).items()
    }


def read_rows(connection: Connection, table: str, ids: list[str]) -> dict[str, Row]:
    """Rows by id, in the form in which they travel."""
    if not ids:
        return {}
    columns = ", ".join(columns_of(table)[1:])
    query = text(f"SELECT id::text, {columns} FROM {table} WHERE id = ANY (:ids)")
    found = connection.execute(query, {"ids": ids}).mappings()
    return {row["id"]: to_wire(_with_text_ids(row)) for row in found}


def _with_text_ids(row: Any) -> Row:
    return {
        name: str(value) if name.endswith("_id") and value else value for name, value in row.items()
    }


def _rows(connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    by_table: dict[str, list[str]] = defaultdict(list)
    for tbl, row_id in wanted:
        if tbl in PULLED:
            by_table[tbl].append(row_id)
    return {
        (tbl, row_id): row
        for tbl, ids in by_table.items()
        for row_id, row in read_rows(connection, tbl, ids).items()
    }


def _parents(connection: Connection, changes: list[PulledRow]) -> list[PulledRow]:
    """Rows that a page points to and that come on a later page, or never (system templates).

    Twice, because what a parent points to may be such a row, too.
    """
    there = {(one.table, one.id) for one in changes}
    found: list[PulledRow] = []
    layer = changes
    for _ in range(3):
        missing = {target for one in layer for target in _targets(one)} - there
        if not missing:
            break
        by_table: dict[str, list[str]] = defaultdict(list)
        for tbl, row_id in missing:
            by_table[tbl].append(row_id)
        layer = [
            row for tbl, ids in by_table.items() for row in standing(connection, tbl, ids).values()
        ]
        found += layer
        there |= missing
    return found


def _targets(one: PulledRow) -> Iterable[tuple[str, str]]:
    if one.row is None:
        return
    rule = RULES[one.table]
    if rule.parent:
        yield "sessions", one.row[rule.parent]
    for column, target in rule.links:
        if one.row.get(column):
            yield target, one.row[column]
