"""The types of documents: one a file, listed here so that a frozen build holds them all."""

from __future__ import annotations

from pathlib import Path

from liveconvo_desktop.knowledge.base import DocumentError, Extract, Progress, Reader
from liveconvo_desktop.knowledge.docx import Docx
from liveconvo_desktop.knowledge.image import Jpg, Png
from liveconvo_desktop.knowledge.pdf import Pdf
from liveconvo_desktop.knowledge.sniff import sniff
from liveconvo_desktop.knowledge.txt import Txt
from liveconvo_desktop.settings import DocumentSettings

READERS: dict[str, Reader] = {one.kind: one for one in (Pdf(), Docx(), Txt(), Png(), Jpg())}

ACCEPTED = "PDF, Word (.docx), text (.txt), PNG and JPG"
"""In a sentence."""

_ADVICE = {
    "an old or password-protected Office file": "Open it in Word, remove the password, and save "
    "it as .docx; then add that.",
    "an RTF text": "Open it in a word processor, save it as .docx, and add that.",
    "a PowerPoint presentation": "Save it as PDF, and add that.",
    "an Excel workbook": "Save it as PDF or CSV, and add that.",
    "an empty file": "Check that the file was saved or downloaded completely.",
}


def kind_of(path: Path) -> str:
    """The type that a file's name promises; its bare ending where that is no type of ours."""
    suffix = path.suffix.lower()
    for reader in READERS.values():
        if suffix in reader.suffixes:
            return reader.kind
    return suffix.lstrip(".")[:50] or "unknown"


def suffixes() -> list[str]:
    """Every ending that is accepted."""
    return [suffix for reader in READERS.values() for suffix in reader.suffixes]


def extract(path: Path, kind: str, limits: DocumentSettings, progress: Progress) -> Extract:
    """Read a file that was added as ``kind``.

    May take long, and may crash on hostile files: run it where that does no harm
    (``knowledge.process``).

    Raises:
        DocumentError: It is something else, or its reader refuses it.
        OSError: The file cannot be opened.
    """
    found = sniff(path)
    reader = READERS.get(kind)
    if found == kind and reader is not None:
        return reader.read(path, limits, progress)
    actual = READERS[found].name if found in READERS else found
    if reader is None:
        raise DocumentError(
            f"Files ending in .{kind} are not read; this one is {actual}.",
            _advice(found, f"LiveConvo reads {ACCEPTED}."),
        )
    raise DocumentError(
        f"It is named as {reader.name}, but it is {actual}.",
        _advice(found, f"LiveConvo reads {ACCEPTED}."),
    )


def _advice(found: str, otherwise: str) -> str:
    if found in READERS:
        suffix = READERS[found].suffixes[0]
        return (
            f"Check where it comes from; if you trust it, rename it to {suffix} and add it again."
        )
    return _ADVICE.get(found, otherwise)
