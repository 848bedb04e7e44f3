"""What the user decided about keeping a call, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, true
from sqlalchemy.dialects.sqlite import insert

from liveconvo_desktop.store.store import Store
from sync.local import local_purges, local_retention
from sync.local.summaries import local_summary_versions
from sync.schema import sessions, summaries


def keep(store: Store, session_id: str, at: datetime | None) -> None:
    """Say "keep this one" of a session, or with None take it back.

    Raises:
        RowRefusedError: There is no such session.
        StoreError: The database refuses.
    """
    with store.writing() as connection:
        _put(connection, session_id, kept_at=at)


def transcript_deleted_at(store: Store, session_id: str) -> datetime | None:
    """When the raw words of a session were deleted, aware UTC; None while they are there.

    A session without them must not be summed up anew: what it says is all that is left.

    Raises:
        StoreError: The database refuses.
    """
    query = select(local_retention.c.transcript_deleted_at).where(
        local_retention.c.session_id == session_id
    )
    with store.reading() as connection:
        return connection.execute(query).scalar()


def note_summaries(store: Store, first: dict[str, datetime]) -> None:
    """Remember when each session's first summary was complete, unless that is known.

    Raises:
        StoreError: The database refuses.
    """
    if not first:
        return
    with store.writing() as connection:
        known = select(local_retention.c.session_id).where(
            local_retention.c.summarised_at.is_not(None)
        )
        already = set(connection.execute(known).scalars())
        for session_id in first.keys() - already:
            _put(connection, session_id, summarised_at=first[session_id])


def first_summary(session_id: ColumnElement[str] | str) -> ColumnElement[datetime | None]:
    """When a session's first summary was complete, as its rows tell; NULL without one.

    Neither an export nor an edit moves it: it is when the first version was written, or when the
    row was made where there are no versions (it came by an import or a sync).
    """
    versions = local_summary_versions
    written = (
        select(func.min(versions.c.created_at))
        .where(versions.c.session_id == summaries.c.session_id)
        .correlate(summaries)
        .scalar_subquery()
    )
    return (
        select(func.min(func.coalesce(written, summaries.c.created_at)))
        .where(
            summaries.c.session_id == session_id,
            summaries.c.generation_status == "completed",
            summaries.c.deleted_at.is_(None),
        )
        .scalar_subquery()
    )


def note_summary(connection: Connection, session_id: str) -> None:
    """As ``note_summaries``, in the transaction that completes one."""
    query = select(local_retention.c.summarised_at).where(
        local_retention.c.session_id == session_id
    )
    if connection.execute(query).scalar() is None:
        first = connection.execute(select(first_summary(session_id))).scalar()
        _put(connection, session_id, summarised_at=first)


def count_from(store: Store, at: datetime) -> None:
    """Let the deadlines of every session count from ``at``, aware UTC, as if it had ended then.

    Raises:
        StoreError: The database refuses.
    """
    with store.writing() as connection:
        for session_id in connection.execute(select(sessions.c.id)).scalars().all():
            _put(connection, session_id, counted_from=at)


def set_days(store: Store, days: int | None, session_id: str | None = None) -> int:
    """Set for how long raw transcripts stay: of one session, or of all that are not kept.

    Args:
        store: Open.
        days: See ``retention.transcript_deadline``; None is no limit.
        session_id: One session, or None for all.

    Returns:
        How many sessions that changed.

    Raises:
        StoreError: The database refuses.
    """
    which: ColumnElement[bool] = true() if session_id is None else sessions.c.id == session_id
    changed = sessions.update().where(which, sessions.c.data_retention_days.is_distinct_from(days))
    with store.writing() as connection:
        return connection.execute(changed.values(data_retention_days=days)).rowcount


def ask_for_vacuum(store: Store) -> None:
    """Let the next ``purge.settle`` rewrite the whole file.

    Raises:
        StoreError: The database refuses.
    """
    with store.writing() as connection:
        connection.execute(insert(local_purges).values(kind="vacuum"))


def _put(connection: Connection, session_id: str, **values: datetime | None) -> None:
    new = insert(local_retention).values(session_id=session_id, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["session_id"], set_=values))
