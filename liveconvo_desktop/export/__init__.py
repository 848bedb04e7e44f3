"""Conversations as files: one format a file, listed here."""

from __future__ import annotations

from liveconvo_desktop.export import (
    csvtable,
    docx,
    email,
    jsonfile,
    markdown,
    pdf,
    plain,
    srt,
    vtt,
)
from liveconvo_desktop.export.base import (
    ActionItem,
    Conversation,
    ExportError,
    Figures,
    Format,
    Mark,
    Options,
    Summary,
)

FORMATS: tuple[Format, ...] = (
    pdf.FORMAT,
    docx.FORMAT,
    markdown.FORMAT,
    plain.FORMAT,
    email.FORMAT,
    srt.FORMAT,
    vtt.FORMAT,
    csvtable.FORMAT,
    jsonfile.FORMAT,
)
"""In the order in which people are offered them."""

__all__ = [
    "FORMATS",
    "ActionItem",
    "Conversation",
    "ExportError",
    "Figures",
    "Format",
    "Mark",
    "Options",
    "Summary",
    "find_format",
]


def find_format(name: str) -> Format:
    """A format by its name.

    Raises:
        ExportError: There is none.
    """
    for one in FORMATS:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in FORMATS)
    raise ExportError(f"There is no export format {name!r}.", f"Choose one of: {known}.", "export")
