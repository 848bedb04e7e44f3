"""The one door to the session database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from liveconvo_desktop.events import (
    Chip,
    ConversationType,
    Event,
    Fault,
    Feedback,
    Gap,
    Segment,
    Session,
)
from liveconvo_desktop.store import queries, writes
from liveconvo_desktop.store.failures import translated
from liveconvo_desktop.store.records import ChipRow, SessionRow, Template
from sync import migrations
from sync.sqlite import BUSY_SECONDS, immediate, open_engine


class Store:
    """Sessions, their words and their guidance in one SQLite file.

    Any thread may call any method. Each write is one transaction that is on the disk when the
    method returns; readers never wait for it. Every method raises ``StoreError`` when the database
    or the disk refuses, and ``RowRefusedError`` when only the row is at fault; nothing of a failed
    write stays.

    Attributes:
        path: The database file.
        user_id: The person at this machine, a row of ``users``.
        patience: Seconds that a write waits for another program's lock; see ``waiting``.
    """

    def __init__(self, path: Path, engine: Engine, user_id: str) -> None:
        self.path = path
        self.patience = BUSY_SECONDS
        self._own = threading.local()
        self._engine = engine
        self._writer = immediate(engine)
        self.user_id = user_id
        # Waiting for one's own process is not a busy database: writers queue here instead.
        self._writing = threading.Lock()
        # Lines taken back for good: a partial that comes after must not bring one to life again.
        self._taken_back: set[str] = set()

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a database, made or brought to this program's schema first.

        Raises:
            StoreError: Not writable, damaged, of another program or of a newer version.
        """
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            migrations.upgrade(path)
            engine = open_engine(path)
            return cls(path, engine, _local_user(engine))

    def close(self) -> None:
        """Release the file; idempotent."""
        self._engine.dispose()

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Let the writes inside, of this thread alone, wait this long in place of ``patience``."""
        self._own.patience = seconds
        try:
            yield
        finally:
            del self._own.patience

    def save(self, event: Event) -> None:
        """Make an event durable. Saving the same event again changes nothing but ``updated_at``.

        A final replaces every partial of its id and is never replaced by one; a final without
        words removes the line. A fault is appended to the log each time.
        """
        match event:
            case Segment():
                self._save_segment(event)
            case Chip():
                with self.writing() as connection:
                    writes.put_chip(connection, event)
            case Session():
                with self.writing() as connection:
                    writes.put_session(connection, event, self.user_id)
            case Gap():
                with self.writing() as connection:
                    writes.put_gap(connection, event)
            case Fault():
                with self.writing() as connection:
                    writes.put_fault(connection, event, self.user_id)

    def note_chip(
        self,
        chip_id: str,
        *,
        displayed: bool | None = None,
        clicked: bool | None = None,
        dismissed: bool | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        """Record what the user did with a saved chip; None leaves what was recorded."""
        with self.writing() as connection:
            writes.note_chip(
                connection,
                chip_id,
                was_displayed=displayed,
                was_clicked=clicked,
                was_dismissed=dismissed,
                user_feedback=feedback,
            )

    def finish_session(self, session_id: str, ended_at: datetime, audio_seconds: float) -> None:
        """Mark a session as completed and fill in its duration and talk statistics.

        Args:
            session_id: A saved session.
            ended_at: Aware time of the end.
            audio_seconds: Length on the audio clock, pauses and gaps included.
        """
        with self.writing() as connection:
            writes.finish_session(connection, session_id, ended_at, audio_seconds)

    def set_recording(self, session_id: str, path: Path) -> None:
        """Record where the audio of a saved session lies."""
        with self.writing() as connection:
            writes.put_recording(connection, session_id, self.kept_path(path))

    def kept_path(self, path: Path) -> str:
        """How a path is stored: relative beside the database, so that the folder may be moved."""
        folder = self.path.resolve().parent
        whole = path.resolve()
        kept = whole.relative_to(folder) if whole.is_relative_to(folder) else whole
        return kept.as_posix()

    def seed_templates(self, shipped: Sequence[Template]) -> None:
        """Bring the system templates to the shipped content; their use counts stay."""
        with self.writing() as connection:
            writes.put_templates(connection, shipped)

    def sessions(self, limit: int = 100, offset: int = 0) -> list[SessionRow]:
        """Sessions, the newest first."""
        with self.reading() as connection:
            return queries.session_rows(connection, limit, offset)

    def session(self, session_id: str) -> SessionRow | None:
        """One session, or None."""
        with self.reading() as connection:
            rows = queries.session_rows(connection, 1, 0, session_id)
        return rows[0] if rows else None

    def unfinished(self) -> list[Session]:
        """Sessions that were running when the program ended."""
        with self.reading() as connection:
            return queries.unfinished(connection)

    def transcript(self, session_id: str, *, partials: bool = False) -> list[Segment]:
        """What was said, by start time; times to the millisecond."""
        with self.reading() as connection:
            return queries.transcript(connection, session_id, partials=partials)

    def chips(self, session_id: str) -> list[ChipRow]:
        """Guidance in the order in which it was raised."""
        with self.reading() as connection:
            return queries.chip_rows(connection, session_id)

    def gaps(self, session_id: str) -> list[Gap]:
        """Holes in the audio, by start time."""
        with self.reading() as connection:
            return queries.gaps(connection, session_id)

    def recording(self, session_id: str) -> Path | None:
        """Where the audio of a session lies, whether or not the file is still there."""
        with self.reading() as connection:
            kept = queries.recording(connection, session_id)
        return None if kept is None else self.path.resolve().parent / kept

    def templates(self, conversation_type: ConversationType | None = None) -> list[Template]:
        """Templates in use, the program's own first; of one conversation type if given."""
        with self.reading() as connection:
            return queries.template_rows(connection, conversation_type)

    def _save_segment(self, segment: Segment) -> None:
        empty = segment.final and not segment.text.strip()
        with self.writing() as connection:
            if empty:
                writes.take_back(connection, segment)
                self._taken_back.add(segment.id)
            elif segment.final or segment.id not in self._taken_back:
                writes.put_segment(connection, segment)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, on the disk when the block ends; for the modules of this package."""
        with self._writing, translated(self.path), self._writer.connect() as connection:
            _be_patient(connection, getattr(self._own, "patience", self.patience))
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; for the modules of this package."""
        with translated(self.path), self._engine.connect() as connection:
            yield connection


def _local_user(engine: Engine) -> str:
    # Read first: a known database opens even while another program holds it locked.
    with engine.connect() as connection:
        found = writes.local_user(connection)
    if found is not None:
        return found
    with immediate(engine).connect() as connection:
        # As long as an upgrade by another process that opened it at the same moment may take.
        _be_patient(connection, migrations.MIGRATION_BUSY_SECONDS)
        with connection.begin():
            writes.put_local_user(connection)
    return _local_user(engine)


def _be_patient(connection: Connection, seconds: float) -> None:
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        raw.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
