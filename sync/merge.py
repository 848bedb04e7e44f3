"""How a server takes in a push: pure orchestration over a ledger of rows.

The server's ledger is PostgreSQL inside one transaction, with the user's head locked; tests put a
dictionary in its place and run the same code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sync.protocol import (
    PUSHED,
    RULES,
    Change,
    Decision,
    PulledRow,
    Push,
    PushReply,
    Result,
    Row,
    Version,
    clamped,
    decide,
    refusal,
)

Outcome = int | str
"""The number of the version that was written, or the code why it was not."""


class StaleAttemptError(Exception):
    """A request that was overtaken by a later one of its device, or a device that was set back.

    Attributes:
        last: The device's last attempt that was taken in.
    """

    def __init__(self, last: int) -> None:
        super().__init__(f"attempt {last} of this device was already taken in")
        self.last = last


class Ledger(Protocol):
    """One user's rows, changed in one transaction."""

    def last_attempt(self, device: str) -> tuple[int, str]:
        """Number and nonce of the device's last request; 0 for a new device."""

    def note_attempt(self, push: Push) -> None:
        """Remember this one as the last."""

    def versions(self, table: str, ids: Iterable[str]) -> dict[str, Version]:
        """What is known of rows, gone ones included."""

    def current(self, table: str, ids: Iterable[str]) -> dict[str, PulledRow]:
        """Rows as they stand; those that are gone or unknown are left out."""

    def existing(self, table: str, ids: Iterable[str]) -> set[str]:
        """Which rows may be pointed to."""

    def upsert(
        self, table: str, rows: Mapping[str, Row], versions: Mapping[str, int], device: str
    ) -> dict[str, Outcome]:
        """Write the columns that are given; one bad row does not hinder the others."""

    def delete(
        self, table: str, ids: Iterable[str], versions: Mapping[str, int], device: str
    ) -> dict[str, Outcome]:
        """Delete rows with what hangs on them; columns that point to them are emptied."""

    def keep_loser(self, table: str, row_id: str, device: str | None, row: Row) -> None:
        """Put aside what lost against a concurrent edit."""


def take_in(ledger: Ledger, push: Push, now: datetime) -> PushReply:
    """Merge a push; the results come in its order.

    Args:
        ledger: The user's rows, in a transaction that is rolled back where this raises.
        push: What the device sent.
        now: The server's aware time.

    Raises:
        StaleAttemptError: Nothing was done.
    """
    device = str(push.device)
    last, nonce = ledger.last_attempt(device)
    if push.attempt < last or (push.attempt == last and str(push.nonce) != nonce):
        raise StaleAttemptError(last)
    ledger.note_attempt(push)
    results: dict[tuple[str, str], Result] = {}
    for change in push.changes:
        code = refusal(change)
        if code is not None:
            results[change.table, change.id] = _result(change, "rejected", code=code)
    rest = [one for one in push.changes if (one.table, one.id) not in results]
    for table in PUSHED:
        written = [one for one in rest if one.table == table and not one.deleted]
        results |= _TableMerge(ledger, table, device, now).run(written)
    for table in reversed(PUSHED):
        gone = [one for one in rest if one.table == table and one.deleted]
        results |= _TableMerge(ledger, table, device, now).run(gone)
    return PushReply(results=[results[one.table, one.id] for one in push.changes])


@dataclass(slots=True)
class _TableMerge:
    """The changes of one table, all of them writes or all of them deletions."""

    ledger: Ledger
    table: str
    device: str
    now: datetime
    results: dict[tuple[str, str], Result] = field(default_factory=dict)

    def run(self, changes: list[Change]) -> dict[tuple[str, str], Result]:
        if not changes:
            return {}
        known = self.ledger.versions(self.table, [one.id for one in changes])
        told: dict[Decision, list[Change]] = defaultdict(list)
        for change in changes:
            told[decide(known.get(change.id), change, self.device)].append(change)
        for change in told[Decision.ALREADY]:
            self._say(_result(change, "applied", seq=known[change.id].seq))
        for change in told[Decision.GONE]:
            self._gone(change, known[change.id])
        for change in told[Decision.KEEP]:
            self.ledger.keep_loser(self.table, change.id, self.device, change.row or {})
        self._keep_server([*told[Decision.KEEP], *told[Decision.SUPERSEDED]])
        beaten = told[Decision.APPLY_OVER]
        accepted = [*told[Decision.APPLY], *beaten]
        if changes[0].deleted:
            self._delete(accepted, beaten)
        else:
            self._write(accepted, beaten, known)
        return self.results

    def _say(self, result: Result) -> None:
        self.results[result.table, result.id] = result

    def _gone(self, change: Change, version: Version | None = None) -> None:
        if change.row is not None:
            self.ledger.keep_loser(self.table, change.id, self.device, change.row)
        seq = version.seq if version else None
        self._say(_result(change, "applied" if change.deleted else "gone", seq=seq))

    def _keep_server(self, changes: list[Change]) -> None:
        standing = self.ledger.current(self.table, [one.id for one in changes]) if changes else {}
        for change in changes:
            row = standing.get(change.id)
            if row is None:
                self._say(_result(change, "applied" if change.deleted else "gone"))
            else:
                self._say(_result(change, "kept_server", seq=row.seq, row=row.row))

    def _write(
        self, changes: list[Change], beaten: list[Change], known: Mapping[str, Version]
    ) -> None:
        rows: dict[str, Row] = {}
        told: dict[str, Row] = {}
        for change, row in self._with_parents(changes):
            rows[change.id] = clamped(row, self.now)
            if rows[change.id] != change.row:
                told[change.id] = rows[change.id]
        self._put_aside([one for one in beaten if one.id in rows], known)
        versions = {one.id: one.version for one in changes}
        outcomes = self.ledger.upsert(self.table, rows, versions, self.device) if rows else {}
        for change in changes:
            if change.id in outcomes:
                self._say(_outcome(change, outcomes[change.id], told.get(change.id)))

    def _delete(self, changes: list[Change], beaten: list[Change]) -> None:
        self._put_aside(beaten, {})
        versions = {one.id: one.version for one in changes}
        outcomes = self.ledger.delete(self.table, list(versions), versions, self.device)
        for change in changes:
            self._say(_outcome(change, outcomes.get(change.id, 0), None))

    def _put_aside(self, beaten: list[Change], known: Mapping[str, Version]) -> None:
        standing = self.ledger.current(self.table, [one.id for one in beaten]) if beaten else {}
        for row_id, row in standing.items():
            version = known.get(row_id)
            self.ledger.keep_loser(
                self.table, row_id, version.device if version else None, row.row or {}
            )

    def _with_parents(self, changes: list[Change]) -> Iterable[tuple[Change, Row]]:
        """The changes whose parents are there; results for the others."""
        rule = RULES[self.table]
        rows = {one.id: one.row or {} for one in changes}
        parents = self._targets(rows, "sessions", rule.parent) if rule.parent else {}
        targets = {name: self._targets(rows, to, name) for name, to in rule.links}
        for change in changes:
            row = rows[change.id]
            state = parents.get(row.get(rule.parent), "missing") if rule.parent else "there"
            if rule.parent and rule.parent not in row:
                state = "there"
            if state == "gone":
                self._gone(change)
                continue
            links = {name: targets[name].get(row[name]) for name in targets if row.get(name)}
            if state == "missing" or "missing" in links.values():
                self._say(_result(change, "missing_parent"))
                continue
            # What it points to was deleted: the server empties such a column, too.
            yield change, row | {name: None for name, found in links.items() if found == "gone"}

    def _targets(self, rows: Mapping[str, Row], table: str, column: str) -> dict[object, str]:
        """Of each row that a column points to: ``there``, ``gone`` or ``missing``."""
        ids = {str(row[column]) for row in rows.values() if row.get(column)}
        if not ids:
            return {}
        there = self.ledger.existing(table, ids)
        lost = ids - there
        known = self.ledger.versions(table, lost) if lost else {}
        gone = {one for one in lost if one in known and known[one].deleted}
        return {
            one: "there" if one in there else "gone" if one in gone else "missing" for one in ids
        }


def _outcome(change: Change, outcome: Outcome, row: Row | None) -> Result:
    if isinstance(outcome, int):
        return _result(change, "applied", seq=outcome or None, row=row)
    if outcome == "missing_parent":
        return _result(change, "missing_parent")
    return _result(change, "rejected", code=outcome)


def _result(
    change: Change,
    status: str,
    *,
    seq: int | None = None,
    row: Row | None = None,
    code: str | None = None,
) -> Result:
    return Result.model_validate(
        {
            "table": change.table,
            "id": change.id,
            "status": status,
            "seq": seq,
            "row": row,
            "code": code,
        }
    )
