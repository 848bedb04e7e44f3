"""What the store hands out of summaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row

Status = Literal["pending", "generating", "completed", "failed"]
State = Literal["current", "offered", "replaced", "discarded"]


@dataclass(frozen=True, slots=True)
class SummaryText:
    """What the columns of ``summaries`` say; action items are objects, see docs/database.md."""

    title: str
    tldr: str
    key_decisions: list[str]
    action_items: list[dict[str, Any]]
    follow_up_questions: list[str]
    structured_notes: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A session's summary as it stands.

    Attributes:
        text: None until one was completed.
        full_transcript: The transcript as it reads now; None where there is none, or no longer.
        error: Why the last run failed, or empty; what an earlier run wrote stays in ``text``.
        seconds: How long writing took.
    """

    id: str
    session_id: str
    text: SummaryText | None
    full_transcript: str | None
    status: Status
    error: str
    model_used: str
    seconds: float | None
    export_count: int
    last_exported_at: datetime | None
    marked_done: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A draft that was written.

    Attributes:
        state: ``current`` is the summary; ``offered`` waits for the user, whose edits it would
            replace; the others are kept for the record.
        edited: The user changed it.
    """

    id: str
    session_id: str
    state: State
    edited: bool
    content: dict[str, Any]
    model_used: str
    seconds: float
    created_at: datetime


def summary_row(row: Row[Any]) -> SummaryRow:
    """A row of ``summaries``."""
    text = None
    if row.tldr is not None:
        text = SummaryText(
            title=row.title or "",
            tldr=row.tldr,
            key_decisions=row.key_decisions or [],
            action_items=row.action_items or [],
            follow_up_questions=row.follow_up_questions or [],
            structured_notes=row.structured_notes or "",
        )
    return SummaryRow(
        id=row.id,
        session_id=row.session_id,
        text=text,
        full_transcript=row.full_transcript,
        status=row.generation_status,
        error=row.generation_error or "",
        model_used=row.model_used or "",
        seconds=None if row.generation_time_seconds is None else float(row.generation_time_seconds),
        export_count=row.export_count,
        last_exported_at=row.last_exported_at,
        marked_done=row.is_marked_done,
    )


def version_row(row: Row[Any]) -> Version:
    """A row of ``local_summary_versions``."""
    return Version(
        id=row.id,
        session_id=row.session_id,
        state=row.state,
        edited=row.edited,
        content=row.content,
        model_used=row.model_used,
        seconds=float(row.generation_time_seconds),
        created_at=row.created_at,
    )
