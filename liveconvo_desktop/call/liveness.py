"""Which sessions are running right now, so that only the ones a crash left are offered.

A session that runs has two small files beside its recording: a lock, which the system itself lets
go of when the process ends, however it ends and whatever the clock does; and a mark, which a
killed process leaves behind.
"""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path

from filelock import FileLock, Timeout

from liveconvo_desktop.events import Session
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.store import Store

_held: dict[Path, FileLock] = {}
_holding = threading.Lock()


def _mark(database: Path, session_id: str) -> Path:
    return recordings_dir(database) / f"{session_id}.live"


def mark_live(database: Path, session_id: str, *, recovering: bool = False) -> None:
    """This process runs the session, or the rest of it, from now on.

    Raises:
        OSError: The folder cannot be written, or another process claimed the session meanwhile.
    """
    mark = _mark(database, session_id)
    with _holding:
        # Not tied to a thread: a call ends on another one than it began on.
        lock = FileLock(mark.with_suffix(".lock"), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise OSError(f"session {session_id} is running already") from error
        _held[mark] = lock
    mark.write_text(json.dumps({"recovering": recovering}), encoding="utf-8")


def unmark_live(database: Path, session_id: str) -> None:
    """The session has ended; idempotent."""
    mark = _mark(database, session_id)
    with contextlib.suppress(OSError):
        mark.unlink(missing_ok=True)
    with _holding:
        lock = _held.pop(mark, None)
    if lock is not None:
        lock.release()
    with contextlib.suppress(OSError):
        mark.with_suffix(".lock").unlink(missing_ok=True)


def is_live(database: Path, session_id: str) -> bool:
    """A process that still lives runs the session."""
    mark = _mark(database, session_id)
    with _holding:
        if mark in _held:
            return True
        lock = mark.with_suffix(".lock")
        if not lock.exists():
            return False
        try:
            with FileLock(lock, timeout=0, thread_local=False):
                return False
        except Timeout:
            return True
        except OSError:
            # Not ours to open: better not offered than mended while it is written.
            return True


def was_killed(database: Path, session_id: str) -> bool:
    """The process that held the call ended without ending it: its mark is still there.

    A recovery that was killed leaves a mark, too, but took nothing from the recording.
    """
    if is_live(database, session_id):
        return False
    try:
        mark = json.loads(_mark(database, session_id).read_text(encoding="utf-8"))
        return not mark.get("recovering", False)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError):
        return True  # a mark that was cut off itself


def interrupted(store: Store) -> list[Session]:
    """Sessions that a crash left unfinished, newest first."""
    return [s for s in store.unfinished() if not is_live(store.path, s.id)]
