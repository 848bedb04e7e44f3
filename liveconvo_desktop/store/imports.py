"""A whole conversation put into the database at once: everything of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Column, Connection, insert, select, update

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Gap, Segment, Session, Speaker
from liveconvo_desktop.store import belongings_put, edits, writes
from liveconvo_desktop.store.belongings import Belongings, SummaryRecord
from liveconvo_desktop.store.copies import bring_up_copy
from liveconvo_desktop.store.exports import StoredFigures, StoredSummary
from liveconvo_desktop.store.records import ChipRow
from liveconvo_desktop.store.store import Store
from sync.local import local_moves, local_originals, local_recordings, local_sessions
from sync.local.summaries import local_summary_versions
from sync.schema import documents, guidance, sessions, summaries, transcripts
from sync.types import decimal

_AT_ONCE = 500
"""Ids in one query: SQLite allows some thousands."""
_AS_A_COPY = "Import it as a copy (--copy) to have it twice."


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
        names: Of those speakers who have one.
        own: What else belongs to it.
        pieces: What its documents can be found by.
    """

    session: Session
    seconds: float
    lines: Sequence[Segment] = ()
    chips: Sequence[ChipRow] = ()
    gaps: Sequence[Gap] = ()
    summary: StoredSummary | None = None
    recording: Path | None = None
    figures: StoredFigures | None = None
    names: Mapping[Speaker, str] = field(default_factory=dict)
    own: Belongings = field(default_factory=Belongings)
    pieces: belongings_put.Pieces = field(default_factory=dict)


def add_whole(store: Store, whole: Whole) -> None:
    """Save a conversation in one transaction.

    Raises:
        AlreadyThereError: A session of this id exists, a deleted one included.
        StoreError: The database refuses; nothing was saved.
    """
    with store.writing() as connection:
        _refuse_known(connection, whole.session)
        for key, ids in _keys(whole):
            _refuse_taken(connection, key, ids)
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
        for speaker, name in whole.names.items():
            edits.put_name(connection, whole.session.id, speaker, name)
        belongings_put.put(connection, whole.session.id, store.user_id, whole.own, whole.pieces)
        if whole.summary or whole.own.summary:
            _put_summary(connection, whole, store.user_id)
        if whole.own.summary is None:  # else its copy came with it
            bring_up_copy(connection, whole.session.id)


def _keys(whole: Whole) -> Iterator[tuple[Column[str], list[str]]]:
    """Every row that comes, by the column that names it."""
    own = whole.own
    lines = [line.id for line in whole.lines]
    yield transcripts.c.id, lines + [row.id for row in own.unread]
    yield guidance.c.id, [row.chip.id for row in whole.chips]
    yield local_originals.c.id, [row.id for row in own.originals]
    yield local_moves.c.old_id, [move.old for move in own.moves]
    yield local_summary_versions.c.id, [row.id for row in own.versions]
    yield documents.c.id, [row.id for row in own.documents]
    yield summaries.c.id, [own.summary.id] if own.summary else []


def _refuse_known(connection: Connection, session: Session) -> None:
    query = select(sessions.c.deleted_at).where(sessions.c.id == session.id)
    found = connection.execute(query).first()
    if found is None:
        return
    where = "in the library already" if found.deleted_at is None else "among the deleted calls"
    raise AlreadyThereError(
        f"“{session.title or session.id}” is {where}.",
        _AS_A_COPY,
        "import",
    )


def _refuse_taken(connection: Connection, key: Column[str], ids: Sequence[str]) -> None:
    """A row of another conversation is never replaced, whatever a file says it is called."""
    taken = len(set(ids)) < len(ids)
    for start in range(0, len(ids), _AT_ONCE):
        query = select(key).where(key.in_(ids[start : start + _AT_ONCE])).limit(1)
        taken = taken or connection.execute(query).first() is not None
    if taken:
        raise AlreadyThereError(
            f"Parts of this conversation are in the library already "
            f"(the same id in {key.table.name}).",
            _AS_A_COPY,
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
    if whole.own.session.transcript_deleted_at and not whole.lines:
        _put_talk(connection, whole)
    if whole.recording:
        recorded = update(local_recordings).where(local_recordings.c.session_id == session.id)
        connection.execute(recorded.values(state="complete"))


def _put_talk(connection: Connection, whole: Whole) -> None:
    """How long each side talked, which nothing here can count: the words are gone."""
    told = whole.figures
    if told is None or told.line_seconds is None or told.user_line_seconds is None:
        return
    kept = {
        "talk_seconds": decimal(told.line_seconds, 3),
        "user_talk_seconds": decimal(told.user_line_seconds, 3),
    }
    mine = update(local_sessions).where(local_sessions.c.session_id == whole.session.id)
    connection.execute(mine.values(**kept))


def _put_summary(connection: Connection, whole: Whole, user_id: str) -> None:
    """The row of the summary: its text, if it was written, and how it came about."""
    connection.execute(
        insert(summaries).values(
            session_id=whole.session.id,
            user_id=user_id,
            **(_text(whole.summary) if whole.summary else {}),
            **_record(whole.own.summary, written=whole.summary is not None),
        )
    )


def _text(summary: StoredSummary) -> dict[str, object]:
    return {
        "title": summary.title,
        "tldr": summary.tldr,
        "key_decisions": list(summary.decisions),
        "action_items": list(summary.actions),
        "follow_up_questions": list(summary.questions),
        "structured_notes": summary.notes,
        "model_used": summary.model,
        "is_marked_done": summary.marked_done,
    }


def _record(record: SummaryRecord | None, *, written: bool) -> dict[str, object]:
    now = datetime.now(UTC)
    if record is None:
        return {"generation_status": "completed", "created_at": now, "updated_at": now}
    status = record.status
    if status == "generating":
        # Nobody writes it here.
        status = "completed" if written else "pending"
    return {
        "id": record.id,
        "generation_status": status,
        "generation_error": record.error,
        "generation_time_seconds": record.seconds,
        "full_transcript": record.full_transcript,
        "export_count": record.export_count,
        "last_exported_at": record.last_exported_at,
        "created_at": record.created_at or now,
        "updated_at": record.updated_at or now,
    }
