"""Documents in the database: which files a session or a template has.

A content is a file's bytes, read once for all documents that hold them; see
``sync.local.documents``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    func,
    insert,
    select,
    text,
    union,
    update,
)

from liveconvo_desktop.events import new_id
from liveconvo_desktop.store.contents import read_again, whole_text
from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.store import Store
from sync.local.documents import (
    local_chunks,
    local_contents,
    local_document_contents,
    local_template_documents,
)
from sync.schema import documents, sessions

Kind = Literal["session", "template"]
Status = Literal["pending", "processing", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose documents: a session's or a template's."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was added to a session or a template.

    Attributes:
        path: Our copy, or None where the file was refused before it was copied.
        status: Of reading its text; ``embedding`` of its vectors.
        error: Why it failed, and ``hint`` what to do; both empty otherwise.
        note: What was left out of a text that was read, or empty.
        pages: None where it has none or they are not known yet.
        confidence: Of text recognition, 0..1; None where text was text.
        chunks: Pieces that it can be found by.
        added_at: Aware UTC.
    """

    id: str
    owner: Owner
    content_id: str
    filename: str
    file_type: str
    size_bytes: int
    path: Path | None
    status: Status
    embedding: Status
    error: str
    hint: str
    note: str
    pages: int | None
    confidence: float | None
    chunks: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class NewContent:
    """A file to be kept.

    Attributes:
        sha256: Of its bytes, None where it was refused unread (then ``error`` says why).
        path: Our copy, relative to the database's folder; None with ``sha256``.
    """

    id: str
    sha256: str | None
    path: str | None
    file_type: str
    size_bytes: int
    error: str = ""
    hint: str = ""


class DocumentRows:
    """The documents' part of the store; thread-safe as the store is, with its errors."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.path.resolve().parent

    def of(self, owner: Owner) -> list[Document]:
        """Of one session or template, in the order in which they were added."""
        query = _QUERIES[owner.kind]()
        with self._store.reading() as connection:
            rows = connection.execute(query.where(query.selected_columns.owner_id == owner.id))
            return [self._document(row, owner.kind) for row in rows]

    def get(self, document_id: str) -> Document | None:
        """One of either kind."""
        with self._store.reading() as connection:
            for kind, make in _QUERIES.items():
                query = make()
                row = connection.execute(query.where(query.selected_columns.id == document_id))
                for found in row:
                    return self._document(found, kind)
        return None

    def beginning(self, start: str) -> list[str]:
        """Ids of the documents, of sessions and of templates, that begin so."""
        theirs = local_template_documents.c
        size = len(start)
        query = union(
            select(documents.c.id).where(
                func.substr(documents.c.id, 1, size) == start, documents.c.deleted_at.is_(None)
            ),
            select(theirs.id).where(func.substr(theirs.id, 1, size) == start),
        )
        with self._store.reading() as connection:
            return [str(found) for found in connection.execute(query).scalars()]

    def add(self, owner: Owner, filename: str, content: NewContent) -> tuple[str, bool]:
        """Add a file; its content is kept once, and read again where that had failed.

        Returns:
            The document's id, and whether it is new: the same content in the same place is the
            same document.

        Raises:
            RowRefusedError: The session or template is not there.
        """
        with self._store.writing() as connection:
            content_id = _put_content(connection, content)
            known = _link_of(connection, owner, content_id)
            if known is not None:
                return known, False
            return self._link(connection, owner, filename, content_id), True

    def attach_template(self, session_id: str) -> int:
        """Give a session the documents of its template; those that it has stay. How many came."""
        chosen = select(sessions.c.selected_template_id).where(sessions.c.id == session_id)
        mine = local_template_documents
        query = select(mine).where(mine.c.template_id == chosen.scalar_subquery())
        owner, came = Owner("session", session_id), 0
        with self._store.writing() as connection:
            for row in connection.execute(query.order_by(mine.c.created_at)).all():
                if _link_of(connection, owner, row.content_id) is None:
                    self._link(connection, owner, row.original_filename, row.content_id)
                    came += 1
        return came

    def remove(self, document_id: str) -> list[Path]:
        """Soft-delete a document; what only it used goes.

        Returns:
            The copies that nobody uses any more, for the caller to delete.
        """
        with self._store.writing() as connection:
            link, theirs = local_document_contents, local_template_documents
            used = union(
                select(link.c.content_id).where(link.c.document_id == document_id),
                select(theirs.c.content_id).where(theirs.c.id == document_id),
            )
            content_id = connection.execute(used).scalar()
            if content_id is None:
                raise RowRefusedError(f"document {document_id} is not there")
            path = connection.execute(
                select(local_contents.c.path).where(local_contents.c.id == content_id)
            ).scalar()
            now = datetime.now(UTC)
            gone = update(documents).where(documents.c.id == document_id)
            connection.execute(gone.values(deleted_at=now, updated_at=now))
            # The trigger on the links deletes a content with its last one.
            connection.execute(delete(link).where(link.c.document_id == document_id))
            connection.execute(delete(theirs).where(theirs.c.id == document_id))
            kept = select(local_contents.c.id).where(local_contents.c.id == content_id)
            if connection.execute(kept).scalar() is not None or path is None:
                return []
        return [self._folder / path]

    def paths(self) -> set[Path]:
        """Every copy that is in use."""
        query = select(local_contents.c.path).where(local_contents.c.path.is_not(None))
        with self._store.reading() as connection:
            return {self._folder / str(path) for path in connection.execute(query).scalars()}

    def _link(self, connection: Connection, owner: Owner, filename: str, content_id: str) -> str:
        document_id = new_id()
        values = {"id": document_id, "original_filename": filename[-255:]}
        if owner.kind == "template":
            values |= {"template_id": owner.id, "content_id": content_id}
            connection.execute(insert(local_template_documents).values(**values))
            return document_id
        values |= {"session_id": owner.id, "user_id": self._store.user_id}
        connection.execute(insert(documents).values(**values, **_shared(connection, content_id)))
        link = insert(local_document_contents)
        connection.execute(link.values(document_id=document_id, content_id=content_id))
        return document_id

    def _document(self, row: Row[Any], kind: Kind) -> Document:
        return Document(
            id=row.id,
            owner=Owner(kind, row.owner_id),
            content_id=row.content_id,
            filename=row.original_filename,
            file_type=row.file_type,
            size_bytes=row.size_bytes,
            path=None if row.path is None else self._folder / row.path,
            status=row.status,
            embedding=row.embedding,
            error=row.error or "",
            hint=row.hint or "",
            note=row.note or "",
            pages=row.pages,
            confidence=None if row.confidence is None else float(row.confidence),
            chunks=row.chunks,
            added_at=row.added_at,
        )


def _put_content(connection: Connection, content: NewContent) -> str:
    """Keep a content, unless its bytes are kept already; the id of the one that is kept."""
    if content.sha256 is not None:
        same = (local_contents.c.sha256 == content.sha256) & (
            local_contents.c.file_type == content.file_type
        )
        known = connection.execute(select(local_contents.c.id).where(same)).scalar()
        if known is not None:
            _give_file(connection, known, content.path)
            read_again(connection, known)
            return str(known)
    status = "failed" if content.error else "pending"
    connection.execute(
        insert(local_contents).values(
            id=content.id,
            sha256=content.sha256,
            path=content.path,
            file_type=content.file_type,
            size_bytes=content.size_bytes,
            status=status,
            embedding=status,
            error=content.error or None,
            hint=content.hint or None,
        )
    )
    return content.id


def _give_file(connection: Connection, content_id: str, path: str | None) -> None:
    """An imported content has its text alone until somebody adds the file."""
    bare = (local_contents.c.id == content_id) & local_contents.c.path.is_(None)
    connection.execute(update(local_contents).where(bare).values(path=path))


def _shared(connection: Connection, content_id: str) -> dict[str, Any]:
    """What a row of ``documents`` says about its content."""
    content = connection.execute(
        select(local_contents).where(local_contents.c.id == content_id)
    ).one()
    done = content.status == "completed"
    return {
        "file_type": content.file_type,
        "file_size_bytes": content.size_bytes,
        "extracted_text": whole_text(connection, content_id) if done else None,
        "processing_status": content.status,
        "processing_error": content.error if content.status == "failed" else None,
        "embedding_status": content.embedding,
        "ocr_confidence_score": content.confidence,
    }


def _link_of(connection: Connection, owner: Owner, content_id: str) -> str | None:
    """The document of an owner that holds this content."""
    if owner.kind == "template":
        theirs = local_template_documents.c
        query = select(theirs.id).where(
            theirs.template_id == owner.id, theirs.content_id == content_id
        )
    else:
        link = local_document_contents.c
        query = (
            select(documents.c.id)
            .join(local_document_contents, link.document_id == documents.c.id)
            .where(documents.c.session_id == owner.id, link.content_id == content_id)
        )
    return connection.execute(query).scalar()


def _columns(owner_id: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    content = local_contents.c
    pieces = select(func.count()).where(local_chunks.c.content_id == content.id)
    return (
        owner_id.label("owner_id"),
        content.id.label("content_id"),
        *(content.file_type, content.size_bytes, content.path, content.status, content.embedding),
        *(content.error, content.hint, content.note, content.pages, content.confidence),
        pieces.scalar_subquery().label("chunks"),
    )


def _of_session() -> Select[Any]:
    link = local_document_contents.c
    return (
        select(
            documents.c.id,
            documents.c.original_filename,
            documents.c.created_at.label("added_at"),
            *_columns(documents.c.session_id),
        )
        .join(local_document_contents, link.document_id == documents.c.id)
        .join(local_contents, local_contents.c.id == link.content_id)
        .where(documents.c.deleted_at.is_(None))
        .order_by(documents.c.created_at, text("documents.rowid"))
    )


def _of_template() -> Select[Any]:
    theirs = local_template_documents.c
    return (
        select(
            theirs.id,
            theirs.original_filename,
            theirs.created_at.label("added_at"),
            *_columns(theirs.template_id),
        )
        .join(local_contents, local_contents.c.id == theirs.content_id)
        .order_by(theirs.created_at, text("local_template_documents.rowid"))
    )


_QUERIES: dict[Kind, Callable[[], Select[Any]]] = {
    "session": _of_session,
    "template": _of_template,
}
