"""The JSON form of a conversation, both ways; docs/export-format.md describes it.

The models are the form: what they refuse is refused with its place, what they do not know is
passed over. Version 1 had less in it and is read as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from liveconvo_desktop.events import ConversationType, Speaker
from liveconvo_desktop.export.base import ExportError
from liveconvo_desktop.export.parts import (
    DocumentPart,
    FiguresPart,
    GapPart,
    GuidancePart,
    LinePart,
    MovePart,
    OriginalPart,
    Part,
    Seconds,
    SessionPart,
    SummaryPart,
    SummaryRecord,
    UnreadPart,
    VersionPart,
)

NAME = "liveconvo.conversation"
VERSION = 2


class Document(Part):
    """A whole file."""

    format: Literal["liveconvo.conversation"] = "liveconvo.conversation"
    version: Literal[1, 2] = 2
    session: SessionPart
    speakers: dict[Speaker, str] = Field(default_factory=dict)
    transcript: tuple[LinePart, ...] = ()
    guidance: tuple[GuidancePart, ...] = ()
    gaps: tuple[GapPart, ...] = ()
    summary: SummaryPart | None = None
    figures: FiguresPart = FiguresPart()
    originals: tuple[OriginalPart, ...] = ()
    moves: tuple[MovePart, ...] = ()
    unread: tuple[UnreadPart, ...] = ()
    summary_record: SummaryRecord | None = None
    summary_versions: tuple[VersionPart, ...] = ()
    documents: tuple[DocumentPart, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """What the library could not show is refused here."""
        groups = {row.group for row in self.originals}
        for number, line in enumerate(self.transcript):
            if line.group is not None and line.group not in groups:
                raise ValueError(f"the originals of transcript.{number} are missing")
        if sum(one.state == "current" for one in self.summary_versions) > 1:
            raise ValueError("two summary_versions are the current one")
        if (self.figures.user_line_seconds or 0) > (self.figures.line_seconds or 0):
            raise ValueError("figures.user_line_seconds is more than figures.line_seconds")
        return self


class TurnPart(Part):
    """A line of the simple form."""

    speaker: Annotated[str, Field(max_length=200)] = "other"
    start: Seconds | None = None
    end: Seconds | None = None
    text: str


class SimpleDocument(Part):
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
        raise ExportError(
            f"{what} cannot be read{_refused(error)}.",
            "Restore the file as it was exported, or mend that place; nothing was imported.",
            "import",
        ) from error


@contextmanager
def fitting() -> Iterator[None]:
    """What of the library does not fit the form is told as an ``ExportError``, with its place."""
    try:
        yield
    except ValidationError as error:
        raise ExportError(
            f"This conversation cannot be written as JSON{_refused(error)}.",
            "Choose another format. `liveconvo privacy export` writes every row as it is.",
            "export",
        ) from error


def _refused(error: ValidationError) -> str:
    """`` at transcript.3.start: …``: where it is, and what is wrong with it."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{f' at {place}' if place else ''}: {first['msg']}"


def _unknown(what: str) -> ExportError:
    return ExportError(
        f"{what} is JSON, but no conversation.",
        'Export one as JSON, or write {"turns": [{"speaker": …, "text": …}]}.',
        "import",
    )
