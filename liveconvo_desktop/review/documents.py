"""Documents of sessions and templates: taken in, read in the background, looked after.

Connects the store's rows, the copies on the disk, and the process that reads.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
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

    @property
    def version(self) -> int:
        """Grows whenever a list of documents may have changed."""
        return self._queue.version

    def start(self) -> None:
        """Pick up what a crash left, tidy the folder, and read in the background from now on."""
        self._queue.release()
        self.sweep()
        self._queue.start()

    def close(self) -> None:
        """Stop reading; what was under way is read at the next start. Idempotent."""
        self._queue.close()

    def drain(self) -> None:
        """Read everything that waits, on this thread."""
        self._queue.release()
        self._queue.drain()

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

    def sweep(self) -> int:
        """Delete copies that no document uses any more (its session was deleted); how many."""
        folder = documents_dir(self.store.path)
        used = self._rows.paths()
        unused = [p for p in folder.iterdir() if p not in used and p.suffix != _PART]
        _delete(unused)
        return len(unused)

    def _add(self, owner: Owner, path: Path) -> Added:
        content_id, kind = new_id(), kind_of(path)
        try:
            part = documents_dir(self.store.path) / f"{content_id}{_PART}"
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
        if document is not None and document.content_id != content_id:
            _keep_one(copy, document)
        return Added(path, document, known=not new)


def _keep_one(copy: Path, document: Document) -> None:
    """These bytes were kept already: put them back if somebody deleted them, else let go."""
    if document.path is not None and not document.path.is_file():
        os.replace(copy, document.path)
    else:
        _delete([copy])


def _delete(files: Sequence[Path]) -> None:
    for file in files:
        # What cannot be deleted now is swept at the next start.
        with contextlib.suppress(OSError):
            file.unlink()
