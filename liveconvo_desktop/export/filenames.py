"""File names that every system takes, made from titles that people type."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

MAX_BYTES = 120
"""Of the name without its suffix, in UTF-8: with folder, number and suffix it stays well under the
255 bytes of Linux and the 260 characters of a Windows path."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
# Windows: with any suffix, in any case, with spaces before the dot, and with superscript digits.
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$")
_ENDS = " ._-~"


def safe_stem(text: str, fallback: str = "Conversation") -> str:
    """``text`` as a file name without a suffix; ``fallback`` where nothing of it can stay."""
    text = unicodedata.normalize("NFC", text)
    text = _FORBIDDEN.sub("-", text)
    # Controls, half surrogates, unassigned and private characters, and what turns text around.
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    stem = _cut(" ".join(kept.split()).strip(_ENDS)).strip(_ENDS)
    if _RESERVED.match(stem.partition(".")[0].rstrip().casefold()):
        stem = f"_{stem}"
    return stem or fallback


def default_name(title: str, started: datetime, suffix: str) -> str:
    """``2025-01-27 Call with Acme.pdf``: sorts by date, whatever the folder is sorted by."""
    return f"{started:%Y-%m-%d} {safe_stem(title)}{suffix}"


def numbered(name: str, number: int) -> str:
    """``Call.pdf`` as ``Call (2).pdf``."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem} ({number}){dot}{suffix}" if dot else f"{name} ({number})"


def _cut(text: str) -> str:
    """At most ``MAX_BYTES``, between characters and never before a combining one."""
    if len(text.encode()) <= MAX_BYTES:
        return text
    cut = text.encode()[:MAX_BYTES].decode("utf-8", "ignore")
    at = len(cut)
    while at > 1 and unicodedata.combining(text[at]):
        at -= 1
    return text[:at]
