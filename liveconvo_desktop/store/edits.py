"""A user's edits of a transcript: each is one transaction over everything it touches.

The edited text lies in ``transcripts``, so that search, export and summaries simply read it; the
recogniser's rows lie in ``local_originals``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from liveconvo_desktop.errors import StoreError
from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.history import Change
from liveconvo_desktop.language.lines import Line
from liveconvo_desktop.store import queries, reviews, statistics
from liveconvo_desktop.store.copies import bring_up_copy
from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.store import Store
from sync.local import (
    local_guidance,
    local_marks,
    local_moves,
    local_originals,
    local_retention,
    local_speakers,
)
from sync.schema import guidance, sessions, transcripts
from sync.types import decimal

Spoken = list[tuple[Line, list[statistics.Interval]]]
"""Lines, and when the words of each were said."""
NAME_LENGTH = 80
"""Longest name of a speaker."""


def apply_change(store: Store, session_id: str, change: Change) -> None:
    """Bring the rows of a session from one state to the next, its figures and copies with them.

    Raises:
        StoreError: The call is still running, its words were deleted, something else has changed
            these lines, or the database refuses. Nothing was changed then.
    """
    with store.writing() as connection:
        _refuse_while_running(connection, session_id)
        _refuse_without_words(connection, session_id)
        _refuse_if_changed(connection, change)
        before = reviews.speech(reviews.read_lines(connection, session_id))
        born = _births(connection, change)
        known = {line.id: line for line in change.before}
        for line in change.put:
            if not _only_marked(known.get(line.id), line):
                _put_row(connection, session_id, line, born)
        _put_groups(connection, session_id, change, born)
        for line in change.put:
            _put_marks(connection, line)
        _move_links(connection, session_id, change)
        gone = [line.id for line in change.removed]
        connection.execute(delete(transcripts).where(transcripts.c.id.in_(gone)))
        after = reviews.speech(reviews.read_lines(connection, session_id))
        _bring_up_durations(connection, change, after)
        _bring_up_figures(connection, session_id, before, after)
        bring_up_copy(connection, session_id)


def name_speaker(store: Store, session_id: str, speaker: Speaker, name: str) -> None:
    """Call a speaker of a session by a name; an empty one takes the name away."""
    with store.writing() as connection:
        put_name(connection, session_id, speaker, name)
        bring_up_copy(connection, session_id)


def put_name(connection: Connection, session_id: str, speaker: Speaker, name: str) -> None:
    """``name_speaker`` inside a transaction."""
    name = " ".join(name.split())[:NAME_LENGTH]
    connection.execute(
        delete(local_speakers).where(
            local_speakers.c.session_id == session_id, local_speakers.c.speaker == speaker
        )
    )
    if name:
        values = {"session_id": session_id, "speaker": speaker, "name": name}
        connection.execute(insert(local_speakers).values(**values))


def set_title(store: Store, session_id: str, title: str) -> None:
    """Give a session another title."""
    with store.writing() as connection:
        changed = update(sessions).where(sessions.c.id == session_id)
        values = {"title": " ".join(title.split())[:255], "updated_at": _now()}
        if not connection.execute(changed.values(**values)).rowcount:
            raise RowRefusedError(f"session {session_id} was never saved")


def _refuse_while_running(connection: Connection, session_id: str) -> None:
    query = select(sessions.c.status).where(sessions.c.id == session_id)
    status = connection.execute(query).scalar()
    if status is None:
        raise StoreError("This session is no longer there.", "Open another one.", "store")
    if status == "active":
        raise StoreError(
            "This call has not ended, so its transcript cannot be edited.",
            "End the call, or recover it if it was cut off, then edit.",
            "store",
        )


def _refuse_without_words(connection: Connection, session_id: str) -> None:
    """An undo would write deleted words back."""
    query = select(local_retention.c.transcript_deleted_at).where(
        local_retention.c.session_id == session_id
    )
    if connection.execute(query).scalar() is not None:
        raise StoreError(
            "The transcript of this call was deleted, as your settings say.",
            "Its summary stays. Calls that you keep do not lose their transcript.",
            "store",
        )


def _refuse_if_changed(connection: Connection, change: Change) -> None:
    known = {line.id: line for line in change.before}
    ids = known.keys() | {line.id for line in change.put}
    query = select(transcripts).where(transcripts.c.id.in_(ids))
    found = {row.id: row for row in connection.execute(query)}
    same = known.keys() == found.keys() and all(
        (
            row.content,
            row.speaker,
            row.start_time_seconds,
            row.start_time_seconds if row.end_time_seconds is None else row.end_time_seconds,
        )
        == (line.text, line.speaker, decimal(line.t0, 3), decimal(line.t1, 3))
        for line in known.values()
        for row in [found[line.id]]
    )
    if not same:
        raise StoreError(
            "These lines were changed by another window or program meanwhile.",
            "Open the session again and repeat the last step.",
            "store",
        )


def _births(connection: Connection, change: Change) -> dict[str, datetime]:
    """When rows that go into or come out of the originals were first written."""
    kept = {line.id for rows in change.groups.values() for line in rows}
    ids = kept | {line.id for line in change.put}
    born: dict[str, datetime] = {}
    for table in (transcripts, local_originals):
        query = select(table.c.id, table.c.created_at).where(table.c.id.in_(ids))
        born |= {row.id: row.created_at for row in connection.execute(query)}
    return born


def _put_row(
    connection: Connection, session_id: str, line: Line, born: Mapping[str, datetime]
) -> None:
    values = {**_columns(line), "session_id": session_id, "is_final": True}
    values["duration_seconds"] = values["end_time_seconds"] - values["start_time_seconds"]
    new = insert(transcripts).values(id=line.id, created_at=born.get(line.id, _now()), **values)
    changed = new.on_conflict_do_update(
        index_elements=["id"], set_={**values, "updated_at": _now()}
    )
    connection.execute(changed)


def _only_marked(before: Line | None, after: Line) -> bool:
    """A star or a comment is no change of the row: it lies beside it."""
    if before is None:
        return False
    return replace(before, starred=after.starred, comment=after.comment) == after


def _put_groups(
    connection: Connection, session_id: str, change: Change, born: Mapping[str, datetime]
) -> None:
    stale = change.dissolved | change.groups.keys()
    mine = delete(local_originals).where(local_originals.c.session_id == session_id)
    connection.execute(mine.where(local_originals.c.group_id.in_(stale)))
    for group, rows in change.groups.items():
        for row in rows:
            values = {**_columns(row), "id": row.id, "created_at": born[row.id]}
            values |= {"session_id": session_id, "group_id": group}
            connection.execute(insert(local_originals).values(**values))


def _put_marks(connection: Connection, line: Line) -> None:
    connection.execute(delete(local_marks).where(local_marks.c.transcript_id == line.id))
    if line.group or line.starred or line.comment:
        values = {"starred": line.starred, "comment": line.comment}
        added = insert(local_marks).values(
            transcript_id=line.id, group_id=line.group or None, **values
        )
        connection.execute(added)


def _move_links(connection: Connection, session_id: str, change: Change) -> None:
    """Chips follow the words that raised them; a line that is back gets its own back."""
    raised = guidance.c.triggered_by_transcript_id
    chips = update(guidance).where(guidance.c.session_id == session_id)
    for line in change.removed:
        home = change.moved.get(line.id)
        connection.execute(
            chips.where(raised == line.id).values(
                triggered_by_transcript_id=home, updated_at=_now()
            )
        )
        if home is not None:
            move = {"old_id": line.id, "session_id": session_id, "new_id": home}
            fresh = insert(local_moves).values(**move)
            connection.execute(
                fresh.on_conflict_do_update(index_elements=["old_id"], set_={"new_id": home})
            )
    back = {line.id for line in change.put} - {line.id for line in change.before}
    if not back:
        return
    connection.execute(delete(local_moves).where(local_moves.c.old_id.in_(back)))
    query = (
        select(guidance.c.id, local_guidance.c.evidence)
        .join(local_guidance, local_guidance.c.guidance_id == guidance.c.id)
        .where(guidance.c.session_id == session_id)
    )
    for row in connection.execute(query).all():
        source = next((one["segment_id"] for one in row.evidence if one["segment_id"]), None)
        if source in back:
            mine = chips.where(guidance.c.id == row.id)
            connection.execute(mine.values(triggered_by_transcript_id=source, updated_at=_now()))


def _bring_up_durations(connection: Connection, change: Change, after: Spoken) -> None:
    """A merged line lasts as long as its words did, in the lists' figures, too."""
    made = {line.id for line in change.put if line.group}
    for line, pieces in after:
        if line.id in made:
            row = update(transcripts).where(transcripts.c.id == line.id)
            seconds = decimal(statistics.total(pieces), 3)
            connection.execute(row.values(duration_seconds=seconds))


def _bring_up_figures(
    connection: Connection, session_id: str, before: Spoken, after: Spoken
) -> None:
    query = select(sessions).where(sessions.c.id == session_id)
    row = connection.execute(query).one()
    session_seconds = float(row.recording_duration_seconds or 0)
    holes = [(gap.t0, gap.t1) for gap in queries.gaps(connection, session_id)]

    def quiet(spoken: Spoken) -> int:
        intervals = [one for _, pieces in spoken for one in pieces]
        return len(statistics.silences(intervals, holes, session_seconds))

    values = {
        "total_words_spoken": sum(statistics.words(line.text) for line, _ in after),
        "user_talk_time_seconds": round(
            statistics.total(
                one for line, pieces in after if line.speaker == "user" for one in pieces
            )
        ),
        # The column was made from the exact length, of which only whole seconds are stored:
        # what the edit changed is exact.
        "silence_periods_count": max(
            0, (row.silence_periods_count or 0) + quiet(after) - quiet(before)
        ),
        "updated_at": _now(),
    }
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(**values))


def _columns(line: Line) -> dict[str, Any]:
    return {
        "content": line.text,
        "speaker": line.speaker,
        "confidence_score": line.confidence,
        "start_time_seconds": decimal(line.t0, 3),
        "end_time_seconds": decimal(line.t1, 3),
        "stt_provider": line.provider[:50],
    }


def _now() -> datetime:
    return datetime.now(UTC)
