CREATE TABLE local_contents (
    id CHAR(36) NOT NULL,
    sha256 VARCHAR(64),
    path TEXT,
    file_type VARCHAR(50) NOT NULL,
    size_bytes INTEGER NOT NULL,
    status VARCHAR(20) DEFAULT 'pending' NOT NULL,
    embedding VARCHAR(20) DEFAULT 'pending' NOT NULL,
    error TEXT,
    hint TEXT,
    note TEXT,
    pages INTEGER,
    confidence INTEGER,
    claimed_by VARCHAR(50),
    attempts INTEGER DEFAULT 0 NOT NULL,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z') NOT NULL,
    CONSTRAINT local_contents_pkey PRIMARY KEY (id),
    CONSTRAINT local_contents_status_words CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    CONSTRAINT local_contents_embedding_words CHECK (embedding IN ('pending', 'processing', 'completed', 'failed'))
);

CREATE UNIQUE INDEX idx_local_contents_bytes ON local_contents (sha256, file_type);

CREATE INDEX idx_local_contents_status ON local_contents (status);

CREATE TABLE local_chunks (
    id INTEGER NOT NULL,
    content_id CHAR(36) NOT NULL,
    position INTEGER NOT NULL,
    start INTEGER NOT NULL,
    page INTEGER,
    text TEXT NOT NULL,
    vector BLOB,
    model VARCHAR(50),
    CONSTRAINT local_chunks_pkey PRIMARY KEY (id),
    CONSTRAINT local_chunks_content_id_fkey FOREIGN KEY(content_id) REFERENCES local_contents (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_local_chunks_place ON local_chunks (content_id, position);

CREATE TABLE local_document_contents (
    document_id CHAR(36) NOT NULL,
    content_id CHAR(36) NOT NULL,
    CONSTRAINT local_document_contents_pkey PRIMARY KEY (document_id),
    CONSTRAINT local_document_contents_document_id_fkey FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE,
    CONSTRAINT local_document_contents_content_id_fkey FOREIGN KEY(content_id) REFERENCES local_contents (id)
);

CREATE INDEX idx_local_document_contents_content_id ON local_document_contents (content_id);

CREATE TABLE local_template_documents (
    id CHAR(36) NOT NULL,
    template_id CHAR(36) NOT NULL,
    content_id CHAR(36) NOT NULL,
    original_filename VARCHAR(255) NOT NULL,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z') NOT NULL,
    CONSTRAINT local_template_documents_pkey PRIMARY KEY (id),
    CONSTRAINT local_template_documents_template_id_fkey FOREIGN KEY(template_id) REFERENCES templates (id) ON DELETE CASCADE,
    CONSTRAINT local_template_documents_content_id_fkey FOREIGN KEY(content_id) REFERENCES local_contents (id)
);

CREATE INDEX idx_local_template_documents_content_id ON local_template_documents (content_id);

CREATE UNIQUE INDEX idx_local_template_documents_place ON local_template_documents (template_id, content_id);

CREATE VIRTUAL TABLE local_chunks_fts USING fts5(text, content='local_chunks', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2');

CREATE TRIGGER local_chunks_fts_insert AFTER INSERT ON local_chunks BEGIN INSERT INTO local_chunks_fts (rowid, text) VALUES (new.id, new.text); END;

CREATE TRIGGER local_chunks_fts_delete AFTER DELETE ON local_chunks BEGIN INSERT INTO local_chunks_fts (local_chunks_fts, rowid, text) VALUES ('delete', old.id, old.text); END;

CREATE TRIGGER local_chunks_fts_update AFTER UPDATE OF text ON local_chunks BEGIN INSERT INTO local_chunks_fts (local_chunks_fts, rowid, text) VALUES ('delete', old.id, old.text); INSERT INTO local_chunks_fts (rowid, text) VALUES (new.id, new.text); END;

CREATE TRIGGER local_contents_unused AFTER DELETE ON local_document_contents WHEN NOT EXISTS (SELECT 1 FROM local_document_contents WHERE content_id = old.content_id) AND NOT EXISTS (SELECT 1 FROM local_template_documents WHERE content_id = old.content_id) BEGIN DELETE FROM local_contents WHERE id = old.content_id; END;

CREATE TRIGGER local_contents_unused_by_template AFTER DELETE ON local_template_documents WHEN NOT EXISTS (SELECT 1 FROM local_document_contents WHERE content_id = old.content_id) AND NOT EXISTS (SELECT 1 FROM local_template_documents WHERE content_id = old.content_id) BEGIN DELETE FROM local_contents WHERE id = old.content_id; END;

