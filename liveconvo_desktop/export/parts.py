"""The parts of the JSON form of a conversation; ``document`` puts them together.

``Kept`` holds what no other format needs: what the user and the library added to a conversation.
Its parts have the fields of ``store.belongings``, so that one becomes the other as it is.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from liveconvo_desktop.events import (
    ChipKind,
    ConversationType,
    Feedback,
    SessionStatus,
    Speaker,
)

_MOST_SECONDS = 10_000_000 - 1
"""What the database's DECIMAL(10,3) holds."""

Id = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Seconds = Annotated[float, Field(ge=0, le=_MOST_SECONDS, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Bytes = Annotated[int, Field(ge=0, le=2**53)]
Short = Annotated[str, Field(max_length=50)]
Long = Annotated[str, Field(max_length=255)]
Moment = Annotated[
    AwareDatetime,
    PlainSerializer(lambda at: at.isoformat().replace("+00:00", "Z"), return_type=str),
]
Writing = Annotated[float, Field(ge=0, lt=10_000, allow_inf_nan=False)]
"""Seconds that a summary took to write."""


class Part(BaseModel):
    """Unknown fields are passed over: a later version may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Stamps(Part):
    """When a row was made and last changed; null in files of version 1."""

    created_at: Moment | None = None
    updated_at: Moment | None = None


class PersonPart(Part):
    """Somebody who was on the call."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    company: Long = ""


class SessionNotes(Part):
    """What the library knows of a conversation beside its facts."""

    tags: tuple[Annotated[str, Field(min_length=1, max_length=50)], ...] = ()
    people: tuple[PersonPart, ...] = ()
    kept_at: Moment | None = None
    summarised_at: Moment | None = None
    transcript_deleted_at: Moment | None = None
    audio_deleted_at: Moment | None = None


class SessionFacts(Part):
    """The conversation itself."""

    id: Id
    title: Long
    conversation_type: ConversationType
    status: SessionStatus
    template_id: Id | None = None
    started_at: Moment
    ended_at: Moment | None = None
    duration_seconds: Seconds


class SessionPart(SessionNotes, SessionFacts):
    """A session, whole."""


class LineNotes(Stamps):
    """What the user made of a line: ``group`` is the set of ``originals`` it was made of."""

    group: Id | None = None
    starred: bool = False
    comment: str = ""


class LineFacts(Part):
    """What a line says."""

    id: Id
    speaker: Speaker
    start: Seconds
    end: Seconds
    text: str
    confidence: Share | None = None
    provider: Short = ""


class LinePart(LineNotes, LineFacts):
    """One line of the transcript, as the user left it."""


class OriginalPart(LineFacts):
    """A line as the recogniser wrote it, before it was edited, merged, split or deleted."""

    group: Id
    created_at: Moment


class UnreadPart(Stamps, LineFacts):
    """Half a line that was never read to its end; in no transcript."""


class MovePart(Part):
    """Where the words of a line are that is gone."""

    old: Id
    new: Id


class EvidencePart(Part):
    """Why a chip was raised."""

    line: Id | None = None
    quote: str
    source: str = ""


class GuidanceNotes(Stamps):
    """``line`` has the words now that raised it."""

    line: Id | None = None


class GuidanceFacts(Part):
    """One chip, and what the user did with it."""

    id: Id
    kind: ChipKind
    cue: str
    text: str
    detail: str = ""
    time: Seconds
    priority: Annotated[int, Field(ge=1, le=3)]
    expires: Seconds
    evidence: tuple[EvidencePart, ...] = ()
    template_id: Id | None = None
    model: Short = ""
    milliseconds: Count = 0
    displayed: bool = False
    clicked: bool = False
    dismissed: bool = False
    feedback: Feedback | None = None


class GuidancePart(GuidanceNotes, GuidanceFacts):
    """A chip, whole."""


class GapPart(Part):
    """Where a side's audio is missing."""

    speaker: Literal["user", "other"]
    start: Seconds
    end: Seconds
    reason: Literal["lost", "stalled", "device", "paused", "killed"]


class ActionPart(Part):
    """Something to do."""

    text: str
    owner: str = ""
    due: str = ""
    done: bool = False
    sources: tuple[str, ...] = ()


class SummaryPart(Part):
    """What was made of the conversation."""

    title: Long = ""
    tldr: str = ""
    decisions: tuple[str, ...] = ()
    action_items: tuple[ActionPart, ...] = ()
    questions: tuple[str, ...] = ()
    notes: str = ""
    model: Short = ""
    reviewed: bool = False


class SummaryFacts(Part):
    """How the summary came about."""

    id: Id
    status: Literal["pending", "generating", "completed", "failed"]
    error: str | None = None
    seconds: Writing | None = None
    full_transcript: str | None = None
    export_count: Count = 0
    last_exported_at: Moment | None = None


class SummaryRecord(Stamps, SummaryFacts):
    """The row of the summary; there is one, too, where none could be written."""


class VersionPart(Part):
    """A summary as it was written or edited, each statement with the lines it cites."""

    id: Id
    state: Literal["current", "offered", "replaced", "discarded"]
    edited: bool
    content: dict[str, Any]
    model: Short
    seconds: Writing
    created_at: Moment


class DocumentFacts(Part):
    """What is known of a file that was added to the conversation, and its text."""

    id: Id
    filename: Annotated[str, Field(min_length=1, max_length=255)]
    file_type: Short
    size_bytes: Bytes
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    status: Literal["pending", "processing", "completed", "failed"]
    error: str | None = None
    hint: str | None = None
    note: str | None = None
    pages: Count | None = None
    confidence: Share | None = None
    text: str | None = None


class DocumentPart(Stamps, DocumentFacts):
    """A document, whole."""


class Kept(Part):
    """What only this form holds; ``lines`` and ``guidance`` by their ids."""

    session: SessionNotes = SessionNotes()
    lines: dict[Id, LineNotes] = {}
    guidance: dict[Id, GuidanceNotes] = {}
    originals: tuple[OriginalPart, ...] = ()
    moves: tuple[MovePart, ...] = ()
    unread: tuple[UnreadPart, ...] = ()
    summary: SummaryRecord | None = None
    versions: tuple[VersionPart, ...] = ()
    documents: tuple[DocumentPart, ...] = ()


class FiguresPart(Part):
    """What the library shows."""

    words: Count = 0
    user_talk_seconds: Count = 0
    silences: Count = 0
    line_seconds: Seconds | None = None
    user_line_seconds: Seconds | None = None
