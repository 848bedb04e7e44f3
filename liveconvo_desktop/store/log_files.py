"""The program's log files: how old they are, and cutting off what is too old."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from liveconvo_desktop.store.retention import LogPart

_PATTERNS = ("liveconvo.log*", "crash.log")


def log_files(folder: Path) -> list[Path]:
    """Every log file in the data folder."""
    return sorted(path for name in _PATTERNS for path in folder.glob(name) if path.is_file())


def log_parts(folder: Path) -> list[LogPart]:
    """The log files that hold anything, with the age of their oldest entry."""
    parts = []
    for path in log_files(folder):
        if path.stat().st_size:
            parts.append(LogPart(f"Log file {path.name}", _oldest(path), path))
    return parts


def trim(path: Path, before: datetime) -> None:
    """Cut off the entries older than ``before``; a rotated file that is empty then goes.

    The file in use is cut in place: the program has it open, and appends.

    Raises:
        OSError: The file cannot be written.
    """
    with path.open("r+b") as file:
        lines = file.readlines()
        keep = next((n for n, line in enumerate(lines) if _later(line, before)), len(lines))
        if not any(_time(line) for line in lines) and _changed(path) > before:
            keep = 0
        rest = b"".join(lines[keep:])
        file.seek(0)
        file.write(rest)
        file.truncate()
    if not rest and path.suffix != ".log":
        path.unlink()


def _oldest(path: Path) -> datetime:
    """Of its first dated line; without dates (``crash.log``) it is as old as its last change."""
    with path.open("rb") as file:
        times = (_time(line) for line in file)
        return next((time for time in times if time), None) or _changed(path)


def _later(line: bytes, before: datetime) -> bool:
    time = _time(line)
    return time is not None and time > before


def _time(line: bytes) -> datetime | None:
    """A line's own time (``2026-03-01 10:00:00,123``, local) as aware UTC."""
    try:
        text = line[:23].decode("ascii")
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S,%f").astimezone(UTC)
    except ValueError:
        return None


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
