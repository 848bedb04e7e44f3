"""Summaries: one row a session in ``summaries``, and beside it every version with its citations.

What a draft looks like is the business of its writers: here it is a JSON object.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.store.copies import bring_up_copy
from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.retention_rows import note_summary
from liveconvo_desktop.store.store import Store
from liveconvo_desktop.store.summary_queue import DECLINED
from liveconvo_desktop.store.summary_records import (
    State,
    SummaryRow,
    SummaryText,
    Version,
    summary_row,
    version_row,
)
from sync.local.summaries import local_summary_runs, local_summary_versions
from sync.schema import sessions, summaries

Alive = Callable[[int, float], bool]
"""Whether the process with this id and start time still runs."""


class SummaryBusyError(StoreError):
    """Somebody is writing this session's summary already."""


class Summaries:
    """Summaries of a store. Any thread may call any method; see ``Store`` for what it raises."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, session_id: str) -> SummaryRow | None:
        """The session's summary, or None if none was ever asked for."""
        query = select(summaries).where(
            summaries.c.session_id == session_id, summaries.c.deleted_at.is_(None)
        )
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else summary_row(row)

    def version(self, session_id: str, state: State) -> Version | None:
        """The newest version in a state."""
        found = self.versions(session_id, state)
        return found[0] if found else None

    def versions(self, session_id: str, state: State | None = None) -> list[Version]:
        """Versions of a session's summary, the newest first."""
        table = local_summary_versions
        query = (
            select(table)
            .where(table.c.session_id == session_id)
            .order_by(table.c.created_at.desc(), table.c.id)
        )
        if state is not None:
            query = query.where(table.c.state == state)
        with self._store.reading() as connection:
            return [version_row(row) for row in connection.execute(query)]

    def queue(self, session_id: str) -> None:
        """A summary is wanted: ``pending``, unless there is one."""
        with self._store.writing() as connection:
            self._row_id(connection, session_id)

    def decline(self, session_id: str) -> None:
        """The user wants none written by itself; one that is there, or is being written, stays."""
        with self._store.writing() as connection:
            mine = summaries.c.id == self._row_id(connection, session_id)
            unwritten = update(summaries).where(mine, summaries.c.generation_status == "pending")
            connection.execute(unwritten.values(generation_error=DECLINED, updated_at=_now()))

    def begin(self, session_id: str, process_id: int, started: float, alive: Alive) -> None:
        """This process writes it from now on: ``generating``.

        Raises:
            SummaryBusyError: A living process writes it already.
        """
        table = local_summary_runs
        with self._store.writing() as connection:
            known = connection.execute(
                select(table).where(table.c.session_id == session_id)
            ).first()
            if known is not None and alive(known.process_id, float(known.process_started)):
                raise SummaryBusyError(
                    "The summary of this call is being written already.",
                    "Wait until it is done, or cancel it where it was begun.",
                    "summary",
                )
            row_id = self._row_id(connection, session_id)
            _forget_run(connection, session_id)
            run = {"process_id": process_id, "process_started": started}
            connection.execute(insert(table).values(session_id=session_id, **run))
            _change(connection, row_id, generation_status="generating", generation_error=None)

    def complete(
        self,
        session_id: str,
        text: SummaryText,
        content: dict[str, Any],
        model_used: str,
        seconds: float,
    ) -> Version:
        """Keep what was written, whole.

        It becomes the summary, unless the user has edited the present one: then it is offered
        beside it, in place of an older offer.
        """
        table = local_summary_versions
        with self._store.writing() as connection:
            row_id = self._row_id(connection, session_id)
            state = self._place(connection, session_id)
            values = {
                "session_id": session_id,
                "state": state,
                "content": content,
                "model_used": model_used[:50],
                "generation_time_seconds": min(seconds, 9999.0),
                "created_at": _now(),
            }
            made = connection.execute(insert(table).values(**values).returning(table)).one()
            if state == "current":
                _change(connection, row_id, **_columns(text), **_made_by(made))
            _change(connection, row_id, generation_status="completed", generation_error=None)
            note_summary(connection, session_id)
            bring_up_copy(connection, session_id)
            _forget_run(connection, session_id)
        return version_row(made)

    def adopt(
        self, session_id: str, content: dict[str, Any], model_used: str, seconds: float
    ) -> None:
        """Take up a summary that has no version yet as one that the user has made."""
        table = local_summary_versions
        with self._store.writing() as connection:
            if _current_id(connection, session_id) is None:
                # Before there is a version: it was complete before the user changed it.
                note_summary(connection, session_id)
                values = {"session_id": session_id, "state": "current", "edited": True}
                values |= {"content": content, "model_used": model_used, "created_at": _now()}
                connection.execute(insert(table).values(**values, generation_time_seconds=seconds))

    def fail(self, session_id: str, why: str) -> None:
        """The run failed: the reason is kept, and so is an earlier summary."""
        with self._store.writing() as connection:
            row_id = self._row_id(connection, session_id)
            _change(connection, row_id, generation_status="failed", generation_error=why)
            _forget_run(connection, session_id)

    def abandon(self, session_id: str) -> None:
        """The user cancelled: as if the run had never begun."""
        with self._store.writing() as connection:
            row_id = self._row_id(connection, session_id)
            there = _current_id(connection, session_id) is not None
            status = "completed" if there else "pending"
            _change(connection, row_id, generation_status=status, generation_error=None)
            _forget_run(connection, session_id)

    def edit(self, session_id: str, text: SummaryText, content: dict[str, Any]) -> None:
        """The user changed the present summary: it is theirs from now on."""
        table = local_summary_versions
        with self._store.writing() as connection:
            current = _current_id(connection, session_id)
            if current is None:
                raise RowRefusedError(f"session {session_id} has no summary to edit")
            changed = update(table).where(table.c.id == current)
            connection.execute(changed.values(content=content, edited=True))
            _change(connection, self._row_id(connection, session_id), **_columns(text))
            bring_up_copy(connection, session_id)

    def accept(self, version_id: str, text: SummaryText, content: dict[str, Any]) -> None:
        """An offered version becomes the summary; the edited one is kept as replaced."""
        table = local_summary_versions
        with self._store.writing() as connection:
            offered = connection.execute(select(table).where(table.c.id == version_id)).first()
            if offered is None or offered.state != "offered":
                raise RowRefusedError(f"summary version {version_id} is not on offer")
            _restate(connection, offered.session_id, "current", "replaced")
            changed = update(table).where(table.c.id == version_id)
            connection.execute(changed.values(state="current", content=content))
            row_id = self._row_id(connection, offered.session_id)
            _change(connection, row_id, **_columns(text), **_made_by(offered))
            bring_up_copy(connection, offered.session_id)

    def discard(self, version_id: str) -> None:
        """The user keeps the present summary instead of the offered one."""
        table = local_summary_versions
        with self._store.writing() as connection:
            refused = update(table).where(table.c.id == version_id, table.c.state == "offered")
            connection.execute(refused.values(state="discarded"))

    def mark_done(self, session_id: str, done: bool) -> None:
        """The user has dealt with everything in it."""
        with self._store.writing() as connection:
            _change(connection, self._row_id(connection, session_id), is_marked_done=done)

    def cut_off(self, alive: Alive) -> list[str]:
        """Sessions whose summary was being written by a process that is gone."""
        table = local_summary_runs
        with self._store.reading() as connection:
            runs = connection.execute(select(table)).all()
            known = {run.session_id for run in runs}
            lost = [r.session_id for r in runs if not alive(r.process_id, float(r.process_started))]
            # A status without a run is not ours to explain, but no process writes it either.
            stuck = connection.execute(
                select(summaries.c.session_id).where(summaries.c.generation_status == "generating")
            ).scalars()
            return lost + [one for one in stuck if one not in known]

    def _row_id(self, connection: Connection, session_id: str) -> str:
        """The session's one row, made if need be."""
        found = connection.execute(
            select(summaries.c.id).where(summaries.c.session_id == session_id)
        ).scalar()
        if found is not None:
            return str(found)
        there = connection.execute(
            select(sessions.c.id).where(sessions.c.id == session_id)
        ).scalar()
        if there is None:
            raise RowRefusedError(f"session {session_id} was never saved")
        new = insert(summaries).values(session_id=session_id, user_id=self._store.user_id)
        return str(connection.execute(new.returning(summaries.c.id)).scalar_one())

    def _place(self, connection: Connection, session_id: str) -> State:
        """Where a new version goes; what it takes the place of is put aside."""
        table = local_summary_versions
        edited = connection.execute(
            select(table.c.edited).where(
                table.c.session_id == session_id, table.c.state == "current"
            )
        ).scalar()
        _restate(connection, session_id, "offered", "discarded")
        if edited:
            return "offered"
        _restate(connection, session_id, "current", "replaced")
        return "current"


def _restate(connection: Connection, session_id: str, old: State, new: State) -> None:
    table = local_summary_versions
    changed = update(table).where(table.c.session_id == session_id, table.c.state == old)
    connection.execute(changed.values(state=new))


def _current_id(connection: Connection, session_id: str) -> str | None:
    table = local_summary_versions
    query = select(table.c.id).where(table.c.session_id == session_id, table.c.state == "current")
    return connection.execute(query).scalar()


def _change(connection: Connection, row_id: str, **values: Any) -> None:
    changed = update(summaries).where(summaries.c.id == row_id)
    connection.execute(changed.values(**values, updated_at=_now()))


def _forget_run(connection: Connection, session_id: str) -> None:
    run = delete(local_summary_runs).where(local_summary_runs.c.session_id == session_id)
    connection.execute(run)


def _columns(text: SummaryText) -> dict[str, Any]:
    return asdict(text) | {"title": text.title[:255]}


def _made_by(version: Row[Any]) -> dict[str, Any]:
    names = ("model_used", "generation_time_seconds")
    return {name: getattr(version, name) for name in names}


def _now() -> datetime:
    return datetime.now(UTC)
