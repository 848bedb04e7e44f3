"""The local half of sync: what this computer has to send, and taking in what comes.

Every method is one SQLite transaction. What the server sent and how far that reaches are written
together; what waits to be sent is never overwritten by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from sync import arrivals, pending
from sync.local.sync import (
    local_outbox,
    local_private,
    local_sync,
    local_synced,
    unsynced,
)
from sync.pending import Batch
from sync.protocol import Page, PulledRow, PushReply, Result
from sync.sqlite import immediate

Step = Callable[[str], None]


def _nothing(step: str) -> None:
    del step


class NoAccountError(Exception):
    """No account is attached to this database."""


class OvertakenError(Exception):
    """Another process of this computer has moved the cursor meanwhile: ask again."""


@dataclass(frozen=True, slots=True)
class State:
    """The account that is attached, and how far sync has come."""

    server: str
    email: str
    account_id: str
    device_id: str
    enabled: bool
    epoch: str | None
    seq: int
    attempt: int
    last_sync_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A row that the server does not take, and its code why."""

    table: str
    row_id: str
    code: str


class Replica:
    """This computer's copy.

    Args:
        engine: On the session database, see ``sync.sqlite.open_engine``.
        user_id: The local person: the account's rows are theirs here.
        step: Called between the steps, for tests that kill.
    """

    def __init__(self, engine: Engine, user_id: str, step: Step = _nothing) -> None:
        self._engine = engine
        self._writer = immediate(engine)
        self._user_id = user_id
        self._step = step

    def state(self) -> State | None:
        """The account that is attached, or None."""
        with self._engine.connect() as connection:
            return _state(connection)

    def attach(self, server: str, email: str, account_id: str) -> None:
        """Attach an account, turned off, and note everything that is here as still to be sent.

        The same account again keeps how far sync had come.
        """
        with self._writer.begin() as connection:
            before = _state(connection)
            if before is not None and (before.server, before.account_id) == (server, account_id):
                connection.execute(update(local_sync).values(email=email, last_error=None))
                return
            pending.forget(connection)
            connection.execute(
                insert(local_sync).values(
                    id=1, server=server, email=email, account_id=account_id, device_id=str(uuid4())
                )
            )
            pending.mark_everything(connection)

    def detach(self) -> None:
        """Forget the account; every row of the user's stays."""
        with self._writer.begin() as connection:
            pending.forget(connection)

    def enable(self, on: bool) -> None:
        """Turn sync on or off."""
        self._set(enabled=on, last_error=None)

    def note_end(self, when: datetime, error: str | None) -> None:
        """Remember how the last sync ended."""
        self._set(last_error=error, **({} if error else {"last_sync_at": when}))

    def waiting(self) -> int:
        """Rows that wait to be sent; parked ones and those of calls that are kept here apart."""
        with self._engine.connect() as connection:
            count = select(func.count()).where(local_outbox.c.parked.is_(None))
            return connection.execute(count).scalar_one() - pending.private_count(connection)

    def parked(self) -> list[Parked]:
        """Rows that the server does not take."""
        box = local_outbox.c
        query = select(box.tbl, box.row_id, box.parked).where(box.parked.is_not(None))
        with self._engine.connect() as connection:
            return [Parked(*row) for row in connection.execute(query.order_by(box.version))]

    def unpark(self, *, only_missing_parents: bool = False) -> None:
        """Send parked rows again with the next batch."""
        code = local_outbox.c.parked
        which = code == "missing_parent" if only_missing_parents else code.is_not(None)
        with self._writer.begin() as connection:
            connection.execute(update(local_outbox).where(which).values(parked=None))

    def keep_here(self, session_id: str, on: bool) -> bool:
        """Keep a call on this computer only, or take that back.

        Returns:
            Whether something of it may be on the server already; it stays there.
        """
        with self._writer.begin() as connection:
            kept = local_private.c.session_id == session_id
            if not on:
                connection.execute(delete(local_private).where(kept))
                return False
            new = insert(local_private).values(session_id=session_id)
            connection.execute(new.on_conflict_do_nothing())
            columns = local_synced.c
            sent = select(columns.seq).where(
                columns.tbl == "sessions", columns.row_id == session_id
            )
            return connection.execute(sent).first() is not None

    def batch(self) -> Batch | None:
        """What to send next, or None; each batch is a request of its own, numbered."""
        with self._writer.begin() as connection:
            state = _attached(connection)
            if state.epoch is None:
                return None
            chosen = pending.choose(connection)
            pending.strike(connection, chosen.useless)
            pending.park(connection, dict.fromkeys(chosen.too_large, "too_large"))
            if not chosen.changes:
                return None
            connection.execute(update(local_sync).values(attempt=state.attempt + 1))
            # Whatever becomes of the answer: the server may have them from now on.
            arrivals.know(connection, ((one.table, one.id, 0) for one in chosen.changes))
            self._step("batch")
            number, nonce = state.attempt + 1, str(uuid4())
            return Batch(state.device_id, number, nonce, state.epoch, chosen.changes)

    def acknowledge(self, batch: Batch, reply: PushReply) -> None:
        """Take in what the server said of a batch; a row that was edited since stays to be sent."""
        sent = {(one.table, one.id): one for one in batch.changes}
        with self._writing() as connection:
            same = pending.unchanged(connection, (one.version for one in batch.changes))
            done: list[tuple[Result, bool, int]] = []
            for result in reply.results:
                change = sent[result.table, result.id]
                if change.version in same or result.status == "applied":
                    done.append((result, change.deleted, change.version))
            self._settle(connection, done, same)
            self._step("acknowledge")

    def reset_device(self) -> None:
        """Become another device: this database is a copy that was put back."""
        self._set(device_id=str(uuid4()), attempt=0)

    def start_over(self) -> None:
        """The server was put back to an older state: offer it everything, and read all of it."""
        with self._writer.begin() as connection:
            connection.execute(update(local_sync).values(epoch=None, seq=0))
            connection.execute(delete(local_synced))
            pending.mark_everything(connection)

    def apply(self, page: Page, since: int) -> int:
        """Write a page and the cursor behind it.

        Args:
            page: What the server sent.
            since: The cursor that it was asked with.

        Returns:
            How many rows were written or deleted.

        Raises:
            OvertakenError: The cursor is not there any more; nothing was written.
            UnreadableRowError: The server sent a value of a wrong type; nothing was written.
        """
        with self._writing() as connection:
            state = _attached(connection)
            if state.seq != since or state.epoch not in (None, str(page.epoch)):
                raise OvertakenError
            changes, reached = arrivals.until_blocked(connection, page)
            fresh = arrivals.news(connection, changes)
            parents = arrivals.absent(connection, page.parents)
            arrivals.put(connection, self._user_id, parents)
            # Known from now on: were one deleted here next, the server would have to hear of it.
            arrivals.know(connection, ((one.table, one.id, one.seq) for one in parents))
            self._step("parents")
            arrivals.put(connection, self._user_id, fresh)
            arrivals.know(connection, ((one.table, one.id, one.seq) for one in fresh))
            _remove(connection, [one for one in fresh if one.row is None])
            self._step("rows")
            connection.execute(update(local_sync).values(epoch=str(page.epoch), seq=reached))
            self._step("cursor")
            return len(fresh)

    def _set(self, **values: Any) -> None:
        with self._writer.begin() as connection:
            connection.execute(update(local_sync).values(**values))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction in which the outbox notes nothing; nobody else sees that it rests."""
        with self._writer.begin() as connection, unsynced(connection):
            yield connection

    def _settle(
        self, connection: Connection, done: list[tuple[Result, bool, int]], same: set[int]
    ) -> None:
        standing: list[PulledRow] = []
        gone: list[PulledRow] = []
        known: list[tuple[str, str, int]] = []
        parked: dict[int, str] = {}
        for result, deleted, version in done:
            bare = PulledRow(table=result.table, id=result.id, seq=result.seq or 0, row=result.row)
            known.append((result.table, result.id, result.seq or 0))
            if result.status in ("missing_parent", "rejected"):
                parked[version] = result.code or result.status
            elif result.status == "gone":
                gone.append(bare)
            elif version in same and not deleted:
                standing.append(bare)
        arrivals.put(connection, self._user_id, standing)
        arrivals.know(connection, known)
        _remove(connection, gone)
        pending.park(connection, parked)
        pending.strike(connection, [v for _, _, v in done if v in same and v not in parked])


def _remove(connection: Connection, rows: list[PulledRow]) -> None:
    by_table: dict[str, list[str]] = {}
    for one in rows:
        by_table.setdefault(one.table, []).append(one.id)
    # A call takes its parts along; what is deleted by itself goes before.
    for name in sorted(by_table, key=lambda name: name == "sessions"):
        arrivals.remove(connection, name, by_table[name])


def _state(connection: Connection) -> State | None:
    columns = (local_sync.c[name] for name in State.__slots__)
    row = connection.execute(select(*columns)).first()
    return None if row is None else State(*row)


def _attached(connection: Connection) -> State:
    state = _state(connection)
    if state is None:
        raise NoAccountError
    return state
