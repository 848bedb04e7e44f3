"""What every type of document shares: the limits, the way to hand out text, the errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import DocumentSettings

MB = 1_000_000
PAGE_BREAK = "\f"
"""Between two pages in the whole text of a document, and nowhere else."""


class DocumentError(LiveConvoError):
    """A document cannot be taken or read."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint, "documents")


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read from a file.

    Attributes:
        text: Everything, pages apart by ``PAGE_BREAK``.
        pages: How many, or None for a type that has no pages.
        confidence: 0..1, how sure the recognition of pictures is; None where text was text.
        note: What was left out, one sentence, or empty.
    """

    text: str
    pages: int | None = None
    confidence: float | None = None
    note: str = ""


Progress = Callable[[float], None]
"""Is told the share that is done, 0..1."""


class Reader(Protocol):
    """One type of document."""

    @property
    def kind(self) -> str:
        """As ``documents.file_type`` names it ("pdf")."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of file names that promise this type, lower case with the dot."""

    @property
    def name(self) -> str:
        """In a sentence ("a PDF")."""

    def read(self, path: Path, limits: DocumentSettings, progress: Progress) -> Extract:
        """The text of a file whose content is of this type.

        Raises:
            DocumentError: Damaged, protected, empty or beyond a limit.
        """


class TextSink:
    """Gathers text up to a number of characters, and remembers that there was more."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[str] = []
        self.length = 0
        self.full = False

    def add(self, text: str) -> bool:
        """Take a piece; False when it was cut and nothing more is wanted."""
        room = self._limit - self.length
        self.full = self.full or len(text) > room
        self._parts.append(text[: max(0, room)])
        self.length += len(self._parts[-1])
        return not self.full

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# PDFium marks a hyphen at the end of a line that is part of a divided word.
_DIVIDED = re.compile("[\x02\ufffe]\\s*\n?")


def clean(text: str) -> str:
    """Text as it may be stored: Unix line ends, no controls, no lone surrogates."""
    text = _DIVIDED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROLS.sub(" ", text)
    return text.encode("utf-8", "replace").decode("utf-8")


def whole_number(number: int) -> str:
    """``10,000``."""
    return f"{number:,}"


def cut_note(read: str) -> str:
    """The sentence of a document that was longer than the limit."""
    return f"Only {read} were read: the rest is over the limit for one document."
