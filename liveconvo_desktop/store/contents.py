"""Contents of documents on their way from a file to text, pieces and vectors.

Every change of a content is a change of all rows of ``documents`` that hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.store import Store
from sync.local.documents import local_chunks, local_contents, local_document_contents
from sync.schema import documents

MAX_ATTEMPTS = 3
"""How often a reading that ended with the whole program is begun again."""
_PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Job:
    """A content that was claimed to be read."""

    content_id: str
    path: Path
    file_type: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk to be saved: its text begins at ``start`` of the whole text."""

    start: int
    text: str
    page: int | None


class Contents:
    """The queue of contents to be read, and what was read; thread-safe as the store is."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.path.resolve().parent

    def claim(self, claimant: str) -> Job | None:
        """The content that waits longest, from now on ``claimant``'s to read; None if none does."""
        content = local_contents.c
        waiting = (
            select(content.id, content.path, content.file_type)
            .where(content.status == "pending", content.path.is_not(None))
            .order_by(content.created_at, content.id)
            .limit(1)
        )
        with self._store.reading() as connection:
            if connection.execute(waiting).first() is None:
                return None
        with self._store.writing() as connection:
            row = connection.execute(waiting).first()
            if row is None:
                return None
            begun = {"claimed_by": claimant, "attempts": content.attempts + 1}
            _change(connection, row.id, status="processing", embedding="pending", **begun)
        return Job(row.id, self._folder / row.path, row.file_type)

    def save_text(
        self,
        content_id: str,
        text: str,
        pieces: Sequence[Piece],
        *,
        pages: int | None,
        confidence: float | None,
        note: str,
    ) -> bool:
        """The text is read; it can be found by its words. False when nobody wants it any more."""
        with self._store.writing() as connection:
            there = _change(
                connection,
                content_id,
                status="completed",
                embedding="processing",
                error=None,
                hint=None,
                note=note or None,
                pages=pages,
                confidence=confidence,
            )
            if not there:
                return False
            connection.execute(delete(local_chunks).where(local_chunks.c.content_id == content_id))
            rows = [
                {
                    "content_id": content_id,
                    "position": at,
                    "start": piece.start,
                    "page": piece.page,
                    "text": piece.text,
                }
                for at, piece in enumerate(pieces)
            ]
            if rows:
                connection.execute(insert(local_chunks), rows)
            mine = documents.c.id.in_(_documents_of(content_id))
            connection.execute(update(documents).where(mine).values(extracted_text=text))
        return True

    def save_vectors(
        self, content_id: str, first: int, vectors: Sequence[bytes], model: str
    ) -> None:
        """Vectors (float32, little-endian) of the pieces from position ``first`` on."""
        chunks = local_chunks.c
        with self._store.writing() as connection:
            for position, vector in enumerate(vectors, first):
                mine = (chunks.content_id == content_id) & (chunks.position == position)
                connection.execute(
                    update(local_chunks).where(mine).values(vector=vector, model=model)
                )

    def finish(self, content_id: str) -> None:
        """Everything is read and every piece has its vector."""
        with self._store.writing() as connection:
            _change(connection, content_id, embedding="completed", claimed_by=None, attempts=0)

    def fail(self, content_id: str, message: str, hint: str) -> None:
        """It cannot be read; or, where its text is there already, it gets no vectors."""
        with self._store.writing() as connection:
            _fail(connection, content_id, message, hint)

    def retry(self, content_id: str) -> None:
        """Read it again.

        Raises:
            RowRefusedError: There is no copy to read.
        """
        copy = local_contents.c.path.is_not(None)
        with self._store.writing() as connection:
            if not _change(connection, content_id, copy, **_AFRESH, attempts=0):
                raise RowRefusedError("there is no copy of the file")

    def give_back(self, content_id: str) -> None:
        """The program ends in good order: the reading was no attempt."""
        once = local_contents.c.attempts - 1
        with self._store.writing() as connection:
            _change(connection, content_id, **_AFRESH, attempts=once)

    def release(self, alive: Callable[[str], bool]) -> int:
        """Let what ended in the middle of being read be read again, a few times; how many."""
        content = local_contents.c
        begun = or_(content.status == "processing", content.embedding == "processing")
        query = select(content.id, content.claimed_by, content.attempts).where(begun)
        released = 0
        with self._store.writing() as connection:
            for row in connection.execute(query).all():
                if row.claimed_by is not None and alive(row.claimed_by):
                    continue
                if row.attempts >= MAX_ATTEMPTS:
                    _fail(connection, row.id, _STUBBORN, _STUBBORN_HINT)
                else:
                    _change(connection, row.id, **_AFRESH)
                    released += 1
        return released


_AFRESH: dict[str, Any] = {
    "status": "pending",
    "embedding": "pending",
    "error": None,
    "hint": None,
    "claimed_by": None,
}
_STUBBORN = f"LiveConvo ended {MAX_ATTEMPTS} times while it was being read."
_STUBBORN_HINT = "Remove it, or retry once more."


def read_again(connection: Connection, content_id: str) -> None:
    """Where reading it failed, let it wait again; else leave it."""
    failed = (local_contents.c.status == "failed") | (local_contents.c.embedding == "failed")
    copy = local_contents.c.path.is_not(None)
    _change(connection, content_id, failed, copy, **_AFRESH, attempts=0)


def whole_text(connection: Connection, content_id: str) -> str:
    """The text of a content, put together from its pieces, which overlap.

    What lies between pieces comes back as page breaks: only blank pages are in no piece.
    """
    chunks = local_chunks.c
    query = select(chunks.start, chunks.text).where(chunks.content_id == content_id)
    parts: list[str] = []
    length = 0
    for start, text in connection.execute(query.order_by(chunks.position)):
        parts.append(_PAGE_BREAK * max(0, start - length))
        parts.append(text[max(0, length - start) :])
        length = max(length, start + len(text))
    return "".join(parts)


def _fail(connection: Connection, content_id: str, message: str, hint: str) -> None:
    why = {"error": message, "hint": hint, "embedding": "failed", "claimed_by": None}
    if not _change(connection, content_id, local_contents.c.status == "completed", **why):
        _change(connection, content_id, status="failed", **why)


_IN_DOCUMENTS = {
    "status": "processing_status",
    "embedding": "embedding_status",
    "confidence": "ocr_confidence_score",
}


def _change(connection: Connection, content_id: str, *conditions: Any, **values: Any) -> bool:
    """Change a content and what the documents' own rows say of it; False if it is not there."""
    changed = update(local_contents).where(local_contents.c.id == content_id, *conditions)
    if not connection.execute(changed.values(**values)).rowcount:
        return False
    told = {_IN_DOCUMENTS[name]: value for name, value in values.items() if name in _IN_DOCUMENTS}
    if "status" in values:
        told["processing_error"] = values.get("error") if values["status"] == "failed" else None
    mine = documents.c.id.in_(_documents_of(content_id))
    connection.execute(update(documents).where(mine).values(**told, updated_at=datetime.now(UTC)))
    return True


def _documents_of(content_id: str) -> Any:
    link = local_document_contents.c
    return select(link.document_id).where(link.content_id == content_id)
