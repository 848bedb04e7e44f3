"""Transcripts as they are edited: the user's lines, and what the recogniser wrote. Only reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, func, select, type_coerce

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.language.lines import Line, Lines
from liveconvo_desktop.store import statistics
from liveconvo_desktop.store.queries import id_list
from sync.local import local_marks, local_moves, local_originals, local_speakers
from sync.schema import transcripts


def read_lines(connection: Connection, session_id: str, limit: int | None = None) -> Lines:
    """A transcript with the user's marks and what the recogniser wrote.

    Args:
        connection: Reading or writing.
        session_id: The session.
        limit: Only the first lines, for a first look; their originals are left out then.
    """
    lines = final_lines(connection, session_id, limit)
    return Lines(lines, {} if limit is not None else _originals(connection, session_id))


def final_lines(
    connection: Connection, session_id: str, limit: int | None = None
) -> tuple[Line, ...]:
    """The lines of a transcript in order of time; only the first where there is a ``limit``."""
    of = transcripts.c
    # Decimals as the whole numbers that SQLite keeps: through Decimal, 3,000 rows took 80 ms.
    query = (
        select(
            of.id,
            of.speaker,
            type_coerce(of.start_time_seconds, Integer).label("t0"),
            type_coerce(of.end_time_seconds, Integer).label("t1"),
            of.content,
            type_coerce(of.confidence_score, Integer).label("confidence"),
            of.stt_provider,
            of.is_final,
            local_marks.c.group_id,
            local_marks.c.starred,
            local_marks.c.comment,
        )
        .outerjoin_from(transcripts, local_marks, local_marks.c.transcript_id == of.id)
        .where(of.session_id == session_id)
        .order_by(of.start_time_seconds, of.end_time_seconds, of.id)
        .limit(limit)
    )
    return tuple(_line(row) for row in connection.execute(query) if row.is_final)


def last_changed(connection: Connection, session_id: str) -> datetime | None:
    """When a line of a transcript was last written or edited; None where there is none."""
    of = transcripts.c
    latest = func.max(of.updated_at).filter(of.is_final)
    return connection.execute(select(latest).where(of.session_id == session_id)).scalar()


def read_speakers(connection: Connection, session_id: str) -> dict[Speaker, str]:
    """Names that the user gave to speakers."""
    return speakers_of(connection, [session_id]).get(session_id, {})


def speakers_of(
    connection: Connection, session_ids: Iterable[str]
) -> dict[str, dict[Speaker, str]]:
    """The same of several sessions; one without names is left out."""
    query = select(local_speakers).where(local_speakers.c.session_id.in_(id_list([*session_ids])))
    found: dict[str, dict[Speaker, str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.session_id, {})[row.speaker] = row.name
    return found


def where_is(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    """Where the words of lines are now that something cites: the line itself, or what it became.

    Returns:
        For each id a row of ``transcripts``, or None where the words were deleted.
    """
    found: dict[str, str | None] = {}
    for cited in set(ids):
        at: str | None = cited
        seen: set[str] = set()
        while at is not None and at not in seen and not _is_row(connection, at):
            seen.add(at)
            moved = select(local_moves.c.new_id).where(local_moves.c.old_id == at)
            at = connection.execute(moved).scalar()
        found[cited] = None if at in seen else at
    return found


def speech(lines: Lines) -> list[tuple[Line, list[statistics.Interval]]]:
    """When each line was spoken. Merging never turns the pause between two lines into talk."""
    spoken = []
    for line in lines.lines:
        whole = (line.t0, line.t1)
        if line.group:
            rows = [(row.t0, row.t1) for row in lines.originals[line.group]]
            spoken.append((line, statistics.within(rows, whole)))
        else:
            spoken.append((line, [whole]))
    return spoken


def _line(row: Row[Any]) -> Line:
    return Line(
        row.id,
        row.speaker,
        row.t0 / 1000,
        # The document lets a row have no end; this program always writes one.
        (row.t0 if row.t1 is None else row.t1) / 1000,
        row.content,
        None if row.confidence is None else row.confidence / 100,
        row.stt_provider or "",
        row.group_id or "",
        bool(row.starred),
        row.comment or "",
    )


def _originals(connection: Connection, session_id: str) -> dict[str, tuple[Line, ...]]:
    query = (
        select(local_originals)
        .where(local_originals.c.session_id == session_id)
        .order_by(local_originals.c.start_time_seconds, local_originals.c.end_time_seconds)
        .order_by(local_originals.c.id)
    )
    groups: dict[str, tuple[Line, ...]] = {}
    for row in connection.execute(query):
        line = Line(
            row.id,
            row.speaker,
            float(row.start_time_seconds),
            float(row.end_time_seconds),
            row.content,
            None if row.confidence_score is None else float(row.confidence_score),
            row.stt_provider,
        )
        groups[row.group_id] = (*groups.get(row.group_id, ()), line)
    return groups


def _is_row(connection: Connection, line_id: str) -> bool:
    query = select(transcripts.c.id).where(transcripts.c.id == line_id)
    return connection.execute(query).scalar() is not None
