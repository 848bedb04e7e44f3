CREATE TABLE local_summary_runs (
    session_id CHAR(36) NOT NULL,
    process_id INTEGER NOT NULL,
    process_started INTEGER NOT NULL,
    CONSTRAINT local_summary_runs_pkey PRIMARY KEY (session_id),
    CONSTRAINT local_summary_runs_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE TABLE local_summary_versions (
    id CHAR(36) DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) NOT NULL,
    session_id CHAR(36) NOT NULL,
    state VARCHAR(10) NOT NULL,
    edited BOOLEAN DEFAULT 0 NOT NULL,
    content TEXT NOT NULL,
    model_used VARCHAR(50) NOT NULL,
    generation_time_seconds INTEGER NOT NULL,
    created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z') NOT NULL,
    CONSTRAINT local_summary_versions_pkey PRIMARY KEY (id),
    CONSTRAINT local_summary_versions_state_words CHECK (state IN ('current', 'offered', 'replaced', 'discarded')),
    CONSTRAINT local_summary_versions_session_id_fkey FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_local_summary_versions_current ON local_summary_versions (session_id) WHERE state = 'current';

CREATE INDEX idx_local_summary_versions_session ON local_summary_versions (session_id, state);

