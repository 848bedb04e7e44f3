"""A whole conversation put into the database at once: everything of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select, update

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Gap, Segment, Session
from liveconvo_desktop.store import writes
from liveconvo_desktop.store.copies import bring_up_copy
from liveconvo_desktop.store.exports import StoredFigures, StoredSummary
from liveconvo_desktop.store.records import ChipRow
from liveconvo_desktop.store.store import Store
from sync.local import local_recordings
from sync.schema import guidance, sessions, summaries, transcripts

_AT_ONCE = 500
"""Ids in one query: SQLite allows some thousands."""


class AlreadyThereError(StoreError):
    """The conversation is in the library already."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A conversation with all that belongs to it.

    Attributes:
        session: Its status is kept as it is.
        seconds: Length on the audio clock.
        recording: Its audio, in the folder of recordings; or None.
        figures: As they were; None: counted from the lines.
    """

    session: Session
    seconds: float
    lines: Sequence[Segment] = ()
    chips: Sequence[ChipRow] = ()
    gaps: Sequence[Gap] = ()
    summary: StoredSummary | None = None
    recording: Path | None = None
    figures: StoredFigures | None = None


def add_whole(store: Store, whole: Whole) -> None:
    """Save a conversation in one transaction.

    Raises:
        AlreadyThereError: A session of this id exists, a deleted one included.
        StoreError: The database refuses; nothing was saved.
    """
    with store.writing() as connection:
        _refuse_known(connection, whole.session)
        _refuse_taken(connection, transcripts, [line.id for line in whole.lines])
        _refuse_taken(connection, guidance, [row.chip.id for row in whole.chips])
        writes.put_session(connection, whole.session, store.user_id)
        for line in whole.lines:
            writes.put_segment(connection, line)
        for row in whole.chips:
            _put_chip(connection, row)
        for gap in whole.gaps:
            writes.put_gap(connection, gap)
        if whole.recording:
            writes.put_recording(connection, whole.session.id, store.kept_path(whole.recording))
        _finish(connection, whole)
        if whole.summary:
            _put_summary(connection, whole.session.id, store.user_id, whole.summary)


def _refuse_known(connection: Connection, session: Session) -> None:
    query = select(sessions.c.deleted_at).where(sessions.c.id == session.id)
    found = connection.execute(query).first()
    if found is None:
        return
    where = "in the library already" if found.deleted_at is None else "among the deleted calls"
    raise AlreadyThereError(
        f"“{session.title or session.id}” is {where}.",
        "Import it as a copy to have it twice.",
        "import",
    )


def _refuse_taken(connection: Connection, table: Table, ids: Sequence[str]) -> None:
    """A row of another conversation is never replaced, whatever a file says it is called."""
    taken = len(set(ids)) < len(ids)
    for start in range(0, len(ids), _AT_ONCE):
        query = select(table.c.id).where(table.c.id.in_(ids[start : start + _AT_ONCE])).limit(1)
        taken = taken or connection.execute(query).first() is not None
    if taken:
        raise AlreadyThereError(
            f"Parts of this conversation are in the library already (the same id in {table.name}).",
            "Import it as a copy to have it twice.",
            "import",
        )


def _put_chip(connection: Connection, row: ChipRow) -> None:
    writes.put_chip(connection, row.chip)
    writes.note_chip(
        connection,
        row.chip.id,
        was_displayed=row.displayed,
        was_clicked=row.clicked,
        was_dismissed=row.dismissed,
        user_feedback=row.feedback,
    )


def _finish(connection: Connection, whole: Whole) -> None:
    """The figures and the end; a conversation that was put away stays put away."""
    session = whole.session
    ended = session.ended_at or session.started_at + timedelta(seconds=whole.seconds)
    writes.finish_session(connection, session.id, ended, whole.seconds)
    kept: dict[str, object] = {
        "status": session.status if session.status == "archived" else "completed",
        "recording_ended_at": ended,
    }
    if whole.figures:
        kept |= {
            "total_words_spoken": whole.figures.words,
            "user_talk_time_seconds": whole.figures.user_talk_seconds,
            "silence_periods_count": whole.figures.silences,
        }
    connection.execute(update(sessions).where(sessions.c.id == session.id).values(**kept))
    if whole.recording:
        recorded = update(local_recordings).where(local_recordings.c.session_id == session.id)
        connection.execute(recorded.values(state="complete"))


def _put_summary(
    connection: Connection, session_id: str, user_id: str, summary: StoredSummary
) -> None:
    now = datetime.now(UTC)
    connection.execute(
        insert(summaries).values(
            session_id=session_id,
            user_id=user_id,
            title=summary.title,
            tldr=summary.tldr,
            key_decisions=list(summary.decisions),
            action_items=list(summary.actions),
            follow_up_questions=list(summary.questions),
            structured_notes=summary.notes,
            generation_status="completed",
            model_used=summary.model,
            is_marked_done=summary.marked_done,
            created_at=now,
            updated_at=now,
        )
    )
    bring_up_copy(connection, session_id)
