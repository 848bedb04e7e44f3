"""Side tables of documents: what was read from files, its pieces and their vectors.

A content is a file's bytes, kept and read once, however many sessions and templates use it. A row
of ``documents`` belongs to one session; a template has no session, so its documents are links of
their own, and become rows of ``documents`` when a session begins with that template.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from sync import schema
from sync.local.base import local_metadata
from sync.schema import WORK_STATUSES, words_check
from sync.types import ExactDecimal, Now, UtcDateTime, Uuid

local_contents = Table(
    "local_contents",
    local_metadata,
    Column("id", Uuid, primary_key=True),
    # Both are missing where the file was refused before it was copied (larger than the limit).
    Column("sha256", String(64)),
    Column("path", Text),
    # By the file's name: the same bytes under another extension are judged anew.
    Column("file_type", String(50), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("status", String(20), nullable=False, server_default=text("'pending'")),
    Column("embedding", String(20), nullable=False, server_default=text("'pending'")),
    Column("error", Text),
    Column("hint", Text),
    Column("note", Text),
    Column("pages", Integer),
    Column("confidence", ExactDecimal(3, 2)),
    # Who reads it now ("pid:start time:queue"), and how often that was begun.
    Column("claimed_by", String(50)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("created_at", UtcDateTime, nullable=False, server_default=Now()),
    words_check("local_contents", "status", WORK_STATUSES),
    words_check("local_contents", "embedding", WORK_STATUSES),
    Index("idx_local_contents_bytes", "sha256", "file_type", unique=True),
    Index("idx_local_contents_status", "status"),
)

local_document_contents = Table(
    "local_document_contents",
    local_metadata,
    Column(
        "document_id", Uuid, ForeignKey(schema.documents.c.id, ondelete="CASCADE"), primary_key=True
    ),
    Column("content_id", Uuid, ForeignKey(local_contents.c.id), nullable=False),
    Index("idx_local_document_contents_content_id", "content_id"),
)

local_template_documents = Table(
    "local_template_documents",
    local_metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "template_id", Uuid, ForeignKey(schema.templates.c.id, ondelete="CASCADE"), nullable=False
    ),
    Column("content_id", Uuid, ForeignKey(local_contents.c.id), nullable=False),
    Column("original_filename", String(255), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, server_default=Now()),
    Index("idx_local_template_documents_place", "template_id", "content_id", unique=True),
    Index("idx_local_template_documents_content_id", "content_id"),
)

local_chunks = Table(
    "local_chunks",
    local_metadata,
    Column("id", Integer, primary_key=True),
    Column("content_id", Uuid, ForeignKey(local_contents.c.id, ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    # Where the piece begins in the whole text: pieces overlap, and the text can be put together.
    Column("start", Integer, nullable=False),
    Column("page", Integer),
    Column("text", Text, nullable=False),
    # float32, little-endian, unit length; vectors of different models do not compare.
    Column("vector", LargeBinary),
    Column("model", String(50)),
    Index("idx_local_chunks_place", "content_id", "position", unique=True),
)

EXTRA_DDL: tuple[str, ...] = (
    # An external-content index: the words only, the text itself stays in local_chunks.
    "CREATE VIRTUAL TABLE local_chunks_fts USING fts5(text, content='local_chunks',"
    " content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE TRIGGER local_chunks_fts_insert AFTER INSERT ON local_chunks BEGIN"
    " INSERT INTO local_chunks_fts (rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER local_chunks_fts_delete AFTER DELETE ON local_chunks BEGIN"
    " INSERT INTO local_chunks_fts (local_chunks_fts, rowid, text)"
    " VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER local_chunks_fts_update AFTER UPDATE OF text ON local_chunks BEGIN"
    " INSERT INTO local_chunks_fts (local_chunks_fts, rowid, text)"
    " VALUES ('delete', old.id, old.text);"
    " INSERT INTO local_chunks_fts (rowid, text) VALUES (new.id, new.text); END",
    # What nobody uses any more goes with its last link, also when a session is deleted for good.
    "CREATE TRIGGER local_contents_unused AFTER DELETE ON local_document_contents"
    " WHEN NOT EXISTS (SELECT 1 FROM local_document_contents WHERE content_id = old.content_id)"
    " AND NOT EXISTS (SELECT 1 FROM local_template_documents WHERE content_id = old.content_id)"
    " BEGIN DELETE FROM local_contents WHERE id = old.content_id; END",
    "CREATE TRIGGER local_contents_unused_by_template AFTER DELETE ON local_template_documents"
    " WHEN NOT EXISTS (SELECT 1 FROM local_document_contents WHERE content_id = old.content_id)"
    " AND NOT EXISTS (SELECT 1 FROM local_template_documents WHERE content_id = old.content_id)"
    " BEGIN DELETE FROM local_contents WHERE id = old.content_id; END",
)
"""What SQLAlchemy has no words for, in the order in which it is made; each is one line, because the
frozen SQL is cut at a semicolon that ends a line."""
