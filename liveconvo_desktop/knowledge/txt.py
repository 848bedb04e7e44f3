"""Plain text in the encoding that its bytes speak for."""

from __future__ import annotations

import codecs
from pathlib import Path

from liveconvo_desktop.knowledge.base import (
    DocumentError,
    Extract,
    Progress,
    TextSink,
    clean,
    cut_note,
    whole_number,
)
from liveconvo_desktop.knowledge.sniff import HEAD, utf16
from liveconvo_desktop.settings import DocumentSettings

_STEP = 1 << 20


class Txt:
    """See ``Reader``."""

    kind = "txt"
    suffixes = (".txt", ".text", ".md", ".csv", ".log")
    name = "a plain text"

    def read(self, path: Path, limits: DocumentSettings, progress: Progress) -> Extract:
        """UTF-16 and UTF-32 by mark or pattern, UTF-8 where it decodes, else Windows-1252."""
        with path.open("rb") as file:
            # Four bytes a character at most: the rest of a huge file is never read.
            raw = file.read(4 * limits.max_characters + 4)
            more = bool(file.read(1))
        encoding = _encoding(raw, more)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        sink = TextSink(limits.max_characters)
        for start in range(0, len(raw), _STEP):
            if not sink.add(clean(decoder.decode(raw[start : start + _STEP]))):
                break
            progress(min(1.0, (start + _STEP) / len(raw)))
        text = sink.text().lstrip("\ufeff")
        if not text.strip():
            raise DocumentError("It holds no text.", "Check that the file was saved completely.")
        cut = sink.full or more
        note = cut_note(f"the first {whole_number(len(text))} characters") if cut else ""
        return Extract(text, note=note)


def _encoding(raw: bytes, more: bool) -> str:
    found = utf16(raw[:HEAD])
    if found:
        return found
    try:
        # The last bytes may be the half of a character where the file goes on.
        codecs.getincrementaldecoder("utf-8")("strict").decode(raw, final=not more)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
