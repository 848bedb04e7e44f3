"""How each event becomes rows. Every function runs inside one write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ScalarSelect,
    String,
    Table,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from liveconvo_desktop.events import Chip, Fault, Feedback, Gap, Segment, Session
from liveconvo_desktop.store import queries, statistics
from liveconvo_desktop.store.copies import bring_up_copy
from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.records import Template
from sync.local import local_gaps, local_guidance, local_recordings
from sync.schema import guidance, sessions, system_logs, templates, transcripts, users
from sync.types import decimal

# RFC 2606 keeps .invalid free of owners; signing in gives the row its real address.
LOCAL_EMAIL = "local@liveconvo.invalid"


def local_user(connection: Connection) -> str | None:
    """Id of the person at this machine, or None in a new database."""
    return connection.execute(select(users.c.id).where(users.c.email == LOCAL_EMAIL)).scalar()


def put_local_user(connection: Connection) -> None:
    """Make that person's row, unless another process was faster."""
    connection.execute(insert(users).values(email=LOCAL_EMAIL).on_conflict_do_nothing())


def put_session(connection: Connection, session: Session, user_id: str) -> None:
    """Insert or update; a new session counts as a use of its template."""
    values = {
        "title": _clip(session.title, sessions.c.title),
        "conversation_type": session.conversation_type,
        "status": session.status,
        "selected_template_id": _existing(templates, session.template_id),
        "recording_started_at": session.started_at,
        "recording_ended_at": session.ended_at,
    }
    new = insert(sessions).values(id=session.id, user_id=user_id, **values)
    if connection.execute(new.on_conflict_do_nothing(index_elements=["id"])).rowcount:
        used = update(templates).where(templates.c.id == session.template_id)
        connection.execute(
            used.values(usage_count=templates.c.usage_count + 1, last_used_at=session.started_at)
        )
    else:
        changed = update(sessions).where(sessions.c.id == session.id)
        connection.execute(changed.values(**values, updated_at=_now()))


def put_segment(connection: Connection, segment: Segment) -> None:
    """Insert or replace the text of an utterance; a partial never replaces a final."""
    start, end = decimal(segment.t0, 3), decimal(segment.t1, 3)
    values = {
        "id": segment.id,
        "session_id": segment.session_id,
        "content": segment.text,
        "speaker": segment.speaker,
        "confidence_score": segment.confidence,
        "start_time_seconds": start,
        "end_time_seconds": end,
        # Of the rounded times, so that the row agrees with itself.
        "duration_seconds": end - start,
        "stt_provider": _clip(segment.provider, transcripts.c.stt_provider),
        "is_final": segment.final,
    }
    in_time = None if segment.final else ~transcripts.c.is_final
    connection.execute(_upsert(transcripts, values, "id", where=in_time))


def take_back(connection: Connection, segment: Segment) -> None:
    """Remove an utterance that turned out to be nothing.

    A chip that it raised stays, with the words in its snippet and evidence: the user has seen it.
    """
    raised = update(guidance).where(
        guidance.c.session_id == segment.session_id,
        guidance.c.triggered_by_transcript_id == segment.id,
    )
    connection.execute(raised.values(triggered_by_transcript_id=None, updated_at=_now()))
    connection.execute(delete(transcripts).where(transcripts.c.id == segment.id))


def put_chip(connection: Connection, chip: Chip) -> None:
    """Insert or replace; what the user did with it stays."""
    source = next((one.segment_id for one in chip.evidence if one.segment_id), None)
    values = {
        "id": chip.id,
        "session_id": chip.session_id,
        "content": chip.text,
        "guidance_type": chip.kind,
        "priority": chip.priority,
        "triggered_by_transcript_id": _existing(transcripts, source),
        "context_snippet": "\n".join(one.quote for one in chip.evidence) or None,
        "triggered_at_seconds": chip.t,
        "model_used": _clip(chip.model, guidance.c.model_used),
        "prompt_template_id": _existing(templates, chip.template_id),
        "processing_time_ms": chip.ms,
    }
    connection.execute(_upsert(guidance, values, "id"))
    extra = {
        "guidance_id": chip.id,
        "cue": chip.cue,
        "detail": chip.detail,
        "expires_seconds": chip.expires,
        "evidence": [asdict(one) for one in chip.evidence],
    }
    connection.execute(_upsert(local_guidance, extra, "guidance_id"))


def put_gap(connection: Connection, gap: Gap) -> None:
    """Insert, or lengthen the gap that began there."""
    connection.execute(_upsert(local_gaps, asdict(gap), "session_id", "channel", "t0"))


def put_fault(connection: Connection, fault: Fault, user_id: str) -> None:
    """Append to the log. A fault never carries words of the call."""
    connection.execute(
        insert(system_logs).values(
            level="CRITICAL" if fault.fatal else "ERROR",
            logger_name=_clip(fault.where, system_logs.c.logger_name),
            message=fault.message,
            user_id=user_id,
            session_id=_existing(sessions, fault.session_id),
        )
    )


def note_chip(connection: Connection, chip_id: str, **noted: bool | Feedback | None) -> None:
    """Record what the user did with a chip; None leaves a column as it is."""
    known = {name: value for name, value in noted.items() if value is not None}
    changed = update(guidance).where(guidance.c.id == chip_id).values(**known, updated_at=_now())
    if not connection.execute(changed).rowcount:
        raise RowRefusedError(f"chip {chip_id} was never saved")


def finish_session(
    connection: Connection, session_id: str, ended_at: datetime, audio_seconds: float
) -> None:
    """Close a session and fill in its figures from the rows that are there."""
    finals = queries.transcript(connection, session_id, partials=False)
    gaps = [(gap.t0, gap.t1) for gap in queries.gaps(connection, session_id)]
    quiet = statistics.silences([(one.t0, one.t1) for one in finals], gaps, audio_seconds)
    changed = update(sessions).where(sessions.c.id == session_id)
    values = {
        "status": "completed",
        "recording_ended_at": ended_at,
        "recording_duration_seconds": round(audio_seconds),
        "total_words_spoken": sum(statistics.words(one.text) for one in finals),
        "user_talk_time_seconds": round(
            statistics.total((one.t0, one.t1) for one in finals if one.speaker == "user")
        ),
        "silence_periods_count": len(quiet),
    }
    if not connection.execute(changed.values(**values, updated_at=_now())).rowcount:
        raise RowRefusedError(f"session {session_id} was never saved")
    recorded = update(local_recordings).where(local_recordings.c.session_id == session_id)
    connection.execute(recorded.values(state="complete"))
    bring_up_copy(connection, session_id)


def put_recording(connection: Connection, session_id: str, path: str) -> None:
    """Say where a session's audio is being written."""
    values = {"session_id": session_id, "path": path, "state": "open"}
    connection.execute(_upsert(local_recordings, values, "session_id"))


def put_templates(connection: Connection, shipped: Sequence[Template]) -> None:
    """Insert the system templates, and update those whose content has changed."""
    for template in shipped:
        values = asdict(template)
        values["is_system_template"] = values.pop("is_system")
        excluded = insert(templates).excluded
        different = or_(*(templates.c[name].is_distinct_from(excluded[name]) for name in values))
        connection.execute(_upsert(templates, values, "id", where=different))


def _upsert(
    table: Table, values: dict[str, Any], *key: str, where: ColumnElement[bool] | None = None
) -> Insert:
    """Insert a row, or give an existing one these values where ``where`` holds."""
    new = insert(table).values(**values)
    changed: dict[str, Any] = {name: new.excluded[name] for name in values if name not in key}
    if "updated_at" in table.c:
        changed["updated_at"] = _now()
    return new.on_conflict_do_update(index_elements=list(key), set_=changed, where=where)


def _existing(table: Table, row_id: str | None) -> ScalarSelect[str]:
    # A row's words matter more than its link: an id that is not there is stored as NULL.
    return select(table.c.id).where(table.c.id == row_id).scalar_subquery()


def _clip(text: str, column: Column[Any]) -> str:
    assert isinstance(column.type, String)
    return text[: column.type.length]


def _now() -> datetime:
    return datetime.now(UTC)
