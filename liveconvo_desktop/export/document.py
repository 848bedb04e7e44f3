"""The JSON form of a conversation, version 1, both ways; docs/export-format.md describes it.

The models below are the form: what they refuse is refused with its place, what they do not know
is passed over, so that a later version may add to it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)

from liveconvo_desktop.events import (
    ChipKind,
    ConversationType,
    Feedback,
    SessionStatus,
    Speaker,
)
from liveconvo_desktop.export.base import ExportError

NAME = "liveconvo.conversation"
VERSION = 1

_MOST_SECONDS = 10_000_000 - 1
"""What the database's DECIMAL(10,3) holds."""


Id = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Seconds = Annotated[float, Field(ge=0, le=_MOST_SECONDS, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Moment = Annotated[
    AwareDatetime,
    PlainSerializer(lambda at: at.isoformat().replace("+00:00", "Z"), return_type=str),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SessionPart(_Part):
    """The conversation itself."""

    id: Id
    title: Annotated[str, Field(max_length=255)]
    conversation_type: ConversationType
    status: SessionStatus
    template_id: Id | None = None
    started_at: Moment
    ended_at: Moment | None = None
    duration_seconds: Seconds


class LinePart(_Part):
    """One line of the transcript."""

    id: Id
    speaker: Speaker
    start: Seconds
    end: Seconds
    text: str
    confidence: Share | None = None
    provider: Annotated[str, Field(max_length=50)] = ""


class EvidencePart(_Part):
    """Why a chip was raised."""

    line: Id | None = None
    quote: str
    source: str = ""


class GuidancePart(_Part):
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
    model: Annotated[str, Field(max_length=50)] = ""
    milliseconds: Count = 0
    displayed: bool = False
    clicked: bool = False
    dismissed: bool = False
    feedback: Feedback | None = None


class GapPart(_Part):
    """Where a side's audio is missing."""

    speaker: Literal["user", "other"]
    start: Seconds
    end: Seconds
    reason: Literal["lost", "stalled", "device", "paused", "killed"]


class ActionPart(_Part):
    """Something to do."""

    text: str
    owner: str = ""
    due: str = ""
    done: bool = False
    sources: tuple[str, ...] = ()


class SummaryPart(_Part):
    """What was made of the conversation."""

    title: Annotated[str, Field(max_length=255)] = ""
    tldr: str = ""
    decisions: tuple[str, ...] = ()
    action_items: tuple[ActionPart, ...] = ()
    questions: tuple[str, ...] = ()
    notes: str = ""
    model: Annotated[str, Field(max_length=50)] = ""
    reviewed: bool = False


class FiguresPart(_Part):
    """What the library shows."""

    words: Count = 0
    user_talk_seconds: Count = 0
    silences: Count = 0


class Document(_Part):
    """A whole file."""

    format: Literal["liveconvo.conversation"] = "liveconvo.conversation"
    version: Literal[1] = 1
    session: SessionPart
    speakers: dict[Speaker, str] = {}
    transcript: tuple[LinePart, ...] = ()
    guidance: tuple[GuidancePart, ...] = ()
    gaps: tuple[GapPart, ...] = ()
    summary: SummaryPart | None = None
    figures: FiguresPart = FiguresPart()


class TurnPart(_Part):
    """A line of the simple form."""

    speaker: Annotated[str, Field(max_length=200)] = "other"
    start: Seconds | None = None
    end: Seconds | None = None
    text: str


class SimpleDocument(_Part):
    """Transcripts made elsewhere: who said what, and when if that is known."""

    title: str = ""
    conversation_type: ConversationType | None = None
    started_at: datetime | None = None
    turns: Annotated[tuple[TurnPart, ...], Field(min_length=1)]


_Model = TypeVar("_Model", bound=BaseModel)


def parse(content: Any, what: str) -> Document | SimpleDocument:
    """Read what ``json.loads`` gave.

    Args:
        content: Any JSON value.
        what: The file's name, for the message.

    Raises:
        ExportError: It is neither form, of a newer version, or damaged, and where.
    """
    if not isinstance(content, dict):
        raise _unknown(what)
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ExportError(
            f"{what} holds half a character, which no text can.",
            "Write the file anew with the program that it comes from; nothing was imported.",
            "import",
        ) from error
    if content.get("format") == NAME:
        version = content.get("version")
        if isinstance(version, int) and version > VERSION:
            raise ExportError(
                f"{what} was written by a newer LiveConvo (version {version} of the form).",
                "Install the newest LiveConvo and import it again.",
                "import",
            )
        return _validated(Document, content, what)
    if "turns" in content:
        return _validated(SimpleDocument, content, what)
    raise _unknown(what)


def _validated(model: type[_Model], content: dict[str, Any], what: str) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ExportError(
            f"{what} cannot be read at {place}: {first['msg']}.",
            "Restore the file as it was exported, or mend that place; nothing was imported.",
            "import",
        ) from error


def _unknown(what: str) -> ExportError:
    return ExportError(
        f"{what} is JSON, but no conversation.",
        'Export one as JSON, or write {"turns": [{"speaker": …, "text": …}]}.',
        "import",
    )
