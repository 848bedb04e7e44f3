"""Rows back into the types that everything speaks. Every function only reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select

from liveconvo_desktop.events import (
    Channel,
    Chip,
    ConversationType,
    Evidence,
    Gap,
    Segment,
    Session,
    Speaker,
)
from liveconvo_desktop.store.records import ChipRow, SessionRow, Template
from sync.local import local_gaps, local_guidance, local_recordings, local_sessions
from sync.schema import guidance, sessions, templates, transcripts

# The table knows the speaker; on a desktop each speaker has a channel of its own.
CHANNEL_OF: dict[Speaker, Channel] = {"user": "mic", "other": "speaker", "system": "speaker"}


def session_rows(
    connection: Connection, limit: int, offset: int, session_id: str | None = None
) -> list[SessionRow]:
    """Sessions with their figures, the newest first; only one if its id is given."""
    page = select(sessions).where(sessions.c.deleted_at.is_(None))
    if session_id is not None:
        page = page.where(sessions.c.id == session_id)
    newest = (sessions.c.recording_started_at.desc(), sessions.c.created_at.desc())
    return session_page(connection, page.order_by(*newest).limit(limit).offset(offset))


def session_page(connection: Connection, page: Select[Any]) -> list[SessionRow]:
    """The figures of the sessions that ``page`` selects, in its order.

    ``page`` selects every column of ``sessions``, ordered and limited: what it leaves out costs
    nothing here.
    """
    shown = connection.execute(page).all()
    figures = _figures(connection, [row.id for row in shown])
    return [_session_row(row, figures[row.id]) for row in shown]


def _figures(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    told = local_sessions.c
    chips = select(func.count()).where(guidance.c.session_id == sessions.c.id)
    # Asked only while a session has no end. "Final" is no condition of the search: SQLite would
    # use the index of that flag, which holds nearly every row there is, instead of the session's.
    last = select(func.max(transcripts.c.end_time_seconds).filter(transcripts.c.is_final)).where(
        transcripts.c.session_id == sessions.c.id
    )
    query: Select[Any] = (
        select(
            sessions.c.id,
            *(told[name] for name in ("lines", "words", "talk_seconds", "user_talk_seconds")),
            chips.scalar_subquery().label("chips"),
            case((sessions.c.recording_ended_at.is_(None), last.scalar_subquery())).label("last"),
        )
        .outerjoin_from(sessions, local_sessions, told.session_id == sessions.c.id)
        .where(sessions.c.id.in_(id_list(ids)))
    )
    return {row.id: row for row in connection.execute(query)}


def id_list(ids: Sequence[str]) -> Select[Any]:
    """Any number of ids as a query to be IN: one parameter, whatever SQLite's limit of them."""
    return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)


def unfinished(connection: Connection) -> list[Session]:
    """Sessions still marked as running, the newest first."""
    query = (
        select(sessions)
        .where(sessions.c.status == "active", sessions.c.deleted_at.is_(None))
        .order_by(sessions.c.recording_started_at.desc())
    )
    return [_session(row) for row in connection.execute(query)]


def transcript(connection: Connection, session_id: str, *, partials: bool) -> list[Segment]:
    """What was said, by start time."""
    query = (
        select(transcripts)
        .where(transcripts.c.session_id == session_id)
        .order_by(transcripts.c.start_time_seconds, transcripts.c.end_time_seconds)
        .order_by(transcripts.c.id)
    )
    found = (_segment(row) for row in connection.execute(query))
    return [one for one in found if one.final or partials]


def chip_rows(connection: Connection, session_id: str) -> list[ChipRow]:
    """Guidance in the order in which it was raised."""
    query = (
        select(guidance, local_guidance)
        .join(local_guidance, local_guidance.c.guidance_id == guidance.c.id)
        .where(guidance.c.session_id == session_id)
        .order_by(guidance.c.triggered_at_seconds, guidance.c.created_at, guidance.c.id)
    )
    return [_chip_row(row) for row in connection.execute(query)]


def gaps(connection: Connection, session_id: str) -> list[Gap]:
    """Holes in the audio, by start time."""
    query = (
        select(local_gaps)
        .where(local_gaps.c.session_id == session_id)
        .order_by(local_gaps.c.t0, local_gaps.c.channel)
    )
    return [
        Gap(row.session_id, row.channel, float(row.t0), float(row.t1), row.reason)
        for row in connection.execute(query)
    ]


def recording(connection: Connection, session_id: str) -> str | None:
    """The path that ``put_recording`` was given."""
    query = select(local_recordings.c.path).where(local_recordings.c.session_id == session_id)
    return connection.execute(query).scalar()


def template_rows(
    connection: Connection, conversation_type: ConversationType | None
) -> list[Template]:
    """Templates in use, the program's own first."""
    query = (
        select(templates)
        .where(templates.c.is_active, templates.c.deleted_at.is_(None))
        .order_by(templates.c.is_system_template.desc(), templates.c.name)
    )
    if conversation_type is not None:
        query = query.where(templates.c.conversation_type == conversation_type)
    return [
        Template(
            id=row.id,
            name=row.name,
            description=row.description or "",
            conversation_type=row.conversation_type,
            guidance_prompts=row.guidance_prompts or [],
            context_instructions=row.context_instructions or "",
            summary_template=row.summary_template or "",
            is_system=row.is_system_template,
        )
        for row in connection.execute(query)
    ]


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        title=row.title or "",
        conversation_type=row.conversation_type,
        template_id=row.selected_template_id,
        started_at=row.recording_started_at or row.created_at,
        ended_at=row.recording_ended_at,
        status=row.status,
    )


def _session_row(row: Row[Any], figures: Row[Any]) -> SessionRow:
    talk = figures.talk_seconds
    return SessionRow(
        session=_session(row),
        duration_seconds=float(row.recording_duration_seconds or figures.last or 0),
        words=(row.total_words_spoken if row.recording_ended_at else figures.words) or 0,
        talk_ratio=float(figures.user_talk_seconds / talk) if talk else None,
        silences=row.silence_periods_count,
        segments=figures.lines or 0,
        chips=figures.chips,
    )


def _segment(row: Row[Any]) -> Segment:
    return Segment(
        id=row.id,
        session_id=row.session_id,
        channel=CHANNEL_OF[row.speaker],
        speaker=row.speaker,
        t0=float(row.start_time_seconds),
        t1=float(row.end_time_seconds),
        text=row.content,
        confidence=None if row.confidence_score is None else float(row.confidence_score),
        provider=row.stt_provider or "",
        final=row.is_final,
    )


def _chip_row(row: Row[Any]) -> ChipRow:
    chip = Chip(
        id=row.id,
        session_id=row.session_id,
        kind=row.guidance_type,
        cue=row.cue,
        text=row.content,
        detail=row.detail,
        t=float(row.triggered_at_seconds),
        priority=row.priority,
        expires=float(row.expires_seconds),
        evidence=tuple(Evidence(**one) for one in row.evidence),
        template_id=row.prompt_template_id,
        model=row.model_used,
        ms=row.processing_time_ms,
    )
    return ChipRow(chip, row.was_displayed, row.was_clicked, row.was_dismissed, row.user_feedback)
