"""The queue of documents to be read: one at a time, in the background, by a process of its own."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable

import numpy as np
import psutil

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.knowledge.answers import Embedded, Share, Text
from liveconvo_desktop.knowledge.base import DocumentError
from liveconvo_desktop.knowledge.process import Cancelled
from liveconvo_desktop.knowledge.reading import Reading
from liveconvo_desktop.settings import DocumentSettings
from liveconvo_desktop.store.contents import Contents, Job, Piece

_log = logging.getLogger("liveconvo.documents")
_IDLE = 30.0
"""Seconds between two looks for what another process may have added."""
_PATIENCE = 5.0
"""Seconds before another try where the database refuses."""
CANCELLED = ("Reading it was cancelled.", "Retry reads it.")
"""What happened, and what to do."""
_SAVED_AT_ONCE = 64
"""Vectors."""
_TEXT_SHARE = 0.4
"""Of the whole work, up to the text; the rest is embedding."""


class ReadingQueue:
    """Claims contents and reads them, on its own thread or the caller's.

    Attributes:
        limits: Of the next document that is read.
        version: Grows with every change of a content's state.
        told: Called with a content's id and its share, on the thread that reads.
    """

    def __init__(self, contents: Contents, limits: DocumentSettings) -> None:
        self._contents, self.limits = contents, limits
        self._me = _identity()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._current: tuple[str, Reading] | None = None
        self._unwanted: set[str] = set()
        self._share: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        # next() is one step for the interpreter; += 1 on several threads could lose a change.
        self._versions = itertools.count(1)
        self.version = 0
        self.told: Callable[[str, float], None] | None = None

    def release(self) -> None:
        """Let contents wait again whose reader died, and those that this queue gave up."""
        if self._contents.release(lambda who: who != self._me and _alive(who)):
            self.changed()

    def start(self, tidy: Callable[[], object] = lambda: None) -> None:
        """Begin to read in the background.

        Args:
            tidy: Done once on that thread, after what waits is read; again where it fails.
        """
        self._thread = threading.Thread(
            target=self._run, args=(tidy,), name="documents", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop; what is under way waits again. Idempotent."""
        with self._lock:
            self._closing = True
            current = self._current
        if current is not None:
            current[1].cancel()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def changed(self) -> None:
        """A content's state, or a list of documents, has changed."""
        self.version = next(self._versions)

    def wake(self) -> None:
        """Something may wait, or has changed."""
        self.changed()
        self._wake.set()

    def drain(self) -> None:
        """Read until nothing waits, on this thread."""
        while not self._closing and (job := self._contents.claim(self._me)) is not None:
            self._read(job)

    def progress(self, content_id: str) -> float | None:
        """Share of the work that is done, or None where it is not under way here."""
        return self._share.get(content_id)

    def cancel(self, content_id: str) -> bool:
        """Stop reading it; False where it is not under way here."""
        with self._lock:
            if self._current is None or self._current[0] != content_id:
                return False
            self._unwanted.add(content_id)
            self._current[1].cancel()
        return True

    def _run(self, tidy: Callable[[], object]) -> None:
        tidied = False
        while not self._closing:
            self._wake.clear()
            try:
                # Nothing is under way here now: what is still ours was left by an error.
                self.release()
                self.drain()
                if not tidied and not self._closing:
                    tidy()
                    tidied = True
                self._wake.wait(_IDLE)
            except LiveConvoError as error:
                _log.info("documents wait: %s", error)
                self._wake.wait(_PATIENCE)
            # The top of the thread: a defect with one document must not end the reading of others.
            except Exception:  # noqa: BLE001
                _log.exception("reading documents failed")
                self._wake.wait(_PATIENCE)

    def _read(self, job: Job) -> None:
        reading = Reading(job.path, job.file_type, self.limits)
        with self._lock:
            self._current = (job.content_id, reading)
            if self._closing:
                reading.cancel()
        self.changed()
        try:
            self._tell(job.content_id, 0.0)
            self._follow(job, reading)
            self._contents.finish(job.content_id)
        except Cancelled:
            self._cancelled(job.content_id)
        except DocumentError as error:
            self._contents.fail(job.content_id, error.message, error.hint)
        except KeyboardInterrupt:
            # Ctrl-C ends a `drain`: no fault of the document.
            self._contents.give_back(job.content_id)
            raise
        finally:
            with self._lock:
                self._current = None
                self._unwanted.discard(job.content_id)
            self._share.pop(job.content_id, None)
            self.changed()

    def _follow(self, job: Job, reading: Reading) -> None:
        pieces = 0
        waiting: list[bytes] = []
        for event in reading.events():
            match event:
                case Share(share):
                    self._tell(job.content_id, _TEXT_SHARE * share)
                case Text():
                    # Perhaps the second: what is still here belongs to the first.
                    pieces, waiting = len(event.spans), []
                    if not self._save(job, event):
                        reading.cancel()
                case Embedded(first, vectors, model):
                    waiting += [row.tobytes() for row in vectors.astype(np.dtype("<f4"))]
                    done = first + len(vectors)
                    # Not for each pair: every write is a transaction that reaches the disk.
                    if len(waiting) >= _SAVED_AT_ONCE or done >= pieces:
                        start = done - len(waiting)
                        self._contents.save_vectors(job.content_id, start, waiting, model)
                        waiting = []
                    share = done / max(1, pieces)
                    self._tell(job.content_id, _TEXT_SHARE + (1 - _TEXT_SHARE) * share)

    def _save(self, job: Job, event: Text) -> bool:
        found = event.extract
        pieces = [Piece(s.start, found.text[s.start : s.end], s.page) for s in event.spans]
        wanted = self._contents.save_text(
            job.content_id,
            found.text,
            pieces,
            pages=found.pages,
            confidence=found.confidence,
            note=found.note,
        )
        self.changed()
        return wanted

    def _cancelled(self, content_id: str) -> None:
        if content_id in self._unwanted:
            self._contents.fail(content_id, *CANCELLED)
        else:
            self._contents.give_back(content_id)

    def _tell(self, content_id: str, share: float) -> None:
        self._share[content_id] = min(1.0, share)
        if self.told is not None:
            self.told(content_id, self._share[content_id])


def _identity() -> str:
    """Of one queue: its process, when that began, and which queue of it."""
    me = psutil.Process()
    return f"{me.pid}:{me.create_time():.3f}:{new_id()[:8]}"


def _alive(claimant: str) -> bool:
    """The process that claimed it still lives; its start time tells it from a later one."""
    try:
        number, started = claimant.split(":")[:2]
        return abs(psutil.Process(int(number)).create_time() - float(started)) < 1.0
    except (ValueError, psutil.Error):
        return False
