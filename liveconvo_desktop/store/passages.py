"""Pieces of documents, by their words and with their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select

from liveconvo_desktop.store.documents import Kind, Owner
from liveconvo_desktop.store.store import Store
from sync.local.documents import (
    local_chunks,
    local_contents,
    local_document_contents,
    local_template_documents,
)
from sync.schema import documents, sessions


@dataclass(frozen=True, slots=True)
class Found:
    """A piece with the document that it is quoted from."""

    chunk_id: int
    document_id: str
    filename: str
    page: int | None
    text: str


class Passages:
    """Reads pieces; thread-safe as the store is, with its errors."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def stamp(self, owner: Owner | None) -> tuple[tuple[str, str], ...]:
        """Changes when a document is added, removed, or has got its text or its vectors."""
        content = local_contents.c
        query = select(content.id, content.status, content.embedding).order_by(content.id)
        if owner is not None:
            query = query.where(content.id.in_(_contents_of(owner)))
        with self._store.reading() as connection:
            return tuple((row.id, row.status + row.embedding) for row in connection.execute(query))

    def vectors(self, owner: Owner | None, model: str) -> tuple[list[int], NDArray[np.float32]]:
        """Ids and vectors, shape (n, dimensions), of everything read for an owner, or at all."""
        query = (
            select(local_chunks.c.id, local_chunks.c.vector)
            .where(local_chunks.c.vector.is_not(None), local_chunks.c.model == model)
            .order_by(local_chunks.c.id)
        )
        if owner is not None:
            query = query.where(local_chunks.c.content_id.in_(_contents_of(owner)))
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        whole = np.frombuffer(b"".join(row.vector for row in rows), "<f4").astype(np.float32)
        return [row.id for row in rows], whole.reshape(len(rows), -1)

    def by_words(self, owner: Owner | None, expression: str, limit: int) -> list[int]:
        """Ids of the pieces that match an FTS5 expression, the best (bm25) first."""
        scope = ""
        values: dict[str, Any] = {"match": expression, "limit": limit}
        if owner is not None:
            scope = f"AND content_id IN ({_SCOPES[owner.kind]}) "
            values["owner"] = owner.id
        # The index sorts by itself ("rank" is its bm25) and goes first (CROSS JOIN): a piece is
        # looked at only until enough are found. Sorting the join by bm25() takes twice as long.
        statement = (
            "SELECT id FROM local_chunks_fts CROSS JOIN local_chunks "
            "ON id = local_chunks_fts.rowid "
            f"WHERE local_chunks_fts MATCH :match {scope}ORDER BY rank LIMIT :limit"
        )
        with self._store.reading() as connection:
            return [row[0] for row in connection.exec_driver_sql(statement, values)]

    def found(self, owner: Owner | None, chunk_ids: Sequence[int]) -> dict[int, Found]:
        """The pieces by their ids; those whose document was removed are missing.

        Without an owner a piece that several documents hold is quoted from the newest.
        """
        shown = (
            _of_template(owner.id) if owner and owner.kind == "template" else (_of_sessions(owner))
        ).subquery()
        query = (
            select(local_chunks.c.id, local_chunks.c.page, local_chunks.c.text, shown)
            .join(shown, shown.c.content_id == local_chunks.c.content_id)
            .where(local_chunks.c.id.in_(chunk_ids))
            .order_by(shown.c.created_at)
        )
        with self._store.reading() as connection:
            return {
                row.id: Found(row.id, row.document_id, row.original_filename, row.page, row.text)
                for row in connection.execute(query)
            }


# The same as _contents_of, for the one query that SQLAlchemy has no words for.
_SCOPES: dict[Kind, str] = {
    "session": "SELECT l.content_id FROM local_document_contents AS l"
    " JOIN documents AS d ON d.id = l.document_id WHERE d.session_id = :owner",
    "template": "SELECT content_id FROM local_template_documents WHERE template_id = :owner",
}


def _contents_of(owner: Owner) -> Select[Any]:
    if owner.kind == "template":
        theirs = local_template_documents.c
        return select(theirs.content_id).where(theirs.template_id == owner.id)
    link = local_document_contents.c
    return (
        select(link.content_id)
        .join(documents, documents.c.id == link.document_id)
        .where(documents.c.session_id == owner.id)
    )


def _of_template(template_id: str) -> Select[Any]:
    theirs = local_template_documents.c
    return select(
        theirs.id.label("document_id"),
        theirs.content_id,
        theirs.original_filename,
        theirs.created_at,
    ).where(theirs.template_id == template_id)


def _of_sessions(owner: Owner | None) -> Select[Any]:
    link = local_document_contents.c
    query = (
        select(
            documents.c.id.label("document_id"),
            link.content_id,
            documents.c.original_filename,
            documents.c.created_at,
        )
        .join(local_document_contents, link.document_id == documents.c.id)
        .join(sessions, sessions.c.id == documents.c.session_id)
        .where(documents.c.deleted_at.is_(None), sessions.c.deleted_at.is_(None))
    )
    return query if owner is None else query.where(documents.c.session_id == owner.id)
