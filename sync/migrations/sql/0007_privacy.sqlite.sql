CREATE TABLE local_purges (
    id INTEGER NOT NULL,
    kind VARCHAR(12) NOT NULL,
    row_id CHAR(36),
    path TEXT,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'),
    CONSTRAINT local_purges_pkey PRIMARY KEY (id),
    CONSTRAINT local_purges_kind_words CHECK (kind IN ('file', 'transcript', 'session', 'document', 'summary', 'template', 'vacuum'))
);

CREATE TABLE local_retention (
    session_id CHAR(36) NOT NULL,
    kept_at TEXT,
    summarised_at TEXT,
    transcript_deleted_at TEXT,
    counted_from TEXT,
    CONSTRAINT local_retention_pkey PRIMARY KEY (session_id),
    CONSTRAINT local_retention_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
