"""What belongs to a session beside its words, chips and gaps, as an export takes it.

``belongings_read`` reads it whole, ``belongings_put`` puts it back at an import.
``tests/review/test_lossless.py`` holds every column of the database to this module: it is here,
made again from what is here, or listed there as the business of one computer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from liveconvo_desktop.events import Speaker
from liveconvo_desktop.store.summary_records import State, Status


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was on the call."""

    name: str
    company: str = ""


@dataclass(frozen=True, slots=True)
class SessionNotes:
    """What the library keeps of a session beside its facts."""

    tags: tuple[str, ...] = ()
    people: tuple[Attendee, ...] = ()
    kept_at: datetime | None = None
    summarised_at: datetime | None = None
    transcript_deleted_at: datetime | None = None
    audio_deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineNotes:
    """What the user made of a line; None as a time is now."""

    group: str | None = None
    starred: bool = False
    comment: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GuidanceNotes:
    """``line`` has the words now that raised the chip."""

    line: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OriginalRow:
    """A line as the recogniser wrote it."""

    id: str
    group: str
    speaker: Speaker
    start: float
    end: float
    text: str
    confidence: float | None
    provider: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A line that was never read to its end."""

    id: str
    speaker: Speaker
    start: float
    end: float
    text: str
    confidence: float | None
    provider: str
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Where the words of a line are that is gone."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    """How the summary came about."""

    id: str
    status: Status
    error: str | None = None
    seconds: float | None = None
    full_transcript: str | None = None
    export_count: int = 0
    last_exported_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A summary with its citations."""

    id: str
    state: State
    edited: bool
    content: dict[str, Any]
    model: str
    seconds: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the session: what is known of it, and its text."""

    id: str
    filename: str
    file_type: str
    size_bytes: int
    sha256: str | None
    status: Status
    error: str | None
    hint: str | None
    note: str | None
    pages: int | None
    confidence: float | None
    text: str | None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Belongings:
    """All of it; ``lines`` and ``guidance`` by the ids of their rows."""

    session: SessionNotes = SessionNotes()
    lines: Mapping[str, LineNotes] = field(default_factory=dict)
    guidance: Mapping[str, GuidanceNotes] = field(default_factory=dict)
    originals: tuple[OriginalRow, ...] = ()
    moves: tuple[Move, ...] = ()
    unread: tuple[UnreadRow, ...] = ()
    summary: SummaryRecord | None = None
    versions: tuple[VersionRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
