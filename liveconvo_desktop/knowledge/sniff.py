"""What a file really is, by its first bytes; its name only promises."""

from __future__ import annotations

import zipfile
from pathlib import Path

HEAD = 4096
"""Bytes that are looked at."""

# (offset, bytes, kind or what it is in a sentence); the first that fits is it.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"{\\rtf", "an RTF text"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Office file"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (8, b"WAVE", "a WAV recording"),
    (0, b"II*\x00", "a TIFF picture"),
    (0, b"MM\x00*", "a TIFF picture"),
    (0, b"BM", "a BMP picture"),
    (4, b"ftypheic", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftypM4A", "an M4A recording"),
    (4, b"ftyp", "a video"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"fLaC", "a FLAC recording"),
    (0, b"ID3", "an MP3 recording"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"SQLite format 3\x00", "a database"),
    (0, b"MZ", "a Windows program"),
    (0, b"\x7fELF", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "a program"),
)

_IN_ZIP = (
    ("word/", "docx"),
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint presentation"),
    ("mimetype", "an OpenDocument or e-book file"),
)


def sniff(path: Path) -> str:
    """What the content is: a kind of document ("pdf"), or else a phrase ("a ZIP archive").

    Anything that is nothing else and holds no zero bytes passes as "txt"; UTF-16 is known by its
    mark or by where its zeros stand.

    Raises:
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return "an empty file"
    # Readers accept junk before a PDF's first line, and so do we.
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for offset, magic, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _in_zip(path)
    return "txt" if is_text(head) else "a binary file"


def is_text(head: bytes) -> bool:
    """Nearly no control characters, once the encoding is allowed for."""
    encoding = utf16(head)
    if encoding:
        head = head.decode(encoding, "ignore").encode("utf-8", "ignore")
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return b"\x00" not in head and controls * 50 <= len(head)


def utf16(head: bytes) -> str:
    """The UTF-16 (or UTF-32) codec that the bytes speak for, or empty."""
    for mark, codec in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if head.startswith(mark):
            return codec
    even, odd = head[0::2], head[1::2]
    # Without a mark: Latin text has a zero in every second byte.
    if len(head) >= 4 and odd.count(0) * 2 > len(odd) and not even.count(0):
        return "utf-16-le"
    if len(head) >= 4 and even.count(0) * 2 > len(even) and not odd.count(0):
        return "utf-16-be"
    return ""


def _in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError):
        return "a damaged ZIP or Office file"
    for prefix, kind in _IN_ZIP:
        if any(name.startswith(prefix) for name in names):
            return kind
    return "a ZIP archive"
