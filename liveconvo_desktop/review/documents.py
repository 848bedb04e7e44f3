"""Documents of sessions and templates: taken in, read in the background, looked after.

Connects the store's rows, the copies on the disk, and the process that reads.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.events import new_id
from liveconvo_desktop.knowledge.base import DocumentError
from liveconvo_desktop.knowledge.intake import RefusedError, take
from liveconvo_desktop.knowledge.registry import kind_of
from liveconvo_desktop.paths import documents_dir
from liveconvo_desktop.review.reading import CANCELLED, ReadingQueue
from liveconvo_desktop.settings import DocumentSettings
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.contents import Contents
from liveconvo_desktop.store.documents import Document, DocumentRows, NewContent, Owner

_PART = ".part"
_FRESH = 3_600.0
"""Seconds for which a copy without a document is left alone."""
_POLL = 0.2
"""Seconds between two looks at what another process reads."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was to be added.

    Attributes:
        document: Its row; its status says whether it was refused. None where there is no such file.
        known: The same content was there already; ``document`` is that one.
        error: Why there is no row.
    """

    path: Path
    document: Document | None
    known: bool = False
    error: LiveConvoError | None = None


class Documents:
    """Everything that the windows and the command line do with documents; thread-safe.

    Nothing is read before ``start`` (in the background) or ``drain`` (here and now).
    """

    def __init__(self, store: Store, limits: DocumentSettings | None = None) -> None:
        self.store = store
        self.limits = limits or DocumentSettings()
        self._rows, self._contents = DocumentRows(store), Contents(store)
        self._queue = ReadingQueue(self._contents, self.limits)

    def set_limits(self, limits: DocumentSettings) -> None:
        """What the user has set holds from the next document on."""
        self.limits = self._queue.limits = limits

    @property
    def version(self) -> int:
        """Grows whenever a list of documents may have changed."""
        return self._queue.version

    def start(self) -> None:
        """In the background from now on: pick up what a crash left, read, and tidy the folder.

        Nothing is done on the caller's thread, and what is refused is tried again.
        """
        self._queue.start(self.sweep)

    def close(self) -> None:
        """Stop reading; what was under way is read at the next start. Idempotent."""
        self._queue.close()

    def drain(
        self,
        wanted: Iterable[Document] = (),
        told: Callable[[str, float], None] | None = None,
    ) -> None:
        """Read everything that waits, on this thread; and wait for what others read of ``wanted``.

        Another process (the app) may have claimed what this one added.

        Args:
            wanted: Documents that must be read when this returns.
            told: Called with a content's id and the share that is read, 0..1.
        """
        self._queue.told = told
        ids, pause = [one.id for one in wanted], threading.Event()
        while True:
            self._queue.release()
            self._queue.drain()
            if not any(_unfinished(self._rows.get(one)) for one in ids):
                return
            pause.wait(_POLL)

    def add(self, owner: Owner, paths: Iterable[Path]) -> list[Added]:
        """Copy files and queue them for reading; returns when they are copied.

        Raises:
            StoreError: The database refuses; the session or template is not there.
        """
        added = [self._add(owner, path) for path in paths]
        self._queue.wake()
        return added

    def of(self, owner: Owner) -> list[Document]:
        """The documents of a session or template."""
        return self._rows.of(owner)

    def get(self, document_id: str) -> Document | None:
        """One document, or None."""
        return self._rows.get(document_id)

    def beginning(self, start: str) -> list[str]:
        """Ids of documents that begin so."""
        return self._rows.beginning(start)

    def progress(self, document: Document) -> float | None:
        """The share of a document that is read, 0..1; None when it is not being read here."""
        return self._queue.progress(document.content_id)

    def attach_template(self, session_id: str) -> int:
        """Give a session the documents of the template it begins with; how many came."""
        came = self._rows.attach_template(session_id)
        self._queue.wake()
        return came

    def cancel(self, document: Document) -> None:
        """Do not read it, or stop reading it; it stays in the list and can be retried."""
        if not self._queue.cancel(document.content_id):
            self._contents.fail(document.content_id, *CANCELLED)
        self._queue.wake()

    def retry(self, document: Document) -> None:
        """Read it again from our copy.

        Raises:
            DocumentError: There is no copy any more.
        """
        if document.path is None or not document.path.is_file():
            raise DocumentError(
                f"LiveConvo has no copy of {document.filename} to read.",
                "Remove it here and add the file again.",
            )
        self._contents.retry(document.content_id)
        self._queue.wake()

    def remove(self, document: Document) -> None:
        """Take it off its session or template; our copy goes when nobody else uses it."""
        unused = self._rows.remove(document.id)
        if unused:
            # Windows deletes no file that a process reads.
            self._queue.cancel(document.content_id)
        _delete(unused)
        self._queue.wake()

    def sweep(self, older_than: float = _FRESH) -> int:
        """Delete copies that no document uses any more (its session was deleted); how many.

        Args:
            older_than: Seconds; younger ones may belong to a document that another process is
                adding just now.

        Raises:
            DocumentError: The folder cannot be made or read.
            StoreError: The database refuses.
        """
        folder, used = self._folder(), self._rows.paths()
        latest = time.time() - older_than
        try:
            unused = [p for p in folder.iterdir() if p not in used and _written(p) <= latest]
        except OSError as error:
            raise DocumentError(
                f"The folder of documents cannot be read ({error.strerror or error}).",
                "Check the disk and its permissions.",
            ) from error
        _delete(unused)
        return len(unused)

    def _folder(self) -> Path:
        try:
            return documents_dir(self.store.path)
        except OSError as error:
            raise DocumentError(
                f"The folder of documents cannot be made ({error.strerror or error}).",
                "Check the disk and its permissions.",
            ) from error

    def _add(self, owner: Owner, path: Path) -> Added:
        content_id, kind = new_id(), kind_of(path)
        try:
            part = self._folder() / f"{content_id}{_PART}"
            taken = take(path, part, self.limits)
        except RefusedError as error:
            refused = NewContent(
                content_id, None, None, kind, error.size_bytes, error.message, error.hint
            )
            document_id, _ = self._rows.add(owner, path.name, refused)
            return Added(path, self._rows.get(document_id))
        except DocumentError as error:
            return Added(path, None, error=error)
        try:
            copy = part.with_suffix(f".{kind}")
            os.replace(part, copy)
            kept = copy.relative_to(self.store.path.resolve().parent).as_posix()
            content = NewContent(content_id, taken.sha256, kept, kind, taken.size_bytes)
            document_id, new = self._rows.add(owner, path.name, content)
        except (LiveConvoError, OSError):
            _delete([part, copy])
            raise
        document = self._rows.get(document_id)
        if document is not None and document.content_id != content_id and document.path != copy:
            _keep_one(copy, document)
        return Added(path, document, known=not new)


def _keep_one(copy: Path, document: Document) -> None:
    """These bytes were kept already: put them back if somebody deleted them, else let go."""
    if document.path is not None and not document.path.is_file():
        os.replace(copy, document.path)
    else:
        _delete([copy])


def _unfinished(document: Document | None) -> bool:
    """It waits or is being read."""
    states = () if document is None else (document.status, document.embedding)
    return "pending" in states or "processing" in states


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return time.time()


def _delete(files: Sequence[Path]) -> None:
    for file in files:
        # What cannot be deleted now is swept at the next start.
        with contextlib.suppress(OSError):
            file.unlink()
