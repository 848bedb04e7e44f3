"""Which sessions are running right now, so that only the ones a crash left are offered.

A session that runs has a small file beside its recording with the process that runs it. A file
survives SIGKILL; the process does not, and its start time tells it from a later one with its id.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import psutil

from liveconvo_desktop.events import Session
from liveconvo_desktop.paths import recordings_dir
from liveconvo_desktop.store import Store


def _mark(database: Path, session_id: str) -> Path:
    return recordings_dir(database) / f"{session_id}.live"


def mark_live(database: Path, session_id: str, *, recovering: bool = False) -> None:
    """This process runs the session, or the rest of it, from now on.

    Raises:
        OSError: The folder cannot be written, or another process claimed the session meanwhile.
    """
    if not is_live(database, session_id):
        unmark_live(database, session_id)
    me = psutil.Process()
    mark = {"pid": me.pid, "started": me.create_time(), "recovering": recovering}
    content = json.dumps(mark)
    with _mark(database, session_id).open("x", encoding="utf-8") as file:
        file.write(content)


def unmark_live(database: Path, session_id: str) -> None:
    """The session has ended; idempotent."""
    with contextlib.suppress(OSError):
        os.unlink(_mark(database, session_id))


def is_live(database: Path, session_id: str) -> bool:
    """A process that still lives runs the session."""
    try:
        mark = json.loads(_mark(database, session_id).read_text(encoding="utf-8"))
        process = psutil.Process(int(mark["pid"]))
        return abs(process.create_time() - float(mark["started"])) < 1.0
    except (OSError, ValueError, KeyError, psutil.Error):
        return False


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
