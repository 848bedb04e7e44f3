"""What an export needs to know beside the transcript, and that it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from liveconvo_desktop.store.store import Store
from sync.local import local_retention, local_sessions
from sync.schema import sessions, summaries, users


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """A summary as it is stored.

    Attributes:
        decisions: JSON values; strings in our own rows.
        actions: JSON values; objects with text, owner, due, sources and done.
        questions: JSON values; strings in our own rows.
        notes: Markdown.
    """

    title: str
    tldr: str
    decisions: Sequence[Any]
    actions: Sequence[Any]
    questions: Sequence[Any]
    notes: str
    model: str
    marked_done: bool


@dataclass(frozen=True, slots=True)
class StoredFigures:
    """What the library says of a conversation.

    Attributes:
        line_seconds: How long all lines were together, where the words are gone; else None.
        user_line_seconds: The same of the user's.
    """

    words: int
    user_talk_seconds: int
    silences: int
    line_seconds: float | None = None
    user_line_seconds: float | None = None


def summary(connection: Connection, session_id: str) -> StoredSummary | None:
    """The newest summary that was written, or None.

    Whatever its status: a later run that fails or goes on leaves what is there.
    """
    query = (
        select(summaries)
        .where(
            summaries.c.session_id == session_id,
            summaries.c.tldr.is_not(None),
            summaries.c.deleted_at.is_(None),
        )
        .order_by(summaries.c.created_at.desc(), summaries.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _summary(row)


def figures(connection: Connection, session_id: str) -> StoredFigures:
    """Zeros for a session that is not there."""
    query = select(
        sessions.c.total_words_spoken,
        sessions.c.user_talk_time_seconds,
        sessions.c.silence_periods_count,
    ).where(sessions.c.id == session_id)
    row = connection.execute(query).first()
    words, user_talk, silences = (int(value or 0) for value in row or (0, 0, 0))
    return StoredFigures(words, user_talk, silences, *_outlived(connection, session_id))


def _outlived(connection: Connection, session_id: str) -> tuple[float | None, float | None]:
    """How long was talked, where retention took the words that it could be counted from."""
    told = local_sessions.c
    query = (
        select(told.talk_seconds, told.user_talk_seconds)
        .join(local_retention, local_retention.c.session_id == told.session_id)
        .where(
            told.session_id == session_id,
            told.lines == 0,
            local_retention.c.transcript_deleted_at.is_not(None),
        )
    )
    row = connection.execute(query).first()
    return (None, None) if row is None else (float(row[0]), float(row[1]))


def user_name(connection: Connection, user_id: str) -> str:
    """The full name of a user, or empty."""
    query = select(users.c.full_name).where(users.c.id == user_id)
    return connection.execute(query).scalar() or ""


def mark_exported(store: Store, session_id: str) -> None:
    """Count an export on the session's summary, if it has one.

    Raises:
        StoreError: The database refuses.
    """
    now = datetime.now(UTC)
    counted = (
        update(summaries)
        .where(summaries.c.session_id == session_id, summaries.c.deleted_at.is_(None))
        .values(export_count=summaries.c.export_count + 1, last_exported_at=now, updated_at=now)
    )
    with store.writing() as connection:
        connection.execute(counted)


def _summary(row: Row[Any]) -> StoredSummary:
    return StoredSummary(
        title=row.title or "",
        tldr=row.tldr or "",
        decisions=row.key_decisions or [],
        actions=row.action_items or [],
        questions=row.follow_up_questions or [],
        notes=row.structured_notes or "",
        model=row.model_used or "",
        marked_done=bool(row.is_marked_done),
    )
