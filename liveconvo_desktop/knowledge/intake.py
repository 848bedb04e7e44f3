"""Taking a file in: our own copy, so that what happens to the user's later does not matter."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from liveconvo_desktop.knowledge.base import MB, DocumentError
from liveconvo_desktop.settings import DocumentSettings

_BLOCK = 1 << 20
# Opening a named pipe must not wait for somebody to write into it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class RefusedError(DocumentError):
    """The file is there and cannot be taken: worth a line in the list of documents.

    Attributes:
        size_bytes: Of the file, as far as it is known.
    """

    def __init__(self, message: str, hint: str, size_bytes: int = 0) -> None:
        super().__init__(message, hint)
        self.size_bytes = size_bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy: how large, and the SHA-256 of its bytes in hexadecimal."""

    sha256: str
    size_bytes: int


def take(source: Path, target: Path, limits: DocumentSettings) -> Taken:
    """Copy a file for its owner's eyes only; nothing of it stays where that fails.

    Raises:
        RefusedError: It is larger than the limit, cannot be read, or changes meanwhile.
        DocumentError: There is no such file, or it is no file.
    """
    with _opened(source) as file:
        before = os.fstat(file.fileno())
        _refuse_size(before.st_size, limits)
        try:
            with _private(target) as copy:
                taken = _copy(file, copy, limits)
            after = os.fstat(file.fileno())
            if (before.st_mtime_ns, taken.size_bytes) != (after.st_mtime_ns, after.st_size):
                raise RefusedError(
                    "The file was changed while it was copied.",
                    "Close the program that writes it, and add it again.",
                    taken.size_bytes,
                )
        except OSError as error:
            target.unlink(missing_ok=True)
            raise RefusedError(
                f"The file cannot be copied ({error.strerror or error}).",
                "Check the disk for free space, and add it again.",
                before.st_size,
            ) from error
        except DocumentError:
            target.unlink(missing_ok=True)
            raise
    return taken


def _opened(source: Path) -> IO[bytes]:
    try:
        if not source.is_file() and source.exists():
            raise DocumentError(f"{source} is not a file.", "Choose files, not folders or devices.")
        handle = os.open(source, _FLAGS)
    except FileNotFoundError as error:
        raise DocumentError(f"There is no file {source}.", "Check its name and place.") from error
    except OSError as error:
        raise RefusedError(
            f"The file cannot be opened ({error.strerror or error}).", "Check its permissions."
        ) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        # Somebody put it there since we looked.
        os.close(handle)
        raise DocumentError(f"{source} is not a file.", "Choose files, not folders or devices.")
    return os.fdopen(handle, "rb")


def _copy(file: IO[bytes], copy: IO[bytes], limits: DocumentSettings) -> Taken:
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        size += len(block)
        # It may grow while we read.
        _refuse_size(size, limits)
        digest.update(block)
        copy.write(block)
    copy.flush()
    os.fsync(copy.fileno())
    return Taken(digest.hexdigest(), size)


def _refuse_size(size: int, limits: DocumentSettings) -> None:
    if size > limits.max_file_mb * MB:
        raise RefusedError(
            f"It is {size / MB:,.0f} MB; the most that is taken is {limits.max_file_mb:g} MB.",
            "Save the part that matters for the call as a file of its own, and add that.",
            size,
        )


def _private(target: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(target, flags, 0o600), "wb")
