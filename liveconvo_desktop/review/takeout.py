"""All of the user's data as one zip that programs and people can read. docs/data-export.md."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from liveconvo_desktop import __version__
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.store import Store, ddl
from liveconvo_desktop.store.purge import OUR_FOLDERS
from liveconvo_desktop.store.rows import Rows, count, rows_of, tables_of
from sync.backup import partial_file
from sync.migrations import HEAD

CHUNK = 1 << 20
FORMAT = 1
"""Version of the form that docs/data-export.md describes."""
_HOME_FILES = ("settings.json", "window.ini", "liveconvo.log", "liveconvo.log.*", "crash.log")
_PASSING = {".live", ".lock", ".part", ".importing"}
_STORED = {".flac", ".opus", ".ogg", ".mp3", ".m4a", ".pdf", ".docx", ".png", ".jpg", ".jpeg"}

Progress = Callable[[int, int], None]


class CancelledError(LiveConvoError):
    """The user stopped it; no file is left."""

    def __init__(self) -> None:
        super().__init__("The export was stopped.", "Nothing was written.", "export")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written."""

    path: Path
    bytes: int
    rows: int
    files: int


@dataclass(slots=True)
class _Work:
    """One run: the zip, what it lists, and how far it is."""

    zip: zipfile.ZipFile
    total: int
    progress: Progress
    cancelled: Callable[[], bool]
    done: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)

    def advance(self, amount: int) -> None:
        if self.cancelled():
            raise CancelledError
        self.done += amount
        self.progress(min(self.done, self.total), self.total)


class Takeout:
    """One export of everything; ``cancel`` may be called from any thread.

    Args:
        store: Open.
        home: Folder of settings and logs.
        recordings: With the audio.
    """

    def __init__(self, store: Store, home: Path, *, recordings: bool = True) -> None:
        self._store = store
        self._home = home
        self._folders = [
            name
            for name in OUR_FOLDERS
            if name != "backups" and (recordings or name != "recordings")
        ]
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Stop soon; the unfinished file goes."""
        self._stop.set()

    def write(
        self, target: Path, *, replace: bool = False, progress: Progress = lambda done, total: None
    ) -> Taken:
        """Write the zip, which appears whole or not at all, for its owner only.

        Args:
            target: The file.
            replace: Take the place of an existing file.
            progress: Told bytes done and in all; rows of the database count as some bytes.

        Raises:
            LiveConvoError: It exists, the disk refuses, or (``CancelledError``) it was cancelled.
        """
        if target.exists() and not replace:
            raise LiveConvoError(
                f"{target} is there already.", "Choose another name, or replace it.", "export"
            )
        with _disk(target), partial_file(target) as part:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                rows, files = self._fill(archive, target, progress)
            taken = Taken(target, part.stat().st_size, rows, files)
        return taken

    def _fill(self, archive: zipfile.ZipFile, target: Path, progress: Progress) -> tuple[int, int]:
        files = list(self._files())
        # Inside, or a full disk would be told as the database's fault.
        with self._store.reading() as connection, _disk(target):
            tables = tables_of(connection)
            total = sum(path.stat().st_size for _, path in files)
            total += sum(count(connection, table) * _ROW for table in tables)
            work = _Work(archive, total, progress, self._stop.is_set)
            rows = sum(_write_table(work, connection, table) for table in tables)
        written = sum(_write_file(work, name, path) for name, path in files)
        _write_text(work, "schema.sql", ddl("sqlite"))
        _write_text(work, "README.md", README)
        about = {
            "format": FORMAT,
            "product": "LiveConvo Desktop",
            "version": __version__,
            "schema": HEAD,
            "made_at": datetime.now(UTC).isoformat(),
            "entries": work.entries,
        }
        archive.writestr("manifest.json", json.dumps(about, indent=1, ensure_ascii=False))
        work.advance(total)
        return rows, written

    def _files(self) -> Iterator[tuple[str, Path]]:
        """Every file and its name in the zip."""
        database = self._store.path.resolve()
        for name in self._folders:
            folder = database.with_name(f"{database.stem}-{name}")
            for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                if path.is_file() and path.suffix not in _PASSING:
                    yield f"{name}/{path.relative_to(folder).as_posix()}", path
        for pattern in _HOME_FILES:
            for path in sorted(self._home.glob(pattern)):
                yield f"settings/{path.name}", path


_ROW = 200
"""Bytes that a row counts as, for the progress only."""


def _write_table(work: _Work, connection: Connection, table: str) -> int:
    name = f"data/{table}.jsonl"
    digest, size, found = sha256(), 0, 0
    rows: Rows = rows_of(connection, table)
    with work.zip.open(name, "w", force_zip64=True) as out:
        for row in rows:
            line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
            out.write(line)
            digest.update(line)
            size, found = size + len(line), found + 1
            if found % 500 == 0:
                work.advance(500 * _ROW)
    work.advance(found % 500 * _ROW)
    entry = {"name": name, "bytes": size, "sha256": digest.hexdigest(), "rows": found}
    work.entries.append(entry)
    return found


def _write_file(work: _Work, name: str, path: Path) -> int:
    """Copy a file in pieces; one that retention has taken meanwhile is left out."""
    info = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
    packed = path.suffix.lower() in _STORED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return 0
    with source, work.zip.open(info, "w", force_zip64=True) as out:
        digest, size = _copy(work, source, out)
    work.entries.append({"name": name, "bytes": size, "sha256": digest})
    return 1


def _copy(work: _Work, source: IO[bytes], out: IO[bytes]) -> tuple[str, int]:
    digest, size = sha256(), 0
    while piece := source.read(CHUNK):
        out.write(piece)
        digest.update(piece)
        size += len(piece)
        work.advance(len(piece))
    return digest.hexdigest(), size


def _write_text(work: _Work, name: str, text: str) -> None:
    work.zip.writestr(name, text)
    whole = text.encode()
    entry = {"name": name, "bytes": len(whole), "sha256": sha256(whole).hexdigest()}
    work.entries.append(entry)


@contextmanager
def _disk(target: Path) -> Iterator[None]:
    """Turns what the disk under the zip says into words."""
    try:
        yield
    except OSError as error:
        raise LiveConvoError(
            f"{target} cannot be written: {error.strerror or error}.",
            "Choose another place, or free some space.",
            "export",
        ) from error


README = """# Your data from LiveConvo

Everything that LiveConvo kept on this computer when this file was made.

- `manifest.json`: when and by which version; every entry with its size, SHA-256 and, for a table,
  its number of rows. `format` is the version of this form.
- `data/NAME.jsonl`: a table, one JSON object a line (UTF-8). `sessions` are your calls,
  `transcripts` what was said (`speaker` is `user` for you, `other` for the other side; times are
  seconds from the start of the call), `guidance` the hints that were shown, `summaries`,
  `documents` (with the text that was read from them), `templates`, `users` (you; there is one),
  `system_logs`. Tables whose names begin with `local_` hold what only this computer knows: gaps
  in the audio, where files lie, what you kept on purpose, your edits, vectors for searching.
- `recordings/`: the audio of calls that still have it. FLAC, two channels: left is you, right is
  the other side. `local_recordings.path` says which call a file belongs to.
- `documents/`: the files that you added.
- `settings/`: what you set, and the program's own log.
- `schema.sql`: every table with its columns, for programs.

How values are written: a moment as ISO 8601 in UTC; an exact decimal as text (`"12.500"`);
a list or object as JSON; bytes (vectors) as `{"base64": "…"}`; nothing as `null`. Rows that you
deleted and that are not yet gone for good are here, with their `deleted_at`.

Not in here: keys in the system's keyring, password hashes, backups (they are older copies of the
same data), and the search index, which is made of these rows.
"""
